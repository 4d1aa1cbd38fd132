import { Failure } from '#failure.js';
import { createSeenKeys } from '#mailflow/trace/seen-keys.js';

import { type Decoder, field, list, nonEmptyText, orNull, type Place, record } from '../decode.js';
import { type GapReason, type Trouble, troubleOf } from '../http/exchange.js';
import type { Got, GraphClient, Target } from './graph-client.js';

type PageStep<T> =
  /** What came so far will come again. */
  | { readonly kind: 'restarted' }
  | { readonly kind: 'page'; readonly items: readonly T[]; readonly date: Date | null }
  | { readonly kind: 'stopped'; readonly trouble: Trouble; readonly status: number | null };

interface Listing<T> {
  readonly first: Target;
  readonly decodeItem: Decoder<T>;
  /** What makes an item one and the same on whichever page it comes. */
  readonly keyOf: (item: T) => string;
  /** Names a page in messages, as `the page of message trace`. */
  readonly document: string;
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
    const got = await client.get(target, signal);
    if (isExpiredLink(got, target)) {
      if (restarts === PAGING_LIMITS.restarts) {
        yield expired(got.trouble);
        return;
      }
      restarts += 1;
      isLooping = openLoopGuard(listing);
      target = listing.first;
      yield { kind: 'restarted' };
      continue;
    }
    const page = decodePage(got, listing);
    yield page.step;
    if (page.nextLink === null) return;
    if (isLooping(page.step.items, page.nextLink)) {
      yield looping(page.requestId);
      return;
    }
    target = { kind: 'link', link: page.nextLink };
  }
  yield looping(undefined);
}

/** Any number will do: to fool the guard, every row of three pages would have to be taken for another one. */
const SEED = 1;

/** True for a link that was given before, and when page after page has nothing that was not there before. */
function openLoopGuard<T>({ keyOf }: Listing<T>): (items: readonly T[], nextLink: string) => boolean {
  const links = new Set<string>();
  const seen = createSeenKeys(SEED);
  let pagesWithoutNews = 0;
  return (items, nextLink) => {
    const newItems = items.filter((item) => seen.add(keyOf(item))).length;
    pagesWithoutNews = newItems === 0 ? pagesWithoutNews + 1 : 0;
    if (links.has(nextLink) || pagesWithoutNews >= PAGING_LIMITS.pagesWithoutNewsInARow) return true;
    links.add(nextLink);
    return false;
  };
}

function isExpiredLink(got: Got, target: Target): got is Got & { kind: 'stopped' } {
  return got.kind === 'stopped' && got.status === 400 && target.kind === 'link';
}

type Stop = Extract<PageStep<never>, { kind: 'stopped' }>;

type DecodedPage<T> =
  | {
      readonly step: Extract<PageStep<T>, { kind: 'page' }>;
      readonly nextLink: string | null;
      readonly requestId: string | undefined;
    }
  | { readonly step: Stop; readonly nextLink: null };

function decodePage<T>(got: Got, { decodeItem, document }: Listing<T>): DecodedPage<T> {
  if (got.kind === 'stopped') return { step: got, nextLink: null };
  const place: Place = { document, path: '', requestId: got.requestId };
  try {
    const body = record(got.body, place);
    const items = field(body, 'value', list(decodeItem), place);
    const nextLink = field(body, '@odata.nextLink', orNull(nonEmptyText), place);
    return { step: { kind: 'page', items, date: got.date }, nextLink, requestId: got.requestId ?? undefined };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { step: { kind: 'stopped', trouble: troubleOf(error), status: null }, nextLink: null };
  }
}

function expired({ failure }: Trouble): Stop {
  return brokenOff(
    'link-expired',
    'The service keeps refusing its own link to the next page.',
    failure.requestId,
  );
}

function looping(requestId: string | undefined): Stop {
  return brokenOff('link-loop', 'The links to the next page lead round in circles.', requestId);
}

function brokenOff(reason: GapReason, message: string, requestId: string | undefined): Stop {
  const failure = new Failure('protocol', message, {
    remedy: 'Ask for a shorter window, and try again in some minutes.',
    ...(requestId === undefined ? {} : { requestId }),
  });
  return { kind: 'stopped', trouble: { reason, failure }, status: null };
}
