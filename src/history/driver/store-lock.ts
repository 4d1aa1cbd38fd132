import { setTimeout as sleep } from 'node:timers/promises';

import { Failure } from '#failure.js';

import type { Driver } from './database.js';
import { preparePrivateFile } from './private-place.js';
import { troubleOf } from './trouble.js';

export const PATIENCE_MS = 15_000;
const LONGEST_NAP_MS = 50;

/**
 * Whoever makes a store, brings it up to date or sets it aside does so alone among all processes. The lock is one of
 * SQLite's on an empty database beside the store: it ends with the process that holds it, however that ends.
 */
export async function withStoreLock<T>(path: string, driver: Driver, work: () => Promise<T>): Promise<T> {
  const lockPath = `${path}.lock`;
  await preparePrivateFile(lockPath);
  const lock = driver(lockPath);
  try {
    await patiently(path, () => lock.exec('BEGIN EXCLUSIVE'));
    return await work();
  } finally {
    lock.close();
  }
}

/** Repeats what another process is in the way of. Between the tries others in this process may go on. */
export async function patiently<T>(path: string, work: () => T): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (troubleOf(error) !== 'busy') throw error;
      if (performance.now() >= untilMs) throw held(path, error);
    }
    await sleep(Math.random() * LONGEST_NAP_MS);
  }
}

function held(path: string, cause: unknown): Failure {
  return new Failure('configuration', `The store ${path} is held by another process.`, {
    remedy: 'End what else has it open, as a backup or a database browser, and try again.',
    cause,
  });
}
