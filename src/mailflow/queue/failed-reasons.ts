/** Which failed mail says something of mail flow, and which says something of an address, a message or a rule. */
import { PARTIES, type Party, type Reason, REASONS } from '../bounce/verdict.js';
import type { ReasonWords } from '../sampling/estimate-reasons.js';

/** The sender's own business: it informs and does not alarm, however much of it there is. */
const OWN_BUSINESS: ReadonlySet<Reason> = new Set<Reason>([
  // The address.
  'recipient-unknown',
  'recipient-domain-invalid',
  'recipient-moved',
  'suppressed',
  // The mailbox.
  'mailbox-full',
  'mailbox-limit',
  'mailbox-disabled',
  'recipient-restricted',
  'recipient-config',
  // The message.
  'message-too-large',
  'too-many-recipients',
  'malformed-message',
  'spam-content',
  'malware',
  'content-rejected',
  // The sender, and rules of either side.
  'sender-invalid',
  'sender-rate-limited',
  'recipient-rate-limited',
  'auth-client',
  'policy',
  // No failure at all.
  'delivered',
  'expanded',
  'auto-reply',
  'feedback-loop',
  'not-bounce',
]);

/** What a rule of a tenant decides is meant to be so. */
const RULING_PARTIES: ReadonlySet<Party> = new Set<Party>(['sender-policy', 'recipient-policy']);

/** What alarms: all that is not the sender's own business. */
export const ALARMING_REASONS: readonly Reason[] = REASONS.filter((reason) => !OWN_BUSINESS.has(reason));
export const ALARMING_PARTIES: readonly Party[] = PARTIES.filter((party) => !RULING_PARTIES.has(party));

export function isOwnBusiness({ reason, party }: Pick<ReasonWords, 'reason' | 'party'>): boolean {
  return OWN_BUSINESS.has(reason) || RULING_PARTIES.has(party);
}
