/** What `explain` says, as files to read. */
import { describe, expect, test } from 'vitest';

import { explain } from '#commands/explain/explain.js';
import { widthOf } from '#render/layout.js';

import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import { runCommand } from '../run-command.js';

const ABRUPT = '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)';
const HOSTILE =
  '550 5.7.1 \u001b[2J::error::x\r\n=cmd()|`x`\u202e rejected by policy for ann@contoso.example';

test.each([40, 80, 120])('at %i columns', async (width) => {
  const text = (await runCommand(explain, [ABRUPT])).text('table', pageOf(width));
  await expect(`${text}\n`).toMatchFileSnapshot(`../golden/explain-${width}.txt`);
  expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
});

test.each([
  ['transient', '451 4.3.2 Temporary server error. Please try again later ATTR2'],
  ['expired', '550 4.4.7 QUEUE.Expired; message expired'],
  ['unknown', "Remote Server returned ''"],
  ['hostile', HOSTILE],
])('%s, with its colours as marks', async (name, text) => {
  const run = await runCommand(explain, [text]);
  const marked = withVisibleMarks(run.text('table', pageOf(80, COLOUR_STYLE)));
  await expect(`${marked}\n`).toMatchFileSnapshot(`../golden/explain-${name}-marks.txt`);
});

test('in Markdown', async () => {
  const run = await runCommand(explain, [HOSTILE]);
  await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
    '../golden/explain-hostile.md.txt',
  );
});

test('redacted', async () => {
  const text = (await runCommand(explain, [HOSTILE])).text('table', pageOf(120), { redact: true });
  await expect(`${text}\n`).toMatchFileSnapshot('../golden/explain-redacted.txt');
  expect(text).not.toContain('ann@');
});

describe('where it comes from', () => {
  const LONG = '550 5.7.64 TenantAttribution; Relay Access Denied ATTR36';

  test.each<[text: string, width: number, lines: number, why: string]>([
    ['550 5.7.1 You are not allowed to post to this mailing list', 80, 1, 'where there is room'],
    [LONG, 80, 0, 'not for more than nine lines'],
    [LONG, 120, 1, 'whole, where the screen is wide enough'],
    [LONG, Infinity, 1, 'whole, where nothing is cut'],
  ])('%s at %i columns: %i', async (text, width, count) => {
    const shown = (await runCommand(explain, [text])).text('table', pageOf(width)).split('\n');
    expect(shown.filter((line) => line.startsWith('see '))).toHaveLength(count);
    if (Number.isFinite(width)) expect(shown.length).toBeLessThanOrEqual(9);
  });

  test('always in Markdown', async () => {
    const shown = (await runCommand(explain, [LONG])).text('markdown', pageOf(80));
    expect(shown).toMatch(/^- see: `https:.*`$/mu);
  });
});

describe('many', () => {
  async function* lines(): AsyncGenerator<string> {
    await Promise.resolve();
    const texts = ['550 5.1.1 x', '421 4.3.2 x', '250 2.1.5 ok', HOSTILE, '550 5.1.1 y'];
    yield* texts.map((text, index) => JSON.stringify({ id: `reply-${index}`, text }));
    yield 'no JSON | `x` \u001b[2J';
  }

  test.each([40, 80])('counted by reason and side, at %i columns', async (width) => {
    const run = await runCommand(explain, ['--batch'], { inputLines: lines });
    const text = run.text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/explain-many-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test('counted in Markdown', async () => {
    const run = await runCommand(explain, ['--batch'], { inputLines: lines });
    await expect(`${run.text('markdown', pageOf(80))}\n`).toMatchFileSnapshot(
      '../golden/explain-many.md.txt',
    );
  });

  test('none shown, all counted', async () => {
    const run = await runCommand(explain, ['--batch'], { inputLines: lines });
    for (const format of ['table', 'markdown'] as const) {
      const text = run.text(format, pageOf(80), { limit: 0 });
      expect(text).toContain('5 judged: 1 transient, 3 permanent, 1 no failure. 1 could not be read.');
      expect(text).not.toContain('The first');
    }
  });
});
