/** Who used a quota, and when the next request is free: the account of a ledger's entries. */
import { type Pause, pauseAt, pauseLeftMs } from './pause.js';
import type { QuotaScope } from './request-ledger.js';
import { counted, countedMs, mostFor, type QuotaRules, quotaRules, waitForNextMs } from './rolling-window.js';

/** One request that was granted. */
export interface LedgerEntry {
  readonly at: Date;
  /** Tells one run from another, also where two process ids are the same. */
  readonly run: string;
  readonly processId: number;
  /** As `trace show`. */
  readonly command: string;
  /** Whether a person sat at a terminal. */
  readonly attended: boolean;
  /** What its run took for the service's own limit. */
  readonly serviceQuota: number;
}

/** A run that used some of it. */
export interface QuotaUser {
  readonly command: string;
  readonly processId: number;
  readonly attended: boolean;
  readonly requests: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

export interface QuotaUse extends QuotaScope {
  /** At most so many in five minutes, all runs together. */
  readonly limit: number;
  readonly used: number;
  /** Free now for a person at a terminal. */
  readonly free: number;
  /** Free now for runs that nobody watches, as in a pipe or by cron. */
  readonly freeUnattended: number;
  /** Null when one is free now. */
  readonly nextFreeAt: Date | null;
  readonly nextFreeUnattendedAt: Date | null;
  /** Null when all are free now. */
  readonly allFreeAt: Date | null;
  /** Until when the service asked for silence; null when it did not. */
  readonly pausedUntil: Date | null;
  readonly usedBy: readonly QuotaUser[];
}

interface Account {
  readonly scope: QuotaScope;
  readonly entries: readonly LedgerEntry[];
  readonly pause: Pause | null;
  /** What the service allows; null goes by what the latest run took for it. */
  readonly serviceQuota: number | null;
  readonly defaultQuota: number;
}

export function quotaUseOf(account: Account, now: Date): QuotaUse {
  const { scope, pause } = account;
  const nowMs = now.getTime();
  const rules = quotaRules(account.serviceQuota ?? latestQuota(account.entries) ?? account.defaultQuota);
  const entries = account.entries.filter(({ at }) => nowMs - at.getTime() <= countedMs(rules));
  const atMs = counted(
    entries.map(({ at }) => at.getTime()),
    rules,
    nowMs,
  );
  const pauseMs = pauseLeftMs(pause, nowMs);
  const free = (isAttended: boolean): number =>
    pauseMs > 0 ? 0 : Math.max(0, mostFor(rules, isAttended) - atMs.length);
  const inMs = (ms: number): Date | null => (ms === 0 ? null : new Date(nowMs + ms));
  const next = (isAttended: boolean): Date | null =>
    inMs(Math.max(pauseMs, waitForNextMs(atMs, rules, { isAttended, nowMs })));
  return {
    ...scope,
    limit: rules.limit,
    used: atMs.length,
    free: free(true),
    freeUnattended: free(false),
    nextFreeAt: next(true),
    nextFreeUnattendedAt: next(false),
    allFreeAt: inMs(Math.max(pauseMs, waitForAllMs(atMs, rules, nowMs))),
    pausedUntil: pause === null || pauseMs === 0 ? null : new Date(pauseAt(pause, nowMs).untilMs),
    usedBy: usersOf(entries, now),
  };
}

function latestQuota(entries: readonly LedgerEntry[]): number | null {
  return entries.toSorted((a, b) => b.at.getTime() - a.at.getTime())[0]?.serviceQuota ?? null;
}

function waitForAllMs(atMs: readonly number[], rules: QuotaRules, nowMs: number): number {
  const newest = atMs.at(-1);
  return newest === undefined ? 0 : newest + countedMs(rules) + 1 - nowMs;
}

/** The largest first. */
function usersOf(entries: readonly LedgerEntry[], now: Date): readonly QuotaUser[] {
  const entriesByRun = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const own = entriesByRun.get(entry.run);
    if (own === undefined) entriesByRun.set(entry.run, [entry]);
    else own.push(entry);
  }
  return [...entriesByRun.values()]
    .flatMap((own) => userOf(own, now))
    .toSorted((a, b) => b.requests - a.requests || a.firstAt.getTime() - b.firstAt.getTime());
}

function userOf(own: readonly LedgerEntry[], now: Date): readonly QuotaUser[] {
  const [any] = own;
  if (any === undefined) return [];
  const { command, processId, attended } = any;
  const times = own.map(({ at }) => Math.min(at.getTime(), now.getTime())).toSorted((a, b) => a - b);
  const [first = 0] = times;
  return [
    {
      ...{ command, processId, attended, requests: own.length },
      firstAt: new Date(first),
      lastAt: new Date(times.at(-1) ?? first),
    },
  ];
}
