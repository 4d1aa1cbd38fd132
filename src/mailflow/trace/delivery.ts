/** A delivery: one message for one recipient, as a trace knows it. */
import type { Party, Reason, Verdict } from '../bounce/verdict.js';

export const DELIVERY_STATES = [
  'delivered',
  'pending',
  'bounced',
  'expanded',
  'quarantined',
  'filtered',
  'recalled',
  'unknown',
] as const;

/** From the status alone, so that two runs agree. */
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export type Direction = 'inbound' | 'outbound' | 'internal' | 'unknown';
export type DirectionBasis = 'accepted-domains' | 'profile' | 'ip';
export type ExpiresAtBasis = 'transport-config' | 'assumed-24h' | 'relay-setting';

/** The facts of a row as its source gave them. All text is remote and hostile. */
export interface TraceEntry {
  /** Exchange's network message id (GUID), one for all recipients; null in exports that leave it out. */
  readonly messageTraceId: string | null;
  /** The Message-ID header, with its angle brackets. */
  readonly messageId: string | null;
  /** Envelope sender (RFC 5321 mailFrom); empty for a DSN. */
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string | null;
  /** When the service accepted the message. */
  readonly receivedAt: Date;
  readonly sizeBytes: number | null;
  readonly fromIp: string | null;
  readonly toIp: string | null;
  /** The service's own word, verbatim, in whichever case it came. */
  readonly status: string;
  /** The source's own word on direction (`Incoming`, `Originating`), null where it has none. */
  readonly directionHint: Direction | null;
  /** The events of this delivery where the source gives them with the row; null when they must be asked for or are not to be had. */
  readonly events: readonly TraceEvent[] | null;
}

/** One step of a delivery's way. */
export interface TraceEvent {
  readonly at: Date;
  /** The service's word, free text: `Receive`, `DEFER`, `Send external` … */
  readonly event: string;
  /** Human text; may hold the SMTP reply or a reason record. */
  readonly description: string;
  /** The XML blob of a Graph or PowerShell detail, as text; empty when none. */
  readonly data: string;
}

/**
 * What deliveries like this one turned out to be: of the same status, and to the same domain or to one of the many small
 * ones. Never a verdict: nobody has read this one.
 */
export interface Likely {
  readonly reason: Reason;
  readonly party: Party;
  /** The part of those examined that has this reason and side: more than a half, at most 1. */
  readonly share: number;
  readonly examined: number;
}

export interface Delivery extends Omit<TraceEntry, 'directionHint' | 'events'> {
  readonly direction: Direction;
  readonly directionBasis: DirectionBasis | null;
  readonly state: DeliveryState;
  /** True while the service still holds the message and retries. */
  readonly held: boolean;
  /** Null when its detail was not read. */
  readonly verdict: Verdict | null;
  /** Only where the detail was not read and most of those that were had one reason. */
  readonly likely?: Likely;
  readonly lastAttemptAt: Date | null;
  /** Host name or address of the next hop of the last attempt. */
  readonly nextHop: string | null;
  /** When the service gives up; only for held mail. */
  readonly expiresAt: Date | null;
  readonly expiresAtBasis: ExpiresAtBasis | null;
}
