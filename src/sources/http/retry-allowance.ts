/** Keeps the repeats of a run few beside its questions: they make an outage worse and cost the tenant's quota. */
export interface RetryAllowance {
  /** Counts a question, not its repeats. */
  readonly asked: () => void;
  /** Counts a repeat; false when there have been enough. */
  readonly take: () => boolean;
}

/** One repeat for ten questions. */
const SHARE = 0.1;

/** For the beginning of a run, whose share is nothing yet. With 50 requests in all, four are no more than the share. */
const AT_LEAST = 4;

export function createRetryAllowance(): RetryAllowance {
  let questions = 0;
  let repeats = 0;
  return {
    asked: () => {
      questions += 1;
    },
    take: () => {
      if (repeats >= Math.max(AT_LEAST, Math.floor(questions * SHARE))) return false;
      repeats += 1;
      return true;
    },
  };
}
