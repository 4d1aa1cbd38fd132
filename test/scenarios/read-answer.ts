/** The JSON answers of the program, as a script would read them. */
import type { Run } from './run-mailcheck.js';

export interface JsonDelivery {
  readonly messageTraceId: string;
  readonly messageId: string;
  readonly recipient: string;
  readonly sender: string;
  readonly subject: string;
  readonly status: string;
  readonly state: string;
  readonly receivedAt: string;
  readonly held: boolean;
  readonly verdict: JsonVerdict | null;
}

export interface JsonVerdict {
  readonly class: string;
  readonly state: string;
  readonly reason: string;
  readonly party: string;
}

export interface JsonReasons {
  readonly population: number;
  readonly examined: number;
  readonly confidence: number;
  readonly by: readonly {
    readonly reason: string;
    readonly party: string;
    readonly class: string;
    readonly estimate: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface JsonTrace {
  readonly schema: string;
  readonly source: { readonly kind: string; readonly asOf: string; readonly requests: number };
  readonly window: {
    readonly from: string;
    readonly to: string;
    readonly settledUntil: string;
    readonly complete: boolean;
  };
  readonly summary: Readonly<Record<string, number>> & {
    readonly reasons: { readonly held: JsonReasons; readonly failed: JsonReasons };
  };
  readonly data: readonly JsonDelivery[];
  readonly findings: readonly unknown[];
  readonly incomplete: readonly {
    readonly what: string;
    readonly reason: string;
    readonly remedy: string;
    readonly retryAfterSeconds: number | null;
  }[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
  readonly error?: { readonly kind: string; readonly message: string };
}

/** What is no JSON fails here, with the beginning of what came instead. */
export function traceOf(run: Run): JsonTrace {
  try {
    return JSON.parse(run.stdout) as JsonTrace;
  } catch (cause) {
    throw new Error(`no JSON: ${run.stdout.slice(0, 300)} ${run.stderr}`, { cause });
  }
}
