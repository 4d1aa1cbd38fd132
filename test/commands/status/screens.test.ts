/** The screens of `status` and `queue` on the outages and a calm day, as files to read; and that each fits its page. */
import { beforeAll, describe, expect, test } from 'vitest';

import { queue } from '#commands/queue/queue.js';
import { status } from '#commands/status/status.js';
import { widthOf } from '#render/layout.js';

import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { drilled } from './drilled.js';

/** With the two lines that name a drill, and the prompt, a small terminal is full. */
const LINES_OF_A_SMALL_SCREEN = 24 - 2 - 1;

const MOMENTS = [
  // Mail suffers already, and nothing has been posted yet.
  ['january-1120', 'january-2026', '11:20', 'CRITICAL'],
  ['january-1450', 'january-2026', '14:50', 'CRITICAL'],
  ['january-1800', 'january-2026', '18:00', 'CRITICAL'],
  ['january-2100', 'january-2026', '21:00', 'CRITICAL'],
  // Over, but for what trickles in.
  ['january-2230', 'january-2026', '22:30', 'OK'],
  ['june', 'june-2026', null, 'CRITICAL'],
  ['calm', 'calm', null, 'OK'],
] as const;

describe.each(MOMENTS)('%s', (name, scenario, at, word) => {
  const held: { run: CommandRun | null } = { run: null };
  const shown = (): CommandRun => held.run ?? expect.fail('nothing was run');
  beforeAll(async () => {
    held.run = await drilled(status, [scenario, at]);
  });

  test.each([80, 120])('at %i columns', async (width) => {
    const text = shown().text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/status-${name}-${width}.txt`);
    const lines = text.split('\n');
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(text.startsWith(`${word}: `)).toBe(true);
    if (width === 80) expect(lines.length).toBeLessThanOrEqual(LINES_OF_A_SMALL_SCREEN);
  });

  test.each([80, 120])('with its colours as marks at %i columns, which mean nothing alone', async (width) => {
    const text = withVisibleMarks(shown().text('table', pageOf(width, COLOUR_STYLE)));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/status-${name}-${width}-marks.txt`);
    expect(text.replace(/<\/?(?:good|warn|bad|strong|faint)?>/gu, '')).toBe(
      shown().text('table', pageOf(width)),
    );
  });

  test('at 40 columns nothing is cut off', () => {
    const text = shown().text('table', pageOf(40));
    expect(text.split('\n').filter((line) => widthOf(line) > 40)).toEqual([]);
    for (const label of ['Mail flow', 'Queue', 'Health', 'Reach', 'Age'])
      expect(text).toContain(`\n${label}\n`);
  });

  test('in Markdown for a chat, without a person in it', async () => {
    const text = shown().text('markdown', pageOf(80), { redact: true });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/status-${name}.md.txt`);
    expect(text).not.toMatch(/\S@\S/u);
    expect(text.length).toBeLessThan(3500);
  });
});

test.each([80, 120])('queue in an outage, at %i columns', async (width) => {
  const run = await drilled(queue, ['january-2026', '14:50']);
  const text = run.text('table', pageOf(width), { limit: 5 });
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/queue-january-${width}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
});

test('queue on a calm day', async () => {
  const run = await drilled(queue, ['calm', null]);
  const text = run.text('table', pageOf(80), { limit: 5 });
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/queue-calm.txt');
  expect(text.startsWith('OK: ')).toBe(true);
});
