/** How many requests any span of time may hold, and when the next one is free. Instants are milliseconds of one clock. */

export interface QuotaRules {
  /** At most so many in any window, both of its ends included. */
  readonly limit: number;
  /** Of these the last so many are for people at a terminal only. */
  readonly reserve: number;
  readonly windowMs: number;
  /** So much longer than a later request one may be on its way: the service counts arrivals. */
  readonly wayMs: number;
}

/** What the service allows a whole tenant in five minutes. */
export const SERVICE_QUOTA = 100;

const WINDOW_MS = 300_000;
const WAY_MS = 900;

/** Nine tenths of what the service allows; the rest is left to everybody else who asks it. A sixth of them waits for people. */
export function quotaRules(serviceQuota: number): QuotaRules {
  const limit = Math.max(1, Math.floor(serviceQuota * 0.9));
  return { limit, reserve: Math.floor(limit / 6), windowMs: WINDOW_MS, wayMs: WAY_MS };
}

/** Of service health and the message centre, an app in a tenant: 240 requests in 60 s, of which a tenth is left to others. */
export const HEALTH_QUOTA_RULES: QuotaRules = { limit: 216, reserve: 36, windowMs: 60_000, wayMs: WAY_MS };

/** So long a request counts. */
export function countedMs({ windowMs, wayMs }: QuotaRules): number {
  return windowMs + wayMs;
}

/** Those that count now, oldest first. An instant to come was stamped before the clock was put back: it counts as now. */
export function counted(atMs: readonly number[], rules: QuotaRules, nowMs: number): readonly number[] {
  return atMs
    .map((at) => Math.min(at, nowMs))
    .filter((at) => nowMs - at <= countedMs(rules))
    .toSorted((a, b) => a - b);
}

export function mostFor({ limit, reserve }: QuotaRules, isAttended: boolean): number {
  return isAttended ? limit : limit - reserve;
}

/** Zero when one is free now. */
export function waitForNextMs(
  atMs: readonly number[],
  rules: QuotaRules,
  { isAttended, nowMs }: { readonly isAttended: boolean; readonly nowMs: number },
): number {
  const inWindow = counted(atMs, rules, nowMs);
  const inTheWay = inWindow[inWindow.length - mostFor(rules, isAttended)];
  return inTheWay === undefined ? 0 : inTheWay + countedMs(rules) + 1 - nowMs;
}
