/** What was seen, put in order once: sound signals, findings, whose account held mail goes to, and which issues fit. */
import type { Finding, Gap } from '../finding.js';
import type { HealthAnswer } from '../health/health-source.js';
import { isOpen } from '../health/is-open.js';
import { isMailFlow, isSignIn } from '../health/issue-topic.js';
import { gapsOfHealth, judgeHealth } from '../health/judge-health.js';
import type { ServiceIssue } from '../health/service-issue.js';
import { type HeldAccounts, openAccounts } from '../queue/held-accounts.js';
import { judgeFailed } from '../queue/judge-failed.js';
import { judgeHeld } from '../queue/judge-held.js';
import { QUEUE_THRESHOLDS, type QueueThresholds } from '../queue/thresholds.js';
import { judgeReach, type ReachJudgement } from '../reach/judge-reach.js';
import { correlate, type Correlation } from './correlate.js';
import type { Sightings, TraceSight } from './sightings.js';
import { type Signal, type SignalName, spoilt, withAge } from './signal.js';
import { INCIDENT_THRESHOLDS, type IncidentThresholds } from './thresholds.js';

export interface AssessOptions {
  readonly queue?: QueueThresholds;
  readonly incident?: IncidentThresholds;
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
  const openIssues = (health?.issues ?? []).filter(isOpen);
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
        : correlate(sight.held, accounts, openIssues, sight.held.asOf, thresholds.incident),
    reach: sightings.reach.value === null ? null : judgeReach(sightings.reach.value),
    findings: [...traceFindings(sightings.trace, thresholds.queue), ...healthFindings(sightings)],
    thresholds,
  };
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
    health: soundHealth(withAge(given.health, given.now)),
    signIn: withAge(given.signIn, given.now),
    statusPage: withAge(given.statusPage, given.now),
    reach: withAge(given.reach, given.now),
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
  { looks }: Sightings,
  thresholds: IncidentThresholds,
): Signal<TraceSight> {
  if (trace.value === null) return trace;
  const { survey } = trace.value;
  const clock = survey.gaps.find(({ reason }) => reason === 'clock');
  if (clock !== undefined) return spoilt(trace, 'stale', troubleOf(clock));
  if (!survey.isListedWhole) return spoilt(trace, 'partial', troubleOf(survey.gaps[0] ?? NOT_WHOLE));
  if (survey.deliveries === 0)
    return isUsuallyQuiet(looks.value ?? []) ? trace : spoilt(trace, 'partial', NO_MAIL);
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

/** Looks of the last weeks that saw hardly any mail either. */
function isUsuallyQuiet(
  looks: readonly { readonly counts: { readonly deliveries: number } | null }[],
): boolean {
  const seen = looks.flatMap(({ counts }) => (counts === null ? [] : [counts.deliveries]));
  return seen.length >= 3 && seen.filter((deliveries) => deliveries < 20).length * 2 > seen.length;
}

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
