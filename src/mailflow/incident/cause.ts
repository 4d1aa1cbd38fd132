/** What most likely explains the trouble. Never a claim without evidence: where there is none, there is no cause. */
import type { Party } from '../bounce/verdict.js';
import type { Finding } from '../finding.js';
import { counted, formatCount, formatCountInterval } from '../quantity.js';
import { isOwnBusiness } from '../queue/failed-reasons.js';
import type { Cause } from './assessment.js';
import type { Evidence } from './evidence.js';
import { type HeldShare, heldShares } from './held-shares.js';
import type { HeldAtConnector } from './set-up.js';

type Guess = (evidence: Evidence, shares: readonly HeldShare[]) => Cause | null;

/** Null when nothing explains it, and when there is nothing to explain. */
export function causeOf(evidence: Evidence): Cause | null {
  const shares = heldShares(evidence);
  for (const guess of isTrouble(evidence) ? TROUBLE_GUESSES : BLIND_GUESSES) {
    const cause = guess(evidence, shares);
    if (cause !== null) return cause;
  }
  return null;
}

/** Trouble with the mail itself: an issue alone needs no cause, it is one. */
function isTrouble({ findings }: Evidence): boolean {
  return findings.some(({ signal, finding }) => signal === 'trace' && finding.level !== 'info');
}

const explainedByIssue: Guess = ({ correlations }, shares) => {
  const found = correlations.find(({ relation }) => relation === 'explains');
  if (found === undefined) return null;
  const { issue, says } = found;
  return {
    kind: 'issue',
    says: `${issue.id} most likely: ${issue.title}`,
    issueId: issue.id,
    evidence: [says, ...serviceText(shares)],
  };
};

/** Mail that is at its end at one host is that host's story, whatever else goes on. */
const oneDestination: Guess = ({ findings, correlations }) => {
  const expiring = findings.find(({ finding }) => finding.id === 'held-mail-expiring');
  const others = findings.some(({ finding }) => WIDE_FINDINGS.has(finding.id) && finding.level !== 'info');
  if (expiring === undefined || others) return null;
  return {
    kind: 'destination',
    says: `${expiring.finding.subject} does not take its mail.`,
    issueId: null,
    evidence: [...expiring.finding.evidence, ...coincidences(correlations)],
  };
};

const WIDE_FINDINGS: ReadonlySet<string> = new Set(['mail-deferred-now', 'held-mail-waiting']);

const serviceWithoutIssue: Guess = ({ sightings, accounts, correlations, mailFlowIssues }, shares) => {
  const first = leading(shares);
  if (first?.account !== 'service') return null;
  const posts =
    sightings.health.quality === 'fresh'
      ? 'Service health was read and has no open issue that explains it; posts trail the impact by an hour and more.'
      : 'Service health could not be seen whole and now, so whether there is an issue is not known.';
  return {
    kind: 'service',
    says: `The service itself defers mail${issueText(mailFlowIssues.length, sightings.health.quality === 'fresh')}.`,
    issueId: null,
    evidence: [
      ...serviceText(shares),
      ...(accounts?.alike ?? [])
        .slice(0, 1)
        .map(({ domains, shape }) => `${formatCount(domains)} unrelated domains fail alike (${shape}).`),
      posts,
      ...coincidences(correlations),
    ],
  };
};

/** What is not listed may be among what was not seen. */
function issueText(mailFlowIssues: number, isHealthSeen: boolean): string {
  if (mailFlowIssues > 0) return ', and no open issue fits';
  return isHealthSeen ? ', and no issue says so yet' : '; whether an issue says so could not be seen';
}

const pathToMany: Guess = ({ accounts, correlations, setUp }, shares) => {
  const first = leading(shares);
  if (first?.account !== 'path') return null;
  const [hop] = accounts?.sharedHops ?? [];
  return {
    kind: 'connector',
    says:
      hop === undefined
        ? 'A connector holds up mail to many domains.'
        : `One next hop holds up mail to many domains: ${hop.slice(0, 100)}.`,
    issueId: null,
    evidence: [
      `${counted(first.read.length, 'delivery', 'deliveries')} that were read are held up there.`,
      ...(setUp?.heldAt ?? []).map(heldAtText),
      ...coincidences(correlations),
    ],
  };
};

/** A host of our own set-up, however few domains it serves. */
const hostOfConnector: Guess = ({ findings, setUp, correlations }) => {
  const [held] = setUp?.heldAt ?? [];
  const isTold = findings.some(({ finding }) => isAtConnector(finding) && finding.level !== 'info');
  const others = findings.some(({ finding }) => WIDE_FINDINGS.has(finding.id) && finding.level !== 'info');
  if (held === undefined || !isTold || others) return null;
  return {
    kind: 'connector',
    says: `A connector holds up mail: ${held.connector}.`,
    issueId: null,
    evidence: [...(setUp?.heldAt ?? []).map(heldAtText), ...coincidences(correlations)],
  };
};

function isAtConnector({ id }: Finding): boolean {
  return id === 'connector-host-unreached';
}

function heldAtText({ connector, hosts, read }: HeldAtConnector): string {
  return `${counted(read, 'delivery', 'deliveries')} that were read wait for ${hosts.join(', ')}, of the connector ${connector}.`;
}

/** Held mail tells nothing, or not enough: then what fails for a reason that nobody meant. */
const whatFails: Guess = ({ findings, sight, correlations }) => {
  const failing = findings.find(({ finding }) => finding.id === 'mail-fails');
  const [most] = (sight?.survey.reasons.failed.by ?? []).filter((words) => !isOwnBusiness(words));
  if (failing === undefined || most === undefined) return null;
  const told = FAILURE_CAUSES.get(most.party);
  if (told === undefined) return null;
  return { ...told, issueId: null, evidence: [...failing.finding.evidence, ...coincidences(correlations)] };
};

const FAILURE_CAUSES: ReadonlyMap<Party, Pick<Cause, 'kind' | 'says'>> = new Map([
  ['service', { kind: 'service', says: 'The service itself fails mail.' }],
  ['connector', { kind: 'connector', says: 'A connector fails mail.' }],
  ['recipient', { kind: 'recipient', says: 'Mail fails on the side of its recipients.' }],
]);

/** Of what makes mail late; destinations that take none are there every day. */
function leading(shares: readonly HeldShare[]): HeldShare | undefined {
  return shares.find(({ account }) => account === 'service' || account === 'path' || account === 'sender');
}

/** An issue that is open at the same time and fits nothing that was seen. */
const coincidence: Guess = ({ correlations }) => {
  const found = correlations.find(({ relation }) => relation === 'coincidence');
  if (found === undefined) return null;
  return {
    kind: 'coincidence',
    says: `${found.issue.id} does not explain it.`,
    issueId: found.issue.id,
    evidence: [found.says],
  };
};

/** Nothing that was accepted suffers, and senders are turned away. */
const edgeItself: Guess = ({ findings }) => {
  const dip = findings.find(({ finding }) => finding.id === 'inbound-dip');
  const edge = findings.find(({ finding }) => finding.id === 'edge-puts-senders-off');
  if (dip === undefined || edge === undefined) return null;
  return {
    kind: 'service',
    says: 'The service puts senders off before it accepts their mail.',
    issueId: null,
    evidence: [...edge.finding.evidence, ...dip.finding.evidence.slice(0, 1)],
  };
};

/** What blinds us and is ours: never the tenant's. */
const ownSide: Guess = ({ sightings, reach }) => {
  const evidence = [
    ...(reach?.kind === 'own-network-down' ? [reach.says] : []),
    ...(sightings.signIn.value?.kind === 'refused'
      ? [`Our own sign-in was refused: ${sightings.signIn.value.text}`]
      : []),
    ...[sightings.trace, sightings.health]
      .filter(({ reason }) => reason !== null && OWN_REASONS.has(reason))
      .map(({ why }) => `Ours: ${why ?? 'unknown why'}.`),
  ];
  if (evidence.length === 0) return null;
  return {
    kind: 'own-side',
    says: 'What cannot be seen is for a reason on our own side; it says nothing of the mail.',
    issueId: null,
    evidence,
  };
};

/** Reasons of a signal that are always ours. */
const OWN_REASONS: ReadonlySet<string> = new Set([
  'clock',
  'quota',
  'throttled',
  'refused',
  'sign-in',
  'permission',
]);

const TROUBLE_GUESSES: readonly Guess[] = [
  explainedByIssue,
  hostOfConnector,
  oneDestination,
  serviceWithoutIssue,
  pathToMany,
  whatFails,
  coincidence,
];
/** Where the mail that was accepted tells nothing. */
const BLIND_GUESSES: readonly Guess[] = [edgeItself, ownSide];

function serviceText(shares: readonly HeldShare[]): readonly string[] {
  const service = shares.find(({ account }) => account === 'service');
  if (service === undefined) return [];
  const { estimate, low, high } = service;
  return [
    `About ${formatCount(estimate)} (${formatCountInterval(low, high)}) held deliveries are on the service side.`,
  ];
}

function coincidences(correlations: Evidence['correlations']): readonly string[] {
  return correlations.filter(({ relation }) => relation === 'coincidence').map(({ says }) => says);
}
