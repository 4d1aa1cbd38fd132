import { Failure } from '#failure.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import type { TraceQuestion } from '#mailflow/trace/question.js';
import { EXCHANGE_TERMS } from '#mailflow/trace/question.js';
import { createSeenKeys } from '#mailflow/trace/seen-keys.js';

import type { Place } from '../decode.js';
import { type Trouble, troubleOf } from '../http/exchange.js';
import type { AdminClient, Got } from './admin-client.js';
import { type Collection, decodeCollection } from './collection.js';
import { type Cursor, decodeTrace, traceCommand, type TraceRow } from './message-traces.js';

type PageStep =
  | {
      readonly kind: 'page';
      readonly rows: readonly TraceRow[];
      /** Warnings that say something else than that there is more. */
      readonly remarks: readonly string[];
      readonly date: Date | null;
      /** True when there is nothing more to ask. */
      readonly isLast: boolean;
    }
  | { readonly kind: 'stopped'; readonly trouble: Trouble; readonly status: number | null };

export const PAGING_LIMITS = { pages: 10_000, pagesWithoutNewsInARow: 3 } as const;

/**
 * Asks a question to its end. There are no links: each further request ends at the last row of the answer before, with
 * which it begins again. Rows of one instant come by recipient, so the cursor names the recipient as well.
 */
export async function* tracePages(
  client: AdminClient,
  question: TraceQuestion,
  signal: AbortSignal,
): AsyncGenerator<PageStep> {
  const progress = openProgress();
  let cursor: Cursor | null = null;
  for (let count = 0; count < PAGING_LIMITS.pages; count += 1) {
    const page = readPage(await client.invoke(traceCommand(question, cursor), signal));
    if (page.kind === 'stopped') {
      yield page;
      return;
    }
    const next = page.rows.at(-1)?.cursor ?? null;
    const more = progress(page, next);
    yield { ...page, isLast: more === 'end' };
    if (more === 'end') return;
    if (more === 'stuck' || next === null) {
      yield stuck(page.requestId);
      return;
    }
    cursor = next;
  }
  yield stuck(null);
}

interface ReadPage {
  readonly kind: 'page';
  readonly rows: readonly TraceRow[];
  readonly remarks: readonly string[];
  readonly date: Date | null;
  readonly requestId: string | null;
  /** `maybe`: a warning that nobody knows, which may be what is left of ours in another language. */
  readonly more: 'yes' | 'maybe' | 'no';
}

type Stop = Extract<PageStep, { kind: 'stopped' }>;

function readPage(got: Got): ReadPage | Stop {
  if (got.kind === 'stopped') return got;
  const { requestId, date } = got;
  const place: Place = { document: 'the answer of Get-MessageTraceV2', path: '', requestId };
  try {
    const page = decodeCollection(got.body, decodeTrace, place);
    return { kind: 'page', rows: page.items, remarks: page.remarks, date, requestId, more: moreOf(page) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'stopped', trouble: troubleOf(error), status: null };
  }
}

/** A full answer is asked on too, should its warning be missing: that costs one request, and a lost one costs rows. */
function moreOf({ items, hasMore, remarks }: Collection<TraceRow>): ReadPage['more'] {
  if (hasMore || items.length >= EXCHANGE_TERMS.rowsPerPage) return 'yes';
  return remarks.length > 0 && items.length > 0 ? 'maybe' : 'no';
}

/** Any number will do: to fool the guard, every row of a page would have to be taken for another one. */
const SEED = 1;

/**
 * Whether to ask on. Stuck: the same cursor again, as when more rows than an answer holds share instant and recipient;
 * page after page without news; rows that go up in time, of which the rest cannot be asked for.
 */
function openProgress(): (page: ReadPage, next: Cursor | null) => 'on' | 'end' | 'stuck' {
  const cursors = new Set<string>();
  const seen = createSeenKeys(SEED);
  let pagesWithoutNews = 0;
  return ({ rows, more }, next) => {
    const news = rows.filter(({ entry }) => seen.add(deliveryKey(messageKey(entry), entry.recipient))).length;
    pagesWithoutNews = news === 0 ? pagesWithoutNews + 1 : 0;
    if (more === 'no' || (more === 'maybe' && news === 0)) return 'end';
    const name = JSON.stringify(next);
    const isStuck =
      next === null ||
      cursors.has(name) ||
      pagesWithoutNews >= PAGING_LIMITS.pagesWithoutNewsInARow ||
      !isNewestFirst(rows);
    cursors.add(name);
    return isStuck ? 'stuck' : 'on';
  };
}

function isNewestFirst(rows: readonly TraceRow[]): boolean {
  return rows.every(({ entry }, index) => {
    const before = rows[index - 1];
    return before === undefined || before.entry.receivedAt >= entry.receivedAt;
  });
}

function stuck(requestId: string | null): Stop {
  const failure = new Failure('protocol', 'The service has more rows, and gives the same ones again.', {
    remedy: 'Ask for a shorter window, or for one sender or recipient.',
    ...(requestId === null ? {} : { requestId }),
  });
  return { kind: 'stopped', trouble: { reason: 'link-loop', failure }, status: null };
}
