/** The port through which a request of the service's quota is taken, before each one that is sent. */

export type Grant =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** After this time it is worth asking again. */
      readonly waitMs: number;
      /** `pause`: the service itself asked to wait, this process or another one. */
      readonly because: 'budget' | 'pause';
    };

export interface RequestLedger {
  /** Counts one request, or says how long there is none. */
  readonly take: () => Promise<Grant>;
  /** The service asked for silence: from now on nobody who shares the ledger takes one for so long. */
  readonly pauseFor: (ms: number) => Promise<void>;
  /** Requests free right now, as last seen. */
  readonly left: () => number;
}

/** What one quota is counted for. */
export interface QuotaScope {
  /** Of the endpoint, as `https://graph.microsoft.com`. */
  readonly origin: string;
  /** As the run names it, in lower case; empty where it names none. */
  readonly tenant: string;
}
