/**
 * The one failure type. A failure says what happened, what it means and what to do, and its kind
 * decides the exit code (`cli/exit-code.ts`). Anything else that is thrown is a bug.
 */
export const FAILURE_KINDS = [
  /** Wrong words, flags or values on the command line. */
  'usage',
  /** An input file is missing or is not what it should be. */
  'input',
  /** No credentials, or the service refused them. */
  'sign-in',
  /** Signed in, but a permission, role or service principal is missing. */
  'permission',
  /** A setting is wrong: endpoint, CA file, cloud. */
  'configuration',
  /** The other side could not be reached. */
  'unreachable',
  /** The service asked us to wait. */
  'throttled',
  /** The deadline passed. */
  'timeout',
  /** The service answered something that its contract does not know. */
  'protocol',
  /** Stopped by SIGINT. */
  'interrupted',
  /** Stopped by SIGTERM. */
  'terminated',
] as const;

export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface FailureOptions {
  /** What to do, in one sentence; an imperative. */
  readonly remedy: string;
  /** What is wrong one by one, a sentence each, where the message only counts it. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
  /** The service's own id of the failed request, for a support case. */
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  /** What is in the way lies before every service alike: this machine, its network, the sign-in. */
  readonly meetsEveryService?: boolean;
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly remedy: string;
  readonly details: readonly string[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly meetsEveryService: boolean;

  constructor(kind: FailureKind, message: string, options: FailureOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.remedy = options.remedy;
    this.details = options.details ?? [];
    this.requestId = options.requestId;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.meetsEveryService = options.meetsEveryService ?? false;
  }
}
