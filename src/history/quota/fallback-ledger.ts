import { Failure } from '#failure.js';
import type { ProcessLedger } from '#mailflow/quota/process-ledger.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';

interface FallbackOptions {
  /** This process's own count: it holds beside the shared one, whatever somebody does to the machine's clock. */
  readonly own: ProcessLedger;
  /** Called when the first request is to be sent. */
  readonly openShared: () => Promise<RequestLedger>;
  /** Told once why the shared ledger cannot be had; from then on this process counts for itself. */
  readonly onTrouble: (failure: Failure) => void;
}

/** A store that fails costs nobody an answer: requests are counted all the same, for this process alone. */
export function fallbackLedger({ own, openShared, onTrouble }: FallbackOptions): RequestLedger {
  let opening: Promise<RequestLedger> | null = null;
  let shared: RequestLedger | null = null;
  let hasFailed = false;

  /** Null when the shared ledger is not to be had. */
  async function ofShared<T>(work: (ledger: RequestLedger) => Promise<T>): Promise<T | null> {
    if (hasFailed) return null;
    try {
      opening ??= openShared();
      shared = await opening;
      return await work(shared);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      giveUp(error);
      return null;
    }
  }

  function giveUp(failure: Failure): void {
    if (!hasFailed) onTrouble(failure);
    hasFailed = true;
    shared = null;
  }

  return {
    take: async () => {
      const alone = own.look();
      if (!alone.granted) return alone;
      const grant = await ofShared((ledger) => ledger.take());
      if (grant === null) return own.take();
      if (grant.granted) own.count();
      return grant;
    },
    pauseFor: async (ms) => {
      await own.pauseFor(ms);
      await ofShared((ledger) => ledger.pauseFor(ms));
    },
    left: () => Math.min(own.left(), shared?.left() ?? Infinity),
  };
}
