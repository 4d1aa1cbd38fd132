/** Paging by a cursor against the simulated service: every row, whatever the size of an answer and the ties in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { startTenant } from '#simulator/tenant.js';

import { virtualClock } from '../../fakes/virtual-clock.js';
import { delivery, minutesAgo, NOW, numberedId } from '../../simulator/population.js';
import { collect, query } from '../graph/opened.js';
import { openExchangeAt } from './opened.js';

/** Minutes of the messages and the local parts of each one's recipients: all of a message share one instant. */
const mail = fc.array(
  fc.record({
    minute: fc.integer({ min: 1, max: 5 }),
    recipients: fc.uniqueArray(fc.constantFrom('a', 'B', 'b2', 'ä', 'Z', "o'c", '_', '0'), { minLength: 1 }),
  }),
  { maxLength: 12 },
);

test('each row comes, and none is asked for more often than needed', async () => {
  await fc.assert(
    fc.asyncProperty(
      mail,
      fc.integer({ min: 2, max: 7 }),
      fc.constantFrom('zone' as const, 'offset' as const, 'bare' as const, 'mixed' as const),
      async (messages, exchangeRows, exchangeDates) => {
        const population = messages.flatMap(({ minute, recipients }, n) =>
          recipients.map((name) =>
            delivery({
              ...{ id: numberedId(n), recipient: `${name}@contoso.example`, lagSeconds: 0 },
              receivedAt: minutesAgo(minute),
            }),
          ),
        );
        const tenant = await startTenant({
          ...{ population, clock: () => NOW, tokenChecks: 'any', quirks: { exchangeRows, exchangeDates } },
        });
        try {
          const clock = virtualClock(NOW.toISOString());
          const { source } = openExchangeAt(tenant, { clock });
          const window = { from: minutesAgo(60), to: NOW };
          const { entries, gaps } = await collect(source, query({ window }));
          const keys = entries.map((entry) => `${entry.messageTraceId ?? ''} ${entry.recipient}`);
          expect(gaps).toEqual([]);
          expect([...new Set(keys)].toSorted()).toEqual(
            population.map(({ id, recipient }) => `${id} ${recipient}`).toSorted(),
          );
          const extra = Math.max(0, population.length - exchangeRows);
          expect(source.requestCount()).toBe(1 + Math.ceil(extra / (exchangeRows - 1)));
        } finally {
          await tenant.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('more rows of one instant and one recipient than an answer holds: said, not asked for for ever', async () => {
  const population = Array.from({ length: 4 }, () =>
    delivery({ id: numberedId(1), receivedAt: minutesAgo(5), lagSeconds: 0 }),
  );
  const tenant = await startTenant({
    ...{ population, clock: () => NOW, tokenChecks: 'any', quirks: { exchangeRows: 3 } },
  });
  const { source } = openExchangeAt(tenant, { clock: virtualClock(NOW.toISOString()) });
  const { gaps } = await collect(source, query({ window: { from: minutesAgo(60), to: NOW } }));
  await tenant.close();
  expect(gaps).toMatchObject([{ reason: 'link-loop' }]);
  expect(source.requestCount()).toBe(2);
});
