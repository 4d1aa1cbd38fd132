/** The layers that a person means by "mail is down", told apart: each says on what it rests, and what nobody tried is unknown. */
import { tierOfIssue } from '../health/known-service.js';
import type { ServiceIssue } from '../health/service-issue.js';
import { classOf } from '../health/status-words.js';
import { counted, formatCount } from '../quantity.js';
import type { LayerState } from './assessment.js';
import type { Evidence } from './evidence.js';
import { type HeldShare, heldShares } from './held-shares.js';
import type { Signal } from './signal.js';

/** Outermost first. */
export function layersOf(evidence: Evidence): readonly LayerState[] {
  const shares = heldShares(evidence);
  return [
    { layer: 'sign-in', ...signInState(evidence) },
    { layer: 'mailbox-access', ...mailboxState(evidence) },
    { layer: 'mail-flow', ...mailFlowState(evidence) },
    { layer: 'connector', ...connectorState(evidence, shares) },
    { layer: 'recipient', ...recipientState(evidence, shares) },
  ];
}

type State = Omit<LayerState, 'layer'>;

function signInState({ sightings, signInIssues, reach }: Evidence): State {
  const [issue] = signInIssues;
  const attempt = sightings.signIn.value;
  const ours = attempt === null ? UNTRIED[sightings.signIn.quality] : ATTEMPTS[attempt.kind];
  if (issue !== undefined)
    return { state: stateByIssue(issue), says: `${issue.id} on sign-in is open. ${ours.says}` };
  if (attempt?.kind === 'failed' && reach?.kind === 'own-network-down') {
    return { state: 'unknown', says: 'Our own network is down; that says nothing of sign-in.' };
  }
  if (ours.state === 'ok' && sightings.signIn.quality !== 'fresh') {
    return {
      state: 'unknown',
      says: `Our own sign-in worked, but not now: ${sightings.signIn.why ?? 'it is old'}.`,
    };
  }
  return ours;
}

const ATTEMPTS = {
  issued: { state: 'ok', says: 'Our own sign-in just got a token.' },
  'not-attempted': { state: 'unknown', says: 'Not tried: a ready token was given.' },
  refused: { state: 'unknown', says: 'Our own credentials were refused; that says nothing of anybody else.' },
  failed: { state: 'degraded', says: 'The sign-in service failed at our own attempt.' },
} as const;

const NOT_TRIED = { state: 'unknown', says: 'Our own sign-in was not seen.' } as const;
const UNTRIED = {
  fresh: NOT_TRIED,
  stale: NOT_TRIED,
  partial: NOT_TRIED,
  missing: { state: 'unknown', says: 'Not tried.' },
  error: { state: 'unknown', says: 'Our own attempt could not be made.' },
} as const;

/** Nothing here opens a mailbox: only posts tell. */
function mailboxState({ sightings, openIssues, mailFlowIssues, signInIssues }: Evidence): State {
  const others = new Set([...mailFlowIssues, ...signInIssues].map(({ id }) => id));
  const issue = openIssues.find(
    (open) =>
      !others.has(open.id) && tierOfIssue(open) === 'core' && classOf(open.classification) === 'incident',
  );
  if (issue !== undefined) return { state: 'degraded', says: `${issue.id} is open: ${issue.title}` };
  if (sightings.health.quality !== 'fresh')
    return { state: 'unknown', says: unseen('Service health', sightings.health) };
  return {
    state: 'ok',
    says: 'No open incident beside mail flow and sign-in; by posts alone, nothing was opened.',
  };
}

function mailFlowState({ sightings, sight, findings, mailFlowIssues }: Evidence): State {
  const own = findings.filter(
    ({ signal, finding }) => (signal === 'trace' || signal === 'inbound') && finding.level !== 'info',
  );
  const worst = own.find(({ finding }) => finding.level === 'critical') ?? own[0];
  if (worst !== undefined) {
    const { level, title } = worst.finding;
    return { state: level === 'critical' ? 'broken' : 'degraded', says: `${title}.` };
  }
  const [issue] = mailFlowIssues;
  if (issue !== undefined)
    return { state: 'degraded', says: `${issue.id} is open; the trace shows no effect so far.` };
  if (sight === null || sightings.trace.quality !== 'fresh') {
    return { state: 'unknown', says: unseen('The trace', sightings.trace) };
  }
  const { held, deliveries } = sight.survey;
  return {
    state: 'ok',
    says: `${formatCount(held)} held of ${counted(deliveries, 'delivery', 'deliveries')}.`,
  };
}

function connectorState(evidence: Evidence, shares: readonly HeldShare[]): State {
  const { accounts, setUp } = evidence;
  const [held] = setUp?.heldAt ?? [];
  if (held !== undefined) {
    const read = counted(held.read, 'delivery that was read is', 'deliveries that were read are');
    return { state: 'degraded', says: `${read} held up at ${held.hosts.join(', ')}, of ${held.connector}.` };
  }
  const path = shares.find(({ account }) => account === 'path');
  if (path === undefined) return setUpState(evidence);
  const [hop] = accounts?.sharedHops ?? [];
  const at = hop === undefined ? 'a connector' : `one next hop, ${hop.slice(0, 100)}`;
  return {
    state: 'degraded',
    says: `${counted(path.read.length, 'delivery', 'deliveries')} that were read are held up at ${at}.`,
  };
}

/** By what is set up alone: that a host takes mail is proven by mail, and a quiet day has none that waits for it. */
function setUpState({ setUp, sightings: { connectors, trace } }: Evidence): State {
  if (setUp === null) return { state: 'unknown', says: unseen('The set-up of connectors', connectors) };
  const [first] = setUp.off;
  if (first !== undefined)
    return { state: 'degraded', says: `${setUp.off.length} off that mail is meant to take, as ${first}.` };
  if (connectors.quality !== 'fresh')
    return { state: 'unknown', says: unseen('The set-up of connectors', connectors) };
  if (trace.quality !== 'fresh') return { state: 'unknown', says: unseen('The trace', trace) };
  return {
    state: 'ok',
    says: 'None is off that mail needs, and no mail that was read waits for one; no host was tried.',
  };
}

function recipientState({ sightings, sight, findings }: Evidence, shares: readonly HeldShare[]): State {
  const named = findings.filter(({ finding }) => DESTINATION_FINDINGS.has(finding.id));
  if (named.length > 0) {
    return {
      state: 'degraded',
      says: `${named
        .map(({ finding }) => finding.subject)
        .slice(0, 3)
        .join(', ')}: mail to there is held on its own side.`,
    };
  }
  if (sight === null || sightings.trace.quality !== 'fresh') {
    return { state: 'unknown', says: unseen('The trace', sightings.trace) };
  }
  const theirs = shares.find(({ account }) => account === 'destination');
  const few = theirs === undefined ? 'No' : `About ${formatCount(theirs.estimate)}`;
  return { state: 'ok', says: `${few} held for a destination's own reason, as on any day.` };
}

const DESTINATION_FINDINGS: ReadonlySet<string> = new Set([
  'destination-takes-no-mail',
  'held-mail-expiring',
]);

function stateByIssue(issue: ServiceIssue): 'broken' | 'degraded' {
  return classOf(issue.classification) === 'incident' ? 'broken' : 'degraded';
}

function unseen(what: string, { quality, why }: Signal<unknown>): string {
  return quality === 'fresh'
    ? `${what} does not tell.`
    : `${what} is ${WORDS[quality]}: ${why ?? 'unknown why'}.`;
}

const WORDS = { stale: 'stale', partial: 'not whole', missing: 'missing', error: 'not to be had' } as const;
