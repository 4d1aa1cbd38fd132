/** The verdict in one sentence, with numbers, as an admin would say it: calm, and never more than was seen. */
import type { Finding } from '../finding.js';
import { counted, formatAge, formatCount } from '../quantity.js';
import type { TimeWindow } from '../time-window.js';
import type { Cause } from './assessment.js';
import type { Evidence } from './evidence.js';
import { heldShares } from './held-shares.js';
import type { VerdictLevel } from './look.js';
import type { Signal } from './signal.js';

export function sentenceOf(level: VerdictLevel, evidence: Evidence, cause: Cause | null): string {
  const worst = toldFirst(evidence, cause);
  const lead = `${level.toUpperCase()}:`;
  if (level === 'ok') return `${lead} ${volumeText(evidence)}; no open incident on mail flow.`;
  if (level === 'unknown') return `${lead} ${unknownText(evidence, worst)}`;
  if (worst === null) return `${lead} ${volumeText(evidence)}.`;
  return [
    `${lead} ${troubleText(worst, evidence)}`,
    ...explained(worst, evidence, cause),
    ...lossText(worst, evidence),
  ].join(' ');
}

/** Where an issue explains what mail suffers, people ask for the mail first, though the issue alone is the graver finding. */
function toldFirst(evidence: Evidence, cause: Cause | null): Finding | null {
  const worst = worstOf(evidence.findings);
  if (cause?.kind !== 'issue') return worst;
  return worstOf(evidence.findings.filter(({ signal }) => signal === 'trace')) ?? worst;
}

/** Findings come most urgent first from each signal; what mail shows goes before what posts say. */
function worstOf(findings: Evidence['findings']): Finding | null {
  const all = findings.map(({ finding }) => finding);
  return (
    all.find(({ level }) => level === 'critical') ?? all.find(({ level }) => level === 'warning') ?? null
  );
}

function troubleText(worst: Finding, evidence: Evidence): string {
  switch (worst.id) {
    case 'mail-deferred-now':
    case 'held-mail-waiting':
      return `mail is being deferred: ${heldText(evidence)}${sideText(evidence)}.`;
    case 'held-mail-expiring':
      return `mail is about to be given up: ${worst.evidence[0] ?? worst.title}`;
    case 'connector-host-unreached':
      return `mail waits for a connector: ${worst.evidence[0] ?? worst.title}`;
    case 'mail-fails':
      return `mail fails: ${worst.evidence[0] ?? worst.title}`;
    case 'health-incident-mail-flow':
      return `${issueName(worst)} on mail flow ${openText(evidence)}; ${volumeText(evidence)}.`;
    case 'health-incident-sign-in':
      return `${issueName(worst)} on sign-in ${openText(evidence)}; ${volumeText(evidence)}.`;
    case 'health-service-not-fine':
      return `${worst.title}; ${volumeText(evidence)}.`;
    default:
      return `${namedTitle(worst)}; ${volumeText(evidence)}.`;
  }
}

/** `EX1331002, advisory: …`: an issue is looked up by its id. */
function namedTitle({ id, subject, title }: Finding): string {
  const name = id.startsWith('health-') && subject.trim() !== '' ? `${subject}, ` : '';
  return `${name}${firstLower(title)}`;
}

/** A service that gives none all the same is not asked to name it. */
function issueName({ subject }: Finding): string {
  return subject.trim() === '' ? 'An incident' : subject;
}

/** `209 held (4.x) to 14 domains, the oldest for 3 h 58 min`. */
function heldText({ sight }: Evidence): string {
  if (sight === null) return 'no trace was seen';
  const { survey, held } = sight;
  const domains = survey.destinations.filter((each) => each.held > 0).length;
  const { oldestHeld } = survey;
  const age =
    oldestHeld === null
      ? ''
      : `, the oldest for ${formatAge((held.asOf.getTime() - oldestHeld.receivedAt.getTime()) / 1000)}`;
  return `${formatCount(survey.held)} held (4.x) to ${counted(domains, 'domain', 'domains')}${age}`;
}

function sideText(evidence: Evidence): string {
  const shares = heldShares(evidence).filter(({ account }) => account !== 'by-intent');
  // What a destination turns away is never what makes this sentence.
  const first = shares.find(({ account }) => account !== 'destination') ?? shares[0];
  if (first === undefined) return ', for reasons that were not read';
  return `, ${SIDES[first.account]}`;
}

const SIDES = {
  service: 'service side',
  path: 'most at one next hop',
  sender: 'for limits on our side',
  destination: 'most on the side of their destinations',
  untold: 'no try is told of',
  'by-intent': 'by intent',
} as const;

/** Which issue is open, where the sentence has not said so. */
function explained(worst: Finding, evidence: Evidence, cause: Cause | null): readonly string[] {
  const { mailFlowIssues, sightings } = evidence;
  if (worst.id.startsWith('health-')) return [];
  const open = openText(evidence);
  if (cause?.kind === 'issue' && cause.issueId !== null)
    return [`${cause.issueId} ${open}${open === OPEN ? '' : ','} and fits.`];
  const [issue] = mailFlowIssues;
  if (issue !== undefined) return [`${issue.id} ${open}, and does not explain it.`];
  if (sightings.health.quality === 'fresh') return ['Service health has no open issue on mail flow.'];
  return ['Service health could not be seen.'];
}

const OPEN = 'is open';

/** What an old answer tells of may be over; one that only our own clock calls old is of now. */
function openText({ sightings: { health } }: Evidence): string {
  const isOld = health.quality === 'stale' && health.reason !== 'clock';
  return isOld ? 'was open when service health was seen last' : OPEN;
}

/** Said of trouble with mail alone. */
function lossText({ id }: Finding, { sight }: Evidence): readonly string[] {
  if (id.startsWith('health-') && id !== 'health-incident-mail-flow') return [];
  if (sight === null || sight.survey.held === 0) return [];
  const { survey, held } = sight;
  const expiresAt = survey.oldestHeld?.expiresAt ?? null;
  if (expiresAt === null || survey.pastExpiry > 0) return [];
  const left = formatAge((expiresAt.getTime() - held.asOf.getTime()) / 1000);
  const first = `${ofWindow(survey.window)}the first expires in ${left}.`;
  const bounced = survey.reasons.failed.by.some(({ party }) => party === 'service');
  return [
    bounced
      ? `Some has bounced and must be sent again; of the held, ${first}`
      : `What is held is not lost: ${first}`,
  ];
}

/** What waited before was not listed, and may be nearer to its end. */
function ofWindow(window: TimeWindow | null): string {
  if (window === null) return '';
  return `of these ${formatAge((window.to.getTime() - window.from.getTime()) / 1000)} `;
}

/** `3 held of 812 deliveries, as usual`. */
function volumeText(evidence: Evidence): string {
  const { sight, sightings } = evidence;
  if (sight === null) return `the trace is ${MISSING_WORDS[sightings.trace.quality]}`;
  const { held, failed, deliveries } = sight.survey;
  const fails = failed === 0 ? '' : `, ${formatCount(failed)} failed`;
  return `${formatCount(held)} held${fails} of ${counted(deliveries, 'delivery', 'deliveries')}${usualText(evidence)}`;
}

function usualText({ usual, unusual }: Evidence): string {
  if (usual === null) return '';
  if (unusual === null) return ', as usual';
  return unusual.factor === null
    ? ', usually none'
    : `, ${formatCount(Math.round(unusual.factor))} × the usual`;
}

const MISSING_WORDS = {
  fresh: 'empty',
  stale: 'stale',
  partial: 'not whole',
  missing: 'missing',
  error: 'not to be had',
} as const;

function unknownText(evidence: Evidence, worst: Finding | null): string {
  const { trace, health } = evidence.sightings;
  const blind = [blindText('the trace', trace), blindText('service health', health)].flat();
  const seen = worst === null ? seenText(evidence) : `What was seen: ${troubleText(worst, evidence)}`;
  return `cannot tell: ${blind.length === 0 ? 'not all could be seen' : blind.join('; ')}. ${seen}`;
}

function blindText(what: string, { quality, reason, why }: Signal<unknown>): readonly string[] {
  if (quality === 'fresh') return [];
  return [`${what} is ${MISSING_WORDS[quality]} (${reason ?? 'unknown'}): ${why ?? 'unknown why'}`];
}

function seenText(evidence: Evidence): string {
  const { trace, health } = evidence.sightings;
  const parts = [
    ...(trace.value === null ? [] : [volumeText(evidence)]),
    ...(health.quality === 'fresh' ? ['no open incident on mail flow'] : []),
  ];
  return parts.length === 0 ? 'Nothing was seen.' : `Nothing bad was seen in the rest: ${parts.join('; ')}.`;
}

function firstLower(text: string): string {
  return /^[A-Z][a-z ]/u.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
