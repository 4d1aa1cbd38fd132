/** What a service is asked for, in the words of the cures that depend on it. */
export interface Errand {
  /** What to do about a deadline that came too early. */
  readonly whenLate: string;
  /** What to do about a cap on requests. */
  readonly whenCapped: string;
  /** That our own budget is used up, and how the service counts it. */
  readonly budgetUsedUp: string;
  /** What to do about a pause that is left to us: our own budget, or one that another run was asked for. */
  readonly whenHeldBack: (seconds: number) => string;
  /** What to do about a pause that the service asked for. */
  readonly whenThrottled: (seconds: number) => string;
  /** What to do about a list that the service breaks off. */
  readonly whenBrokenOff: string;
}

export const TRACE_ERRAND: Errand = {
  whenLate: 'Raise --timeout, or ask for a shorter window or a smaller sample.',
  whenCapped: 'Raise --max-requests, or ask for a shorter window or a smaller sample.',
  budgetUsedUp:
    'The request budget is used up: the quota of the service is counted over 5 minutes, all runs together.',
  whenHeldBack: (seconds) =>
    `Try again in ${seconds} s, wait with --wait, or ask for a shorter window or a smaller sample; mailcheck quota tells who used it.`,
  whenThrottled: (seconds) =>
    `Try again in ${seconds} s, or wait with --wait; other tools of the tenant may be using the same quota.`,
  whenBrokenOff: 'Ask for a shorter window, and try again in some minutes.',
};
