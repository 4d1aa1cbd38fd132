/**
 * Watches a run of the program: whatever it said, and whatever it wrote where it may write, is searched for secrets when it
 * has ended. What lay there before and is as it was is the test's own.
 */
import type { ChildProcess } from 'node:child_process';
import { closeSync, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';

import { afterAll, afterEach, expect } from 'vitest';

import { newSearch, type Search, secretIn } from './search.js';
import type { Environment } from './secret-variables.js';
import { tally } from './tally.js';
import { agrees, PERMITTED_FILES, PERMITTED_LINES } from './where-secrets-may-lie.js';

export interface WatchedRun {
  /** As they are typed behind the name of the program. */
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd?: string | undefined;
  /** Somebody at the terminal says yes. */
  readonly agrees?: boolean;
}

const leaks: string[] = [];
const agreedHomes = new Set<string>();

/** Wherever a run was started, the test fails that saw it end. */
function expectNoLeak(): void {
  expect(leaks.splice(0), 'secrets that were told or written').toEqual([]);
}
afterEach(expectNoLeak);
afterAll(expectNoLeak);

/** To be called in the same breath as the start: before anything was read of it. */
export function watchRun(child: ChildProcess, run: WatchedRun): void {
  const home = run.env['MAILCHECK_HOME'] ?? '';
  if (run.agrees === true || agrees(run.args, run.env)) agreedHomes.add(home);
  const places = placesOf(run);
  const before = filesIn(places);
  const searches = (['stdout', 'stderr'] as const).map(
    (name) => [name, tapped(child[name], filterOf(run.args, name))] as const,
  );
  child.once('close', () => {
    const found = [
      ...searches.flatMap(([name, search]) => prefixed(name, search.found())),
      ...leaksInFiles(places, before, agreedHomes.has(home)),
    ];
    const bytes = searches.reduce((sum, [, search]) => sum + search.bytes(), 0);
    tally({ runs: 1, bytes });
    leaks.push(...found.map((each) => `mailcheck ${run.args.join(' ')}: ${each}`));
  });
}

/** What has been found since the last test, for those that plant a secret. */
export function takeLeaks(): readonly string[] {
  return leaks.splice(0);
}

function prefixed(place: string, found: string | null): readonly string[] {
  return found === null ? [] : [`${place}: ${found}`];
}

/** Listens without reading: whoever reads, when and how far is up to the test. */
function tapped(stream: Readable | null, filter: RegExp | null): Search {
  const search = newSearch();
  if (stream === null) return search;
  const push = stream.push.bind(stream);
  const lines = { rest: '' };
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (Buffer.isBuffer(chunk)) {
      if (filter === null) search.add(chunk);
      else lines.rest = addLines(search, lines.rest + chunk.toString(), filter);
    } else if (chunk === null && lines.rest !== '' && filter !== null) {
      search.add(Buffer.from(lines.rest.replaceAll(filter, '')));
    }
    return push(chunk, encoding);
  };
  return search;
}

/** Whole lines only, for a line is permitted or not; gives what is left. */
function addLines(search: Search, text: string, filter: RegExp): string {
  const end = text.lastIndexOf('\n') + 1;
  if (end > 0) search.add(Buffer.from(text.slice(0, end).replaceAll(filter, '')));
  return text.slice(end);
}

function filterOf(args: readonly string[], stream: 'stdout' | 'stderr'): RegExp | null {
  const permitted = PERMITTED_LINES.find((each) => each.words === args[0] && each.stream === stream);
  return permitted?.line ?? null;
}

/** Where a run writes: its state, its temporary files, its folder, and what it was told to write. */
function placesOf({ args, env, cwd }: WatchedRun): readonly string[] {
  const named = [...args, ...Object.values(env)].flatMap((word) => {
    const path = (word ?? '').replace(/^-?-?[\w-]+=/u, '');
    return isAbsolute(path) ? [path] : [];
  });
  const all = [...named, ...(cwd === undefined ? [] : [cwd])];
  // Elsewhere are things of this machine: programs, the sources.
  return [...new Set(all)].filter((path) => path.startsWith(`${tmpdir()}/`));
}

type Files = ReadonlyMap<string, string>;

/** Each file with what tells whether it is another one than before. */
function filesIn(places: readonly string[]): Files {
  const found = new Map<string, string>();
  for (const place of places) {
    const here = lstatSync(place, { throwIfNoEntry: false });
    const names = here?.isDirectory() === true ? listed(place) : [place];
    for (const path of names) {
      const file = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      if (file?.isFile() === true) found.set(path, `${file.ino} ${file.size} ${file.mtimeNs}`);
    }
  }
  return found;
}

function listed(folder: string): readonly string[] {
  return orNothing(() => readdirSync(folder, { recursive: true, encoding: 'utf8' }), []).map((name) =>
    join(folder, name),
  );
}

/** Where many run at once, what was there a moment ago may be gone. */
function orNothing<Value>(look: () => Value, nothing: Value): Value {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing;
    throw error;
  }
}

function leaksInFiles(places: readonly string[], before: Files, isAgreed: boolean): readonly string[] {
  const written = [...filesIn(places)].filter(([path, sight]) => before.get(path) !== sight);
  return written.flatMap(([path]) => [
    ...prefixed('a file name', secretIn(path)),
    ...prefixed(
      path,
      orNothing(() => (isPermitted(path, isAgreed) ? null : secretInFile(path)), null),
    ),
  ]);
}

function isPermitted(path: string, isAgreed: boolean): boolean {
  const modeOf = (each: string): number => statSync(each).mode & 0o777;
  return PERMITTED_FILES.some(({ permits }) =>
    permits({ path, mode: modeOf(path), folderMode: modeOf(dirname(path)), isAgreed }),
  );
}

const BLOCK_BYTES = 1024 * 1024;

function secretInFile(path: string): string | null {
  const search = newSearch();
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const block = Buffer.alloc(BLOCK_BYTES);
      const size = readSync(file, block);
      if (size === 0) break;
      search.add(block.subarray(0, size));
    }
  } finally {
    closeSync(file);
  }
  tally({ runs: 0, bytes: search.bytes() });
  return search.found();
}
