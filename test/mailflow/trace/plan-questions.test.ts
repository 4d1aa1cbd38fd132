import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TimeWindow } from '#mailflow/time-window.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { matchesQuery } from '#mailflow/trace/matches.js';
import { onlyTrouble, questionsOf } from '#mailflow/trace/plan-questions.js';
import {
  createAnswerCheck,
  EXCHANGE_TERMS,
  GRAPH_TERMS,
  type TraceQuestion,
} from '#mailflow/trace/question.js';
import type { TraceQuery } from '#mailflow/trace/trace-source.js';

import { ANYTHING, NOON, row } from './rows.js';

const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): Date => new Date(NOON.getTime() - hours * HOUR_MS);
const FOUR_HOURS = { from: hoursAgo(4), to: NOON };
const MANY = EXCHANGE_TERMS;

/** A question in a line: what stands in each of its lists. */
function told({
  senders,
  recipients,
  subject,
  messageIds,
  messageTraceIds,
  statuses,
}: TraceQuestion): string {
  const parts = [
    ['from', senders],
    ['to', recipients],
    ['message', messageIds],
    ['id', messageTraceIds],
    ['status', statuses],
    ['subject', subject === null ? [] : [subject]],
  ] as const;
  const said = parts.filter(([, values]) => values.length > 0);
  return said.map(([name, values]) => `${name} ${values.join(',')}`).join(' & ') || 'anything';
}

const a = 'a@contoso.example';
const b = 'b@contoso.example';
const c = 'c@contoso.example';
const x = 'x@fabrikam.example';
const y = 'y@fabrikam.example';

describe('Graph: one value for each property', () => {
  test.each<[Partial<TraceQuery>, readonly string[], string]>([
    [{}, ['anything'], 'nothing asked'],
    [{ senders: [a] }, [`from ${a}`], 'one sender'],
    [{ senders: [a, b] }, [`from ${a}`, `from ${b}`], 'a sender a question'],
    [{ senders: [a, a.toUpperCase()] }, [`from ${a.toUpperCase()}`], 'the same address in two cases is one'],
    [{ senders: [a], recipients: [x] }, [`from ${a} & to ${x}`], 'both, for nothing more'],
    [
      { senders: [a, b], recipients: [x, y, c] },
      [`from ${a}`, `from ${b}`],
      'two senders and three recipients are two questions, not six',
    ],
    [{ senders: [a, b, c], recipients: [x, y] }, [`to ${x}`, `to ${y}`], 'the shorter side'],
    [{ senders: [a], recipients: [x, y] }, [`from ${a}`], 'one against two'],
    [{ senders: [a, b], recipients: [x, y] }, [`from ${a}`, `from ${b}`], 'of equals, the senders'],
    [
      { senders: ['*@contoso.example'], recipients: [x, y] },
      [`from *@contoso.example & to ${x}`, `from *@contoso.example & to ${y}`],
      'all mail of a domain would be many pages',
    ],
    [
      { senders: ['*@contoso.example'], recipients: ['*@fabrikam.example', x] },
      ['from *@contoso.example'],
      'a domain on both sides',
    ],
    [{ statuses: ['failed', 'pending'] }, ['status failed', 'status pending'], 'a status a question'],
    [{ statuses: ['failed', 'FAILED'] }, ['status FAILED'], 'the same word in two cases is one'],
    [
      { senders: [a, b], statuses: ['failed', 'pending'] },
      [
        `from ${a} & status failed`,
        `from ${a} & status pending`,
        `from ${b} & status failed`,
        `from ${b} & status pending`,
      ],
      'a busy sender has few failed mails and many others',
    ],
    [
      { senders: [a, b], recipients: [x, y, c], statuses: ['failed'] },
      [`from ${a} & status failed`, `from ${b} & status failed`],
      'a single status goes along',
    ],
    [
      { messageTraceIds: ['t1', 't2'], statuses: ['failed', 'pending'] },
      ['id t1', 'id t2'],
      'of one message all rows are had at once',
    ],
    [
      { messageTraceIds: ['t1', 't2'], senders: [a], recipients: [x, y] },
      [`from ${a} & id t1`, `from ${a} & id t2`],
      'an id is a page, whatever else is asked',
    ],
    [
      { messageIds: ['<m1>', 'm1', '<m2>'], messageTraceIds: ['t1'] },
      ['id t1'],
      'one id, and the others are looked for in its rows',
    ],
    [{ messageIds: ['<m1>', 'm1'] }, ['message m1'], 'with and without brackets is one'],
    [{ messageIds: ['m1', 'm2'] }, ['message m1', 'message m2'], 'a Message-ID a question'],
    [
      { subject: 'order', senders: [a, b] },
      [`from ${a} & subject order`, `from ${b} & subject order`],
      'always',
    ],
  ])('%j: %j: %s', (query, expected) => {
    expect(questionsOf({ ...ANYTHING, ...query }, FOUR_HOURS, NOON, GRAPH_TERMS).map(told)).toEqual(expected);
  });
});

describe('Exchange: many values for each property', () => {
  test.each<[Partial<TraceQuery>, readonly string[], string]>([
    [
      { senders: [a, b], recipients: [x, y], statuses: ['failed', 'pending'] },
      [`from ${a},${b} & to ${x},${y} & status failed,pending`],
      'all in one',
    ],
    [
      { messageTraceIds: ['t1', 't2'], senders: [a, b] },
      [`from ${a},${b} & id t1`, `from ${a},${b} & id t2`],
      'ids',
    ],
  ])('%j: %j: %s', (query, expected) => {
    expect(questionsOf({ ...ANYTHING, ...query }, FOUR_HOURS, NOON, MANY).map(told)).toEqual(expected);
  });

  test('more than fit are asked in portions', () => {
    const senders = Array.from({ length: 250 }, (_, index) => `s${index}@contoso.example`);
    const questions = questionsOf({ ...ANYTHING, senders, recipients: [x, y] }, FOUR_HOURS, NOON, MANY);
    expect(questions.map((each) => [each.senders.length, each.recipients.length])).toEqual([[0, 2]]);
    const alone = questionsOf({ ...ANYTHING, senders }, FOUR_HOURS, NOON, MANY);
    expect(alone.map((each) => each.senders.length)).toEqual([100, 100, 50]);
  });
});

describe('slices', () => {
  const DAY = 24;
  test.each<[TimeWindow, Date, readonly (readonly [number, number])[], string]>([
    [{ from: hoursAgo(4), to: NOON }, NOON, [[4, 0]], 'a short window is one'],
    [{ from: hoursAgo(10 * DAY), to: NOON }, NOON, [[240, 0]], 'ten days are one'],
    [
      { from: hoursAgo(25 * DAY), to: NOON },
      NOON,
      [
        [240, 0],
        [480, 240],
        [600, 480],
      ],
      'newest first, sharing an instant',
    ],
    [{ from: hoursAgo(4), to: hoursAgo(-1) }, NOON, [[4, 0]], 'the future is not asked for'],
    [
      { from: hoursAgo(-1), to: hoursAgo(-2) },
      NOON,
      [[-1, -2]],
      'unless nothing else was: the service says why',
    ],
  ])('%#: %s', (window, now, expected) => {
    const spans = questionsOf(ANYTHING, window, now, GRAPH_TERMS).map((question) => question.window);
    expect(spans).toEqual(expected.map(([from, to]) => ({ from: hoursAgo(from), to: hoursAgo(to) })));
  });

  test('bounds are whole seconds, outward', () => {
    const window = { from: new Date(NOON.getTime() - 1500), to: new Date(NOON.getTime() - 500) };
    const [question] = questionsOf(ANYTHING, window, NOON, GRAPH_TERMS);
    expect(question?.window).toEqual({ from: new Date(NOON.getTime() - 2000), to: NOON });
  });
});

const address = fc.constantFrom(
  a,
  b,
  c,
  x,
  y,
  'A@Contoso.example',
  '*@contoso.example',
  '*@fabrikam.example',
);
const lists = (value: fc.Arbitrary<string>): fc.Arbitrary<string[]> => fc.array(value, { maxLength: 4 });
const queries = fc.record({
  window: fc.constant(null),
  senders: lists(address),
  recipients: lists(address),
  subject: fc.constantFrom(null, 'figures', 'STRASSE'),
  messageIds: lists(fc.constantFrom('<m1>', 'm2', 'm1')),
  messageTraceIds: lists(fc.constantFrom('t1', 'T2', 't3')),
  statuses: lists(fc.constantFrom('failed', 'Pending', 'delivered', 'gettingStatus')),
});
const rows = fc
  .record({
    messageTraceId: fc.constantFrom('t1', 't2', null),
    messageId: fc.constantFrom('<m1>', '<m2>', null),
    sender: fc.constantFrom(a, b, c, ''),
    recipient: fc.constantFrom(x, y, c),
    subject: fc.constantFrom('Quarterly figures', 'Straße', null),
    status: fc.constantFrom('Failed', 'pending', 'GettingStatus', 'DeliverFail', 'delivered'),
    hours: fc.double({ min: 0, max: 30 * 24, noNaN: true }),
  })
  .map(({ hours, ...facts }): TraceEntry => row({ ...facts, receivedAt: hoursAgo(hours) }));
const windows = fc
  .tuple(fc.double({ min: 0.01, max: 29 * 24, noNaN: true }), fc.double({ min: -5, max: 24, noNaN: true }))
  .map(([span, end]) => ({ from: hoursAgo(end + span), to: hoursAgo(end) }));
const terms = fc.constantFrom(1, 2, 100).map((valuesPerProperty) => ({ ...GRAPH_TERMS, valuesPerProperty }));

describe('for any query', () => {
  test('every row that matches it is an answer to one of its questions at least', () => {
    fc.assert(
      fc.property(
        queries,
        windows,
        terms,
        fc.array(rows, { minLength: 1 }),
        (query, window, service, entries) => {
          const matching = entries.filter((entry) => matchesQuery({ ...query, window }, entry));
          const checks = questionsOf(query, window, NOON, service).map(createAnswerCheck);
          expect(matching.filter((entry) => !checks.some((isAnswer) => isAnswer(entry)))).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('no question asks more values of a property than the service takes, nor a longer span', () => {
    fc.assert(
      fc.property(queries, windows, terms, (query, window, service) => {
        for (const question of questionsOf(query, window, NOON, service)) {
          const { senders, recipients, messageIds, messageTraceIds, statuses } = question;
          const counts = [senders, recipients, messageIds, statuses].map((values) => values.length);
          expect(Math.max(...counts)).toBeLessThanOrEqual(service.valuesPerProperty);
          expect(messageTraceIds.length).toBeLessThanOrEqual(1);
          const spanMs = question.window.to.getTime() - question.window.from.getTime();
          expect(spanMs).toBeLessThanOrEqual(10 * 24 * HOUR_MS);
        }
      }),
    );
  });

  test('there are never more of them than combinations of the values, and none twice', () => {
    fc.assert(
      fc.property(queries, windows, (query, window) => {
        const questions = questionsOf(query, window, NOON, GRAPH_TERMS);
        const slices = new Set(questions.map(({ window: { to } }) => to.getTime())).size;
        const combinations = [
          query.senders.map((value) => value.toLowerCase()),
          query.recipients.map((value) => value.toLowerCase()),
          query.messageIds.map((value) => value.replaceAll(/[<>]/gu, '')),
          query.messageTraceIds.map((value) => value.toLowerCase()),
          query.statuses.map((value) => value.toLowerCase()),
        ].reduce((product, values) => product * Math.max(1, new Set(values).size), slices);
        expect(questions.length).toBeLessThanOrEqual(combinations);
        expect(new Set(questions.map((each) => JSON.stringify(each))).size).toBe(questions.length);
      }),
    );
  });
});

test('a question after trouble alone asks for the statuses of held and failed mail', () => {
  expect(onlyTrouble(ANYTHING).statuses).toEqual(['failed', 'pending', 'gettingStatus']);
  expect(onlyTrouble({ ...ANYTHING, statuses: ['failed'] }).statuses).toEqual(['failed']);
});
