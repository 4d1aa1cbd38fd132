/** Eight processes for longer: thousands of transactions, and traces that wait for the quota over more than one window. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DRIVERS } from '../history/driver/drivers.js';
import { mostInAnyWindow, traceWithEight, writeWithEight } from '../processes/eight.js';
import { traceOf } from '../scenarios/read-answer.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-large-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

test.each(DRIVERS)('eight times 500 transactions by %s', async (...by) => {
  const longestMs = await writeWithEight(folder, by, 500);
  console.log(`${by[0]}: the longest transaction took ${longestMs} ms`);
});

test('eight traces that wait get all they asked for, never more than 75 in any five minutes', async () => {
  const [, driver] = DRIVERS.at(-1)!;
  const { runs, tenant, slots } = await traceWithEight(join(folder, 'home'), driver, [
    '--sample',
    '11',
    '--wait',
  ]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array(8).fill(0));
  const asked = runs.map(traceOf).reduce((sum, { source }) => sum + source.requests, 0);
  expect({ asked, answered: tenant.lines.length, entered: slots.length }).toEqual({
    asked: 96,
    answered: 96,
    entered: 96,
  });
  const most = mostInAnyWindow(tenant.arrivals, 300_000);
  console.log(`96 requests, at most ${most} in any 300 s`);
  expect(most).toBe(75);
  for (const { stderr } of runs) expect(stderr).not.toMatch(/locked|alone|bug/u);
});
