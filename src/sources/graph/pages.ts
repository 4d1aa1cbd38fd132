import { Failure } from '#failure.js';
import { createSeenKeys } from '#mailflow/trace/seen-keys.js';

import { type Decoder, field, nonEmptyText, orNull, type Place, record } from '../decode.js';
import { type GapReason, type Trouble, troubleOf } from '../http/exchange.js';
import type { Got, GraphClient, Target } from './graph-client.js';

type PageStep<T> =
  /** What came so far will come again. */
  | { readonly kind: 'restarted' }
  | {
      readonly kind: 'page';
      readonly items: readonly T[];
      readonly date: Date | null;
      /** True when the service said that nothing follows. */
      readonly isLast: boolean;
    }
  | { readonly kind: 'stopped'; readonly trouble: Trouble; readonly status: number | null };

interface Listing<T> {
  readonly first: Target;
  /** Reads the rows of a page. */
  readonly decodeItems: Decoder<readonly T[]>;
  /** What makes an item one and the same on whichever page it comes. */
  readonly keyOf: (item: T) => string;
  readonly atOf: (item: T) => Date;
  /** Names a page in messages, as `the page of message trace`. */
  readonly document: string;
  /** What to do about a list that the service breaks off. */
  readonly whenBrokenOff: string;
}

export const PAGING_LIMITS = { pages: 10_000, pagesWithoutNewsInARow: 3, restarts: 2 } as const;

/**
 * Follows the links of one listing to its end, or stops with the reason. A link lives for a short time only; when
 * the service refuses one, the listing starts again from the top, so items may come twice.
 */
export async function* pagesOf<T>(
  client: GraphClient,
  listing: Listing<T>,
  signal: AbortSignal,
): AsyncGenerator<PageStep<T>> {
  let target = listing.first;
  let restarts = 0;
  let isLooping = openLoopGuard(listing);
  for (let count = 0; count < PAGING_LIMITS.pages; count += 1) {
    const page = await pageAt(client, target, listing, signal);
    if (page.kind === 'expired') {
      if (restarts === PAGING_LIMITS.restarts) {
        yield expired(page.trouble, listing);
        return;
      }
      restarts += 1;
      isLooping = openLoopGuard(listing);
      target = listing.first;
      yield { kind: 'restarted' };
      continue;
    }
    const { nextLink, requestId } = page;
    const isRound = nextLink !== null && isLooping(page.step.items, nextLink);
    yield page.step;
    if (nextLink === null) return;
    if (isRound) {
      yield looping(requestId, listing);
      return;
    }
    target = { kind: 'link', link: nextLink, pageSize: listing.first.pageSize };
  }
  yield looping(undefined, listing);
}

/** On its own, so that what the service sent is let go before the next page is asked for. */
async function pageAt<T>(
  client: GraphClient,
  target: Target,
  listing: Listing<T>,
  signal: AbortSignal,
): Promise<DecodedPage<T>> {
  const got = await client.get(target, signal);
  return isExpiredLink(got, target) ? { kind: 'expired', trouble: got.trouble } : decodePage(got, listing);
}

/** True for a link that was given before, and when page after page has nothing that was not there before. */
function openLoopGuard<T>(listing: Listing<T>): (items: readonly T[], nextLink: string) => boolean {
  const links = new Set<string>();
  const hasNews = openNewsSense(listing);
  let pagesWithoutNews = 0;
  return (items, nextLink) => {
    pagesWithoutNews = hasNews(items) ? 0 : pagesWithoutNews + 1;
    if (links.has(nextLink) || pagesWithoutNews >= PAGING_LIMITS.pagesWithoutNewsInARow) return true;
    links.add(nextLink);
    return false;
  };
}

/** Any number will do: to fool the guard, every row of three pages would have to be taken for another one. */
const SEED = 1;

/**
 * Whether a page has an item that was not there before. The service lists newest first, so a page that reaches further
 * back than all before it has some, and its items need not be remembered: that would be half the work of a listing.
 * Any other page is compared as a whole with the pages before it, then item by item with others of its kind.
 */
function openNewsSense<T>({ keyOf, atOf }: Listing<T>): (items: readonly T[]) => boolean {
  const pages = new Set<string>();
  const seen = createSeenKeys(SEED);
  let oldestMs = Infinity;
  return (items) => {
    const [first, last] = [items[0], items.at(-1)];
    if (first === undefined || last === undefined) return false;
    const page = JSON.stringify([items.length, keyOf(first), keyOf(last)]);
    if (pages.has(page)) return false;
    pages.add(page);
    const pageOldestMs = items.reduce((ms, item) => Math.min(ms, atOf(item).getTime()), Infinity);
    if (pageOldestMs < oldestMs) {
      oldestMs = pageOldestMs;
      return true;
    }
    return items.filter((item) => seen.add(keyOf(item))).length > 0;
  };
}

function isExpiredLink(got: Got, target: Target): got is Got & { kind: 'stopped' } {
  return got.kind === 'stopped' && got.status === 400 && target.kind === 'link';
}

type Stop = Extract<PageStep<never>, { kind: 'stopped' }>;

type DecodedPage<T> =
  | {
      readonly kind: 'decoded';
      readonly step: Extract<PageStep<T>, { kind: 'page' }>;
      readonly nextLink: string | null;
      readonly requestId: string | undefined;
    }
  | { readonly kind: 'decoded'; readonly step: Stop; readonly nextLink: null; readonly requestId: undefined }
  | { readonly kind: 'expired'; readonly trouble: Trouble };

function decodePage<T>(got: Got, { decodeItems, document }: Listing<T>): DecodedPage<T> {
  if (got.kind === 'stopped') return broken(got);
  const place: Place = { document, path: '', requestId: got.requestId };
  try {
    const body = record(got.body, place);
    const items = field(body, 'value', decodeItems, place);
    const nextLink = field(body, '@odata.nextLink', orNull(nonEmptyText), place);
    const step = { kind: 'page', items, date: got.date, isLast: nextLink === null } as const;
    return { kind: 'decoded', step, nextLink, requestId: got.requestId ?? undefined };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return broken({ kind: 'stopped', trouble: troubleOf(error), status: null });
  }
}

function broken(step: Stop): DecodedPage<never> {
  return { kind: 'decoded', step, nextLink: null, requestId: undefined };
}

type Cure = Pick<Listing<never>, 'whenBrokenOff'>;

function expired({ failure }: Trouble, { whenBrokenOff: remedy }: Cure): Stop {
  const message = 'The service keeps refusing its own link to the next page.';
  return brokenOff('link-expired', { message, remedy, requestId: failure.requestId });
}

function looping(requestId: string | undefined, { whenBrokenOff: remedy }: Cure): Stop {
  const message = 'The links to the next page lead round in circles.';
  return brokenOff('link-loop', { message, remedy, requestId });
}

interface BrokenOff {
  readonly message: string;
  readonly remedy: string;
  readonly requestId: string | undefined;
}

function brokenOff(reason: GapReason, { message, remedy, requestId }: BrokenOff): Stop {
  const failure = new Failure('protocol', message, {
    remedy,
    ...(requestId === undefined ? {} : { requestId }),
  });
  return { kind: 'stopped', trouble: { reason, failure }, status: null };
}
