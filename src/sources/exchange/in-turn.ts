import { sleepUntil, type SourceClock } from '../http/clock.js';
import { type Step, stoppedBy } from '../http/exchange.js';

/**
 * One question at a time, however many ask, and none sooner than `paceMs` after the one before: how much the endpoint
 * bears is not told, and a tenant has few requests at once.
 */
export function inTurn(next: Step, clock: SourceClock, paceMs: number): Step {
  let before: Promise<unknown> = Promise.resolve();
  let earliestMs = Number.NEGATIVE_INFINITY;
  return (call) => {
    const turn = before.then(async () => {
      if (!(await sleepUntil(clock, earliestMs, call.signal))) return stoppedBy(call.signal);
      earliestMs = clock.monotonicMs() + paceMs;
      return next(call);
    });
    before = turn.catch(() => undefined);
    return turn;
  };
}
