/** The screens of `check` on the outages, on a calm day and on a blind run, as files to read; and that each fits its page. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { check } from '#commands/check/check.js';
import { checkViews, limitsText, sentencesOf } from '#commands/check/check.view.js';
import type { CheckAnswer } from '#commands/check/check-answer.js';
import { Failure } from '#failure.js';
import type { CheckResult, Measure } from '#mailflow/check/check-result.js';
import { overallLevel, sentenceOf } from '#mailflow/check/overall.js';
import { widthOf } from '#render/layout.js';

import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import { type CommandRun, runCommand } from '../run-command.js';
import { CALM_SURROUNDINGS, drilled } from '../status/drilled.js';
import { resultOf } from './results.js';

/** A terminal without the two lines that name a drill, and the prompt. */
const LINES_OF_A_SMALL_SCREEN = 24 - 2 - 1;

function unreachable(): Promise<never> {
  return Promise.reject(
    new Failure('unreachable', 'The service cannot be reached.', { remedy: 'See to the network.' }),
  );
}

const MOMENTS: readonly (readonly [string, string, () => Promise<CommandRun>])[] = [
  ['calm', 'OK', () => drilled(check, ['calm', null])],
  ['january', 'CRITICAL', () => drilled(check, ['january-2026', '14:50'])],
  ['june', 'CRITICAL', () => drilled(check, ['june-2026', null])],
  [
    'blind',
    'UNKNOWN',
    () =>
      runCommand(check, [], {
        ...CALM_SURROUNDINGS,
        ...{ traces: unreachable, health: unreachable, connectors: unreachable },
        ...{ note: () => undefined, quotaUses: () => Promise.resolve([]) },
      }),
  ],
];

describe.each(MOMENTS)('%s', (name, word, run) => {
  const held: { run: CommandRun | null } = { run: null };
  const shown = (): CommandRun => held.run ?? expect.fail('nothing was run');
  beforeAll(async () => {
    held.run = await run();
  });

  test.each([60, 80, 120])('at %i columns', async (width) => {
    const text = shown().text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/check-${name}-${width}.txt`);
    const lines = text.split('\n');
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(text.startsWith(`${word}: `)).toBe(true);
    if (name === 'calm' && width >= 80) expect(lines.length).toBeLessThanOrEqual(LINES_OF_A_SMALL_SCREEN);
  });

  test('with its colours as marks, which mean nothing alone', async () => {
    const text = withVisibleMarks(shown().text('table', pageOf(80, COLOUR_STYLE)));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/check-${name}-marks.txt`);
    expect(text.replace(/<\/?(?:good|warn|bad|strong|faint)?>/gu, '')).toBe(
      shown().text('table', pageOf(80)),
    );
  });

  test('at 40 columns nothing is cut off', () => {
    const text = shown().text('table', pageOf(40));
    expect(text.split('\n').filter((line) => widthOf(line) > 40)).toEqual([]);
    expect(text).toContain('Held mail');
  });

  test('in Markdown, without a person in it', async () => {
    const text = shown().text('markdown', pageOf(80), { redact: true });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/check-${name}.md.txt`);
    expect(text).not.toMatch(/\S@\S/u);
  });
});

const MEASURE: Measure = {
  ...{ name: 'held_late', help: 'Held longer than 30 min', unit: 'deliveries', value: 3 },
  ...{ warning: 20, critical: null },
};

describe('limits', () => {
  test.each<[readonly Measure[], string | null, string]>([
    [[], null, 'nothing has none'],
    [[{ ...MEASURE, warning: null }], null, 'a number without any has none'],
    [[MEASURE], 'warning 20', 'one of them alone'],
    [
      [MEASURE, { ...MEASURE, warning: null, critical: 200 }],
      'warning 20, critical 200',
      'the first of each kind',
    ],
    [[{ ...MEASURE, unit: 'count', warning: 1 }], null, 'one is enough, and needs no limit'],
    [[{ ...MEASURE, unit: 'share', warning: 0.025 }], 'warning 2.5 %', 'a share to the tenth'],
    [[{ ...MEASURE, unit: 'seconds', warning: 2700 }], 'warning 45 min', 'a time as people say it'],
    [[{ ...MEASURE, warning: 0, critical: 0 }], 'warning 0, critical 0', 'nothing is a limit, too'],
  ])('%#: %s', (measures, text) => {
    expect(limitsText(measures)).toBe(text);
  });
});

describe('what is told of a check', () => {
  const course = '1 of the last 5 runs was bad; 3 of 5 open it';
  test.each<[string, Partial<CheckResult>, readonly string[]]>([
    ['what is well in a line', { says: 'Nothing is held.', remedy: 'Do nothing.' }, ['Nothing is held.']],
    [
      'what is bad in this run only with its rule',
      { seen: 'critical', says: 'Bad.', course },
      ['Bad.', `${course}.`],
    ],
    [
      'what is bad with what to do',
      { level: 'warning', says: 'Bad.', course: 'three runs', remedy: 'Mend it.' },
      ['Bad.', 'Three runs.', 'Mend it.'],
    ],
    [
      'what cannot tell with why',
      { level: 'unknown', says: 'Cannot tell.', reason: 'throttled', remedy: 'Wait' },
      ['Cannot tell.', 'Why: throttled. Wait.'],
    ],
  ])('%s', (_what, over, sentences) => {
    expect(sentencesOf(resultOf(over))).toEqual(sentences);
  });
});

describe('whatever is said', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('::error::x', '\u001b[31mred', 'a|b', '`c`', '\u202egnp', '##[x]', '\r\n'),
  );
  const level = fc.constantFrom(
    'ok' as const,
    'warning' as const,
    'critical' as const,
    'unknown' as const,
    'skipped' as const,
  );
  const result = fc
    .record({
      ...{ id: words, title: words, says: words, remedy: words, reason: words, course: words },
      ...{ level, seen: level, evidence: fc.array(words, { maxLength: 2 }) },
    })
    .map(resultOf);
  const answer = fc.array(result, { maxLength: 6 }).map((results): CheckAnswer => ({
    ...{ results, level: overallLevel(results), sentence: sentenceOf(results) },
    ...{ notices: [], memory: 'No runs are kept.', policyPath: null, noticesOnly: false },
  }));

  test.each(['table', 'markdown'] as const)('acts on nobody, and fits its page: %s', (format) => {
    fc.assert(
      fc.property(answer, fc.integer({ min: 30, max: 140 }), (given, width) => {
        const view = format === 'table' ? checkViews.table : (checkViews.markdown ?? checkViews.table);
        const text = view([], tailWith(given), pageOf(width));

        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
        expect(text).not.toMatch(/^\s*::|##\[/mu);
        if (format === 'table') expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
      }),
      { numRuns: 200, examples: [[ofTitle('\u{10fffe}\u0000\u0000\u0000'), 30]] },
    );
  });
});

/** Written out it is wider than a narrow page. */
function ofTitle(title: string): CheckAnswer {
  const results = [resultOf({ title, level: 'unknown', says: 'x' })];
  return {
    ...{ results, level: 'unknown', sentence: sentenceOf(results), notices: [] },
    ...{ memory: 'No runs are kept.', policyPath: null, noticesOnly: false },
  };
}

function tailWith(result: CheckAnswer): Parameters<typeof checkViews.table>[1] {
  return {
    ...{ result, generatedAt: new Date(0), tenant: null, source: null, window: null, summary: null },
    ...{ findings: [], incomplete: [], outcome: { level: 'ok', exitCode: 0 }, error: null },
  };
}
