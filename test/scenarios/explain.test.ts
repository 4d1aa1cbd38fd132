/**
 * Why: a helpdesk pastes whatever a sender got, and acts on the answer: transient or final, and whose side.
 * Tenant: none. Requests: none.
 */
import { describe, expect, test } from 'vitest';

import { verdictText } from '#commands/explain/explain.view.js';
import { classify } from '#mailflow/bounce/classify.js';
import { RULES } from '#mailflow/bounce/rules.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';
import { PLAIN_STYLE } from '#render/plain-style.js';

import { runMailcheck } from './run-mailcheck.js';

const SAMPLES: readonly (readonly [text: string, verdict: Partial<Verdict>, says: RegExp, why: string])[] = [
  [
    '451 4.3.2 Temporary server error. Please try again later ATTR2',
    { class: 'transient', state: 'deferred', party: 'service', retry: 'automatic', mismatch: false },
    /watch[^]*sender's\s+queue holds/u,
    'the service cannot find the tenant for a while',
  ],
  [
    '550 4.4.7 QUEUE.Expired; message expired',
    { class: 'permanent', state: 'expired', replyCode: 550, enhancedStatus: '4.4.7', mismatch: true },
    /codes disagree/u,
    'final in spite of the 4 in its enhanced code',
  ],
  [
    '554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException',
    { class: 'permanent', replyCode: 554, mismatch: true },
    /codes disagree/u,
    'busy, and final all the same',
  ],
  [
    '451 5.7.3 STARTTLS is required to send mail',
    { class: 'transient', replyCode: 451, enhancedStatus: '5.7.3', mismatch: true },
    /codes disagree/u,
    'tried again in spite of the 5 in its enhanced code',
  ],
  [
    '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)',
    { class: 'transient', party: 'unknown' },
    /unrelated/u,
    'whose side it is only the other destinations tell',
  ],
  [
    '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel',
    { class: 'transient', party: 'service', retry: 'automatic' },
    /MX/u,
    'a forest that takes no more connections',
  ],
  [
    '451 4.4.4 Temporary server error. Please try again later ATTR1',
    { class: 'transient', party: 'service', retry: 'automatic' },
    /resend/u,
    'the same at another step',
  ],
  [
    "Remote Server returned ''",
    { class: 'unknown', state: 'unknown', reason: 'unknown', party: 'unknown', replyCode: null },
    /does not tell/u,
    'nothing was said, so nothing is guessed',
  ],
];

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

describe.each(SAMPLES)('%s', (text, verdict, says) => {
  test('fits a screen of nine lines, and says what to do', async () => {
    const run = await runMailcheck(['explain', text]);
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(linesOf(run.stdout).length).toBeLessThanOrEqual(9);
    expect(linesOf(run.stdout).filter((line) => line.length > 80)).toEqual([]);
    expect(run.stdout).toMatch(new RegExp(`^${String(verdict.class).toUpperCase()}: `, 'u'));
    expect(run.stdout).toMatch(says);
  });

  test('has a verdict for scripts', async () => {
    const run = await runMailcheck(['explain', text, '--format', 'json']);
    const answer = JSON.parse(run.stdout) as { data: [{ verdict: Verdict }]; schema: string };
    expect([run.exitCode, answer.schema]).toEqual([0, 'mailcheck.explain/1']);
    expect(Object.keys(answer.data[0].verdict).toSorted()).toEqual(VERDICT_FIELDS);
    expect(answer.data[0].verdict).toMatchObject({ ...verdict, text });
  });
});

const VERDICT_FIELDS = [
  ...['basis', 'class', 'enhancedStatus', 'mismatch', 'party', 'reason'],
  ...['remedy', 'replyCode', 'retry', 'rule', 'state', 'text'],
];

test('no rule has more to say than nine lines of 80 columns hold', () => {
  const page = { widthColumns: 80, style: PLAIN_STYLE, now: new Date(0), timeZone: 'UTC' };
  const tooLong = RULES.flatMap((rule) => rule.samples.map((sample) => classify({ text: sample })))
    .map((verdict) => ({ rule: verdict.rule, lines: linesOf(verdictText(verdict, page)) }))
    .filter(({ lines }) => lines.length > 9 || lines.some((line) => line.length > 80));
  expect(tooLong).toEqual([]);
});

describe('where the text comes from', () => {
  test.each<[string[], string, string]>([
    [['explain', '-'], '550 5.1.1 User unknown\n', 'standard input'],
    [['explain', '-'], '\r\n  550 5.1.1 User unknown\r\n\r\n', 'with the blanks of a copy'],
    [['explain', '550', '5.1.1', 'User', 'unknown'], '', 'words without quotes'],
    [['explain', '--', '550 5.1.1 User unknown'], '', 'after the end of the flags'],
  ])('%j with %j: %s', async (args, input) => {
    const run = await runMailcheck(args, { input });
    expect([run.exitCode, run.stdout.split('\n')[0]]).toEqual([
      0,
      'PERMANENT: bounced, recipient-unknown (550 5.1.1)',
    ]);
  });

  test('a reply of several lines is one reply', async () => {
    const input = '550-5.1.1 The email account that you tried to reach\r\n550 5.1.1 does not exist.\r\n';
    const run = await runMailcheck(['explain', '-', '--format', 'ndjson'], { input });
    expect(linesOf(run.stdout)).toHaveLength(2);
    expect(run.stdout).toContain('"replyCode":550,"enhancedStatus":"5.1.1","reason":"recipient-unknown"');
  });
});

describe('--batch', () => {
  const answersOf = (stdout: string): unknown[] => linesOf(stdout).map((line) => JSON.parse(line) as unknown);

  test('answers each line by its id, in order, broken ones too', async () => {
    const input = [
      '{"id":7,"text":"550 5.1.1 User unknown"}',
      '{"id":"b","text":"421 4.3.2 Service not available","event":"Defer"}',
      'no JSON',
      '{"id":"d"}',
      '[1]',
      '{"text":"550 4.4.7 QUEUE.Expired; message expired","id":null}',
      '{"id":7,"text":"","event":12}',
      '',
      '{"id":"last","text":"","event":"Deliver"}',
    ].join('\n');
    const run = await runMailcheck(['explain', '--batch'], { input });
    const error: unknown = expect.stringMatching(/\S/u);
    const verdict = (fields: Partial<Verdict>): unknown => expect.objectContaining(fields);
    expect(answersOf(run.stdout)).toEqual([
      { id: 7, verdict: verdict({ class: 'permanent', reason: 'recipient-unknown' }) },
      { id: 'b', verdict: verdict({ class: 'transient', basis: 'event' }) },
      { id: null, error },
      { id: 'd', error },
      { id: null, error },
      { id: null, verdict: verdict({ state: 'expired', mismatch: true }) },
      { id: 7, error },
      { id: 'last', verdict: verdict({ class: 'none', state: 'delivered' }) },
    ]);
    expect(run.exitCode).toBe(65);
    expect(run.stderr).toMatch(/^mailcheck: 4 input lines were broken; all others are answered\.\n/u);
  });

  test('100,000 lines go through, each with its own answer', async () => {
    const texts = SAMPLES.map(([text]) => text);
    const verdicts = texts.map((text) => classify({ text }));
    const count = 100_000;
    const input = Array.from({ length: count }, (_, id) =>
      JSON.stringify({ id, text: texts[id % texts.length] }),
    ).join('\n');
    const run = await runMailcheck(['explain', '--batch'], { input });
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    const lines = linesOf(run.stdout);
    expect(lines).toHaveLength(count);
    const wrong = lines.filter(
      (line, id) => line !== JSON.stringify({ id, verdict: verdicts[id % verdicts.length] }),
    );
    expect(wrong).toEqual([]);
  });

  test('a reader that has enough ends it quietly', async () => {
    const input = Array.from({ length: 50_000 }, (_, id) => JSON.stringify({ id, text: '550 5.1.1 x' }));
    const run = await runMailcheck(['explain', '--batch'], { input: input.join('\n'), linesRead: 1 });
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
  });
});
