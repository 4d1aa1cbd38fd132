/** What the queue or the log of a relay tells of one message for one recipient. All text is remote and hostile. */
export const RELAY_STATES = [
  /** Waiting for its first try, or in the middle of one. */
  'active',
  /** A try failed, and the relay keeps it. */
  'deferred',
  /** Kept until a person lets it go: on hold, frozen, suspended. */
  'on-hold',
  'delivered',
  'bounced',
  /** Given up after all tries. */
  'expired',
] as const;
export type RelayState = (typeof RELAY_STATES)[number];

export interface RelayMail {
  /** The relay's own id of the message; relays use them again after days. */
  readonly queueId: string;
  /** The Message-ID header, with its angle brackets; null where the format leaves it out. */
  readonly messageId: string | null;
  /** Envelope sender; empty for a DSN, null where it was not seen. */
  readonly sender: string | null;
  /** Empty where the format leaves the recipients of a message out; it then stands for all of them. */
  readonly recipient: string;
  readonly subject: string | null;
  readonly sizeBytes: number | null;
  /** When the relay took it; null where that was not seen. */
  readonly arrivedAt: Date | null;
  /** When the relay gives it up, where it says so of each message; absent where it does not. */
  readonly expiresAt?: Date;
  /** Of the last try; null where none is told of. */
  readonly lastAttemptAt: Date | null;
  /** Host name or address of the last try, or where the relay means to send it; null where neither is told. */
  readonly nextHop: string | null;
  readonly state: RelayState;
  /** The reply of the other side or the relay's own reason, as it wrote it; null where there is none. */
  readonly reply: string | null;
}

/** Whether the relay still has it. */
export function isHeld({ state }: Pick<RelayMail, 'state'>): boolean {
  return state === 'active' || state === 'deferred' || state === 'on-hold';
}
