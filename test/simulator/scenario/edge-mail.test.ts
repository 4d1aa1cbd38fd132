/** What the edge turns away: missing from the trace until it is let in, and meanwhile in the queues of senders and of our relay. */
import { describe, expect, test } from 'vitest';

import { isWaiting, type RefusedMail } from '#simulator/population/refused-mail.js';
import { postqueueText } from '#simulator/relay/postqueue.js';
import { relayQueueAt } from '#simulator/relay/relay-queue.js';
import { edgeRefusals } from '#simulator/scenario/edge.js';
import { populate } from '#simulator/scenario/populate.js';
import type { Scenario } from '#simulator/scenario/scenario.js';
import { scenarioClock } from '#simulator/scenario/scenario-clock.js';
import { findScenario } from '#simulator/scenario/scenarios.js';

import { NOW } from '../population.js';

function scenarioOf(name: string): Scenario {
  return findScenario(name) ?? expect.fail(`no scenario ${name}`);
}

/** Minute 0 is NOW. */
const CLOCK = scenarioClock({ minute: 0, now: NOW });

interface Played {
  readonly scenario: Scenario;
  readonly inbound: readonly { readonly id: string; readonly receivedAt: Date }[];
  readonly refused: readonly RefusedMail[];
}

function played(name: string): Played {
  const scenario = scenarioOf(name);
  const weeks = { hoursBefore: 8 * 24, hoursAfter: 40 };
  const { deliveries, refused } = populate(scenario, { seed: 3, minute: 0, now: NOW, rows: 12_000, weeks });
  const inbound = new Map(deliveries.filter(({ fromIp }) => fromIp !== null).map((each) => [each.id, each]));
  return { scenario, inbound: [...inbound.values()], refused };
}

const OUTAGES = ['june-2026', 'january-2026'].map((name) => [name, played(name)] as const);

const isWithin = (instant: Date, from: number, until: number): boolean =>
  instant >= CLOCK(from) && instant < CLOCK(until);

describe.each(OUTAGES)('%s', (_name, { scenario, inbound, refused }) => {
  const arrived = (from: number, until: number): number =>
    inbound.filter(({ receivedAt }) => isWithin(receivedAt, from, until)).length;
  const queueAt = (minute: number) =>
    relayQueueAt(refused, {
      ...{ scenario, seed: 3, now: CLOCK(minute) },
      edge: edgeRefusals(scenario, CLOCK),
    });
  const isOfOutage = ({ delayReason }: { readonly delayReason: string }): boolean =>
    delayReason.startsWith('host contoso-example.mail.protection.outlook.com');

  test('what is refused is what the trace lacks, to the message', () => {
    const at = CLOCK(240);
    const known = new Set(inbound.filter(({ receivedAt }) => receivedAt <= at).map(({ id }) => id));
    const waiting = refused.filter((mail) => isWaiting(mail, at));
    expect(waiting.length).toBeGreaterThan(100);
    expect(waiting.filter(({ id }) => known.has(id))).toEqual([]);
    // Let in since, each is in the trace from that second on.
    const admitted = new Map(inbound.map(({ id, receivedAt }) => [id, receivedAt]));
    for (const { id, admittedAt } of refused) expect(admitted.get(id) ?? null).toEqual(admittedAt);
  });

  test.each([
    [60, 240],
    [240, 420],
  ])('between minutes %i and %i the dip has the size of the refused share', (from, until) => {
    const turningAway = scenario.phases.filter((phase) => phase.refusedAtEdge > 0);
    const share = turningAway.find((phase) => phase.from <= from && phase.until >= until)?.refusedAtEdge ?? 0;
    const knocked = refused.filter(({ knockedAt }) => isWithin(knockedAt, from, until)).length;
    const late = refused.filter(
      ({ admittedAt }) => admittedAt !== null && isWithin(admittedAt, from, until),
    ).length;
    const seen = arrived(from, until);
    expect(knocked / (seen - late + knocked)).toBeGreaterThan(share - 0.06);
    expect(knocked / (seen - late + knocked)).toBeLessThan(share + 0.06);
    // A week before the same hours had as much as knocks now.
    const weekBefore = arrived(from - 7 * 1_440, until - 7 * 1_440);
    expect((seen - late + knocked) / weekBefore).toBeGreaterThan(0.8);
    expect((seen - late + knocked) / weekBefore).toBeLessThan(1.25);
  });

  test('nobody is refused before and long after', () => {
    const end = Math.max(
      ...scenario.phases.filter((each) => each.refusedAtEdge > 0).map(({ until }) => until),
    );
    expect(refused.filter(({ knockedAt }) => !isWithin(knockedAt, 0, end))).toEqual([]);
  });

  test('it comes when its sender tries again; some senders do not', () => {
    const lost = refused.filter(({ admittedAt }) => admittedAt === null);
    expect(lost.length / refused.length).toBeGreaterThan(0);
    expect(lost.length / refused.length).toBeLessThan(0.03);
    expect(lost.filter(({ isRelayed }) => isRelayed)).toEqual([]);
    for (const { knockedAt, admittedAt } of refused)
      expect(admittedAt === null || admittedAt > knockedAt).toBe(true);
  });

  test.each([-30, 20, 60, 120, 240, 410, 480, 900, 1_800])(
    'at minute %i the relay holds what was refused of its mail and is not let in yet',
    (minute) => {
      const expected = refused.filter(
        ({ isRelayed, knockedAt, admittedAt }) =>
          isRelayed && knockedAt <= CLOCK(minute) && (admittedAt === null || admittedAt > CLOCK(minute)),
      );
      const queue = queueAt(minute).filter(isOfOutage);
      expect(queue.map(({ recipient, arrivedAt }) => [recipient, arrivedAt])).toEqual(
        expected
          .toSorted((one, other) => one.knockedAt.getTime() - other.knockedAt.getTime())
          .map(({ recipient, knockedAt }) => [recipient, knockedAt]),
      );
      expect(queue.every(({ recipient }) => recipient.endsWith('@contoso.example'))).toBe(true);
    },
  );

  test('its queue grows while the outage lasts, and drains after', () => {
    const lengths = [-30, 20, 60, 120, 240, 410].map((minute) => queueAt(minute).filter(isOfOutage).length);
    expect(lengths[0]).toBe(0);
    for (const [index, length] of lengths.entries())
      expect(length).toBeGreaterThanOrEqual(lengths[index - 1] ?? 0);
    const after = [480, 720, 900, 1_800].map((minute) => queueAt(minute).filter(isOfOutage).length);
    expect(after[0]).toBeLessThan(lengths.at(-1) ?? 0);
    expect(after.at(-1)).toBe(0);
  });
});

describe('the words of the relay', () => {
  test.each([
    [
      'june-2026',
      /^host contoso-example\.mail\.protection\.outlook\.com\[203\.0\.113\.41\] refused to talk to me: 421 4\.3\.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel/u,
    ],
    [
      'january-2026',
      /^host contoso-example\.mail\.protection\.outlook\.com\[203\.0\.113\.41\] said: 451 4\.3\.2 Temporary server error\. Please try again later ATTR2 .*\(in reply to RCPT TO command\)$/u,
    ],
  ])('%s', (name, words) => {
    const { scenario, refused } = OUTAGES.find(([each]) => each === name)?.[1] ?? expect.fail(name);
    const edge = edgeRefusals(scenario, CLOCK);
    const text = postqueueText(relayQueueAt(refused, { scenario, seed: 3, now: CLOCK(240), edge }));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    for (const line of lines)
      expect(line).toEqual({
        queue_name: 'deferred',
        queue_id: expect.stringMatching(/^[0-9A-F]{11}$/u) as string,
        arrival_time: expect.any(Number) as number,
        message_size: expect.any(Number) as number,
        forced_expire: false,
        sender: expect.stringContaining('@') as string,
        recipients: [
          { address: expect.stringContaining('@') as string, delay_reason: expect.any(String) as string },
        ],
      });
    expect(new Set(lines.map((line) => (line as { queue_id: string }).queue_id)).size).toBe(lines.length);
    const reasons = lines.map(
      (line) => (line as { recipients: { delay_reason: string }[] }).recipients[0]?.delay_reason,
    );
    expect(reasons.filter((reason) => words.test(reason ?? '')).length).toBeGreaterThan(30);
    // Some wait for others, as on any day.
    expect(reasons.filter((reason) => !words.test(reason ?? ''))).toHaveLength(6);
  });

  test('on an ordinary day only others keep mail waiting', () => {
    const scenario = scenarioOf('calm');
    const { refused } = populate(scenario, { seed: 1, minute: 300, now: NOW, rows: 2_000 });
    expect(refused).toEqual([]);
    expect(relayQueueAt(refused, { scenario, seed: 1, now: NOW, edge: [] })).toHaveLength(6);
  });
});
