/** All that one cmdlet gives, page by page; what is not to be had is told, and what came is kept. */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';

import type { Decoder, Place, Row } from '../decode.js';
import { type GapReason, type Trouble, troubleOf } from '../http/exchange.js';
import { shownText } from '../sign-in/shown-text.js';
import type { AdminClient, Command, Got } from './admin-client.js';
import { type Collection, decodeRows } from './collection.js';

export interface CmdletQuestion<T> {
  readonly command: Command;
  /** What it gives, as an admin calls it: `Inbound connectors`. */
  readonly what: string;
  readonly decode: Decoder<T>;
}

export interface CmdletAnswer<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
  /** Why there is no answer at all; null when there is one, whole or in part. */
  readonly refusal: Refusal | null;
}

export interface Refusal {
  readonly trouble: Trouble;
  /** Whoever asks for something else will hear the same: nobody answers, or nobody is let in. */
  readonly isForAll: boolean;
}

interface Asking {
  readonly client: AdminClient;
  /** Links that lead elsewhere are not followed. */
  readonly origin: string;
  readonly signal: AbortSignal;
}

const MOST_PAGES = 100;

/** Throws a Failure only when it is stopped by a person. */
export async function readCmdlet<T>(question: CmdletQuestion<T>, asking: Asking): Promise<CmdletAnswer<T>> {
  const pages: Collection<Row<T>>[] = [];
  const seen = new Set<string>();
  let restAt: string | null = null;
  for (;;) {
    const page = await pageAt(question, restAt, asking);
    if (page.kind === 'stopped') {
      return pages.length === 0
        ? { items: [], gaps: [], refusal: page }
        : inPart(question, pages, page.trouble);
    }
    pages.push(page.collection);
    const { nextLink } = page.collection;
    if (nextLink === null) return answerOf(question, pages);
    restAt = pathWithin(nextLink, asking.origin);
    if (restAt === null) return inPart(question, pages, ELSEWHERE);
    if (seen.has(restAt) || pages.length >= MOST_PAGES) return inPart(question, pages, ROUND);
    seen.add(restAt);
  }
}

type Page<T> =
  | { readonly kind: 'page'; readonly collection: Collection<Row<T>> }
  | ({ readonly kind: 'stopped' } & Refusal);

async function pageAt<T>(
  { command, decode }: CmdletQuestion<T>,
  restAt: string | null,
  { client, signal }: Asking,
): Promise<Page<T>> {
  const got = await client.invoke(restAt === null ? command : { ...command, restAt }, signal);
  if (got.kind === 'stopped') return stopped(got);
  const document = `the answer of ${command.cmdlet}`;
  const place: Place = { document, path: '', requestId: got.requestId };
  try {
    return { kind: 'page', collection: decodeRows(got.body, decode, place) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'stopped', trouble: troubleOf(error), isForAll: false };
  }
}

function stopped({ trouble, status }: Extract<Got, { kind: 'stopped' }>): Page<never> {
  if (trouble.reason === 'interrupted') throw trouble.failure;
  return { kind: 'stopped', trouble, isForAll: status === null || status === 401 };
}

/** From the first slash on; null for an address on another server, which must not see the token. */
function pathWithin(link: string, origin: string): string | null {
  if (!URL.canParse(link, origin)) return null;
  const url = new URL(link, origin);
  return url.origin === origin ? url.pathname + url.search : null;
}

function answerOf<T>(question: CmdletQuestion<T>, pages: readonly Collection<Row<T>>[]): CmdletAnswer<T> {
  const rows = pages.flatMap(({ items }) => items);
  return {
    items: rows.flatMap((row) => (row.kind === 'read' ? [row.value] : [])),
    gaps: [...brokenRows(question, rows), ...warned(question, pages)],
    refusal: null,
  };
}

function inPart<T>(
  question: CmdletQuestion<T>,
  pages: readonly Collection<Row<T>>[],
  trouble: Trouble,
): CmdletAnswer<T> {
  const answer = answerOf(question, pages);
  return { ...answer, gaps: [...answer.gaps, gapOf(`${question.what}, in part`, trouble)] };
}

export function gapOf(what: string, { reason, failure }: Trouble): Gap {
  return {
    what: `${what}: ${failure.message}`,
    reason,
    remedy: failure.remedy,
    retryAfterSeconds: failure.retryAfterSeconds ?? null,
  };
}

/** All together, for one contract that has changed breaks every row. */
function brokenRows<T>({ what }: CmdletQuestion<T>, rows: readonly Row<T>[]): readonly Gap[] {
  const failures = rows.flatMap((row) => (row.kind === 'broken' ? [row.failure] : []));
  const [first] = failures;
  if (first === undefined) return [];
  return [gapOf(`${what}, ${failures.length} of ${rows.length} that cannot be read`, troubleOf(first))];
}

/** Whatever a warning says, and in whichever language: it is the only sign of a list that was cut. */
function warned<T>(
  { what, command }: CmdletQuestion<T>,
  pages: readonly Collection<unknown>[],
): readonly Gap[] {
  const warnings = [...new Set(pages.flatMap(({ warnings }) => warnings))];
  return warnings.map((warning) => ({
    what: `${what}, perhaps in part: Exchange adds the warning "${shownText(warning, [])}"`,
    reason: 'warning',
    remedy: `Look whether the list is whole: ${command.cmdlet} -ResultSize Unlimited in Exchange Online PowerShell.`,
    retryAfterSeconds: null,
  }));
}

const ELSEWHERE = linkTrouble(
  'foreign-link',
  'The rest is said to be on another server, which is not asked.',
);
const ROUND = linkTrouble('link-loop', 'The links to the rest lead round in a circle.');

function linkTrouble(reason: GapReason, message: string): Trouble {
  const remedy =
    'Check that nothing between here and the service rewrites answers; if not, its contract has changed: update mailcheck.';
  return { reason, failure: new Failure('protocol', message, { remedy }) };
}
