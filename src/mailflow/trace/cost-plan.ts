/**
 * What an answer will cost before anything is asked: which requests, how many, how long the quota makes them take, and
 * how much of that is known. How many rows there are is never known beforehand, so a list costs a page at least.
 */
import type { Gap } from '../finding.js';
import type { ServiceTerms, TraceQuestion } from './question.js';

/** A number of requests of which one end may be open. */
export interface RequestRange {
  readonly atLeast: number;
  /** Null where nobody can tell before the first answer. */
  readonly atMost: number | null;
}

/** One listing, or all details together. */
export interface PlannedStep {
  /** From 1, in the order in which they are asked. */
  readonly step: number;
  readonly kind: 'list' | 'details';
  /** What is listed; null for details. */
  readonly question: TraceQuestion | null;
  /** Whose details are read, as `failed deliveries`; null for a list. */
  readonly detailsOf: string | null;
  readonly requests: RequestRange;
  /** Whether the cap lets it through: as far as is known, only its beginning, or nothing of it. */
  readonly withinCap: 'all' | 'part' | 'none';
}

export interface CostPlan {
  readonly requests: RequestRange;
  /** Seconds that are spent waiting for quota. */
  readonly waitSeconds: RequestRange;
  readonly listRequests: RequestRange;
  readonly detailRequests: RequestRange;
  readonly quota: {
    readonly requests: number;
    readonly seconds: number;
    /** What of it this run may use in a span: all for a person, a part for a run that nobody watches. */
    readonly forThisRun: number;
    /** Free for it right now; null when nobody knows. */
    readonly left: number | null;
  };
  readonly rowsPerPage: number;
  readonly maxRequests: number | null;
  readonly steps: readonly PlannedStep[];
  /** What the cap cuts off. */
  readonly gaps: readonly Gap[];
}

export interface Expected {
  readonly questions: readonly TraceQuestion[];
  readonly details: RequestRange;
  /** Whose, as `failed deliveries`. */
  readonly detailsOf: string;
  readonly terms: ServiceTerms;
  /** What this run may use in a span, and what of that is free now; null when nobody knows. */
  readonly quotaForRun: { readonly most: number; readonly left: number } | null;
  readonly maxRequests: number | null;
}

export function planCost(expected: Expected): CostPlan {
  const { questions, details, detailsOf, terms, quotaForRun, maxRequests } = expected;
  const forThisRun = quotaForRun?.most ?? terms.quota.requests;
  const left = quotaForRun?.left ?? null;
  const wanted: readonly Omit<PlannedStep, 'step' | 'withinCap'>[] = [
    ...questions.map((question) => ({
      kind: 'list' as const,
      question,
      detailsOf: null,
      requests: pagesOf(question),
    })),
    ...(details.atMost === 0
      ? []
      : [{ kind: 'details' as const, question: null, detailsOf, requests: details }]),
  ];
  const cap = maxRequests ?? Infinity;
  const steps = wanted.map((each, index) => {
    const before = sumOf(wanted.slice(0, index).map(({ requests }) => requests)).atLeast;
    return { step: index + 1, ...each, withinCap: withinCap(each.requests, cap - before) };
  });
  const total = sumOf(steps.map(({ requests }) => requests));
  const requests = { atLeast: Math.min(total.atLeast, cap), atMost: smaller(total.atMost, maxRequests) };
  const wait = (count: number): number =>
    waitSecondsOf(count, { ...terms.quota, requests: forThisRun }, left);
  return {
    requests,
    waitSeconds: {
      atLeast: wait(requests.atLeast),
      atMost: requests.atMost === null ? null : wait(requests.atMost),
    },
    listRequests: sumOf(questions.map(pagesOf)),
    detailRequests: details,
    quota: { ...terms.quota, forThisRun, left },
    rowsPerPage: terms.rowsPerPage,
    maxRequests,
    steps,
    gaps: maxRequests === null ? [] : gapsOf(steps, total, maxRequests),
  };
}

/** The rows of one message fit on a page; of all other mail nobody knows the volume. */
function pagesOf({ messageIds, messageTraceIds }: TraceQuestion): RequestRange {
  return { atLeast: 1, atMost: messageIds.length + messageTraceIds.length > 0 ? 1 : null };
}

function sumOf(ranges: readonly RequestRange[]): RequestRange {
  return ranges.reduce<RequestRange>(
    (sum, { atLeast, atMost }) => ({
      atLeast: sum.atLeast + atLeast,
      atMost: sum.atMost === null || atMost === null ? null : sum.atMost + atMost,
    }),
    { atLeast: 0, atMost: 0 },
  );
}

function smaller(count: number | null, cap: number | null): number | null {
  if (count === null || cap === null) return count ?? cap;
  return Math.min(count, cap);
}

/** `left`: requests that are free when its turn comes, if lists are as short as can be. */
function withinCap({ atLeast, atMost }: RequestRange, left: number): PlannedStep['withinCap'] {
  if (left <= 0) return 'none';
  return (atMost ?? atLeast) <= left ? 'all' : 'part';
}

/** The whole quota is free at first, as far as nobody knows better; then it comes again with every span. */
export function waitSecondsOf(requests: number, quota: ServiceTerms['quota'], left: number | null): number {
  const beyond = requests - Math.min(left ?? quota.requests, quota.requests);
  return beyond <= 0 ? 0 : Math.ceil(beyond / quota.requests) * quota.seconds;
}

function gapsOf(steps: readonly PlannedStep[], total: RequestRange, cap: number): Gap[] {
  const lists = steps.filter(({ kind }) => kind === 'list');
  const unasked = lists.filter((step) => step.withinCap === 'none').length;
  const details = steps.find(({ kind }) => kind === 'details');
  const remedy = remedyOf(total);
  const gap = (what: string): Gap => ({ what, reason: 'quota', remedy, retryAfterSeconds: null });
  return [
    ...(unasked > 0
      ? [gap(`${unasked} of ${lists.length} listings, behind the cap of ${cap} requests`)]
      : []),
    ...(details === undefined || details.withinCap === 'all'
      ? []
      : [gap(detailsCut(details.requests, cap - lists.length, cap))]),
  ];
}

function detailsCut({ atMost }: RequestRange, left: number, cap: number): string {
  const behind = `behind the cap of ${cap} requests`;
  if (left <= 0) return `all details, ${behind}`;
  if (atMost === null) return `the details after the first ${left}, ${behind}`;
  return `up to ${atMost - left} of ${atMost} details, ${behind}`;
}

function remedyOf({ atLeast, atMost }: RequestRange): string {
  const enough = atMost === null ? `more than ${atLeast}` : String(atMost);
  return `Raise --max-requests to ${enough}, or ask for a shorter window or a smaller sample.`;
}
