/** Eight real processes at once on one store, and what they left there. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect } from 'vitest';

import type { Driver, Row } from '#history/driver/database.js';

import type { Run } from '../scenarios/run-mailcheck.js';
import { runMailcheck } from '../scenarios/run-mailcheck.js';
import { rowsBetween, type ServedTenant, serveTenant } from '../scenarios/serve-tenant.js';

export const EIGHT = Array.from({ length: 8 }, (_, n) => n);

const WRITER = fileURLToPath(new URL('writer.mjs', import.meta.url));
const LOOK_KEEPER = fileURLToPath(new URL('look-keeper.mjs', import.meta.url));
const PATIENCE_MS = 300_000;
const run = promisify(execFile);

export function rowsOf(driver: Driver, path: string, sql: string): readonly Row[] {
  const database = driver(path);
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

/** All of them begin on an empty folder. Gives the longest that one transaction took, with its wait for the others. */
export async function writeWithEight(
  folder: string,
  [name, driver]: readonly [string, Driver],
  each: number,
): Promise<number> {
  const args = [WRITER, folder, name, String(each)];
  const runs = await Promise.all(EIGHT.map(() => run(process.execPath, args, { timeout: PATIENCE_MS })));
  const path = join(folder, 'home', 'steps.db');
  const steps = rowsOf(driver, path, 'SELECT number, process FROM step ORDER BY number');
  expect(steps.map((step) => step['number'])).toEqual(Array.from({ length: 8 * each }, (_, n) => n + 1));
  const counts = rowsOf(driver, path, 'SELECT count(*) AS count FROM step GROUP BY process');
  expect(counts).toEqual(EIGHT.map(() => ({ count: each })));
  expect(rowsOf(driver, path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  return Math.max(...runs.map(({ stdout }) => Number(stdout)));
}

/** All of them watch one tenant, from an empty folder on. */
export async function watchWithEight(
  folder: string,
  [name, driver]: readonly [string, Driver],
  each: number,
): Promise<void> {
  const args = [LOOK_KEEPER, folder, name, String(each)];
  const runs = await Promise.all(EIGHT.map(() => run(process.execPath, args, { timeout: PATIENCE_MS })));
  const seen = runs.map(({ stdout }) => Number(stdout));
  // Each saw all of its own, and the last of them those of all.
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(each);
  expect(Math.max(...seen)).toBe(8 * each);
  const path = join(folder, 'home', 'watch.db');
  const counts = rowsOf(driver, path, 'SELECT count(*) AS count FROM look GROUP BY at_ms');
  expect(counts).toEqual(Array.from({ length: each }, () => ({ count: 8 })));
  const checkRuns = rowsOf(driver, path, 'SELECT count(*) AS count FROM check_run GROUP BY at_ms');
  expect(checkRuns).toEqual(counts);
  const kept = rowsOf(driver, path, "SELECT answer ->> '$.services[0].status' AS status FROM health");
  expect(kept).toEqual([{ status: String(each - 1) }]);
  expect(rowsOf(driver, path, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
}

export interface Race {
  readonly runs: readonly Run[];
  readonly tenant: ServedTenant;
  /** What the ledger holds afterwards. */
  readonly slots: readonly Row[];
}

/** Held mail enough for any sample, and a service without a limit of its own: what is asked is up to the ledger. */
export async function traceWithEight(home: string, driver: Driver, args: readonly string[]): Promise<Race> {
  const now = new Date();
  const held = rowsBetween(now, [20, 200], 300, () => ({ status: 'pending' }));
  const tenant = await serveTenant(now, held, { quirks: { quota: null } });
  const env = { ...tenant.env, MAILCHECK_HOME: home };
  const runs = await Promise.all(
    EIGHT.map(() => runMailcheck(['trace', '--format', 'json', ...args], { env })),
  );
  await tenant.close();
  return { runs, tenant, slots: rowsOf(driver, join(home, 'quota.db'), 'SELECT * FROM slot ORDER BY at') };
}

/** The most that lie in any span of so many milliseconds, both of its ends included. */
export function mostInAnyWindow(atMs: readonly number[], windowMs: number): number {
  return Math.max(
    0,
    ...atMs.map((start) => atMs.filter((at) => at >= start && at <= start + windowMs).length),
  );
}
