import { troubleOf } from './trouble.js';

/** Some locks are refused at once in spite of the busy timeout, and whoever waited for all of it may just have had bad luck. */
const PATIENCE_MS = 25_000;
const LONGEST_NAP_MS = 50;

/**
 * A write lock from the start. A transaction that reads first and wants to write later is refused at once when
 * somebody else wrote meanwhile, whatever the timeout.
 */
export function immediately<T>(exec: (sql: string) => void, work: () => T): T {
  begin(exec);
  try {
    const result = work();
    exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(exec);
    throw error;
  }
}

function begin(exec: (sql: string) => void): void {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (troubleOf(error) !== 'busy' || performance.now() >= untilMs) throw error;
      nap(Math.random() * LONGEST_NAP_MS);
    }
  }
}

/** Blocks, as the driver's own waiting does. */
function nap(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function rollBack(exec: (sql: string) => void): void {
  try {
    exec('ROLLBACK');
  } catch (error) {
    // A full disk or a read error has undone it already; what counts is why, and the caller is about to throw that.
    if (troubleOf(error) === 'damaged') throw error;
  }
}
