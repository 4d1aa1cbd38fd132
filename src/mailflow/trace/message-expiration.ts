/** The ports through which a tenant's own limit for held mail is asked for, and kept. */

/** What one cheap question tells. */
export interface ExpirationSource {
  /** Requests sent so far. */
  readonly requestCount: () => number;
  /** MessageExpiration in hours; null where the tenant tells none. Throws a Failure when it cannot be had. */
  readonly hours: (signal: AbortSignal) => Promise<number | null>;
}

/** The last one that was told. */
export interface ExpirationHistory {
  readonly last: () => Promise<KeptExpiration | null>;
  readonly keep: (kept: KeptExpiration) => Promise<void>;
}

export interface KeptExpiration {
  readonly hours: number;
  readonly seenAt: Date;
}

const DAY_MS = 86_400_000;

/** A setting that is changed once in years is not asked for again within a day. One from further ahead was kept by a wrong clock. */
export function isStillGood({ seenAt }: KeptExpiration, now: Date): boolean {
  const ageMs = now.getTime() - seenAt.getTime();
  return ageMs < DAY_MS && ageMs > -DAY_MS;
}
