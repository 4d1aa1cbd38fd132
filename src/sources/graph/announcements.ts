import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';

import { type Decoder, type Row, rowByRow } from '../decode.js';
import { type Trouble, troubleOf } from '../http/exchange.js';
import { isInterruption } from '../http/trace-gap.js';
import { brokenOf, type Read, readOf } from './announcement.js';
import type { GraphArea } from './graph-area.js';
import type { GraphClient } from './graph-client.js';
import { pagesOf } from './pages.js';

export interface Announcements<T> {
  readonly area: GraphArea;
  readonly path: string;
  /** Asked without where the service takes no such filter, so whoever asks looks at each row again. Null for none. */
  readonly filter: string | null;
  readonly decode: Decoder<Read<T>>;
  readonly keyOf: (item: T) => string;
  readonly changedAt: (item: T) => Date | null;
  /** What is listed, for gaps, as `the issues of the services`. */
  readonly what: string;
}

export type Listed<T> =
  | {
      readonly kind: 'listed';
      /** Each once. */
      readonly items: readonly T[];
      readonly gaps: readonly Gap[];
      /** The service's clock at the first page. */
      readonly asOf: Date | null;
    }
  /** There was no answer at all. */
  | { readonly kind: 'missing'; readonly trouble: Trouble };

/** The service's most; a tenant has some hundred issues and as many messages. */
const ROWS_PER_PAGE = 500;

/** Beyond this it is no list of a tenant, and would fill the memory. */
const MOST_ROWS = 20_000;

const QUESTION_REFUSED = 400;

/** A whole list, as far as it can be had. Throws only where a person stops it. */
export async function listAnnouncements<T>(
  client: GraphClient,
  asked: Announcements<T>,
  signal: AbortSignal,
): Promise<Listed<T>> {
  const collected = await collect(client, asked, signal);
  const isFilterRefused = asked.filter !== null && collected.status === QUESTION_REFUSED;
  if (collected.asOfPages.length > 0 || !isFilterRefused) return listed(collected, asked);
  const unfiltered = { ...asked, filter: null };
  return listed(await collect(client, unfiltered, signal), unfiltered);
}

interface Collected<T> {
  readonly rows: readonly Row<Read<T>>[];
  /** The service's clock at each page. */
  readonly asOfPages: readonly (Date | null)[];
  readonly trouble: Trouble | null;
  readonly status: number | null;
}

async function collect<T>(
  client: GraphClient,
  { area, path, filter, decode, keyOf, changedAt, what }: Announcements<T>,
  signal: AbortSignal,
): Promise<Collected<T>> {
  const listing = {
    first: { kind: 'question', path, filter, top: null, pageSize: ROWS_PER_PAGE },
    decodeItems: rowByRow(decode),
    keyOf: (row: Row<Read<T>>) => (row.kind === 'read' ? keyOf(row.value.value) : row.failure.message),
    atOf: (row: Row<Read<T>>) => (row.kind === 'read' ? changedAt(row.value.value) : null) ?? new Date(0),
    document: `a page of ${what}`,
    whenBrokenOff: area.errand.whenBrokenOff,
  } as const;
  let rows: Row<Read<T>>[] = [];
  const asOfPages: (Date | null)[] = [];
  for await (const step of pagesOf(client, listing, signal)) {
    if (step.kind === 'restarted') rows = [];
    else if (step.kind === 'stopped') {
      if (isInterruption(step.trouble)) throw step.trouble.failure;
      return { rows, asOfPages, trouble: step.trouble, status: step.status };
    } else {
      rows.push(...step.items);
      asOfPages.push(step.date);
      if (rows.length > MOST_ROWS) return { rows, asOfPages, trouble: tooMany(what), status: null };
    }
  }
  return { rows, asOfPages, trouble: null, status: null };
}

function tooMany(what: string): Trouble {
  const message = `The service gave more than ${MOST_ROWS} rows of ${what}, which no tenant has.`;
  const remedy = 'Check --graph-url, and that nothing between here and the service rewrites answers.';
  return troubleOf(new Failure('protocol', message, { remedy }));
}

/** Rows that cannot be read leave a gap beside those that can; where none can be read there is no answer. */
function listed<T>(
  { rows, asOfPages, trouble }: Collected<T>,
  { keyOf, changedAt, what }: Announcements<T>,
): Listed<T> {
  const read = readOf(rows);
  const broken = [...brokenOf(rows), ...read.flatMap((row) => row.broken)];
  const [firstBroken] = broken;
  if (trouble !== null && asOfPages.length === 0) return { kind: 'missing', trouble };
  if (read.length === 0 && firstBroken !== undefined)
    return { kind: 'missing', trouble: troubleOf(firstBroken) };
  const gaps = [
    ...(trouble === null ? [] : [gapOf(trouble, `${what}, in part`)]),
    ...(firstBroken === undefined
      ? []
      : [gapOf(troubleOf(firstBroken), `${what}, ${broken.length} of which cannot be read`)]),
  ];
  const items = latestOfEach(
    read.map(({ value }) => value),
    { keyOf, changedAt },
  );
  return { kind: 'listed', items, gaps, asOf: asOfPages.find((date) => date !== null) ?? null };
}

/** A page is cut by count, so what changes meanwhile may come on two of them. */
function latestOfEach<T>(
  items: readonly T[],
  { keyOf, changedAt }: Pick<Announcements<T>, 'keyOf' | 'changedAt'>,
): readonly T[] {
  const itemByKey = new Map<string, T>();
  for (const item of items) {
    const known = itemByKey.get(keyOf(item));
    const isNews = known === undefined || msOf(changedAt(item)) >= msOf(changedAt(known));
    if (isNews) itemByKey.set(keyOf(item), item);
  }
  return [...itemByKey.values()];
}

function msOf(date: Date | null): number {
  return date?.getTime() ?? 0;
}

export function gapOf({ failure, reason }: Trouble, what: string): Gap {
  return {
    what: `${what}: ${failure.message.replace(/\.$/u, '')}`,
    reason,
    remedy: failure.remedy,
    retryAfterSeconds: failure.retryAfterSeconds ?? null,
  };
}
