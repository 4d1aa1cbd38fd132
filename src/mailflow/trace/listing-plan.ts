/**
 * What to ask a service so that the kept past and the answer together are as good as asking for everything anew, and
 * never more requests than that. Windows are cut out of a listing only where what lies between them would have filled
 * pages of its own.
 */
import type { TimeWindow } from '../time-window.js';
import { traceIdKey } from './delivery-key.js';
import { common, hull, isEmpty, type Span, subtract, union } from './span.js';
import { bareWord } from './status.js';
import type { OpenRow, OpenRows } from './trace-history.js';

export interface ListingNeed {
  /** What the question is about, up to now. */
  readonly range: Span;
  /** The part of it that the kept past cannot answer. */
  readonly missing: readonly Span[];
  /** Rows elsewhere that may have changed. */
  readonly open: OpenRows;
  /** How many rows are known to match, at least; empty when that would cost too much to count. */
  readonly density: readonly RowCount[];
  readonly rowsPerPage: number;
}

/** Rows known within a span. */
export interface RowCount extends Span {
  readonly rows: number;
}

export interface ListingPlan {
  /** Windows to list, newest first. */
  readonly windows: readonly TimeWindow[];
  /** Messages to look up beside. */
  readonly messages: readonly OpenMessage[];
}

/** A window in which to list what is still held, and what has failed since. */
export interface RefreshPlan {
  readonly window: TimeWindow;
  readonly statuses: readonly string[];
}

/** A message that is looked up by its id. */
export interface OpenMessage {
  readonly messageTraceId: string;
  readonly window: TimeWindow;
}

/** As many messages are dearer one by one than listed with all others. */
const FEW_MESSAGES = 20;

/** What is still held, and what has failed since. */
const TROUBLE = ['pending', 'failed'];

const SECOND_MS = 1000;

/** What to list by status before anything else, so that few open rows are left to look for; null when that does not pay. */
export function planRefresh(need: ListingNeed): RefreshPlan | null {
  const { open, range } = need;
  const statuses = openMessages(open, range) === null ? statusesOf(open) : null;
  if (statuses === null || open.span === null) return null;
  const all = parted([...need.missing, ...openSpans(open)], need);
  const isWorthIt = pagesOf(all, need) > pagesOf(parted(need.missing, need), need) + statuses.length;
  return isWorthIt && isAffordable(all, statuses.length, need)
    ? { window: windowOf(widened(open.span, range)), statuses }
    : null;
}

export function planListing(need: ListingNeed): ListingPlan {
  const { missing, open, range } = need;
  const base = parted(missing, need);
  const all = parted([...missing, ...openSpans(open)], need);
  const messages = openMessages(open, range);
  if (messages !== null && isAffordable(base, messages.length, need) && isCheaper(base, messages, all, need))
    return { windows: windowsOf(base), messages };
  return { windows: windowsOf(all), messages: [] };
}

/** Whole seconds, each with a second of its neighbours, and none parted from the next by less than a page of rows. */
function parted(spans: readonly Span[], need: ListingNeed): readonly Span[] {
  const apart = union(spans.map((span) => widened(span, need.range)));
  return apart.reduce<readonly Span[]>((joined, span) => {
    const last = joined.at(-1);
    if (last === undefined) return [span];
    const between = { fromMs: last.endMs, endMs: span.fromMs };
    if (rowsWithin(between, need.density) > need.rowsPerPage) return [...joined, span];
    return [...joined.slice(0, -1), { fromMs: last.fromMs, endMs: span.endMs }];
  }, []);
}

/**
 * True when so many windows and `more` requests cannot be more than one listing of everything: what is left out would
 * have filled at least as many pages.
 */
function isAffordable(windows: readonly Span[], more: number, need: ListingNeed): boolean {
  const requests = windows.length + more;
  if (requests <= 1) return true;
  const leftOut = subtract([need.range], windows).reduce(
    (sum, span) => sum + rowsWithin(span, need.density),
    0,
  );
  return (requests - 1) * need.rowsPerPage < leftOut;
}

function isCheaper(
  base: readonly Span[],
  messages: readonly OpenMessage[],
  all: readonly Span[],
  need: ListingNeed,
): boolean {
  return pagesOf(base, need) + messages.length <= pagesOf(all, need);
}

/** Pages that windows fill as far as their rows are known. */
function pagesOf(windows: readonly Span[], { density, rowsPerPage }: ListingNeed): number {
  return windows.reduce((sum, window) => {
    const rows = density.reduce((most, count) => most + (isEmpty(common(count, window)) ? 0 : count.rows), 0);
    return sum + Math.max(1, Math.ceil(rows / rowsPerPage));
  }, 0);
}

/** Rows that certainly lie within: those of the counts that do. */
function rowsWithin(span: Span, density: readonly RowCount[]): number {
  return density.reduce(
    (sum, { fromMs, endMs, rows }) => sum + (fromMs >= span.fromMs && endMs <= span.endMs ? rows : 0),
    0,
  );
}

/** Where rows are too many to be given one by one, all of the time between the first and the last. */
function openSpans({ rows, total, span }: OpenRows): readonly Span[] {
  if (span === null) return [];
  if (rows.length < total) return [span];
  return rows.map(({ receivedAt }) => ({ fromMs: receivedAt.getTime(), endMs: receivedAt.getTime() + 1 }));
}

/** The messages of the open rows; null when they are too many, or when one has no id. */
function openMessages({ rows, total }: OpenRows, range: Span): readonly OpenMessage[] | null {
  if (rows.length < total) return null;
  const spansById = new Map<string, Span>();
  for (const row of rows) {
    if (row.messageTraceId === null) return null;
    const id = traceIdKey(row.messageTraceId);
    const span = { fromMs: row.receivedAt.getTime(), endMs: row.receivedAt.getTime() + 1 };
    spansById.set(id, hull([span, spansById.get(id) ?? span]) ?? span);
    if (spansById.size >= FEW_MESSAGES) return null;
  }
  return [...spansById].map(([messageTraceId, span]) => ({
    messageTraceId,
    window: windowOf(widened(span, range)),
  }));
}

/** Words under which rows that were open are found again, or have failed since; null when one of them is not ours to ask. */
function statusesOf({ rows }: OpenRows): readonly string[] | null {
  const words = new Set(rows.map(({ status }: OpenRow) => bareWord(status)));
  words.delete('pending');
  const isGettingStatus = words.delete('gettingstatus');
  if (words.size > 0) return null;
  return isGettingStatus ? [...TROUBLE, 'gettingStatus'] : TROUBLE;
}

function widened(span: Span, range: Span): Span {
  const { fromMs, endMs } = wholeSecondsOf(span);
  return common({ fromMs: fromMs - SECOND_MS, endMs: endMs + SECOND_MS }, range);
}

/** From a whole second to the first instant of another one. */
function wholeSecondsOf({ fromMs, endMs }: Span): Span {
  return {
    fromMs: Math.floor(fromMs / SECOND_MS) * SECOND_MS,
    endMs: Math.ceil((endMs - 1) / SECOND_MS) * SECOND_MS + 1,
  };
}

function windowsOf(spans: readonly Span[]): readonly TimeWindow[] {
  return spans.map(windowOf).toReversed();
}

function windowOf({ fromMs, endMs }: Span): TimeWindow {
  return { from: new Date(fromMs), to: new Date(endMs - 1) };
}
