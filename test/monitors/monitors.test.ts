/**
 * One run gives one verdict in every format, and each is read back by a reader that shares nothing with its writer, also
 * when every field holds hostile text. `MAILCHECK_MONITORS` sets how many runs are made up; `npm run test:monitors` makes
 * as many as hold 100,000 records.
 */
import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createGithubWriter, createStepOutputsWriter, createStepSummaryWriter } from '#render/github.js';
import { createJunitWriter } from '#render/junit.js';
import { createNagiosWriter } from '#render/nagios.js';
import { createOpenMetricsWriter } from '#render/openmetrics.js';

import { buildCommandsIn, invisibleIn, strayEmojiParts } from '../render/hostile.js';
import type { FuzzedRun } from './arbitrary-run.js';
import { fuzzedRun } from './arbitrary-run.js';
import { readCommands, readStepFile } from './read-github.js';
import { readJunit } from './read-junit.js';
import { readNagios } from './read-nagios.js';
import type { MetricFamily } from './read-openmetrics.js';
import { readOpenMetrics } from './read-openmetrics.js';

const FULL_RUNS = 15_000;
const RUNS = Number(process.env['MAILCHECK_MONITORS'] ?? '150');
const LEVELS = ['ok', 'warning', 'critical', 'unknown'] as const;
const WORDS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

/** That nothing could be asked is no verdict on the mail. */
function expectedLevel({ tail }: FuzzedRun): string {
  return tail.outcome.level === 'refused' ? 'unknown' : tail.outcome.level;
}

function checkAll(check: (run: FuzzedRun) => void): number {
  let records = 0;
  fc.assert(
    fc.property(fuzzedRun, (run) => {
      records += run.records;
      check(run);
    }),
    { numRuns: RUNS },
  );
  return records;
}

/** Many runs hold many records, or the hostile ones would not be there. */
function expectMany(records: number): void {
  expect(records).toBeGreaterThan(RUNS >= FULL_RUNS ? 100_000 : 2 * RUNS);
}

describe('every format, on runs whose every field may be hostile', () => {
  test('nagios is plugin output of 4 KiB, whose word is that of the exit code', () => {
    const records = checkAll(({ spec, tail }) => {
      const text = createNagiosWriter<never, null>(spec).end(tail);
      const { word, perfdata } = readNagios(text);
      expect(word).toBe(WORDS[Math.min(3, tail.outcome.exitCode)]);
      expect(perfdata[0]).toMatchObject({ label: 'level', unit: '' });
      expect(LEVELS[perfdata[0]?.value ?? NaN]).toBe(expectedLevel({ spec, tail, records: 0 }));
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
      expectHarmless(text);
    });
    expectMany(records);
  });

  test('junit is XML by a strict parser, with a case for each and the level beside them', () => {
    const records = checkAll((run) => {
      const text = createJunitWriter<never, null>(run.spec).end(run.tail);
      const { properties, cases, suite, texts } = readJunit(text);
      expect(properties.get('level')).toBe(run.tail.outcome.level);
      expect(properties.get('exitCode')).toBe(String(run.tail.outcome.exitCode));
      expect(suite.startsWith('DRILL ')).toBe(run.spec.head.drill !== null);
      // Where the command says nothing of its own, the verdict is a case.
      const verdict = cases.find(({ name }) => name === 'verdict');
      if (run.spec.monitor === undefined) expect(verdict?.ending).toBe(endingOf(run));
      if (run.tail.error !== null) expect(cases.map(({ ending }) => ending)).toEqual(['error']);
      expectHarmless(text);
      for (const each of texts) expect(invisibleIn(each)).toEqual([]);
    });
    expectMany(records);
  });

  test('openmetrics keeps both grammars, 200 series and names of its own alone', () => {
    const helps = new Map<string, string>();
    const records = checkAll((run) => {
      const text = createOpenMetricsWriter<never, null>(run.spec).end(run.tail);
      const families = readOpenMetrics(text);
      expect(LEVELS[valueOf(families, 'mailcheck_level') ?? NaN]).toBe(expectedLevel(run));
      expect(valueOf(families, 'mailcheck_drill')).toBe(run.spec.head.drill === null ? 0 : 1);
      const success = valueOf(families, 'mailcheck_last_success_timestamp_seconds');
      const seconds = Math.floor(run.tail.generatedAt.getTime() / 1000);
      expect(success).toBe(run.tail.error === null ? seconds : undefined);
      const samples = families.flatMap((family) => family.samples);
      expect(samples.length).toBeLessThanOrEqual(200);
      for (const { labels } of samples) {
        expect(Object.keys(labels).filter((name) => !['command', 'check', 'tenant'].includes(name))).toEqual(
          [],
        );
        for (const value of Object.values(labels)) expect(value).toMatch(/^[a-z0-9][a-z0-9.-]{0,99}$/u);
      }
      // Files of several runs lie in one folder, and one name may have one text there.
      for (const { name, help } of families) expect(helps.get(name) ?? help).toBe(help);
      for (const { name, help } of families) helps.set(name, help);
      expectHarmless(text);
    });
    expectMany(records);
  });

  test('github gives our annotations and no other command, ten of a kind at most', () => {
    const records = checkAll((run) => {
      const text = createGithubWriter<never, null>(run.spec).end(run.tail);
      const commands = readCommands(text);
      expect(commands).toHaveLength(text.split('\n').length - 1);
      for (const kind of ['error', 'warning', 'notice'])
        expect(commands.filter(({ command }) => command === kind).length).toBeLessThanOrEqual(10);
      for (const { command, properties, data } of commands) {
        expect(['error', 'warning', 'notice']).toContain(command);
        expect(Object.keys(properties)).toEqual(['title']);
        expect(invisibleIn(data)).toEqual([]);
      }
      const title = commands[0]?.properties['title'] ?? '';
      expect(title.endsWith(`mailcheck ${run.spec.run.command}: ${expectedLevel(run).toUpperCase()}`)).toBe(
        true,
      );
      expect(title.startsWith('DRILL ')).toBe(run.spec.head.drill !== null);
      expect(invisibleIn(text)).toEqual([]);
    });
    expectMany(records);
  });

  test('the outputs of a step are those three, whatever they hold', () => {
    const records = checkAll((run) => {
      // Earlier commands of the step have left theirs.
      const before = 'other=1\n';
      const text = createStepOutputsWriter<never, null>(run.spec).end(run.tail);
      const outputs = readStepFile(before + text + text);
      expect([...outputs.keys()]).toEqual(['other', 'level', 'exit-code', 'sentence']);
      expect(outputs.get('level')).toBe(run.tail.outcome.level);
      expect(outputs.get('exit-code')).toBe(String(run.tail.outcome.exitCode));
      expect(invisibleIn(text)).toEqual([]);
    });
    expectMany(records);
  });

  test('the summary of a step is Markdown of ours, and tells the level', () => {
    const records = checkAll((run) => {
      const text = createStepSummaryWriter<never, null>(run.spec).end(run.tail);
      const lines = text.split('\n');
      expect(lines[0]?.endsWith(`: ${expectedLevel(run).toUpperCase()}`)).toBe(true);
      expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
      for (const line of lines) expectOwnMarkup(line);
      expectHarmless(text);
    });
    expectMany(records);
  });
});

function endingOf({ spec: { run }, tail: { outcome } }: FuzzedRun): string {
  if (outcome.level === 'unknown' || outcome.level === 'refused') return 'error';
  const counted: Readonly<Record<typeof outcome.level, readonly string[]>> = {
    ...{ ok: [], unknown: [], refused: [] },
    ...{ warning: ['warning'], critical: ['warning', 'critical'] },
  };
  return counted[outcome.level].includes(run.failOn) ? 'failure' : 'passed';
}

function valueOf(families: readonly MetricFamily[], name: string): number | undefined {
  return families.find((family) => family.name === name)?.samples[0]?.value;
}

/** Nothing hidden, and nothing that a build server takes for a command: plugins and files are printed there too. */
function expectHarmless(text: string): void {
  expect(invisibleIn(text)).toEqual([]);
  expect(strayEmojiParts(text)).toEqual([]);
  expect(readCommands(text)).toEqual([]);
  // Our own heading is none.
  expect(buildCommandsIn(text.replace(/^### /u, ''))).toEqual([]);
}

/** Outside of code spans a line holds plain words, and the marks of a heading, a list or a table that are ours. */
function expectOwnMarkup(line: string): void {
  const outside = line.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/gu, '');
  const words = outside.replace(/^(?:### |- )/u, '');
  expect(words).not.toMatch(/[*_[\]<>#@\\!~&$`{}]|:\/\/|www\.|\p{L}\.\p{L}/u);
  const bars = line.startsWith('|') ? 4 : 0;
  expect(words.split('|')).toHaveLength(bars + 1);
}

const promtool = process.env['MAILCHECK_PROMTOOL'] ?? 'promtool';
const why = absenceOf(promtool);

describe.skipIf(why !== null)(`by promtool${why === null ? '' : `: skipped, ${why}`}`, () => {
  test('metrics of hostile runs are well-formed', () => {
    const runs = fc.sample(fuzzedRun, Math.min(100, Math.ceil(RUNS / 20)));
    for (const { spec, tail } of runs) {
      const input = createOpenMetricsWriter<never, null>(spec).end(tail);
      // Names of hostile measures may sin against its taste, which it tells by 3; a file that it cannot read is 1.
      expect([null, 3]).toContain(
        failureOf(() => execFileSync(promtool, ['check', 'metrics'], { input, stdio: 'pipe' })),
      );
    }
  });
});

function absenceOf(program: string): string | null {
  return failureOf(() => execFileSync(program, ['--version'], { stdio: 'pipe' })) === null
    ? null
    : `${program} of Debian's package prometheus is not here`;
}

/** Its exit code, or what kept it from having one. */
function failureOf(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'status' in error ? error.status : error;
  }
}
