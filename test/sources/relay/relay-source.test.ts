/** Which inputs are read in which order, what each is, and what is said of those that cannot be read. */
import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { RelayBatch } from '#mailflow/relay/relay-source.js';
import type { RelayInput } from '#sources/relay/relay-input.js';
import { openRelaySource } from '#sources/relay/relay-source.js';
import type { CommandEnd } from '#sources/relay/run-command.js';

import { LOG, QUEUE } from './line-format.js';

const AS_OF = new Date('2026-06-02T17:30:00Z');

interface Told {
  readonly mails: readonly string[];
  readonly replies: readonly (string | null)[];
  readonly gaps: readonly string[];
  readonly notes: readonly string[];
  readonly asOf: string | null;
  readonly formats: readonly string[];
  readonly closed: readonly string[];
}

type Given = Partial<Omit<RelayInput, 'text'>> & { readonly content: string; readonly pieceChars?: number };

async function told(
  inputs: readonly (Given | Failure)[],
  formatName: string | null = null,
  { signal } = new AbortController(),
): Promise<Told> {
  const closed: string[] = [];
  const source = await openRelaySource({
    inputs: inputs.map(
      (given) => () =>
        given instanceof Failure ? Promise.reject(given) : Promise.resolve(inputOf(given, closed)),
    ),
    formats: [QUEUE, LOG],
    ...{ formatName, timeZone: null, defaultTimeZone: 'Europe/Berlin', dateOrder: null, kind: 'relay' },
  });
  const batches: RelayBatch[] = [];
  for await (const batch of source.mails(signal)) batches.push(batch);
  return {
    mails: batches.flatMap(({ mails }) => mails.map(({ queueId, state }) => `${queueId} ${state}`)),
    replies: batches.flatMap(({ mails }) => mails.map(({ reply }) => reply)),
    gaps: batches.flatMap(({ gaps }) => gaps.map(({ reason, what }) => `${reason}: ${what}`)),
    notes: batches.flatMap(({ notes }) => notes),
    asOf: source.asOf()?.toISOString() ?? null,
    formats: source.formats(),
    closed,
  };
}

function inputOf({ content, pieceChars = 7, ...given }: Given, closed: string[]): RelayInput {
  const name = given.name ?? 'queue.txt';
  return {
    ...{ name, origin: 'file', asOf: AS_OF, beginning: content.slice(0, 65_536), ending: null },
    ...given,
    text: async function* () {
      await Promise.resolve();
      for (let at = 0; at < content.length; at += pieceChars) yield content.slice(at, at + pieceChars);
    },
    close: async () => {
      await Promise.resolve();
      closed.push(name);
    },
  };
}

const QUEUE_TEXT = `QUEUE
2026-06-02T16:00:00Z a deferred ann@contoso.example
2026-06-02T16:30:00Z b active ann@contoso.example
`;
const MONDAY =
  'LOG\n2026-06-01T10:00:00Z a deferred x@contoso.example\n2026-06-01T11:00:00Z b deferred x@contoso.example\n';
const TUESDAY =
  'LOG\n2026-06-02T10:00:00Z a delivered x@contoso.example\n2026-06-02T12:00:00Z c bounced x@contoso.example';

describe('what is read', () => {
  test('a queue, told as of when its file was written', async () => {
    expect(await told([{ content: QUEUE_TEXT }])).toMatchObject({
      ...{ mails: ['a deferred', 'b active'], gaps: [], formats: ['test-queue'], closed: ['queue.txt'] },
      asOf: AS_OF.toISOString(),
    });
  });

  test('a log, told as of its newest line; what it leaves held comes last', async () => {
    expect(await told([{ content: MONDAY + TUESDAY.slice(4), name: 'mail.log' }])).toMatchObject({
      ...{ mails: ['a delivered', 'c bounced', 'b deferred'], formats: ['test-log'] },
      asOf: '2026-06-02T12:00:00.000Z',
    });
  });

  test.each([
    ['as they were written', [MONDAY, TUESDAY]],
    ['the newest first, as ls lists them', [TUESDAY, MONDAY]],
  ])('the files of one log are read as one, %s', async (_why, contents) => {
    const files = contents.map((content, index) => ({ content, name: `log.${index}` }));
    const { mails, notes } = await told(files);
    expect(mails).toEqual(['a delivered', 'c bounced', 'b deferred']);
    expect(notes.join()).toContain('a deferred, b deferred, a delivered, c bounced');
  });

  test('a queue goes before a log, whichever is named first', async () => {
    const { mails, formats, asOf } = await told([{ content: MONDAY, name: 'log' }, { content: QUEUE_TEXT }]);
    expect(mails.slice(0, 2)).toEqual(['a deferred', 'b active']);
    expect([formats, asOf]).toEqual([['test-log', 'test-queue'], AS_OF.toISOString()]);
  });

  test('a log of the same relay tells why the mail of its queue waits, and that mail counts once', async () => {
    const queue = 'QUEUE\n2026-06-02T16:00:00Z a active ann@contoso.example\n';
    const log =
      'LOG\n2026-06-02T16:01:00Z a deferred ann@contoso.example 421 4.3.2 later\n2026-06-02T16:02:00Z c deferred ann@contoso.example 451 no\n';
    const { mails, replies, notes } = await told([{ content: log, name: 'log' }, { content: queue }]);
    expect([mails, replies]).toEqual([
      ['a active', 'c deferred'],
      ['421 4.3.2 later', '451 no'],
    ]);
    expect(notes.at(-1)).toContain('not named by the queue: 1, counted as held');
  });

  test('a zone that nobody named is that of this machine', async () => {
    expect((await told([{ content: MONDAY }])).notes[0]).toBe('zone Europe/Berlin');
  });

  test('of a program that ends well and says nothing the queue is empty', async () => {
    const ending = exits('0');
    expect(await told([{ content: '', origin: 'program', name: '`q`', ending }])).toMatchObject({
      ...{ mails: [], gaps: [], formats: [], asOf: AS_OF.toISOString() },
    });
  });

  test('an empty file is an empty queue when its format is named', async () => {
    expect(await told([{ content: '' }], 'test-queue')).toMatchObject({ mails: [], gaps: [] });
  });

  test('a format that is named is not asked whether it accepts', async () => {
    const { mails } = await told([{ content: QUEUE_TEXT.slice(6) }], 'TEST-QUEUE');
    expect(mails).toEqual(['a deferred', 'b active']);
  });
});

function exits(word: string, said = '', how: CommandEnd['how'] = 'exit'): () => Promise<CommandEnd> {
  return () => Promise.resolve({ how, word, said });
}

describe('what is missing', () => {
  test.each<[string, Given, readonly string[], readonly string[]]>([
    [
      'a line that is none',
      { content: `${QUEUE_TEXT}nonsense\n` },
      ['a deferred', 'b active'],
      ['unreadable-rows: 1 of 3 records of queue.txt (first: line 3: a state)'],
    ],
    [
      'the program failed after it had said something',
      { content: QUEUE_TEXT, origin: 'program', name: '`q -j`', ending: exits('69', 'fatal: no') },
      ['a deferred', 'b active'],
      ['command-failed: what `q -j` left out: it ended with code 69: fatal: no'],
    ],
    [
      'it failed before',
      { content: '', origin: 'program', name: '`q -j`', ending: exits('1') },
      [],
      ['command-failed: what `q -j` left out: it ended with code 1'],
    ],
    [
      'it was killed',
      { content: QUEUE_TEXT, origin: 'program', name: '`q`', ending: exits('SIGKILL', '', 'signal') },
      ['a deferred', 'b active'],
      ['command-failed: what `q` left out: it was ended by SIGKILL'],
    ],
    [
      'its time was up',
      { content: QUEUE_TEXT, origin: 'program', name: '`q`', ending: exits('SIGTERM', '', 'timeout') },
      ['a deferred', 'b active'],
      ['timeout: the rest of what `q` prints: it was stopped when its time was up'],
    ],
  ])('%s', async (_why, given, mails, gaps) => {
    expect(await told([given])).toMatchObject({ mails, gaps, closed: [given.name ?? 'queue.txt'] });
  });

  test('a program that is not there, beside one that is', async () => {
    const missing = new Failure('configuration', 'There is no program "q" on this machine.', {
      remedy: 'Look.',
    });
    expect(await told([missing, { content: QUEUE_TEXT }])).toMatchObject({
      mails: ['a deferred', 'b active'],
      gaps: ['refused: one queue: There is no program "q" on this machine'],
    });
    await expect(told([missing])).rejects.toBe(missing);
  });
});

test('a program that the user stopped is no gap', async () => {
  const stopped = new AbortController();
  const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'Start again.' });
  const ending = (): Promise<CommandEnd> => {
    stopped.abort(reason);
    return Promise.resolve({ how: 'signal', word: 'SIGINT', said: '' });
  };
  const input = { content: QUEUE_TEXT, origin: 'program', ending } as const;
  await expect(told([input], null, stopped)).rejects.toBe(reason);
});

describe('what is refused', () => {
  test.each<[string, readonly Given[], string | null, object]>([
    [
      'nothing that is known',
      [{ content: '\n\u001b[2J<html>' }],
      null,
      { kind: 'input', message: 'queue.txt is in no known format: it begins with "\u001b[2J<html>".' },
    ],
    [
      'a long line is shown in part',
      [{ content: 'x'.repeat(200) }],
      null,
      { kind: 'input', message: `queue.txt is in no known format: it begins with "${'x'.repeat(79)}…".` },
    ],
    [
      'an empty file: the command may have failed',
      [{ content: '' }],
      null,
      { kind: 'input', message: expect.stringContaining('queue.txt is empty') as string },
    ],
    [
      'not one record can be read',
      [{ content: 'QUEUE\nx\ny\n' }],
      null,
      { kind: 'input', message: 'Nothing could be read. queue.txt: line 1: a state.' },
    ],
    [
      'a format that there is not',
      [{ content: QUEUE_TEXT }],
      'postfix',
      { kind: 'usage', remedy: 'Give one of test-queue, test-log, as --relay-format test-queue' },
    ],
    [
      'a second input that is wrong',
      [{ content: QUEUE_TEXT }, { content: '?', name: 'b' }],
      null,
      { kind: 'input' },
    ],
  ])('%s', async (_why, inputs, formatName, failure) => {
    await expect(told(inputs, formatName)).rejects.toMatchObject(failure);
  });

  test('the formats that are accepted are told', async () => {
    await expect(told([{ content: '?' }])).rejects.toMatchObject({
      remedy: expect.stringContaining('a queue of ours (test-queue); a log of ours (test-log)') as string,
    });
  });
});
