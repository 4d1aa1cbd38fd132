/** The screens of `trace` as files to read: widths, marks, Markdown, redaction, and the answers that are not whole. */
import { describe, expect, test } from 'vitest';

import { trace } from '#commands/trace/trace.js';
import type { Estimate } from '#mailflow/sampling/estimate-reasons.js';
import { widthOf } from '#render/layout.js';
import type { Page } from '#render/writer.js';

import type { MemoryTrace } from '../../fakes/memory-trace-source.js';
import { memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { event } from '../../mailflow/trace/rows.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { HELD, OUTAGE, STEADY, traceId } from './outage.js';

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

describe('mail that is held though nothing is broken', () => {
  const entries = Array.from({ length: 40 }, (_, index) => ({
    ...HELD,
    messageTraceId: traceId(100 + index),
    recipient: `member${index}@fabrikam.example`,
  }));
  const replyOf = (index: number): string =>
    index % 10 < 2 ? '450 4.7.0 Message deferred by a transport rule' : '450 4.4.316 Connection refused';
  const eventsByDelivery = new Map(
    entries.map(({ messageTraceId, recipient }, index) => [
      `${messageTraceId} ${recipient}`,
      [event('Defer', { description: replyOf(index) })],
    ]),
  );

  test('is told apart, exactly where all was read', async () => {
    const run = await traced({ rows: entries, eventsByDelivery });
    expect(run.conclusion.summary).toMatchObject({ heldInnocent: { estimate: 8, low: 8, high: 8 } });
    await expectScreen(run, 'innocent', pageOf(80));
  });

  test('with its range where a part was read, and the others marked as likely', async () => {
    const run = await traced({ rows: entries, eventsByDelivery }, ['--sample', '20']);
    const { heldInnocent } = run.conclusion.summary as { heldInnocent: Estimate };
    expect(heldInnocent.low).toBeLessThan(heldInnocent.estimate);
    expect(heldInnocent.high).toBeGreaterThan(heldInnocent.estimate);
    await expectScreen(run, 'likely', pageOf(80));
    await expectScreen(run, 'likely-120', pageOf(120));
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
