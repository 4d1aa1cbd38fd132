/** The screens of `trace` as files to read: widths, marks, Markdown, redaction, and the answers that are not whole. */
import { describe, expect, test } from 'vitest';

import { trace } from '#commands/trace/trace.js';
import { widthOf } from '#render/layout.js';
import type { Page } from '#render/writer.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { OUTAGE, STEADY } from './outage.js';

const WIDTHS = [40, 80, 120] as const;

function traced(changes: Partial<MemoryTrace>, args: readonly string[] = []): Promise<CommandRun> {
  const source = memoryTraceSource({ ...OUTAGE, ...changes });
  return runCommand(trace, args, { traces: () => Promise.resolve(source), random: STEADY });
}

async function expectScreen(run: CommandRun, name: string, page: Page): Promise<void> {
  const text = run.text('table', page);
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/trace-${name}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > page.widthColumns)).toEqual([]);
}

describe('an outage', () => {
  test.each(WIDTHS)('at %i columns', async (width) => {
    await expectScreen(await traced({}, ['--sample', 'all']), `outage-${width}`, pageOf(width));
  });

  test('with its colours as marks', async () => {
    const run = await traced({}, ['--sample', 'all']);
    const text = withVisibleMarks(run.text('table', pageOf(80, COLOUR_STYLE)));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/trace-outage-marks.txt');
    expect(text.replace(/<\/?(?:good|warn|bad|strong|faint)?>/gu, '')).toBe(run.text('table', pageOf(80)));
  });

  test('of which a sample was read', async () => {
    await expectScreen(await traced({}, ['--sample', '4']), 'sampled', pageOf(80));
  });

  test('of which no reason was read, three rows, in another zone', async () => {
    const run = await traced({}, ['--sample', 'none']);
    const text = run.text('table', pageOf(80, undefined, 'America/Havana'), { limit: 3 });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/trace-not-sampled.txt');
  });

  test('in Markdown', async () => {
    const run = await traced({}, ['--sample', 'all']);
    await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
      '../golden/trace-outage.md.txt',
    );
  });

  test.each(['table', 'markdown'] as const)('redacted, %s', async (format) => {
    const run = await traced({}, ['--sample', 'all']);
    const text = run.text(format, pageOf(120), { redact: true });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/trace-redacted-${format}.txt`);
    expect(text).not.toMatch(/\bann\d|\bbob\d|nobody|Quarterly|Größe/u);
  });
});

describe('an answer that is not whole', () => {
  const cut = {
    what: 'Deliveries between 2026-06-02T13:30:00.000Z and 2026-06-02T17:30:00.000Z, in part',
    reason: 'throttled',
    remedy: 'Ask again in 300 s.',
    retryAfterSeconds: 300,
  };

  test('says what is missing', async () => {
    await expectScreen(await traced({ gaps: [cut] }), 'gap', pageOf(80));
  });

  test('without rows', async () => {
    await expectScreen(await traced({ rows: [] }), 'nothing', pageOf(80));
  });

  test('without rows, in Markdown', async () => {
    const run = await traced({ rows: [] });
    await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
      '../golden/trace-nothing.md.txt',
    );
  });
});
