/** One answer of a source that remembers: what is asked, what is kept of it, and what comes from the kept past. */
import type { Gap } from '../finding.js';
import {
  type CoveredSpan,
  settledSpans,
  type Settling,
  SETTLING_BY_STATUS,
  settlingFor,
} from './coverage.js';
import type { TraceEntry } from './delivery.js';
import type { GuardedHistory } from './guarded-history.js';
import {
  type ListingNeed,
  type OpenMessage,
  planListing,
  planRefresh,
  type RefreshPlan,
} from './listing-plan.js';
import { createMatcher } from './matches.js';
import { questionsOf } from './plan-questions.js';
import type { ServiceTerms, TraceQuestion } from './question.js';
import { ALL_MAIL, shapeOf } from './question-shape.js';
import { openReading } from './reading.js';
import { intersect, type Span, spanOf, subtract } from './span.js';
import type { OpenRows } from './trace-history.js';
import type { TraceBatch, TraceSource } from './trace-source.js';

export interface AnswerOptions {
  readonly source: TraceSource;
  readonly history: GuardedHistory;
  readonly terms: ServiceTerms;
  readonly now: () => Date;
  readonly gapOf: (failure: unknown) => Gap | null;
  readonly isTakenOver?: (failure: unknown) => boolean;
}

export interface AnswerOutcome {
  readonly wasAsked: boolean;
  /** When the newest part of what was kept before was seen; null when nothing was kept. */
  readonly keptAsOf: Date | null;
}

export async function* rememberedAnswer(
  options: AnswerOptions,
  query: TraceQuestion,
  signal: AbortSignal,
): AsyncGenerator<TraceBatch, AnswerOutcome, void> {
  const { history, terms } = options;
  const now = options.now();
  const { settling, notes } = await measuredSettling(history, now);
  if (notes.length > 0) yield { entries: [], gaps: [], notes };
  const pasts: Past[] = [];
  for (const question of questionsOf(query, query.window, now, terms))
    pasts.push(await pastOf(history, question, settling, now));
  const course: Course = {
    ...{ wasAsked: false, isBrokenOff: false, hasGiven: false },
    hasAnswer: pasts.some(holdsAny),
  };
  const run = { ...options, query, course, signal };
  const remainders: Remainder[] = [];
  for (const past of pasts) {
    const listed = yield* listAnew(run, past);
    const spans = subtract([spanOf(past.question.window)], listed);
    remainders.push({ question: past.question, spans });
  }
  yield* fromHistory(run, remainders);
  return { wasAsked: course.wasAsked, keptAsOf: keptAsOf(pasts) };
}

/** What would be asked, from what is kept now. Rows that turn out to be open still may add some. */
export async function questionsLeft(
  { history, terms, now: clock }: Pick<AnswerOptions, 'history' | 'terms' | 'now'>,
  query: TraceQuestion,
): Promise<readonly TraceQuestion[]> {
  const now = clock();
  const { settling } = await measuredSettling(history, now);
  const left: TraceQuestion[] = [];
  for (const question of questionsOf(query, query.window, now, terms)) {
    const need = await needOf({ history, terms }, await pastOf(history, question, settling, now), null);
    const refresh = planRefresh(need);
    const listing = planListing(refresh === null ? need : { ...need, open: NO_OPEN_ROWS });
    const statuses = refresh?.statuses ?? [];
    left.push(
      ...statuses.map((status) => ({ ...question, ...refresh, statuses: [status] })),
      ...listing.windows.map((window) => ({ ...question, window })),
      ...listing.messages.map((message) => lookUp(question, message)),
    );
  }
  return left;
}

function lookUp(question: TraceQuestion, { messageTraceId, window }: OpenMessage): TraceQuestion {
  return { ...question, window, statuses: [], messageTraceIds: [messageTraceId] };
}

/** Where an answer stands. */
interface Course {
  wasAsked: boolean;
  /** True when the source could not go on; nothing more is asked then. */
  isBrokenOff: boolean;
  /** True when the source has given something. */
  hasGiven: boolean;
  /** True when there is something to answer with, whatever fails from here on. */
  hasAnswer: boolean;
}

interface Run extends AnswerOptions {
  readonly query: TraceQuestion;
  readonly course: Course;
  readonly signal: AbortSignal;
}

/** What is known of one question beforehand. */
interface Past {
  readonly question: TraceQuestion;
  readonly shape: string;
  readonly covered: readonly CoveredSpan[];
  /** What need not be asked again, but for rows that are still open. */
  readonly settled: readonly Span[];
}

const HOUR_MS = 3_600_000;
const LATENESS_DAYS = 7;
const DENSITY_STEP_MS = 900_000;
const OPEN_ROWS_ONE_BY_ONE = 1000;

async function measuredSettling(
  history: GuardedHistory,
  now: Date,
): Promise<{ readonly settling: Settling; readonly notes: readonly string[] }> {
  const since = new Date(now.getTime() - LATENESS_DAYS * 24 * HOUR_MS);
  const lateness = await history.read((kept) => kept.lateness(since), null);
  const usual = settlingFor(null);
  const settling = settlingFor(lateness?.p99Ms ?? null);
  if (settling.eachTimeMs === usual.eachTimeMs) return { settling, notes: [] };
  const hours = settling.eachTimeMs / HOUR_MS;
  const note = `Rows of this tenant come late: of a hundred one is later than ${usual.eachTimeMs / HOUR_MS} hours. The last ${hours} hours are asked for again each time.`;
  return { settling, notes: [note] };
}

async function pastOf(
  history: GuardedHistory,
  question: TraceQuestion,
  settling: Settling,
  now: Date,
): Promise<Past> {
  const range = spanOf(question.window);
  const shape = shapeOf(question);
  const nowMs = now.getTime();
  const all = await history.read((kept) => kept.covered(ALL_MAIL, range), []);
  const own = shape === ALL_MAIL ? [] : await history.read((kept) => kept.covered(shape, range), []);
  const ownSettling = question.statuses.length > 0 ? SETTLING_BY_STATUS : settling;
  const settled = [...settledSpans(all, settling, nowMs), ...settledSpans(own, ownSettling, nowMs)];
  return { question, shape, covered: [...all, ...own], settled: intersect([range], settled) };
}

function holdsAny({ covered }: Past): boolean {
  return covered.some(({ state }) => state === 'complete');
}

/** The questions are in the order of their windows, newest first. */
function keptAsOf(pasts: readonly Past[]): Date | null {
  const newest = pasts
    .flatMap(({ covered }) => covered)
    .filter(({ state }) => state === 'complete')
    .toSorted((one, other) => other.endMs - one.endMs)
    .at(0);
  return newest === undefined ? null : new Date(newest.observedAtMs);
}

/** Asks what the past cannot answer, keeps and gives it, and returns what was listed whole. */
async function* listAnew(run: Run, past: Past): AsyncGenerator<TraceBatch, readonly Span[], void> {
  const { question, shape } = past;
  let need = await needOf(run, past, null);
  const refresh = planRefresh(need);
  if (refresh !== null) {
    const beganAt = yield* listByStatus(run, question, refresh);
    need = await needOf(run, past, beganAt);
  }
  const { windows, messages } = planListing(need);
  const complete: Span[] = [];
  for (const window of windows) complete.push(...(yield* list(run, { ...question, window }, shape)).complete);
  for (const message of messages) yield* list(run, lookUp(question, message), null);
  return complete;
}

/** Returns when it began: open rows that were seen last before that are those it did not find. */
async function* listByStatus(
  run: Run,
  question: TraceQuestion,
  { window, statuses }: RefreshPlan,
): AsyncGenerator<TraceBatch, Date | null, void> {
  let beganAt: Date | null = null;
  for (const status of statuses) {
    const listed = yield* list(run, { ...question, window, statuses: [status] }, null);
    beganAt ??= listed.beganAt;
  }
  return beganAt;
}

/** Without rows that were seen since `refreshedAt`, when they were looked for by status. */
async function needOf(
  { history, terms }: Pick<Run, 'history' | 'terms'>,
  { question, shape, covered, settled }: Past,
  refreshedAt: Date | null,
): Promise<ListingNeed> {
  const range = spanOf(question.window);
  const open = {
    query: question,
    spans: settled,
    limit: OPEN_ROWS_ONE_BY_ONE,
    seenBefore: refreshedAt,
  };
  const isCounted = shape === ALL_MAIL && settled.length > 0;
  const counts = isCounted ? await history.read((kept) => kept.rollUps(range, DENSITY_STEP_MS), []) : [];
  return {
    range,
    missing: subtract([range], settled),
    unread: subtract(
      [range],
      covered.filter(({ state }) => state === 'complete'),
    ),
    open: await history.read((kept) => kept.openRows(open), NO_OPEN_ROWS),
    density: counts.map(({ from, state, rows }) => ({
      fromMs: from.getTime(),
      endMs: from.getTime() + DENSITY_STEP_MS,
      ...{ state, rows },
    })),
    rowsPerPage: terms.rowsPerPage,
  };
}

const NO_OPEN_ROWS: OpenRows = { rows: [], total: 0, span: null };

interface Listed {
  readonly complete: readonly Span[];
  /** Null when there was no page. */
  readonly beganAt: Date | null;
}

/** One listing, page by page, each kept before it is given. A null shape proves nothing for later. */
async function* list(
  run: Run,
  question: TraceQuestion,
  shape: string | null,
): AsyncGenerator<TraceBatch, Listed, void> {
  const { source, history, course, signal } = run;
  const complete: Span[] = [];
  let beganAt: Date | null = null;
  if (course.isBrokenOff) return { complete, beganAt };
  const prove = openReading();
  let isWhole: boolean | null = null;
  let isDoubtful = false;
  const isAsked = createMatcher(run.query);
  course.wasAsked = true;
  try {
    for await (const batch of source.deliveries(question, signal)) {
      const { entries, page } = batch;
      [course.hasGiven, course.hasAnswer] = [true, true];
      // A page that is not what was asked for, or a clock that is wrong: from there on nothing is proven.
      isDoubtful ||= batch.gaps.length > 0;
      if (page !== undefined) {
        beganAt ??= page.beganAt;
        isWhole = page.isLast;
        const proven = shape === null || isDoubtful ? [] : prove(page, entries);
        complete.push(...proven.filter(({ state }) => state === 'complete'));
        await history.write(({ keepPage }) =>
          keepPage({ shape: shape ?? ALL_MAIL, entries, seenAt: page.seenAt, proven }),
        );
      }
      yield shape === null ? { ...batch, entries: entries.filter(isAsked) } : batch;
    }
  } catch (failure) {
    const isTakenOver = !course.hasGiven && run.isTakenOver?.(failure) === true;
    const gap = course.hasAnswer && !isTakenOver ? run.gapOf(failure) : null;
    if (gap === null) throw failure;
    [isWhole, isDoubtful] = [false, true];
    yield { entries: [], gaps: [gap], notes: [] };
  }
  // A source that has no pages tells its end by having no gap.
  course.isBrokenOff ||= !(isWhole ?? !isDoubtful);
  return { complete, beganAt };
}

/** What one question leaves to the kept past. */
interface Remainder {
  readonly question: TraceQuestion;
  readonly spans: readonly Span[];
}

/** Questions that leave the same time to the kept past are answered in one go. */
async function* fromHistory(
  { query, history }: Run,
  remainders: readonly Remainder[],
): AsyncGenerator<TraceBatch, void, void> {
  let rows = 0;
  for (const { spans, questions } of grouped(remainders)) {
    const conditions = questions.map((question) => createMatcher({ ...question, window: null }));
    const isAsked = (entry: TraceEntry): boolean => conditions.some((condition) => condition(entry));
    for await (const portion of history.rows(query, spans)) {
      if (portion === null) {
        yield { entries: [], gaps: [HISTORY_UNREADABLE], notes: [] };
        return;
      }
      const entries = portion.filter(isAsked);
      rows += entries.length;
      yield { entries, gaps: [], notes: [] };
    }
  }
  const note = `${rows} deliveries come from the kept history, where they were settled.`;
  if (rows > 0) yield { entries: [], gaps: [], notes: [note] };
}

interface RemainderGroup {
  readonly spans: readonly Span[];
  readonly questions: readonly TraceQuestion[];
}

function grouped(remainders: readonly Remainder[]): readonly RemainderGroup[] {
  const groups = new Map<string, RemainderGroup>();
  for (const { spans, question } of remainders) {
    const name = JSON.stringify(spans);
    groups.set(name, { spans, questions: [...(groups.get(name)?.questions ?? []), question] });
  }
  return [...groups.values()].filter(({ spans }) => spans.length > 0);
}

const HISTORY_UNREADABLE: Gap = {
  what: 'deliveries that were to come from the kept history, which cannot be read',
  reason: 'history',
  remedy: 'Ask the service for all of them with --no-history.',
  retryAfterSeconds: null,
};
