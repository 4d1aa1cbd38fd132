/** The message centre: since when, in what order, and the screen as files to read. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { healthMessages } from '#commands/health/messages.js';
import type { CentreRow } from '#commands/health/messages.view.js';
import type { HealthSource } from '#mailflow/health/health-source.js';
import { widthOf } from '#render/layout.js';

import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { memoryHealthSource } from '../../fakes/memory-health-source.js';
import { message } from '../../mailflow/health/issues.js';
import { buildCommandsIn, hostileText, invisibleIn } from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { minutesAgo, OUTAGE } from './outage.js';

const listing = (args: readonly string[], state: MemoryHealth = OUTAGE): Promise<CommandRun> =>
  runCommand(healthMessages, args, { health: () => Promise.resolve(memoryHealthSource(state)) });

const idsOf = ({ rows }: CommandRun): readonly string[] => rows.map((row) => (row as CentreRow).id);

test.each<[string[], Date]>([
  [[], minutesAgo(30 * 1440)],
  [['--since', '7d'], minutesAgo(7 * 1440)],
])('%j asks since %s', async (args, expected) => {
  const asked: (Date | null)[] = [];
  const source = memoryHealthSource(OUTAGE);
  const spy: HealthSource = {
    ...source,
    messages: (since, signal) => {
      asked.push(since);
      return source.messages(since, signal);
    },
  };
  await runCommand(healthMessages, args, { health: () => Promise.resolve(spy) });
  expect(asked).toEqual([expected]);
});

test('those about mail come first, then the newest', async () => {
  const messages = [
    message({ id: 'MC1', modifiedAt: minutesAgo(10) }),
    message({ id: 'MC2', modifiedAt: minutesAgo(30), services: ['Exchange Online'] }),
    message({ id: 'MC3', modifiedAt: minutesAgo(20), title: 'A new limit of email a day' }),
    message({ id: 'MC4', modifiedAt: null, startedAt: null }),
    message({ id: 'MC5', modifiedAt: minutesAgo(10) }),
    message({ id: 'MC6', modifiedAt: minutesAgo(5), title: 'A mailable report' }),
  ];
  const run = await listing([], { ...OUTAGE, messages });
  expect(idsOf(run)).toEqual(['MC3', 'MC2', 'MC6', 'MC1', 'MC5', 'MC4']);
  expect(run.conclusion.summary).toMatchObject({ messages: 6, aboutMail: 2 });
});

test('a row has the text, without mark-up', async () => {
  const { rows } = await listing([]);
  expect(rows[0]).toMatchObject({ id: 'MC1100002', isAboutMail: true, text: 'Move senders by then.' });
  expect(rows[0]).not.toHaveProperty('body');
});

test('what is missing is a gap, and no empty list is taken for none', async () => {
  const gap = { what: 'pages', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 30 };
  const run = await listing([], { ...OUTAGE, messages: [], messageGaps: [gap] });
  expect(run.conclusion.incomplete).toEqual([gap]);
  expect(run.text('table', pageOf(80))).toContain('in the part of the message centre that could be read');
  expect((await listing([], { ...OUTAGE, messages: [] })).text('table', pageOf(80))).toBe(
    'The message centre has no post that changed since 2026-05-03 17:30 UTC.',
  );
});

test.each([40, 80, 120])('at %i columns', async (width) => {
  const text = (await listing([])).text('table', pageOf(width));
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/health-messages-${width}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
});

test('with its colours as marks, and in Markdown', async () => {
  const run = await listing([]);
  const marked = withVisibleMarks(run.text('table', pageOf(80, COLOUR_STYLE)));
  await expect(`${marked}\n`).toMatchFileSnapshot('../golden/health-messages-marks.txt');
  await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
    '../golden/health-messages.md.txt',
  );
});

test('no title moves a cursor or becomes a command', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (title) => {
      const state = {
        ...OUTAGE,
        messages: [message({ id: title, title, services: [title], severity: title })],
      };
      const run = await listing([], state);
      for (const shown of [run.text('table', pageOf(80)), run.text('markdown', pageOf(80))]) {
        expect([...invisibleIn(shown), ...buildCommandsIn(shown)]).toEqual([]);
      }
    }),
  );
});
