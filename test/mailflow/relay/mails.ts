/** Mail as the queue of a relay tells of it; what a test does not name is ordinary. */
import type { RelayMail } from '#mailflow/relay/relay-mail.js';

export const NOW = new Date('2026-06-02T17:30:00Z');
export const MX = 'contoso-example.mail.protection.outlook.com';

export const FOREST = `host ${MX}[203.0.113.41] refused to talk to me: 421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel`;
export const TEMPORARY = `host ${MX}[203.0.113.41] said: 451 4.3.2 temporary server issue [BN8NAM11FT034.eop-nam11.prod.protection.outlook.com] (in reply to RCPT TO command)`;
export const TIMED_OUT = `connect to ${MX}[203.0.113.41]:25: Connection timed out`;
export const GREYLISTED =
  'host mx.fabrikam.example[192.0.2.25] said: 450 4.7.1 Greylisted, please try again in 300 seconds';
export const MAILBOX_FULL = `host ${MX}[203.0.113.41] said: 452 4.2.2 Mailbox full`;

export function minutesAgo(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000);
}

export function mail(given: Partial<RelayMail> = {}): RelayMail {
  return {
    queueId: '4kXq2Z1abcz3f',
    messageId: '<1@fabrikam.example>',
    sender: 'ben@fabrikam.example',
    recipient: 'ann@contoso.example',
    subject: null,
    sizeBytes: 2048,
    arrivedAt: minutesAgo(90),
    lastAttemptAt: null,
    nextHop: MX,
    state: 'deferred',
    reply: FOREST,
    ...given,
  };
}

/** So many of the same, each with an id, a sender and a recipient of its own. */
export function mails(count: number, given: Partial<RelayMail> = {}, prefix = 'q'): readonly RelayMail[] {
  return Array.from({ length: count }, (_, index) =>
    mail({
      queueId: `${prefix}${index}`,
      messageId: `<${prefix}${index}@fabrikam.example>`,
      sender: `ben${index}@fabrikam.example`,
      recipient: `ann${index}@contoso.example`,
      ...given,
    }),
  );
}
