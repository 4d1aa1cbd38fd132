import { expect, test } from 'vitest';

import type { Party, Reason } from '#mailflow/bounce/verdict.js';
import { REASONS } from '#mailflow/bounce/verdict.js';
import { isOwnBusiness } from '#mailflow/queue/failed-reasons.js';
import { judgeFailed } from '#mailflow/queue/judge-failed.js';
import {
  type FailedThresholds,
  QUEUE_THRESHOLDS,
  type QueueThresholds,
  type ShareLimits,
} from '#mailflow/queue/thresholds.js';
import { estimateReasons, type Examined } from '#mailflow/sampling/estimate-reasons.js';

const failed = (reason: Reason, party: Party, count: number): Examined => ({
  ...{ reason, party, class: 'permanent', weight: 1 },
  count,
});

function levelOf(examined: readonly Examined[], deliveries: number, unread = 0): string {
  const size = examined.reduce((sum, { count }) => sum + count, 0);
  const reasons = estimateReasons([
    { size, examined },
    { size: unread, examined: [] },
  ]);
  return judgeFailed(reasons, { deliveries, source: 'graph' })[0]?.level ?? 'ok';
}

const service = (count: number): Examined => failed('service-error', 'service', count);

const rows: [string, readonly Examined[], number, string][] = [
  ['nothing failed', [], 800, 'ok'],
  ['1 of 2 is no half', [service(1)], 2, 'ok'],
  ['all of 49: under the floor', [service(49)], 49, 'ok'],
  ['all of 50', [service(50)], 50, 'critical'],
  ['2 % seen of 800 may be less', [service(16)], 800, 'ok'],
  ['4 % seen of 800 are 2 % at least', [service(32)], 800, 'warning'],
  ['10 % seen of 800 may be less', [service(80)], 800, 'warning'],
  ['13 % seen of 800 are 10 % at least', [service(104)], 800, 'critical'],
  ['addresses that nobody has, however many', [failed('recipient-unknown', 'recipient', 400)], 800, 'ok'],
  ['rules of a tenant, whatever they are called', [failed('unknown', 'sender-policy', 400)], 800, 'ok'],
  ['spam', [failed('spam-content', 'sender', 400)], 800, 'ok'],
  ['expired mail of dead addresses', [failed('dns-failure', 'network', 3)], 800, 'ok'],
  ['a connector that refuses', [failed('connector-restricted', 'connector', 60)], 800, 'warning'],
  ['what nobody knows is not taken for harmless', [failed('unknown', 'unknown', 60)], 800, 'warning'],
];
test.each(rows)('failed: %s', (_why, examined, deliveries, expected) => {
  expect(levelOf(examined, deliveries)).toBe(expected);
});

test('nothing is said of reasons that were not read', () => {
  expect(levelOf([], 800, 400)).toBe('ok');
});

test('what was not read could be all of it or none: it proves nothing', () => {
  expect(levelOf([service(5)], 800, 400)).toBe('ok');
});

test("each reason is either the sender's own business or an alarm", () => {
  const alarming = REASONS.filter((reason) => !isOwnBusiness({ reason, party: 'unknown' }));
  expect(alarming).toEqual([
    ...['throttled', 'sender-blocked', 'ip-blocked', 'auth-failed', 'tls-failed', 'relay-denied'],
    ...['connector-restricted', 'dns-failure', 'connection-failed', 'loop', 'routing-error', 'service-error'],
    ...['protocol-error', 'expired', 'unknown'],
  ]);
});

const own = (limits: Partial<FailedThresholds>): QueueThresholds => ({
  ...QUEUE_THRESHOLDS,
  failed: { ...QUEUE_THRESHOLDS.failed, ...limits },
});
const shares = (warningShare: number | null, criticalShare: number | null): ShareLimits => ({
  warningShare,
  criticalShare,
});
const NEVER = { warningShare: 1, criticalShare: 1 };

const limitRows: readonly {
  readonly why: string;
  readonly limits: Partial<FailedThresholds>;
  readonly failed: readonly Examined[];
  readonly found: readonly string[];
}[] = [
  {
    why: 'a reason that is counted though it is the sender’s own business',
    limits: { reasons: ['recipient-unknown'] },
    failed: [failed('recipient-unknown', 'recipient', 60)],
    found: ['warning: failed mail'],
  },
  {
    why: 'a reason that is not counted',
    limits: { reasons: ['throttled'] },
    failed: [service(60)],
    found: [],
  },
  {
    why: 'a party that is not counted',
    limits: { parties: ['connector'] },
    failed: [service(60)],
    found: [],
  },
  {
    why: 'a party has limits of its own beside those for all',
    limits: { ...NEVER, byParty: { service: shares(0.005, 0.02) } },
    failed: [service(32)],
    found: ['critical: failed mail on the service side'],
  },
  {
    why: 'limits of another party say nothing',
    limits: { ...NEVER, byParty: { connector: shares(0.005, 0.02) } },
    failed: [service(32)],
    found: [],
  },
  {
    why: 'a reason is counted whole, whatever the lists say',
    limits: { reasons: [], byReason: { 'recipient-unknown': shares(0.05, null) } },
    failed: [failed('recipient-unknown', 'recipient', 80)],
    found: ['warning: failed mail for the reason recipient-unknown'],
  },
  {
    why: 'no limit for a warning: nothing below critical',
    limits: { ...NEVER, byReason: { 'service-error': shares(null, 0.2) } },
    failed: [service(80)],
    found: [],
  },
  {
    why: 'the worst comes first',
    limits: { byParty: { service: shares(0.01, 0.02) } },
    failed: [service(32)],
    found: ['critical: failed mail on the service side', 'warning: failed mail'],
  },
  {
    why: 'a limit of nothing is not reached by nothing',
    limits: { ...NEVER, byParty: { connector: shares(0, 0) } },
    failed: [service(32)],
    found: [],
  },
];
test.each(limitRows)('limits of their own: $why', ({ limits, failed: examined, found }) => {
  const size = examined.reduce((sum, { count }) => sum + count, 0);
  const reasons = estimateReasons([{ size, examined }]);
  const findings = judgeFailed(reasons, { deliveries: 800, source: 'graph' }, own(limits));
  expect(findings.map(({ level, subject }) => `${level}: ${subject}`)).toEqual(found);
});
