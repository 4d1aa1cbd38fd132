/** One issue: ids that are none, the values that scripts read, and the screen as files to read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { healthShow } from '#commands/health/show.js';
import { Failure } from '#failure.js';
import { widthOf } from '#render/layout.js';

import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { memoryHealthHistory, memoryHealthSource } from '../../fakes/memory-health-source.js';
import { issue, post, WELL } from '../../mailflow/health/issues.js';
import { buildCommandsIn, hostileText, invisibleIn, strayEmojiParts } from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { LATE_MAIL, minutesAgo, OUTAGE } from './outage.js';

const DOWN = new Failure('unreachable', 'graph.example does not answer.', { remedy: 'Try again.' });
const KEPT = memoryHealthHistory({
  answer: { services: WELL, issues: [LATE_MAIL] },
  seenAt: minutesAgo(35),
});

const showing = (
  args: readonly string[],
  state: MemoryHealth = OUTAGE,
  changes: Partial<Ports> = {},
): Promise<CommandRun> =>
  runCommand(healthShow, args, { health: () => Promise.resolve(memoryHealthSource(state)), ...changes });

const tooWide = (text: string, width: number): readonly string[] =>
  text.split('\n').filter((line) => widthOf(line) > width);

const SHAPE =
  'Give two or three letters and five to eight digits, as mailcheck health show EX1331830; mailcheck health lists them.';

test.each<[string[], string, string]>([
  [
    [],
    'health show takes one id; 0 were given.',
    'Give the id of an issue, as mailcheck health show EX1331830; mailcheck health lists them.',
  ],
  [
    ['EX1331830', 'MO1221364'],
    'health show takes one id; 2 were given.',
    'Give the id of an issue, as mailcheck health show EX1331830; mailcheck health lists them.',
  ],
  [['1331830'], '"1331830" is no id of an issue.', SHAPE],
  [['EX1234'], '"EX1234" is no id of an issue.', SHAPE],
  [['EXCH1331830'], '"EXCH1331830" is no id of an issue.', SHAPE],
  [['EX133/830'], '"EX133/830" is no id of an issue.', SHAPE],
  [
    ['mc1100002'],
    '"mc1100002" is no id of an issue.',
    'Ids with MC are posts of the message centre: see mailcheck health messages.',
  ],
  [
    ['EX9999999'],
    'Service health knows no issue EX9999999, or does not show it to this tenant.',
    'Look whether the id is right: mailcheck health --all lists those that this tenant is shown.',
  ],
])('%j is refused', async (args, text, remedy) => {
  await expect(showing(args)).rejects.toMatchObject({ kind: 'usage', message: text, remedy });
});

test.each(['EX1331830', 'ex1331830', ' Ex1331830 '])('%j is found', async (id) => {
  const { conclusion } = await showing([id]);
  expect(conclusion.summary).toMatchObject({ id: 'EX1331830', touches: 'mail-flow', isOverdue: true });
});

test('posts are rows, newest first, each with what it changed', async () => {
  const { rows, conclusion } = await showing(['EX1331830']);
  expect(rows).toMatchObject([
    {
      at: minutesAgo(40),
      sinceImpactSeconds: 230 * 60,
      sinceLastPostSeconds: 70 * 60,
      changes: [
        { kind: 'changed', label: 'Current status' },
        { kind: 'added', label: 'Scope of impact' },
        { kind: 'added', label: 'Root cause' },
        { kind: 'changed', label: 'Next update by' },
      ],
      nextUpdate: { at: minutesAgo(30) },
    },
    { at: minutesAgo(110), kind: 'quick' },
    { at: minutesAgo(180), sinceLastPostSeconds: null, changes: [] },
  ]);
  expect(conclusion).toMatchObject({ findings: [], incomplete: [], tenant: 'contoso.example' });
});

test('a clock that is wrong withholds what time would tell', async () => {
  const { conclusion } = await showing(['EX1331830'], { ...OUTAGE, asOf: minutesAgo(10) });
  expect(conclusion.summary).toMatchObject({ isOverdue: null });
  expect(conclusion.incomplete).toMatchObject([{ reason: 'clock' }]);
});

describe('when the service cannot be asked', () => {
  const state = { ...OUTAGE, failure: DOWN };
  const withKept = { healthHistory: () => Promise.resolve(KEPT) };

  test('it says so', async () => {
    await expect(showing(['EX1331830'], state, withKept)).rejects.toBe(DOWN);
  });

  test('--cache-ok shows what is kept, stale and not whole', async () => {
    const { rows, conclusion } = await showing(['EX1331830', '--cache-ok'], state, withKept);
    expect(rows).toHaveLength(3);
    expect(conclusion.summary).toMatchObject({ isStale: true, isOverdue: null });
    expect(conclusion.incomplete).toMatchObject([{ reason: 'unreachable' }]);
  });

  test('--cache-ok shows no issue that is not kept', async () => {
    await expect(showing(['MO1330777', '--cache-ok'], state, withKept)).rejects.toBe(DOWN);
  });

  test('on the screen', async () => {
    const text = (await showing(['EX1331830', '--cache-ok'], state, withKept)).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/health-show-cached.txt');
  });
});

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await showing(['EX1331830'])).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/health-show-${width}.txt`);
    expect(tooWide(text, width)).toEqual([]);
  });

  test('with its colours as marks, in another zone', async () => {
    const text = (await showing(['EX1331830'])).text('table', pageOf(80, COLOUR_STYLE, 'Asia/Kathmandu'));
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/health-show-marks.txt');
  });

  test('in Markdown', async () => {
    const text = (await showing(['EX1331830'])).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/health-show.md.txt');
  });

  test('of an issue that is over, and of one without posts', async () => {
    const texts = await Promise.all(
      ['EX1329001', 'MO1330777'].map(async (id) => (await showing([id])).text('table', pageOf(80))),
    );
    await expect(`${texts.join('\n\n')}\n`).toMatchFileSnapshot('../golden/health-show-quiet.txt');
  });
});

test('no post moves a cursor, breaks a line or becomes a command', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, fc.constantFrom(40, 80), async (first, second, width) => {
      const one = issue({
        title: first,
        posts: [
          post(minutesAgo(50), [`Title: ${first}`, second], { kind: second }),
          post(minutesAgo(30), [`Current status: ${second}`, `Next update by: ${first}`]),
          post(minutesAgo(5), [first], { contentType: 'text' }),
        ],
      });
      const run = await showing([one.id], { ...OUTAGE, issues: [one] });
      const text = run.text('table', pageOf(width));
      expect(tooWide(text, width)).toEqual([]);
      for (const shown of [text, run.text('markdown', pageOf(80))]) {
        expect([...invisibleIn(shown), ...strayEmojiParts(shown), ...buildCommandsIn(shown)]).toEqual([]);
      }
    }),
  );
});
