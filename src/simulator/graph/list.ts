/** One page of the message trace list. */
import type { Fault } from '../faults.js';
import { OTHER_HOST } from '../faults.js';
import type { ListPosition, Sighting, SimulatedDelivery } from '../population/delivery.js';
import { newestFirst, sightingAt } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import type { GraphError } from './error-answer.js';
import { badRequest, SKIP_TOKEN_REFUSED } from './error-answer.js';
import type { TraceFilter } from './filter.js';
import { parseFilter } from './filter.js';
import { matches } from './match.js';
import { readSkipToken, writeSkipToken } from './skip-token.js';
import { windowOf } from './window.js';
import type { TraceRow, WireStyle } from './wire.js';
import { traceRow } from './wire.js';

interface ListRequest {
  /** The own URL of the request, with its query. */
  readonly url: URL;
  readonly now: Date;
  readonly style: WireStyle;
  readonly fault: Fault | null;
}

interface ListRules {
  /** Newest first. */
  readonly population: readonly SimulatedDelivery[];
  readonly quirks: Quirks;
  /** Seals the skip tokens. */
  readonly key: string;
}

type ListAnswer =
  | { readonly ok: true; readonly rows: readonly TraceRow[]; readonly nextLink: string | null }
  | { readonly ok: false; readonly error: GraphError };

/** What is asked, once all of it was found to be in order. */
interface Page {
  readonly filter: TraceFilter;
  readonly from: Date;
  readonly to: Date;
  readonly size: number;
  readonly after: ListPosition | null;
}

type Reading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: GraphError };

const DEFAULT_PAGE_SIZE = 1000;
const LARGEST_PAGE_SIZE = 5000;
const NO_FILTER: TraceFilter = { equals: new Map(), subject: null, from: null, to: null };

export function listTraces(request: ListRequest, rules: ListRules): ListAnswer {
  const page = pageOf(request, rules);
  if (!page.ok) return page;
  const found = sightingsOf(page.value, request.now, rules);
  const rows = found.slice(0, page.value.size);
  const last = rows.at(-1);
  const more = last !== undefined && found.length > rows.length;
  return {
    ok: true,
    rows: rows.map((sighting, index) => traceRow(sighting, request.style, index)),
    nextLink: more ? nextLinkOf(request, page.value, last.delivery, rules.key) : null,
  };
}

function pageOf(request: ListRequest, rules: ListRules): Reading<Page> {
  const query = request.url.searchParams;
  const size = pageSizeOf(query.get('$top'));
  if (size === null) return refused('ResultSize is invalid');
  const unsupported = rules.quirks.lenientFilter ? null : unsupportedOption(query);
  if (unsupported !== null) return refused(`Query option '${unsupported}' is not supported.`);
  const text = query.get('$filter');
  const filter = text === null ? ({ ok: true, value: NO_FILTER } as const) : parseFilter(text, rules.quirks);
  if (!filter.ok) return refused(filter.message);
  const cursor = query.get('$skiptoken');
  return cursor === null
    ? firstPage(filter.value, size, request, rules)
    : laterPage(filter.value, size, cursor, request, rules);
}

function firstPage(filter: TraceFilter, size: number, request: ListRequest, rules: ListRules): Reading<Page> {
  const window = windowOf(filter, request.now, rules.quirks);
  if (!window.ok) return refused(window.message);
  return { ok: true, value: { filter, size, from: window.from, to: window.to, after: null } };
}

function laterPage(
  filter: TraceFilter,
  size: number,
  cursor: string,
  request: ListRequest,
  rules: ListRules,
): Reading<Page> {
  const token = request.fault?.kind === 'refuse-skiptoken' ? null : readSkipToken(cursor, rules.key);
  if (token === null) return { ok: false, error: SKIP_TOKEN_REFUSED };
  const ageSeconds = (request.now.getTime() - token.issuedAt.getTime()) / 1000;
  if (ageSeconds > rules.quirks.skipTokenLifeSeconds) return { ok: false, error: SKIP_TOKEN_REFUSED };
  return { ok: true, value: { filter, size, from: token.from, to: token.to, after: token.after } };
}

/** Null when it is refused. Zero means the default. */
function pageSizeOf(text: string | null): number | null {
  if (text === null) return DEFAULT_PAGE_SIZE;
  const size = /^\d{1,9}$/u.test(text) ? Number(text) : LARGEST_PAGE_SIZE + 1;
  if (size > LARGEST_PAGE_SIZE) return null;
  return size === 0 ? DEFAULT_PAGE_SIZE : size;
}

function unsupportedOption(query: URLSearchParams): string | null {
  return ['$orderby', '$select', '$count', '$search', '$skip'].find((option) => query.has(option)) ?? null;
}

/** One more than the page holds, when there is more. */
function sightingsOf(page: Page, now: Date, rules: ListRules): readonly Sighting[] {
  const found: Sighting[] = [];
  for (const delivery of rules.population) {
    if (delivery.receivedAt < page.from || found.length > page.size) break;
    if (delivery.receivedAt > page.to || !comesAfter(delivery, page.after)) continue;
    const sighting = sightingAt(delivery, now);
    if (sighting !== null && matches(page.filter, sighting)) found.push(sighting);
  }
  return found;
}

function comesAfter(delivery: SimulatedDelivery, after: ListPosition | null): boolean {
  return after === null || newestFirst(after, delivery) < 0;
}

function nextLinkOf(request: ListRequest, page: Page, last: SimulatedDelivery, key: string): string {
  if (request.fault?.kind === 'next-link' && request.fault.to === 'repeat') return request.url.href;
  const link = new URL(request.url);
  if (request.fault?.kind === 'next-link') link.host = OTHER_HOST;
  const token = { issuedAt: request.now, from: page.from, to: page.to, after: last };
  link.searchParams.set('$skiptoken', writeSkipToken(token, key));
  return link.href;
}

function refused(message: string): { readonly ok: false; readonly error: GraphError } {
  return { ok: false, error: badRequest(message) };
}
