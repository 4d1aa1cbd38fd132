/** What was found, as words that advice can ask for. */
import { judgeStatusPage } from '../health/judge-status-page.js';
import { isOwnBusiness } from '../queue/failed-reasons.js';
import type { Cause } from './assessment.js';
import type { Evidence } from './evidence.js';
import { heldShares } from './held-shares.js';

export type Circumstance =
  /** Something is a warning or worse on the evidence of mail or of posts about it. */
  | 'mail-trouble'
  | 'held'
  | 'held-by-service'
  /** The reply names the limit of connections between forests. */
  | 'resource-forest-limit'
  | 'held-at-one-hop'
  /** A smart host that a connector names. */
  | 'held-at-connector'
  | 'held-at-one-destination'
  | 'expiring'
  | 'failed-by-service'
  | 'mail-flow-issue'
  | 'sign-in-issue'
  | 'issue-without-effect'
  | 'service-without-issue'
  /** Less mail comes in than usual, and other mail does not. */
  | 'inbound-dip'
  /** A mail host of ours greets senders with a deferral of the service. */
  | 'edge-puts-off'
  | 'trace-unseen'
  | 'health-unseen'
  | 'portal-trouble'
  | 'clock-wrong'
  | 'own-network-down'
  | 'own-sign-in-refused'
  /** For traces: service health has a quota of its own. */
  | 'throttled'
  | 'reasons-unread'
  | 'calm';

export interface Situation {
  readonly circumstances: ReadonlySet<Circumstance>;
  /** What stands in the blanks of an advice. */
  readonly issueId: string | null;
  readonly hop: string | null;
  readonly connector: string | null;
}

const FOREST_LIMIT_RULE = 'forest-connection-limit';

export function situationOf(evidence: Evidence, cause: Cause | null): Situation {
  const { sightings, sight, accounts, setUp, findings, mailFlowIssues, signInIssues, reach } = evidence;
  const ids = new Set(findings.map(({ finding }) => finding.id));
  const shares = heldShares(evidence);
  const service = shares.find(({ account }) => account === 'service');
  const hasMailTrouble = findings.some(
    ({ signal, finding }) => signal === 'trace' && finding.level !== 'info',
  );
  const hasDip = ids.has('inbound-dip');
  const unseen = [sightings.trace, sightings.health].filter(({ quality }) => quality !== 'fresh');
  const reasons = new Set(unseen.map(({ reason }) => reason));
  const page = sightings.statusPage.value;
  const held = sight?.survey.held ?? 0;
  const truths: readonly (readonly [Circumstance, boolean])[] = [
    ['mail-trouble', hasMailTrouble || mailFlowIssues.length > 0],
    ['held', held > 0],
    ['held-by-service', hasMailTrouble && service !== undefined],
    ['resource-forest-limit', (service?.read ?? []).some(({ shape }) => shape === FOREST_LIMIT_RULE)],
    ['held-at-one-hop', hasMailTrouble && shares.some(({ account }) => account === 'path')],
    ['held-at-connector', ids.has('connector-host-unreached') && hasMailTrouble],
    ['held-at-one-destination', ids.has('destination-takes-no-mail') || ids.has('held-mail-expiring')],
    ['expiring', ids.has('held-mail-expiring')],
    ['failed-by-service', failsByService(evidence)],
    ['mail-flow-issue', mailFlowIssues.length > 0],
    ['sign-in-issue', signInIssues.length > 0],
    ['issue-without-effect', mailFlowIssues.length > 0 && !hasMailTrouble],
    ['service-without-issue', cause?.kind === 'service' && sightings.health.quality === 'fresh'],
    ['inbound-dip', hasDip],
    ['edge-puts-off', ids.has('edge-puts-senders-off')],
    ['trace-unseen', sightings.trace.quality !== 'fresh'],
    ['health-unseen', sightings.health.quality !== 'fresh'],
    ['portal-trouble', page !== null && judgeStatusPage(page).portal === 'troubled'],
    ['clock-wrong', reasons.has('clock')],
    ['own-network-down', reach?.kind === 'own-network-down'],
    ['own-sign-in-refused', sightings.signIn.value?.kind === 'refused'],
    ['throttled', sightings.trace.reason === 'throttled' || sightings.trace.reason === 'quota'],
    ['reasons-unread', held > 0 && (sight?.held.read.length ?? 0) === 0],
    ['calm', !hasMailTrouble && !hasDip && mailFlowIssues.length === 0 && unseen.length === 0],
  ];
  return {
    circumstances: new Set(truths.flatMap(([circumstance, holds]) => (holds ? [circumstance] : []))),
    issueId: cause?.issueId ?? mailFlowIssues[0]?.id ?? signInIssues[0]?.id ?? null,
    connector: setUp?.heldAt[0]?.connector ?? null,
    hop:
      accounts?.sharedHops[0] ??
      findings.find(({ finding }) => finding.id === 'held-mail-expiring')?.finding.subject ??
      null,
  };
}

function failsByService({ sight }: Evidence): boolean {
  return (sight?.survey.reasons.failed.by ?? []).some(
    (words) => words.party === 'service' && !isOwnBusiness(words),
  );
}
