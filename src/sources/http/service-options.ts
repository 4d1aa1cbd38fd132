import type { RequestLedger } from '#mailflow/quota/request-ledger.js';

import type { EnvironmentVariables, TokenSource } from '../sign-in/token-source.js';
import type { SourceClock } from './clock.js';
import type { SendLimits } from './send.js';
import type { ServiceOrigin } from './service.js';

/** What any service needs to be asked for traces. */
export interface ServiceOptions {
  /** Parsed before credentials are looked at, so that a wrong address is what a person hears of first. */
  readonly origin: ServiceOrigin;
  readonly tokens: TokenSource;
  /** As it was given, for the answer. */
  readonly tenant: string | null;
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly clock: SourceClock;
  /** Shared by all who ask the same tenant. */
  readonly ledger: RequestLedger;
  readonly maxRequests: number | null;
  /** Requests of another source that count against the same cap; none when absent. */
  readonly requestsElsewhere?: () => number;
  /** The instant on the monotonic clock at which whatever is under way is given up; null for none. */
  readonly deadlineMs: number | null;
  /**
   * The longest pause for quota, asked for by the service or needed by the budget, that is sat out; a longer one ends
   * the answer and says when to come again. The deadline bounds it as well.
   */
  readonly patienceMs: number;
  /** Told of pauses and repeats: talk, for standard error. */
  readonly onNotice: (text: string) => void;
  /** Told every second how long a pause still is: a line that replaces itself, for a person who watches. */
  readonly onCountdown?: (text: string) => void;
  /** Told of each request when it is over: method, path, status, time. */
  readonly onRequest?: (text: string) => void;
  readonly limits?: SendLimits;
  readonly newRequestId?: () => string;
}
