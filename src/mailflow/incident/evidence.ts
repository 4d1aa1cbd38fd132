/** What was seen, put in order once: sound signals, findings, whose account held mail goes to, and which issues fit. */
import type { Finding, Gap } from '../finding.js';
import type { HealthAnswer } from '../health/health-source.js';
import { isOpen } from '../health/is-open.js';
import { isMailFlow, isSignIn } from '../health/issue-topic.js';
import { gapsOfHealth, judgeHealth } from '../health/judge-health.js';
import type { ServiceIssue } from '../health/service-issue.js';
import { counted, formatCount, formatShare, formatShareInterval } from '../quantity.js';
import { type HeldAccounts, openAccounts } from '../queue/held-accounts.js';
import { INBOUND_RULES, type InboundRules } from '../queue/inbound-volume.js';
import { judgeFailed } from '../queue/judge-failed.js';
import { judgeHeld } from '../queue/judge-held.js';
import { judgeInbound } from '../queue/judge-inbound.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from '../queue/thresholds.js';
import { judgeReach, type ReachJudgement } from '../reach/judge-reach.js';
import { correlate, type Correlation } from './correlate.js';
import { edgePutsOff } from './edge.js';
import type { Look, LookCounts } from './look.js';
import { heldAtFindings, type JudgedSetUp, judgeSetUp, type SetUp } from './set-up.js';
import type { Sightings, TraceSight } from './sightings.js';
import { type Signal, type SignalName, spoilt, withAge } from './signal.js';
import { INCIDENT_THRESHOLDS, type IncidentThresholds } from './thresholds.js';
import { howUnusual, type Unusual, type Usual, usualAt } from './usual.js';

export interface AssessOptions {
  readonly queue?: QueueThresholds;
  readonly incident?: IncidentThresholds;
  readonly inbound?: InboundRules;
}

/** A finding, and the signal on whose evidence it rests. */
export interface SignalFinding {
  readonly signal: SignalName;
  readonly finding: Finding;
}

export interface Evidence {
  /** With their true quality: what was taken for fresh may be old, or have holes. */
  readonly sightings: Sightings;
  /** The trace whatever its quality; null when there is none. */
  readonly sight: TraceSight | null;
  readonly accounts: HeldAccounts | null;
  readonly health: HealthAnswer | null;
  readonly openIssues: readonly ServiceIssue[];
  readonly mailFlowIssues: readonly ServiceIssue[];
  readonly signInIssues: readonly ServiceIssue[];
  readonly correlations: readonly Correlation[];
  readonly reach: ReachJudgement | null;
  /** Null where connectors could not be asked for. */
  readonly setUp: SetUp | null;
  /** Of this hour; null where too few looks were kept, or the trace was not listed whole. */
  readonly usual: Usual | null;
  /** How far this look is above it; null where it may be chance. */
  readonly unusual: Unusual | null;
  readonly findings: readonly SignalFinding[];
  readonly thresholds: { readonly queue: QueueThresholds; readonly incident: IncidentThresholds };
}

export function gatherEvidence(given: Sightings, options: AssessOptions = {}): Evidence {
  const thresholds = {
    queue: options.queue ?? QUEUE_THRESHOLDS,
    incident: options.incident ?? INCIDENT_THRESHOLDS,
  };
  const sightings = soundSightings(given, thresholds.incident);
  const sight = sightings.trace.value;
  const accounts = sight === null ? null : openAccounts(sight.held, mailOf(sight), thresholds.queue);
  const health = sightings.health.value;
  const usual = usualOf(sightings);
  const unusual = howUnusual(sight === null ? null : countsOf(sight), usual).held;
  const openIssues = (health?.issues ?? []).filter(isOpen);
  const judged = judgeSetUp(sightings.connectors, sight?.held.read ?? []);
  return {
    sightings,
    sight,
    accounts,
    health,
    openIssues,
    mailFlowIssues: openIssues.filter(isMailFlow),
    signInIssues: openIssues.filter(isSignIn),
    correlations:
      sight === null || accounts === null
        ? []
        : correlate(sight.held, accounts, openIssues, thresholds.incident),
    reach: sightings.reach.value === null ? null : judgeReach(sightings.reach.value),
    setUp: judged?.setUp ?? null,
    usual,
    unusual,
    findings: [
      ...traceFindings(sightings.trace, thresholds.queue),
      ...connectorFindings(judged, thresholds.incident),
      ...healthFindings(sightings),
      ...inboundFindings(sightings, options.inbound ?? INBOUND_RULES),
      ...edgeFindings(sightings),
      ...unusualFindings(unusual, sightings, openIssues.some(isMailFlow), thresholds.incident),
    ],
    thresholds,
  };
}

/** What a look keeps of the trace; null where the list is not whole, for that says nothing of what is usual. */
export function countsOf({ survey }: TraceSight): LookCounts | null {
  const { isListedWhole, deliveries, held, failed, window } = survey;
  if (!isListedWhole || window === null) return null;
  return { deliveries, held, failed, windowMinutes: windowMinutesOf(window) };
}

function usualOf({ looks, trace, now }: Sightings): Usual | null {
  if (looks.value === null || trace.value === null) return null;
  return usualAt(looks.value, { now, windowMinutes: windowMinutesOf(trace.value.survey.window) });
}

export function mailOf({ survey }: TraceSight): { deliveries: number; windowMinutes: number } {
  return { deliveries: survey.deliveries, windowMinutes: windowMinutesOf(survey.window) };
}

function windowMinutesOf(window: TraceSight['survey']['window']): number {
  return window === null ? 0 : (window.to.getTime() - window.from.getTime()) / 60_000;
}

function traceFindings(trace: Signal<TraceSight>, thresholds: QueueThresholds): readonly SignalFinding[] {
  if (trace.value === null) return [];
  const { survey, held } = trace.value;
  const mail = mailOf(trace.value);
  const found = [
    ...judgeHeld(held, { mail, source: TRACE_SOURCE }, thresholds),
    ...judgeFailed(survey.reasons.failed, { deliveries: mail.deliveries, source: TRACE_SOURCE }, thresholds),
  ];
  return found.map((finding) => ({ signal: 'trace', finding: asFarAsSeen(finding, trace) }));
}

const TRACE_SOURCE = 'message-trace';

function healthFindings({ health, now }: Sightings): readonly SignalFinding[] {
  if (health.value === null) return [];
  return judgeHealth(health.value, now).map((finding) => ({
    signal: 'health',
    finding: asFarAsSeen(finding, health),
  }));
}

/** What waits at a connector rests on the mail; what is said of a set-up rests on that. */
function connectorFindings(
  judged: JudgedSetUp | null,
  { leastRead }: IncidentThresholds,
): readonly SignalFinding[] {
  if (judged === null) return [];
  const waiting = heldAtFindings(judged.setUp, { leastRead, source: TRACE_SOURCE });
  return [
    ...waiting.map((finding) => ({ signal: 'trace', finding }) as const),
    ...judged.findings.map((finding) => ({ signal: 'connectors', finding }) as const),
  ];
}

/** Only beside a trace that is whole and of now: a late one lacks mail of its own. */
function inboundFindings(sightings: Sightings, rules: InboundRules): readonly SignalFinding[] {
  const { inbound, trace, reach } = sightings;
  if (inbound.value === null || inbound.quality !== 'fresh' || trace.quality !== 'fresh') return [];
  const putsOff = edgePutsOff(reach).length > 0;
  return judgeInbound(inbound.value, { putsOff, source: TRACE_SOURCE }, rules).map((finding) => ({
    signal: 'inbound',
    finding,
  }));
}

/** Mail hosts that put senders off: their mail is in no trace, so that this is all that can be seen of it from here. */
function edgeFindings(sightings: Sightings): readonly SignalFinding[] {
  const greetings = edgePutsOff(sightings.reach);
  const [first] = greetings;
  if (first === undefined) return [];
  const finding: Finding = {
    id: 'edge-puts-senders-off',
    level: 'warning',
    title: 'Inbound mail hosts put senders off',
    subject: 'inbound mail',
    evidence: [`${counted(greetings.length, 'host', 'hosts')} greeted us with a deferral, as: ${first}`],
    remedy:
      'Mail that is put off before it is accepted is in no trace: look into the queues of senders and relays.',
    source: 'reach',
  };
  return [{ signal: 'reach', finding }];
}

/** Green health beside far more held mail than usual; said only where both were seen whole and now. It informs. */
function unusualFindings(
  unusual: Unusual | null,
  { trace, health }: Sightings,
  hasIssue: boolean,
  { timesUsual }: IncidentThresholds,
): readonly SignalFinding[] {
  if (unusual === null || hasIssue || trace.quality !== 'fresh' || health.quality !== 'fresh') return [];
  const { share, usual, factor } = unusual;
  if (factor !== null && factor < timesUsual) return [];
  const times = factor === null ? 'usually there is none' : `${formatCount(Math.round(factor))} × the usual`;
  const finding: Finding = {
    id: 'held-above-usual',
    level: 'info',
    title: 'Service health is green, but more mail is held than usual',
    subject: 'held mail',
    evidence: [
      `${formatShare(share)} of the mail is held, ${times} of this hour (${formatShareInterval(usual.low, usual.high)}); service health has no open issue on mail flow.`,
    ],
    remedy: 'Look at the reasons with `mailcheck trace --by reason`; posts trail the impact.',
    source: 'looks',
  };
  return [{ signal: 'looks', finding }];
}

/** What is not fresh can warn at most, and says so. */
function asFarAsSeen(finding: Finding, signal: Signal<unknown>): Finding {
  if (finding.level !== 'critical' || signal.quality === 'fresh') return finding;
  return {
    ...finding,
    level: 'warning',
    evidence: [
      ...finding.evidence,
      `Would be critical, but this was not seen freshly or not whole: ${signal.why ?? 'unknown why'}.`,
    ],
  };
}

/** Signals are believed no further than their values allow. */
function soundSightings(given: Sightings, thresholds: IncidentThresholds): Sightings {
  return {
    ...given,
    trace: soundTrace(withAge(given.trace, given.now), given, thresholds),
    inbound: withAge(given.inbound, given.now),
    health: soundHealth(withAge(given.health, given.now)),
    signIn: withAge(given.signIn, given.now),
    statusPage: withAge(given.statusPage, given.now),
    reach: withAge(given.reach, given.now),
    connectors: withAge(given.connectors, given.now),
    looks: given.looks,
  };
}

function soundHealth(health: Signal<HealthAnswer>): Signal<HealthAnswer> {
  if (health.value === null) return health;
  const [first] = gapsOfHealth(health.value);
  return first === undefined ? health : spoilt(health, qualityOf(first), troubleOf(first));
}

function soundTrace(
  trace: Signal<TraceSight>,
  { looks, now }: Sightings,
  thresholds: IncidentThresholds,
): Signal<TraceSight> {
  if (trace.value === null) return trace;
  const { survey } = trace.value;
  const clock = survey.gaps.find(({ reason }) => reason === 'clock');
  if (clock !== undefined) return spoilt(trace, 'stale', troubleOf(clock));
  if (!survey.isListedWhole) return spoilt(trace, 'partial', troubleOf(survey.gaps[0] ?? NOT_WHOLE));
  if (survey.deliveries === 0)
    return isUsuallyQuiet(looks.value ?? [], now) ? trace : spoilt(trace, 'partial', NO_MAIL);
  const late = lateRows(trace.value, thresholds);
  return late === null ? trace : spoilt(trace, 'stale', late);
}

const NOT_WHOLE: Gap = {
  what: 'pages of the trace',
  reason: 'protocol',
  remedy: 'Ask again.',
  retryAfterSeconds: null,
};

/** An empty trace is no proof of anything: it is what a trace that lags far behind looks like. */
const NO_MAIL = {
  why: 'the trace lists no mail at all: nobody wrote, or it shows nothing',
  reason: 'no-mail',
  remedy: 'Send yourself a message from outside and ask again in 15 minutes, or ask for a longer window.',
  retryAfterSeconds: null,
};

/** On other days, too, there was hardly any mail at this hour. */
function isUsuallyQuiet(looks: readonly Look[], now: Date): boolean {
  const days = looks.flatMap(({ at, counts }) => {
    const ageDays = (now.getTime() - at.getTime()) / DAY_MS;
    const isThisHour = ageDays > 0.5 && Math.abs(ageDays - Math.round(ageDays)) <= HOUR_OF_DAY;
    return counts === null || !isThisHour ? [] : [{ day: Math.round(ageDays), ...counts }];
  });
  const quiet = days.filter(({ deliveries }) => deliveries < QUIET_DELIVERIES);
  return new Set(quiet.map(({ day }) => day)).size >= QUIET_DAYS && quiet.length * 2 > days.length;
}

const DAY_MS = 86_400_000;
const HOUR_OF_DAY = 1 / 24;
const QUIET_DELIVERIES = 20;
const QUIET_DAYS = 3;

/** The newest row is old though mail came in at a pace that promises more: the trace is late, not the mail. */
function lateRows(
  { survey, held }: TraceSight,
  thresholds: IncidentThresholds,
): Parameters<typeof spoilt>[2] | null {
  const { newestReceivedAt, window, deliveries } = survey;
  if (newestReceivedAt === null || window === null) return null;
  const silentMinutes =
    (Math.min(held.asOf.getTime(), window.to.getTime()) - newestReceivedAt.getTime()) / 60_000;
  const busyMinutes = windowMinutesOf(window) - silentMinutes;
  const missing = busyMinutes <= 0 ? 0 : (deliveries / busyMinutes) * silentMinutes;
  if (silentMinutes < thresholds.newestRowMinutes || missing < thresholds.missingDeliveries) return null;
  return {
    why: `its newest row is ${Math.round(silentMinutes)} min old, and about ${Math.round(missing)} more were to be expected since`,
    reason: 'stale',
    remedy: 'The trace is late: ask again in 15 minutes.',
    retryAfterSeconds: 900,
  };
}

function qualityOf({ reason }: Gap): 'stale' | 'partial' {
  return reason === 'clock' ? 'stale' : 'partial';
}

function troubleOf({ what, reason, remedy, retryAfterSeconds }: Gap): Parameters<typeof spoilt>[2] {
  return { why: `not seen: ${what}`, reason, remedy, retryAfterSeconds };
}
