/** What every trace source promises, whatever it reads. One suite, run on each adapter and on the fake. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import type { SourceKind, TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

/** The mail that each source is made to hold, in facts that all of them can tell. */
export interface ContractRow {
  readonly messageTraceId: string;
  readonly messageId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly receivedAt: Date;
  readonly status: string;
  /** Words of its events, one a minute. */
  readonly events: readonly string[];
}

export interface ContractEvent {
  readonly at: Date;
  readonly event: string;
}

export function eventsOf({ receivedAt, events }: ContractRow): readonly ContractEvent[] {
  return events.map((event, index) => ({ at: new Date(receivedAt.getTime() + index * 60_000), event }));
}

export interface OpenedSource {
  readonly source: TraceSource;
  readonly close: () => Promise<void>;
}

export interface SourceUnderTest {
  readonly kind: SourceKind;
  readonly open: (rows: readonly ContractRow[], now: Date) => Promise<OpenedSource>;
  /** The same, with an answer of which the first part can be had only, when twelve days are asked for. */
  readonly openCut: (rows: readonly ContractRow[], now: Date) => Promise<OpenedSource>;
  /** Requests for the rows below; null where the source asks nobody. */
  readonly listRequests: number | null;
}

const NOW = new Date('2026-06-02T17:30:00Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
const traceId = (number: number): string => `5f0c3c1e-0000-4000-8000-${String(number).padStart(12, '0')}`;

function mail(number: number, facts: Partial<ContractRow> = {}): ContractRow {
  return {
    messageTraceId: traceId(number),
    messageId: `<m${number}@mail.fabrikam.example>`,
    sender: 'ben@fabrikam.example',
    recipient: `r${number}@contoso.example`,
    subject: `Order ${number}`,
    receivedAt: minutesAgo(60 + number),
    status: 'delivered',
    events: ['Receive', 'Deliver'],
    ...facts,
  };
}

export const ROWS: readonly ContractRow[] = [
  mail(1),
  mail(2, { sender: 'ann@fabrikam.example', status: 'failed', events: ['Receive', 'Fail'] }),
  mail(2, { sender: 'ann@fabrikam.example', recipient: 'second@contoso.example' }),
  mail(3, { subject: "O'Brien & Söhne: Größe", status: 'pending', events: ['Receive', 'Defer'] }),
  mail(4, { sender: 'Ann@Fabrikam.example', recipient: "o'neill@contoso.example" }),
  mail(5, { sender: '', status: 'quarantined' }),
  mail(6, { receivedAt: minutesAgo(200), status: 'pending', events: ['Receive', 'Defer', 'Defer'] }),
];

const EVERYTHING: TraceQuery = {
  window: { from: minutesAgo(240), to: minutesAgo(0) },
  senders: [],
  recipients: [],
  subject: null,
  messageIds: [],
  messageTraceIds: [],
  statuses: [],
};

const QUESTIONS: readonly (readonly [string, Partial<TraceQuery>, readonly number[]])[] = [
  ['everything', {}, [0, 1, 2, 3, 4, 5, 6]],
  ['a shorter window', { window: { from: minutesAgo(120), to: minutesAgo(0) } }, [0, 1, 2, 3, 4, 5]],
  ['a window without mail', { window: { from: minutesAgo(50), to: minutesAgo(0) } }, []],
  ['a sender, ignoring case', { senders: ['ann@fabrikam.example'] }, [1, 2, 4]],
  ['two senders', { senders: ['ann@fabrikam.example', 'ben@fabrikam.example'] }, [0, 1, 2, 3, 4, 6]],
  ['a domain', { recipients: ['*@contoso.example'], senders: ['ann@fabrikam.example'] }, [1, 2, 4]],
  ['a recipient with a quote', { recipients: ["o'neill@contoso.example"] }, [4]],
  ['part of a subject', { subject: 'söhne' }, [3]],
  ['a Message-ID', { messageIds: ['<m2@mail.fabrikam.example>'] }, [1, 2]],
  ['a Message-ID without brackets', { messageIds: ['m3@mail.fabrikam.example'] }, [3]],
  ['a trace id', { messageTraceIds: [traceId(2)] }, [1, 2]],
  ['statuses', { statuses: ['Pending', 'failed'] }, [1, 3, 6]],
  ['conditions together', { senders: ['ann@fabrikam.example'], statuses: ['failed'] }, [1]],
];

const keyOf = (row: ContractRow): string => deliveryKey(row.messageTraceId, row.recipient);
const keyOfEntry = (entry: TraceEntry): string => deliveryKey(messageKey(entry), entry.recipient);

async function batchesOf(
  source: TraceSource,
  query: Partial<TraceQuery> = {},
  signal = new AbortController().signal,
): Promise<readonly TraceBatch[]> {
  const batches: TraceBatch[] = [];
  for await (const batch of source.deliveries({ ...EVERYTHING, ...query }, signal)) batches.push(batch);
  return batches;
}

export function promisesOfTraceSource(name: string, subject: SourceUnderTest): void {
  describe(`${name} as a trace source`, () => {
    let opened: OpenedSource;
    let source: TraceSource;
    beforeEach(async () => {
      opened = await subject.open(ROWS, NOW);
      source = opened.source;
    });
    afterEach(() => opened.close());

    test.each(QUESTIONS)(
      '%s: every row that matches, and what more it gives does not',
      async (_, query, at) => {
        const batches = await batchesOf(source, query);
        const matches = createMatcher({ ...EVERYTHING, ...query });
        const found = new Set(batches.flatMap(({ entries }) => entries.filter(matches).map(keyOfEntry)));
        expect([...found].toSorted()).toEqual(at.map((index) => keyOf(ROWS[index]!)).toSorted());
        expect(batches.flatMap(({ gaps }) => gaps)).toEqual([]);
      },
    );

    test('the facts of a row come as they are', async () => {
      const entries = (await batchesOf(source)).flatMap((batch) => batch.entries);
      for (const row of ROWS) {
        const { events, status, ...facts } = row;
        const entry = entries.find((each) => keyOfEntry(each) === keyOf(row));
        expect(entry).toMatchObject(facts);
        expect(entry?.events?.length ?? events.length).toBe(events.length);
        expect(entry?.status.toLowerCase()).toBe(status.toLowerCase());
      }
    });

    test('it names its kind, and when its answer was true once there is one', async () => {
      expect(source.kind).toBe(subject.kind);
      // A service tells its clock with its answer; a file has its time before.
      if (source.kind !== 'file') expect(source.asOf()).toBeNull();
      await batchesOf(source);
      expect(source.asOf()).toBeInstanceOf(Date);
    });

    test('it counts the requests that it sends', async () => {
      expect(source.requestCount()).toBe(0);
      await batchesOf(source);
      expect(source.requestCount()).toBe(subject.listRequests ?? 0);
    });

    test('a stop before the start is told with its own reason', async () => {
      const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
      const asked = batchesOf(source, {}, AbortSignal.abort(reason));
      expect(await asked.catch((error: unknown) => error)).toBe(reason);
    });

    test('events are given in one of the two ways, and tell what happened', async () => {
      const entries = (await batchesOf(source)).flatMap((batch) => batch.entries);
      const { signal } = new AbortController();
      for (const row of ROWS) {
        const entry = entries.find((each) => keyOfEntry(each) === keyOf(row));
        const answer = entry?.events ? null : await source.details?.(row, signal);
        const events = answer?.kind === 'events' ? answer.events : (entry?.events ?? []);
        const told = events.map(({ at, event }) => ({ at, event }));
        expect(told.toSorted((one, other) => one.at.getTime() - other.at.getTime())).toEqual(eventsOf(row));
      }
    });

    test('a delivery that nobody knows has no events, where details can be asked for', async () => {
      if (source.details === undefined) return;
      // Details are those of a list: a source made of two learns from it whom to ask.
      await batchesOf(source);
      const { signal } = new AbortController();
      const unknown = [
        { messageTraceId: traceId(99), recipient: 'r1@contoso.example' },
        { messageTraceId: traceId(1), recipient: "stranger'@contoso.example" },
      ];
      for (const key of unknown)
        expect(await source.details({ ...key, receivedAt: minutesAgo(60) }, signal)).toEqual({
          kind: 'events',
          events: [],
        });
    });

    test('a stop while details are asked for is told with its own reason', async () => {
      if (source.details === undefined) return;
      const reason = new Failure('terminated', 'Terminated.', { remedy: 'x' });
      const asked = source.details(ROWS[0]!, AbortSignal.abort(reason));
      expect(await asked.catch((error: unknown) => error)).toBe(reason);
    });
  });

  test(`${name}: what fails after the first answer is a gap, and the rows before it stay`, async () => {
    const opened = await subject.openCut(ROWS, NOW);
    const window = { from: minutesAgo(12 * 24 * 60), to: minutesAgo(0) };
    const batches = await batchesOf(opened.source, { window });
    await opened.close();
    const gaps = batches.flatMap((batch) => batch.gaps);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.what).toMatch(/\S/u);
    expect(gaps[0]?.remedy).toMatch(/\S/u);
    expect(batches.flatMap((batch) => batch.entries).length).toBeGreaterThan(0);
  });
}
