/**
 * Why: a person, a cron job and a build ask one tenant from one machine, and none knows of the others; together they
 * must stay within the quota, and none may fail because another is at work. Tenant: 300 held deliveries, no limit of
 * its own. Requests: counted at the service.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DRIVERS } from '../history/driver/drivers.js';
import { EIGHT, traceWithEight, watchWithEight, writeWithEight } from '../processes/eight.js';
import { traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

test.each(DRIVERS)(
  'eight write to one new store by %s, one at a time, and none is turned away',
  async (...by) => {
    await writeWithEight(folder, by, 20);
  },
);

test.each(DRIVERS)(
  'eight watch one tenant by %s: no look is lost, and the last answer of service health is the latest',
  async (...by) => {
    await watchWithEight(folder, by, 20);
  },
);

/** Runs that nobody watches leave the last 15 of the 90 to people. */
const UNATTENDED = 75;

test('eight traces at once take exactly what there is, and the service counts the same', async () => {
  const [, driver] = DRIVERS.at(-1)!;
  const home = join(folder, 'home');
  // Ten requests each: eight are more than there are, and seven never leave the last one nothing to list with.
  const { runs, tenant, slots } = await traceWithEight(home, driver, ['--sample', '9']);

  expect(tenant.lines).toHaveLength(UNATTENDED);
  expect(slots).toHaveLength(UNATTENDED);
  const answers = runs.map(traceOf);
  expect(answers.reduce((sum, { source }) => sum + source.requests, 0)).toBe(UNATTENDED);
  for (const [n, { exitCode, stderr }] of runs.entries()) {
    expect(stderr).not.toMatch(/locked|alone|bug/u);
    const reasons = answers[n]!.incomplete.map(({ reason }) => reason);
    expect([exitCode, ...new Set(reasons)]).toEqual(exitCode === 0 ? [0] : [3, 'quota']);
  }
  expect(runs.map(({ exitCode }) => exitCode)).toContain(3);

  const account = await runMailcheck(['quota', '--format', 'json'], { env: { MAILCHECK_HOME: home } });
  const { data } = JSON.parse(account.stdout) as { data: { usedBy: { requests: number }[] }[] };
  expect([account.exitCode, account.stderr]).toEqual([0, '']);
  expect(data).toMatchObject([{ origin: tenant.graphUrl, used: UNATTENDED, free: 15, freeUnattended: 0 }]);
  expect(data[0]!.usedBy).toHaveLength(EIGHT.length);
});
