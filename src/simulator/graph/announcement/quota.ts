/** The two quotas of service communications, for one app in one tenant. Each request counts in both. */
import type { AnnouncementQuota } from '../../quirks.js';

/** Null when the request is let in, else the seconds to wait. */
export type AnnouncementGate = (now: Date) => number | null;

export function announcementGate(quotas: readonly AnnouncementQuota[]): AnnouncementGate {
  const longestMs = Math.max(0, ...quotas.map((quota) => quota.windowSeconds)) * 1000;
  let times: readonly number[] = [];
  return (now) => {
    times = times.filter((time) => time > now.getTime() - longestMs);
    const waits = quotas.flatMap((quota) => waitOf(quota, times, now.getTime()) ?? []);
    // Who is refused has used nothing up.
    if (waits.length === 0) times = [...times, now.getTime()];
    return waits.length === 0 ? null : Math.max(...waits);
  };
}

function waitOf(
  { requests, windowSeconds }: AnnouncementQuota,
  times: readonly number[],
  now: number,
): number | null {
  const horizon = now - windowSeconds * 1000;
  const within = times.filter((time) => time > horizon);
  const oldest = within.at(-requests);
  return oldest === undefined ? null : Math.max(1, Math.ceil((oldest - horizon) / 1000));
}
