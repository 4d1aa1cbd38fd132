import { directionOf } from '../address/direction.js';
import type { Delivery, DeliveryState, ExpiresAtBasis, TraceEntry } from './delivery.js';
import type { Judgement } from './judgement.js';
import { stateOfStatus } from './status.js';

/** The service's default limit for queued mail (`MessageExpiration` of Get-TransportConfig). */
export const DEFAULT_EXPIRATION_HOURS = 24;

const HOUR_MS = 3_600_000;

export interface DeliveryContext {
  /** Normalised names; null when they are not known. */
  readonly ownDomains: ReadonlySet<string> | null;
  /** The tenant's MessageExpiration; null when it is not known. */
  readonly expirationHours: number | null;
}

/** A row with what can be told of it. `judgement` is null when its detail was not read. */
export function toDelivery(
  entry: TraceEntry,
  judgement: Judgement | null,
  context: DeliveryContext,
): Delivery {
  const { direction, basis } = directionOf(entry, context.ownDomains);
  const state = stateOfStatus(entry.status);
  const { expiresAt, expiresAtBasis } = expiryOf(entry.receivedAt, state, context.expirationHours);
  return {
    messageTraceId: entry.messageTraceId,
    messageId: entry.messageId,
    sender: entry.sender,
    recipient: entry.recipient,
    subject: entry.subject,
    receivedAt: entry.receivedAt,
    sizeBytes: entry.sizeBytes,
    fromIp: entry.fromIp,
    toIp: entry.toIp,
    status: entry.status,
    direction,
    directionBasis: basis,
    state,
    held: isHeld(state),
    verdict: judgement?.verdict ?? null,
    lastAttemptAt: judgement?.lastAttemptAt ?? null,
    nextHop: judgement?.nextHop ?? null,
    expiresAt,
    expiresAtBasis,
  };
}

/** True while the service holds the message and tries again. Quarantine is not held mail: nobody retries it. */
export function isHeld(state: DeliveryState): boolean {
  return state === 'pending';
}

const NEVER = { expiresAt: null, expiresAtBasis: null } as const;

/** When the service gives up on a held message, and how that is known. */
export function expiryOf(
  receivedAt: Date,
  state: DeliveryState,
  expirationHours: number | null,
): { readonly expiresAt: Date | null; readonly expiresAtBasis: ExpiresAtBasis | null } {
  if (!isHeld(state)) return NEVER;
  const hours = expirationHours ?? DEFAULT_EXPIRATION_HOURS;
  return {
    expiresAt: new Date(receivedAt.getTime() + hours * HOUR_MS),
    expiresAtBasis: expirationHours === null ? 'assumed-24h' : 'transport-config',
  };
}
