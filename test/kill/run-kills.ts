/** Kills a process that keeps pages, at moments of chance, and looks at what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { chooseDriver } from '#history/driver/choose-driver.js';
import type { Database } from '#history/driver/database.js';
import { type Random, randomOf } from '#simulator/population/random.js';

import { idOf, LAST_GENERATION, NEWEST_MS, receivedMs, ROWS, ROWS_PER_PAGE, statusOf } from './formula.mjs';

export interface KillFigures {
  /** What is wrong, in words; empty when nothing is. */
  readonly faults: readonly string[];
  readonly kills: number;
  /** Pages that were told as kept before the kills. */
  readonly pagesKept: number;
  /** Requests of the runs that came to their end after the kills. */
  readonly requestsAfter: number;
}

const CHILD = fileURLToPath(new URL('keep-pages.mjs', import.meta.url));
const MINUTE_MS = 60_000;
/** Everything is settled then. */
const MUCH_LATER_MS = NEWEST_MS + 60 * 60 * MINUTE_MS;
const PAGES = ROWS / ROWS_PER_PAGE;

/** A few kills while mail is young and changes, the others when all is settled and each page is proven for good. */
export async function runKills(kills: number, seed: number): Promise<KillFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-kill-'));
  const path = join(folder, 'traces.db');
  const random = randomOf(seed, 'kills');
  const faults: string[] = [];
  let [pagesKept, pagesSettled] = [0, 0];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const isYoung = kill < kills / 2;
      const nowMs = (isYoung ? NEWEST_MS + MINUTE_MS : MUCH_LATER_MS) + kill * 5 * MINUTE_MS;
      const generation = isYoung ? kill : LAST_GENERATION;
      const told = await killed(start(path, generation, nowMs), random);
      pagesKept += told.length;
      if (!isYoung) pagesSettled += told.length;
      const found = await look(path, told);
      faults.push(...found.map((fault) => `seed ${seed}, kill ${kill}: ${fault}`));
    }
    const last = start(path, LAST_GENERATION, MUCH_LATER_MS + kills * 5 * MINUTE_MS);
    const requestsAfter = await ended(last);
    // Each kill costs a page at most, and the pages of a window that was cut may be one more.
    const most = PAGES + kills;
    if (pagesSettled + requestsAfter > most)
      faults.push(`seed ${seed}: ${pagesSettled + requestsAfter} pages were read, ${most} would have done`);
    faults.push(...(await lookAtLast(path)).map((fault) => `seed ${seed}, after all: ${fault}`));
    return { faults, kills, pagesKept, requestsAfter };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function start(path: string, generation: number, nowMs: number): ChildProcess {
  return spawn(process.execPath, [CHILD, path, String(generation), String(nowMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

interface ToldPage {
  readonly seenAtMs: number;
  readonly numbers: readonly number[];
}

/** Kills it some milliseconds after some page, or while it opens the store; gives the pages that it told as kept. */
async function killed(child: ChildProcess, random: Random): Promise<readonly ToldPage[]> {
  const isAtStart = random.chance(0.1);
  const afterPages = isAtStart ? 0 : random.between(1, PAGES / 6);
  const delayMs = random.next() * 6;
  const told: ToldPage[] = [];
  const closed = exitCodeOf(child);
  const kill = async (): Promise<void> => {
    await sleep(delayMs);
    child.kill('SIGKILL');
  };
  let killing: Promise<void> | null = isAtStart ? sleep(random.between(50, 400)).then(kill) : null;
  for await (const line of linesOf(child)) {
    const [word, seenAt = '', numbers = ''] = line.split(' ');
    if (word === 'kept')
      told.push({ seenAtMs: Number(seenAt), numbers: numbers === '' ? [] : numbers.split(',').map(Number) });
    if (word === 'kept' && told.length >= afterPages) killing ??= kill();
  }
  await killing;
  const exitCode = await closed;
  if (exitCode !== null && exitCode !== 0) throw new Error('The process failed before it was killed.');
  return told;
}

/** Null when it was killed. */
function exitCodeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

/** Requests that it took. */
async function ended(child: ChildProcess): Promise<number> {
  const closed = exitCodeOf(child);
  let requests: number | null = null;
  for await (const line of linesOf(child)) {
    const [word, count] = line.split(' ');
    if (word === 'ended') requests = Number(count);
  }
  if ((await closed) !== 0 || requests === null) throw new Error('The last process did not come to its end.');
  return requests;
}

async function* linesOf(child: ChildProcess): AsyncIterable<string> {
  if (child.stdout === null) return;
  yield* createInterface({ input: child.stdout });
}

interface StoredRow {
  readonly status: unknown;
  readonly observedMs: number;
}

async function within<T>(path: string, work: (database: Database) => T): Promise<T> {
  const database = (await chooseDriver())(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

async function look(path: string, told: readonly ToldPage[]): Promise<readonly string[]> {
  return within(path, (database) => {
    const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'delivery'").all();
    if (tables[0]?.['n'] === 0)
      return told.length === 0 ? integrity(database) : ['pages were kept and there is no table'];
    const rows = storedRows(database);
    const lost = told.flatMap(({ seenAtMs, numbers }) =>
      numbers.filter((number) => (rows.get(idOf(number))?.observedMs ?? 0) < seenAtMs),
    );
    return [
      ...integrity(database),
      ...lost.map((number) => `row ${number} was told as kept and is not`),
      ...holes(database, rows),
    ];
  });
}

function integrity(database: Database): readonly string[] {
  const found = database
    .prepare('PRAGMA integrity_check')
    .all()
    .map((row) => Object.values(row)[0]);
  return found.length === 1 && found[0] === 'ok' ? [] : found.map((line) => `integrity: ${String(line)}`);
}

function storedRows(database: Database): ReadonlyMap<unknown, StoredRow> {
  const rows = database.prepare('SELECT message_key, status, observed_ms FROM delivery').all();
  return new Map(
    rows.map((row) => [
      row['message_key'],
      { status: row['status'], observedMs: Number(row['observed_ms']) },
    ]),
  );
}

/** Time that is proven and rows of it that are not there. */
function holes(database: Database, rows: ReadonlyMap<unknown, StoredRow>): readonly string[] {
  const spans = database.prepare('SELECT from_ms, end_ms FROM coverage WHERE is_complete = 1').all();
  return Array.from({ length: ROWS }, (_, number) => number)
    .filter((number) => !rows.has(idOf(number)))
    .filter((number) =>
      spans.some((span) => {
        const atMs = receivedMs(number);
        return atMs >= Number(span['from_ms']) && atMs < Number(span['end_ms']);
      }),
    )
    .map((number) => `row ${number} is missing from a time that is proven`);
}

/** Equal to the tenant, row by row. */
async function lookAtLast(path: string): Promise<readonly string[]> {
  return within(path, (database) => {
    const rows = storedRows(database);
    const wrong = Array.from({ length: ROWS }, (_, number) => number).filter(
      (number) => rows.get(idOf(number))?.status !== statusOf(number, LAST_GENERATION),
    );
    const faults = wrong.map((number) => `row ${number} is ${String(rows.get(idOf(number))?.status)}`);
    return [
      ...integrity(database),
      ...faults,
      ...(rows.size === ROWS ? [] : [`${rows.size} rows in place of ${ROWS}`]),
    ];
  });
}
