/** How much mail there is beside the held: pages of all of it, where enough is held that shares decide. */
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import { openAccounts } from '#mailflow/queue/held-accounts.js';
import type { HeldTally, HeldWatch } from '#mailflow/queue/held-tally.js';
import type { MailPage, MailRate } from '#mailflow/queue/mail-rate.js';
import { hourlyOf, readMailPage, withRate } from '#mailflow/queue/mail-rate.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import type { TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

interface RateQuestion {
  readonly source: TraceSource;
  /** As held mail was asked for. */
  readonly query: TraceQuery;
  /** Has seen all held mail. */
  readonly watch: HeldWatch;
  readonly thresholds: QueueThresholds;
  readonly now: Date;
}

interface RatedTally {
  readonly tally: HeldTally;
  /** Null where it was not needed, or could not be had: then nothing is said of shares. */
  readonly rate: MailRate | null;
  /** Of all mail of just now, held or not; null where it was not asked for, or there is none. */
  readonly newestAt: Date | null;
}

const MINUTE_MS = 60_000;
/** As far back as the longest span that is looked at. */
const NEWEST_MINUTES = 120;
/** Half a day ago it was day where it is night now, and a day ago it may have been no weekend. */
const EARLIER_HOURS = [12, 24];
const EARLIER_MINUTES = 60;

export async function askRate(question: RateQuestion, ports: Ports): Promise<RatedTally> {
  const { source, query, watch, thresholds, now } = question;
  const held = watch.tally();
  const isFewHeld = held.all.held < thresholds.recent.warningHeld;
  if (source.kind === 'file' || isFewHeld || !reachesNow(query, now))
    return { tally: held, rate: null, newestAt: null };
  const pageOf = (toMs: number, minutes: number): Promise<MailPage | null> =>
    pageUpTo(new Date(toMs), minutes, question, ports);
  const newest = await pageOf(now.getTime(), NEWEST_MINUTES);
  if (newest === null) return { tally: held, rate: null, newestAt: null };
  // What is held is known already, and better.
  for (const delivery of newest.deliveries) if (!delivery.held) watch.observe(delivery);
  const hourly = hourlyOf(newest);
  const rates = [hourly];
  if (openAccounts(held, null, thresholds).alike.length > 0) {
    for (const hours of EARLIER_HOURS) {
      const page = await pageOf(now.getTime() - hours * 60 * MINUTE_MS, EARLIER_MINUTES);
      if (page !== null) rates.push(hourlyOf(page));
    }
  }
  const rate = { hourly, daily: Math.max(...rates) * 24 };
  return { tally: withRate(watch.tally(), newest), rate, newestAt: newestOf(newest) };
}

function newestOf({ deliveries }: MailPage): Date | null {
  return deliveries.reduce<Date | null>(
    (newest, { receivedAt }) => (newest === null || receivedAt > newest ? receivedAt : newest),
    null,
  );
}

/** A window of the past tells nothing of the mail of just now. */
export function reachesNow({ window }: TraceQuery, now: Date): boolean {
  return window !== null && window.to.getTime() >= now.getTime() - 5 * MINUTE_MS;
}

/** What cannot be had is not missed: the verdict is then as careful as it is without. */
async function pageUpTo(
  to: Date,
  minutes: number,
  { source, query }: RateQuestion,
  ports: Ports,
): Promise<MailPage | null> {
  const from = new Date(to.getTime() - minutes * MINUTE_MS);
  try {
    return await readMailPage(source, { ...query, statuses: [], window: { from, to } }, ports.signal);
  } catch (error) {
    const isStop = error instanceof Failure && (error.kind === 'interrupted' || error.kind === 'terminated');
    if (!(error instanceof Failure) || isStop) throw error;
    return null;
  }
}
