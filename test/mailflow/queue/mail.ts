/** Mail for tests: so many deliveries of one kind and age, to so many domains. Everything else is made up. */
import type { Verdict } from '#mailflow/bounce/verdict.js';
import type { HeldTally } from '#mailflow/queue/held-tally.js';
import { openHeldWatch } from '#mailflow/queue/held-tally.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import { estimateReasons } from '#mailflow/sampling/estimate-reasons.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { createHeldClock } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';

import { NOON, row, verdict } from '../trace/rows.js';

export { NOON };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export type Kind =
  | 'delivered'
  | 'by-service'
  | 'closed-abruptly'
  | 'refused'
  | 'name-unknown'
  | 'at-connector'
  | 'greylisted'
  | 'sender-limit'
  | 'untold'
  | 'unread'
  | 'failed-by-service'
  | 'failed-at-recipient'
  | 'failed-unknown-recipient';

export interface Load {
  readonly kind: Kind;
  readonly count: number;
  /** Of the oldest; the others are spread evenly down to `toMinutes`. */
  readonly minutes: number;
  readonly toMinutes?: number;
  /** Recipients are spread over so many domains; 1 when absent. */
  readonly domains?: number;
  /** The first part of their names. */
  readonly name?: string;
  /** All go by this host; each domain has its own when absent. */
  readonly nextHop?: string;
  /** Comes from these many domains to ours. */
  readonly inboundFrom?: number;
  readonly expiryHours?: number;
}

const SERVICE = { reason: 'service-error', party: 'service', rule: 'forest-connection-limit' } as const;
const VERDICTS: Readonly<Record<Exclude<Kind, 'delivered' | 'unread'>, Partial<Verdict>>> = {
  'by-service': { ...SERVICE, replyCode: 421, enhancedStatus: '4.3.2' },
  'closed-abruptly': { party: 'unknown', rule: 'session-closed-abruptly', enhancedStatus: '4.4.318' },
  refused: { party: 'network', rule: 'connection-refused' },
  'name-unknown': { reason: 'dns-failure', party: 'network', rule: 'expired-dns-query-failed' },
  'at-connector': { reason: 'connector-restricted', party: 'connector', rule: 'connector-refused' },
  greylisted: { reason: 'throttled', party: 'recipient-policy', rule: 'greylisted' },
  'sender-limit': { reason: 'throttled', party: 'sender', rule: 'source-graylisted' },
  untold: {
    reason: 'unknown',
    party: 'unknown',
    rule: 'unknown',
    replyCode: null,
    enhancedStatus: null,
    text: '',
  },
  'failed-by-service': { ...SERVICE, class: 'permanent', state: 'expired' },
  'failed-at-recipient': { reason: 'unknown', party: 'recipient', class: 'permanent', state: 'bounced' },
  'failed-unknown-recipient': {
    reason: 'recipient-unknown',
    party: 'recipient',
    class: 'permanent',
    state: 'bounced',
  },
};

export function deliveriesOf(loads: readonly Load[], now: Date = NOON): readonly Delivery[] {
  return loads.flatMap((load) =>
    Array.from({ length: load.count }, (_, index) => deliveryOf(load, index, now)),
  );
}

function deliveryOf(load: Load, index: number, now: Date): Delivery {
  const { kind, count, minutes, toMinutes = minutes, domains = 1, name = kind } = load;
  const ageMinutes = count < 2 ? minutes : minutes - ((minutes - toMinutes) * index) / (count - 1);
  const receivedAt = new Date(now.getTime() - ageMinutes * MINUTE_MS);
  const domain = `${name}${index % domains}.example`;
  const isInbound = load.inboundFrom !== undefined;
  const facts = row({
    messageTraceId: `${name} ${kind} ${minutes} ${index}`,
    recipient: isInbound ? 'ana@contoso.example' : `ben@${domain}`,
    sender: isInbound ? `ben@from${index % (load.inboundFrom ?? 1)}.example` : 'ana@contoso.example',
    receivedAt,
    status: statusOf(kind),
  });
  const held = !kind.startsWith('failed') && kind !== 'delivered';
  return {
    ...facts,
    direction: isInbound ? 'inbound' : 'outbound',
    directionBasis: 'profile',
    state: stateOf(kind),
    held,
    verdict: kind === 'delivered' || kind === 'unread' ? null : verdict(VERDICTS[kind]),
    lastAttemptAt: null,
    nextHop: kind === 'unread' || kind === 'untold' ? null : (load.nextHop ?? `mx.${domain}`),
    expiresAt: held ? new Date(receivedAt.getTime() + (load.expiryHours ?? 24) * HOUR_MS) : null,
    expiresAtBasis: held ? 'assumed-24h' : null,
  };
}

function statusOf(kind: Kind): string {
  if (kind === 'delivered') return 'Delivered';
  return kind.startsWith('failed') ? 'Failed' : 'Pending';
}

function stateOf(kind: Kind): Delivery['state'] {
  if (kind === 'delivered') return 'delivered';
  return kind.startsWith('failed') ? 'bounced' : 'pending';
}

export function tallyOf(
  deliveries: readonly Delivery[],
  thresholds?: QueueThresholds,
  now: Date = NOON,
): HeldTally {
  const watch = openHeldWatch(thresholds === undefined ? { now } : { now, thresholds });
  for (const delivery of deliveries) watch.observe(delivery);
  return watch.tally();
}

/** What a survey of the last four hours would have found; all reasons that are there were read. */
export function surveyOf(
  deliveries: readonly Delivery[],
  more: Partial<Survey> = {},
  now: Date = NOON,
): Survey {
  const held = deliveries.filter((delivery) => delivery.held);
  const failed = deliveries.filter(({ state }) => state === 'bounced');
  const clock = createHeldClock(now);
  for (const delivery of deliveries) clock.observe(delivery);
  const newest = deliveries.reduce((ms, { receivedAt }) => Math.max(ms, receivedAt.getTime()), 0);
  return {
    counts: {
      ...{ expanded: 0, quarantined: 0, filtered: 0, recalled: 0, unknown: 0 },
      delivered: deliveries.length - held.length - failed.length,
      pending: held.length,
      bounced: failed.length,
    },
    deliveries: deliveries.length,
    messages: deliveries.length,
    statusWordsUnknown: [],
    mismatchedRows: 0,
    ...clock.times(),
    held: held.length,
    failed: failed.length,
    reasons: { held: reasonsOf(held), failed: reasonsOf(failed) },
    heldInnocent: null,
    destinations: destinationsOf([...held, ...failed]),
    by: null,
    window: { from: new Date(now.getTime() - 4 * HOUR_MS), to: now },
    newestReceivedAt: deliveries.length === 0 ? null : new Date(newest),
    isListedWhole: true,
    gaps: [],
    notes: [],
    ...more,
  };
}

function reasonsOf(deliveries: readonly Delivery[]): Survey['reasons']['held'] {
  const examined = deliveries.flatMap(({ verdict: read }) =>
    read === null ? [] : [{ reason: read.reason, party: read.party, class: read.class, weight: 1, count: 1 }],
  );
  return estimateReasons([
    { size: examined.length, examined },
    { size: deliveries.length - examined.length, examined: [] },
  ]);
}

function destinationsOf(deliveries: readonly Delivery[]): Survey['destinations'] {
  const domains = [...new Set(deliveries.map(({ recipient }) => recipient.split('@')[1] ?? ''))];
  return domains.map((key) => {
    const own = deliveries.filter(({ recipient }) => recipient.endsWith(`@${key}`));
    const held = own.filter((delivery) => delivery.held);
    return {
      key,
      deliveries: own.length,
      held: held.length,
      failed: own.length - held.length,
      oldestHeldAt: held[0]?.receivedAt ?? null,
      mostly: null,
    };
  });
}
