import type { Failure } from '#failure.js';
import type { CheckRunHistory } from '#mailflow/check/check-run.js';
import type { SetUpHistory } from '#mailflow/connector/kept-set-up.js';
import type { HealthHistory } from '#mailflow/health/health-source.js';
import type { LookHistory } from '#mailflow/incident/look.js';
import type { QueueLookHistory } from '#mailflow/queue/queue-look.js';
import type { ExpirationHistory } from '#mailflow/trace/message-expiration.js';

import { storeFailure } from '../driver/open-database.js';

export interface WatchHistory {
  readonly health: HealthHistory;
  readonly looks: LookHistory;
  readonly expiration: ExpirationHistory;
  readonly setUp: SetUpHistory;
  readonly queueLooks: QueueLookHistory;
  /** Under the policy of that key. */
  readonly checkRuns: (policy: string) => CheckRunHistory;
}

interface GuardOptions {
  /** Of the store. */
  readonly path: string;
  /** Told once why the store cannot be used. */
  readonly onTrouble: (failure: Failure) => void;
}

/** A store that fails costs nobody an answer: from then on it is as if nothing were kept. */
export function guardWatch(
  { health, looks, expiration, setUp, queueLooks, checkRuns }: WatchHistory,
  { path, onTrouble }: GuardOptions,
): WatchHistory {
  let hasFailed = false;

  async function guarded<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (hasFailed) return otherwise;
    try {
      return await work();
    } catch (error) {
      giveUp(storeFailure(path, error));
      return otherwise;
    }
  }

  function giveUp(failure: Failure): void {
    if (!hasFailed) onTrouble(failure);
    hasFailed = true;
  }

  return {
    health: {
      last: () => guarded(health.last, null),
      keep: (kept) => guarded(() => health.keep(kept), undefined),
    },
    looks: {
      since: (instant) => guarded(() => looks.since(instant), []),
      keep: (look) => guarded(() => looks.keep(look), undefined),
    },
    expiration: {
      last: () => guarded(expiration.last, null),
      keep: (kept) => guarded(() => expiration.keep(kept), undefined),
    },
    setUp: {
      last: () => guarded(setUp.last, null),
      keep: (kept) => guarded(() => setUp.keep(kept), undefined),
    },
    queueLooks: {
      since: (instant, question) => guarded(() => queueLooks.since(instant, question), []),
      keep: (look) => guarded(() => queueLooks.keep(look), undefined),
    },
    checkRuns: (policy) => {
      const runs = checkRuns(policy);
      return {
        since: (instant) => guarded(() => runs.since(instant), []),
        keep: (run) => guarded(() => runs.keep(run), undefined),
      };
    },
  };
}
