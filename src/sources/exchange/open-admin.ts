import { randomUUID } from 'node:crypto';

import type { Errand } from '../http/errand.js';
import { openRequestGate, type RequestGate } from '../http/request-gate.js';
import { openSend, SEND_LIMITS } from '../http/send.js';
import { createServiceClock, type ServiceClock } from '../http/service-clock.js';
import type { ServiceOptions } from '../http/service-options.js';
import { told } from '../http/told-send.js';
import { refuseUnverifiedTls } from '../sign-in/verified-tls.js';
import { type AdminClient, cmdletOf, openAdminClient } from './admin-client.js';

/** What the admin endpoint needs to be asked, whatever it is asked for. */
export interface ExchangeOptions extends ServiceOptions {
  /** Learns the GUID on the first question. Rejects with a Failure. */
  readonly tenantGuid: (signal: AbortSignal) => Promise<string>;
  /** From the start of one question to that of the next; a second when absent. */
  readonly paceMs?: number;
  /** On the monotonic clock: no repeat and no pause goes on beyond it; the deadline when absent. */
  readonly repeatsUntilMs?: number;
  /** `drill` when the other side is the simulated tenant. */
  readonly kind?: 'exchange' | 'drill';
}

interface OpenedAdmin {
  readonly client: AdminClient;
  readonly gate: RequestGate;
  readonly clock: ServiceClock;
}

const PACE_MS = 1000;

/** The road to the admin endpoint. Opens nothing yet; throws a Failure when the settings are wrong. */
export function openAdmin(options: ExchangeOptions, errand: Errand): OpenedAdmin {
  const own = options.origin;
  if (own.isSecure) refuseUnverifiedTls(options.env);
  const gate = openRequestGate({
    ...options,
    errand,
    onCountdown: options.onCountdown ?? ignore,
    deadlineMs: options.repeatsUntilMs ?? options.deadlineMs,
  });
  const clock = createServiceClock(options.clock);
  const client = openAdminClient({
    ...options,
    ...{ errand, own, gate },
    send: clock.watch(told(openSend(own, options, options.limits ?? SEND_LIMITS), options, cmdletOf)),
    paceMs: options.paceMs ?? PACE_MS,
    newRequestId: options.newRequestId ?? randomUUID,
  });
  return { client, gate, clock };
}

function ignore(): void {
  // Nobody watches.
}
