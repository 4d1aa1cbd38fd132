/** The promises of `TraceSource`, kept by the fake that tests lean on, by Graph, by Exchange and by files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { abandonable } from '#mailflow/trace/abandonable-source.js';
import { fallingBackSource } from '#mailflow/trace/falling-back-source.js';
import type { ScriptedFault } from '#simulator/faults.js';
import { faultScript } from '#simulator/faults.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import type { Quirks } from '#simulator/quirks.js';
import { startTenant } from '#simulator/tenant.js';
import { openFileTraceSource } from '#sources/files/file-trace-source.js';

import { failureOfBoth, fallBackNote } from '../../src/world/fall-back.js';
import { deliveryName, memoryTraceSource } from '../fakes/memory-trace-source.js';
import { virtualClock } from '../fakes/virtual-clock.js';
import { row } from '../mailflow/trace/rows.js';
import { delivery, event } from '../simulator/population.js';
import { openExchangeAt } from '../sources/exchange/opened.js';
import { openAt } from '../sources/graph/opened.js';
import type { ContractRow, OpenedSource } from './trace-source.contract.js';
import { eventsOf, promisesOfTraceSource } from './trace-source.contract.js';

const done = (): Promise<void> => Promise.resolve();
const CUT = { what: 'the rest', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: 300 };

function inMemory(rows: readonly ContractRow[], now: Date, isCut: boolean): Promise<OpenedSource> {
  const entries = rows.map((each) => row({ ...each, events: null }));
  const eventsByDelivery = new Map(
    rows.map((each) => [
      deliveryName(each),
      eventsOf(each).map((step) => ({ ...step, description: '', data: '' })),
    ]),
  );
  const habits = { repeatsRows: true, ignoresConditions: !isCut, asOf: now };
  const source = memoryTraceSource({
    ...{ rows: entries, eventsByDelivery, gaps: isCut ? [CUT] : [] },
    ...habits,
  });
  return Promise.resolve({ source, close: done });
}

promisesOfTraceSource('the fake in memory', {
  kind: 'graph',
  open: (rows, now) => inMemory(rows, now, false),
  openCut: (rows, now) => inMemory(rows, now, true),
  listRequests: 4,
});

function populationOf(rows: readonly ContractRow[]): readonly SimulatedDelivery[] {
  return rows.map((each) =>
    delivery({
      ...each,
      id: each.messageTraceId,
      events: () => eventsOf(each).map((step) => event(step)),
    }),
  );
}

/** Twelve days make two questions: there is something behind the first answer. */
async function graph(
  rows: readonly ContractRow[],
  now: Date,
  faults: readonly ScriptedFault[],
): Promise<OpenedSource> {
  const population = populationOf(rows);
  const tenant = await startTenant({ population, clock: () => now, tokenChecks: 'any', faults });
  const clock = virtualClock(now.toISOString());
  const { source } = openAt(tenant.graphUrl, { clock, deadlineMs: 60_000 });
  return { source, close: tenant.close };
}

promisesOfTraceSource('Graph', {
  kind: 'graph',
  open: (rows, now) => graph(rows, now, []),
  openCut: (rows, now) => graph(rows, now, faultScript({ 2: '429:900' })),
  listRequests: 1,
});

function exchange(habits: {
  readonly exchangeDates?: Quirks['exchangeDates'];
  readonly exchangeRows?: number;
  readonly faults?: readonly ScriptedFault[];
}) {
  return async (rows: readonly ContractRow[], now: Date): Promise<OpenedSource> => {
    const { faults = [], ...quirks } = habits;
    const tenant = await startTenant({
      ...{
        population: populationOf(rows),
        clock: () => now,
        tokenChecks: 'any',
        exchangeFaults: faults,
        quirks,
      },
    });
    const clock = virtualClock(now.toISOString());
    const { source } = openExchangeAt(tenant, { clock, deadlineMs: 60_000 });
    return { source, close: tenant.close };
  };
}

promisesOfTraceSource('Exchange', {
  kind: 'exchange',
  open: exchange({}),
  openCut: exchange({ faults: faultScript({ 2: '429:900' }) }),
  listRequests: 1,
});

promisesOfTraceSource('Exchange, three rows at a time and dates without a zone', {
  kind: 'exchange',
  open: exchange({ exchangeRows: 3, exchangeDates: 'bare' }),
  openCut: exchange({ exchangeRows: 3, faults: faultScript({ 2: 'nul' }) }),
  listRequests: 3,
});

interface Pair {
  readonly faults: readonly ScriptedFault[];
  readonly exchangeFaults?: readonly ScriptedFault[];
}

/** Both services of one tenant, and Exchange asked where Graph does not answer. */
function eitherOf({ faults, exchangeFaults = [] }: Pair) {
  return async (rows: readonly ContractRow[], now: Date): Promise<OpenedSource> => {
    const options = { population: populationOf(rows), clock: () => now, tokenChecks: 'any' } as const;
    const tenant = await startTenant({ ...options, faults, exchangeFaults });
    const clock = virtualClock(now.toISOString());
    const graphSource = abandonable(openAt(tenant.graphUrl, { clock, deadlineMs: 60_000 }).source);
    const source = fallingBackSource({
      first: graphSource.source,
      abandonFirst: graphSource.abandon,
      openSecond: () => Promise.resolve(openExchangeAt(tenant, { clock, deadlineMs: 60_000 }).source),
      noteOf: fallBackNote,
      failureOfBoth,
    });
    return { source, close: tenant.close };
  };
}

promisesOfTraceSource('Graph with Exchange behind it', {
  kind: 'graph',
  open: eitherOf({ faults: [] }),
  openCut: eitherOf({ faults: faultScript({ 2: '429:900' }) }),
  listRequests: 1,
});

const NO_GRAPH = { request: 1, times: 99, fault: { kind: 'status', status: 404, retryAfter: null } } as const;

promisesOfTraceSource('Exchange in the place of Graph', {
  // Until somebody has asked.
  kind: 'graph',
  open: eitherOf({ faults: [NO_GRAPH] }),
  openCut: eitherOf({ faults: [NO_GRAPH], exchangeFaults: faultScript({ 2: '429:900' }) }),
  listRequests: 2,
});

async function files(rows: readonly ContractRow[], _now: Date, isCut: boolean): Promise<OpenedSource> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const value = rows.map((each) => ({
    id: each.messageTraceId,
    messageId: each.messageId,
    senderAddress: each.sender,
    recipientAddress: each.recipient,
    subject: each.subject,
    receivedDateTime: each.receivedAt.toISOString(),
    status: each.status,
    size: 1,
    fromIP: null,
    toIP: null,
  }));
  const next = { '@odata.nextLink': 'https://graph.microsoft.com/v1.0/next' };
  const list = join(folder, 'list.json');
  await writeFile(list, JSON.stringify({ ...(isCut ? next : {}), value }));
  const detail = join(folder, 'detail.csv');
  await writeFile(detail, detailExport(rows));
  const source = await openFileTraceSource({
    ...{ paths: [list, detail], standardInput: Readable.from([]), fileTimeZone: null },
    ...{ defaultTimeZone: 'UTC', dateOrder: null, temporaryDirectory: folder },
    signal: new AbortController().signal,
  });
  return { source, close: () => rm(folder, { recursive: true, force: true }) };
}

/** As Get-MessageTraceDetailV2 | Export-Csv writes it. */
function detailExport(rows: readonly ContractRow[]): string {
  const head = [
    'Date',
    'Event',
    'Action',
    'Detail',
    'Data',
    'MessageId',
    'MessageTraceId',
    'RecipientAddress',
  ];
  const lines = rows.flatMap((each) =>
    eventsOf(each).map(({ at, event: word }) => [
      at.toISOString(),
      ...[word, '', 'x', '<root/>', each.messageId, each.messageTraceId, each.recipient],
    ]),
  );
  return [head, ...lines].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\r\n');
}

promisesOfTraceSource('exports', {
  kind: 'file',
  open: (rows, now) => files(rows, now, false),
  openCut: (rows, now) => files(rows, now, true),
  listRequests: null,
});
