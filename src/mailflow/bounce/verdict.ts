/** What a reply, code, trace event or NDR means. Words are a contract: scripts compare them. */

export const VERDICT_CLASSES = ['transient', 'permanent', 'none', 'unknown'] as const;
export const VERDICT_STATES = [
  'deferred',
  'bounced',
  'expired',
  'delivered',
  'relayed',
  'expanded',
  'quarantined',
  'filtered',
  'blocked',
  'not-bounce',
  'unknown',
] as const;
export const PARTIES = [
  'service',
  'sender',
  'sender-policy',
  'recipient',
  'recipient-policy',
  'connector',
  'network',
  'unknown',
] as const;
export const RETRIES = ['automatic', 'after-fix', 'later', 'never'] as const;
export const BASES = ['event', 'reply', 'code', 'text'] as const;
export const REASONS = [
  'recipient-unknown',
  'recipient-domain-invalid',
  'recipient-moved',
  'mailbox-full',
  'mailbox-limit',
  'mailbox-disabled',
  'recipient-restricted',
  'recipient-config',
  'message-too-large',
  'too-many-recipients',
  'sender-rate-limited',
  'recipient-rate-limited',
  'throttled',
  'sender-blocked',
  'sender-invalid',
  'ip-blocked',
  'spam-content',
  'malware',
  'content-rejected',
  'malformed-message',
  'auth-failed',
  'auth-client',
  'tls-failed',
  'relay-denied',
  'connector-restricted',
  'policy',
  'dns-failure',
  'connection-failed',
  'loop',
  'routing-error',
  'service-error',
  'protocol-error',
  'expired',
  'suppressed',
  'delivered',
  'expanded',
  'auto-reply',
  'feedback-loop',
  'not-bounce',
  'unknown',
] as const;

export type VerdictClass = (typeof VERDICT_CLASSES)[number];
export type VerdictState = (typeof VERDICT_STATES)[number];
export type Party = (typeof PARTIES)[number];
export type Retry = (typeof RETRIES)[number];
export type Basis = (typeof BASES)[number];
export type Reason = (typeof REASONS)[number];

export interface Verdict {
  /** Whether it is final. An expired message is `permanent`, whatever digit its enhanced code has. */
  readonly class: VerdictClass;
  readonly state: VerdictState;
  /** The three-digit SMTP reply code (RFC 5321, 4.2), or null when none was seen. */
  readonly replyCode: number | null;
  /** The enhanced status code (RFC 3463) as text, as `5.1.1`, or null. */
  readonly enhancedStatus: string | null;
  readonly reason: Reason;
  /** Whose side the cause is on. `unknown` where one item alone cannot tell. */
  readonly party: Party;
  readonly retry: Retry;
  /** Advice: who does what, where, and whether to wait. */
  readonly remedy: string;
  /** The reply itself: remote text, hostile until escaped. */
  readonly text: string;
  /** Id of the rule that decided. */
  readonly rule: string;
  /** The kind of evidence that fixed the class. */
  readonly basis: Basis;
  /** True when event, reply code and enhanced code disagree about final or not. */
  readonly mismatch: boolean;
}
