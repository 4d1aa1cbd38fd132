import { describe, expect, test } from 'vitest';

import type { InputMail } from '#cli/ports.js';
import { explain } from '#commands/explain/explain.js';
import { Failure } from '#failure.js';

import { runCommand } from '../run-command.js';

async function* lines(...texts: readonly string[]): AsyncGenerator<string> {
  await Promise.resolve();
  yield* texts;
}

/** Standard input as one piece, which may be a reply or a mail. */
async function* standardInput(text: string): AsyncGenerator<InputMail> {
  await Promise.resolve();
  yield { name: '-', bytes: new TextEncoder().encode(text) };
}

async function textsOf(args: readonly string[], ...input: readonly string[]): Promise<readonly unknown[]> {
  const run = await runCommand(explain, args, { inputMails: () => standardInput(input.join('\n')) });
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

  test('of a long input only the beginning is taken', async () => {
    const [text] = await textsOf(['-'], `550 5.1.1 ${'x'.repeat(100_000)}`);
    expect(String(text).length).toBeLessThanOrEqual(65_536);
  });
});

test.each<[string[], string, string]>([
  [[], 'explain needs a text or a file.', 'as mailcheck explain "550 5.1.1 User unknown"'],
  [['  '], 'explain needs a text or a file.', 'or - for standard input'],
  [
    ['--batch', 'x'],
    '--batch reads standard input and takes no text and no file.',
    'explain --batch < replies.ndjson',
  ],
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
    ['{"id":3,"event":"Fail"}', { id: 3, error: 'has neither "text" nor "path"; give' }, 'no text'],
    ['{"id":3,"path":""}', { id: 3, error: 'has neither "text" nor "path"; give' }, 'no path'],
    ['{"id":3,"text":7}', { id: 3, error: '"text" is no text; give' }, 'a text that is none'],
    ['{"id":3,"text":"x","event":7}', { id: 3, error: '"event"' }, 'an event that is none'],
    ['"550"', { id: null, error: 'is JSON, but no object; give' }, 'no object'],
    ['["550"]', { id: null, error: 'is JSON, but no object; give' }, 'an array'],
    ['null', { id: null, error: 'is JSON, but no object; give' }, 'nothing'],
    ['{', { id: null, error: 'is no JSON; give' }, 'no JSON'],
    [`"${'x'.repeat(1_048_576)}`, { id: null, error: 'at most a million characters' }, 'a line without end'],
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

describe('where the meaning comes from', () => {
  test.each<[string[], string | undefined, string]>([
    [['550 5.7.1 You are not allowed to post to this mailing list'], 'RFC 3463, 3.8 (X.7.2)', 'a reply'],
    [['-'], 'RFC 3463, 3.8 (X.7.2)', 'standard input'],
    [['nothing that anyone knows'], undefined, 'no rule, no source'],
  ])('%j: %s, %s', async (args, reference) => {
    const run = await runCommand(explain, args, {
      inputMails: () => standardInput('550 5.7.1 You are not allowed to post to this mailing list'),
    });
    expect((run.rows[0] as { reference?: string }).reference).toBe(reference);
  });

  test('a batch line has the verdict alone, as its contract says', async () => {
    const run = await runCommand(explain, ['--batch'], {
      inputLines: () => lines('{"id":1,"text":"550 5.1.1"}'),
    });
    expect(Object.keys(run.rows[0] as object)).toEqual(['id', 'verdict']);
  });
});
