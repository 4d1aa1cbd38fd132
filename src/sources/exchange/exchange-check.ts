/** One line of what Exchange shows, to prove that a role allows it. What the line says is not read. */
import type { CallSight } from '#mailflow/doctor/doctor-evidence.js';

import { troubleTold } from '../http/trouble-told.js';
import { isAborted, stoppedFailure } from '../sign-in/stopped.js';
import type { Command, Got } from './admin-client.js';
import { EXPIRATION_ERRAND } from './exchange-expiration-source.js';
import { type ExchangeOptions, openAdmin } from './open-admin.js';
import { TRANSPORT_COMMAND } from './transport-config.js';

type ExchangeCall = 'settings' | 'exchange-trace';

export interface ExchangeCheck {
  readonly requestCount: () => number;
  /** Rejects only when a person stops it. */
  readonly ask: (call: ExchangeCall, signal: AbortSignal) => Promise<CallSight>;
}

const HOUR_MS = 3_600_000;

/** Opens nothing yet. Asks each once, and once more where a token may have died. */
export function openExchangeCheck(options: ExchangeOptions): ExchangeCheck {
  const { clock } = options;
  const { client, gate } = openAdmin(
    { ...options, onNotice: ignore, onCountdown: ignore, repeatsUntilMs: clock.monotonicMs() },
    EXPIRATION_ERRAND,
  );
  return {
    requestCount: gate.admittedCount,
    ask: async (call, signal) => {
      const got = await client.invoke(
        call === 'settings' ? TRANSPORT_COMMAND : lastHour(clock.now()),
        signal,
      );
      if (isAborted(signal)) throw stoppedFailure(signal);
      return sightOf(got);
    },
  };
}

function ignore(): void {
  // What is tried again is no news to whoever looks for causes.
}

function lastHour(now: Date): Command {
  const from = new Date(now.getTime() - HOUR_MS);
  return {
    cmdlet: 'Get-MessageTraceV2',
    parameters: { StartDate: from.toISOString(), EndDate: now.toISOString(), ResultSize: 1 },
  };
}

function sightOf(got: Got): CallSight {
  if (got.kind === 'answer') return { kind: 'answered' };
  return { kind: 'failed', meaning: meaningOf(got), trouble: troubleTold(got.trouble.failure) };
}

function meaningOf({ status, trouble }: Extract<Got, { kind: 'stopped' }>): 'token' | 'permission' | 'other' {
  if (status === 401 || trouble.failure.kind === 'sign-in') return 'token';
  return status === 403 ? 'permission' : 'other';
}
