/** One page of a list of service communications: filter, order, number, place and the link to the next. */
import type { Fault } from '../../faults.js';
import { OTHER_HOST } from '../../faults.js';
import { entityFilter } from './filter.js';
import type { WireEntity } from './wire.js';

interface PageRequest {
  readonly url: URL;
  readonly prefer: string | null;
  readonly fault: Fault | null;
}

interface PageRules {
  /** Properties that may be filtered and ordered by. */
  readonly known: readonly string[];
  /** The filter is taken and forgotten. */
  readonly ignoresFilter: boolean;
}

type PageAnswer =
  | {
      readonly ok: true;
      readonly entities: readonly WireEntity[];
      /** Before paging; null when it was not asked for. */
      readonly count: number | null;
      readonly nextLink: string | null;
    }
  | { readonly ok: false; readonly message: string };

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 1000;

export function pageOf(
  all: readonly WireEntity[],
  request: PageRequest,
  { known, ignoresFilter }: PageRules,
): PageAnswer {
  const query = request.url.searchParams;
  const [top, skip] = [numberOf(query, '$top'), numberOf(query, '$skip')];
  if (top === 'refused' || skip === 'refused') return refused('Invalid value for $top or $skip.');
  const text = query.get('$filter');
  const filter = text === null || ignoresFilter ? null : entityFilter(text, known);
  if (filter?.ok === false) return filter;
  const found = ordered(filter === null ? all : all.filter(filter.value), query.get('$orderby'), known);
  if (found === null) return refused('The $orderby expression is not supported.');
  const size = Math.min(top ?? preferredSize(request.prefer) ?? DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE);
  const start = skip ?? 0;
  const page = found.slice(start, start + size);
  return {
    ok: true,
    entities: page.map((entity) => selected(entity, query.get('$select'))),
    count: query.get('$count') === 'true' ? found.length : null,
    nextLink: size > 0 && start + size < found.length ? nextLink(request, start + size) : null,
  };
}

function numberOf(query: URLSearchParams, name: string): number | null | 'refused' {
  const text = query.get(name);
  if (text === null) return null;
  return /^\d{1,9}$/u.test(text) ? Number(text) : 'refused';
}

/** A size of nought, or none at all, is no preference. */
function preferredSize(prefer: string | null): number | null {
  const size = Number(/odata\.maxpagesize=(\d{1,9})/iu.exec(prefer ?? '')?.[1] ?? 0);
  return size === 0 ? null : size;
}

/** Null when it cannot be ordered that way. */
function ordered(
  entities: readonly WireEntity[],
  orderBy: string | null,
  known: readonly string[],
): readonly WireEntity[] | null {
  if (orderBy === null) return entities;
  const [property = '', direction = 'asc', ...rest] = orderBy.trim().split(/ +/u);
  if (!known.includes(property) || !['asc', 'desc'].includes(direction) || rest.length > 0) return null;
  const sign = direction === 'asc' ? 1 : -1;
  return entities.toSorted((a, b) => sign * String(a[property]).localeCompare(String(b[property]), 'en'));
}

function selected(entity: WireEntity, select: string | null): WireEntity {
  if (select === null) return entity;
  const names = new Set(['id', ...select.split(',').map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(entity).filter(([name]) => names.has(name)));
}

function nextLink({ url, fault }: PageRequest, skip: number): string {
  if (fault?.kind === 'next-link' && fault.to === 'repeat') return url.href;
  const link = new URL(url);
  if (fault?.kind === 'next-link') link.host = OTHER_HOST;
  link.searchParams.set('$skip', String(skip));
  return link.href;
}

function refused(message: string): PageAnswer {
  return { ok: false, message };
}
