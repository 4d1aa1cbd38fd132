import { describe, expect, test } from 'vitest';

import { explain } from '#commands/explain/explain.js';
import { Failure } from '#failure.js';

import { runCommand } from '../run-command.js';

async function* lines(...texts: readonly string[]): AsyncGenerator<string> {
  await Promise.resolve();
  yield* texts;
}

async function textsOf(args: readonly string[], ...input: readonly string[]): Promise<readonly unknown[]> {
  const run = await runCommand(explain, args, { inputLines: () => lines(...input) });
  return run.rows.map((row) => (row as { verdict: { text: string } }).verdict.text);
}

describe('the text', () => {
  test.each<[string[], string[], string, string]>([
    [['550 5.1.1 x'], [], '550 5.1.1 x', 'one word for the shell'],
    [['550', '5.1.1', 'x'], [], '550 5.1.1 x', 'several'],
    [['-'], ['550 5.1.1 x'], '550 5.1.1 x', 'standard input'],
    [['-'], ['', '  550 5.1.1 x', '', ''], '550 5.1.1 x', 'without what surrounds it'],
    [['-'], [], '', 'nothing at all is unknown, not an error'],
  ])('%j with %j is %j: %s', async (args, input, text) => {
    expect(await textsOf(args, ...input)).toEqual([text]);
  });

  test('of endless input only the beginning is taken', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<string> {
      await Promise.resolve();
      for (;;) {
        given += 1;
        yield `550 5.1.1 ${'x'.repeat(990)}`;
      }
    }
    const run = await runCommand(explain, ['-'], { inputLines: endless });
    expect(run.rows).toHaveLength(1);
    expect(given).toBeLessThan(100);
  });
});

test.each<[string[], string, string]>([
  [[], 'explain needs a text.', 'as mailcheck explain "550 5.1.1 User unknown"'],
  [['  '], 'explain needs a text.', 'or - for standard input'],
  [['--batch', 'x'], '--batch reads standard input and takes no text.', 'explain --batch < replies.ndjson'],
])('%j is refused: %s %s', async (args, message, remedy) => {
  const failure: unknown = await runCommand(explain, args).catch((error: unknown) => error);
  expect(failure).toMatchObject({ kind: 'usage', message });
  expect((failure as Failure).remedy).toContain(remedy);
});

describe('a batch', () => {
  test.each<[string, unknown, string]>([
    ['{"id":1,"text":"550 5.1.1 x"}', { id: 1, class: 'permanent' }, 'a text'],
    ['{"id":"a","text":"x","event":"Deliver"}', { id: 'a', class: 'none' }, 'an event decides'],
    ['{"id":1,"text":"550 5.1.1 x","event":null}', { id: 1, class: 'permanent' }, 'no event'],
    ['{"text":"550 5.1.1 x"}', { id: null, class: 'permanent' }, 'no id'],
    ['{"id":{},"text":"550 5.1.1 x"}', { id: null, class: 'permanent' }, 'an id that is none'],
    ['{"id":3,"event":"Fail"}', { id: 3, error: '"text"' }, 'no text'],
    ['{"id":3,"text":7}', { id: 3, error: '"text"' }, 'a text that is none'],
    ['{"id":3,"text":"x","event":7}', { id: 3, error: '"event"' }, 'an event that is none'],
    ['"550"', { id: null, error: '"text"' }, 'no object'],
    ['{', { id: null, error: '"text"' }, 'no JSON'],
  ])('%s gives %j: %s', async (line, expected) => {
    const run = await runCommand(explain, ['--batch'], { inputLines: () => lines(line, '', '  ') });
    expect(run.rows).toHaveLength(1);
    const [row] = run.rows as { id: unknown; verdict?: { class: string }; error?: string }[];
    const { id, error, class: verdictClass } = expected as { id: unknown; error?: string; class?: string };
    expect([row?.id, row?.verdict?.class]).toEqual([id, verdictClass]);
    if (error !== undefined) expect(row?.error).toContain(error);
    expect(run.conclusion.failure instanceof Failure).toBe(error !== undefined);
  });
});
