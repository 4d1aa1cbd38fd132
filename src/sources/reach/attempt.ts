import type { ReachOutcome, ReachStep } from '#mailflow/reach/reach-source.js';

import { reasonOf } from './reach-reason.js';

export interface Bounds {
  readonly monotonicMs: () => number;
  /** For all steps of all attempts together, on the monotonic clock. */
  readonly deadlineMs: number;
  /** For each step. */
  readonly stepMs: Readonly<Record<ReachStep, number>>;
  readonly signal: AbortSignal;
}

/** What an attempt tells of itself; after the first outcome nobody listens any more. */
export interface Progress {
  readonly enter: (step: ReachStep) => void;
  /** Bytes are there, and more is wished for; whatever comes then, the host was reached. */
  readonly answered: (soFar: string) => void;
  readonly reached: (greeting: string | null) => void;
  readonly failed: (code: string) => void;
}

/** Starts it and returns how to leave it, which is called once, whatever comes of it. */
type Begin = (progress: Progress) => () => void;

export const OUT_OF_TIME = 'ETIMEDOUT';

/** One attempt, step by step, each within its own bound and all within the deadline. Never rejects. */
export function attempt(first: ReachStep, bounds: Bounds, begin: Begin): Promise<ReachOutcome> {
  const { monotonicMs, deadlineMs, stepMs, signal } = bounds;
  const startMs = monotonicMs();
  return new Promise((resolve) => {
    let step = first;
    let answer: { readonly firstByteMs: number; readonly soFar: string | null } | null = null;
    let timer: NodeJS.Timeout | undefined;
    let leave = (): void => undefined;
    let isOver = false;

    function settle(outcome: ReachOutcome): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      leave();
      resolve(outcome);
    }
    function fail(code: string): void {
      if (answer !== null) reached(answer.soFar);
      else settle({ kind: 'failed', step, reason: reasonOf(code, step), text: code });
    }
    function stop(): void {
      fail('MC_STOPPED');
    }
    function enter(next: ReachStep): void {
      if (isOver) return;
      step = next;
      clearTimeout(timer);
      timer = setTimeout(
        () => fail(OUT_OF_TIME),
        Math.max(0, Math.min(stepMs[next], deadlineMs - monotonicMs())),
      );
    }
    function answered(soFar: string | null): void {
      answer = { firstByteMs: answer?.firstByteMs ?? Math.round(monotonicMs() - startMs), soFar };
    }
    function reached(greeting: string | null): void {
      answered(greeting);
      settle({ kind: 'reached', firstByteMs: answer?.firstByteMs ?? 0, greeting });
    }

    signal.addEventListener('abort', stop, { once: true });
    enter(first);
    leave = begin({ enter, answered, failed: fail, reached });
  });
}
