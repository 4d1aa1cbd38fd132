/** One message before its fate is known: who writes to whom, about what, and when it is accepted. */
import type { Random } from '../population/random.js';
import { SUBJECTS } from './ordinary-mail.js';
import type { Destination } from './places.js';
import { DESTINATIONS, edgeServer, mailboxServer, personAt, TENANT_DOMAIN } from './places.js';
import type { MailDirection } from './scenario.js';

export interface Draft {
  readonly id: string;
  readonly messageId: string;
  readonly direction: MailDirection;
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly sizeBytes: number;
  readonly acceptedAt: Date;
  /** The scenario's minute of `acceptedAt`. */
  readonly minute: number;
  readonly lagSeconds: number;
  /** The other organisation: where outbound mail goes, where inbound mail comes from. Null inside. */
  readonly elsewhere: Destination | null;
  /** The Exchange server that holds the message. */
  readonly host: string;
}

interface DraftOptions {
  readonly direction: MailDirection;
  readonly minute: number;
  readonly acceptedAt: Date;
}

export function draftOf({ direction, minute, acceptedAt }: DraftOptions, random: Random): Draft {
  const elsewhere = direction === 'internal' ? null : random.weighted(DESTINATIONS);
  const inside = personAt(random, TENANT_DOMAIN);
  const other = personAt(random, elsewhere?.domain ?? TENANT_DOMAIN);
  const host = mailboxServer(random);
  return {
    id: random.guid(),
    messageId: messageIdOf(direction, elsewhere, host, random),
    direction,
    sender: direction === 'inbound' ? other : inside,
    recipient: direction === 'inbound' ? inside : other,
    subject: random.pick(SUBJECTS).replace('{n}', String(random.between(10, 9_999))),
    sizeBytes: Math.round(4_000 + 400_000 * random.next() ** 6),
    acceptedAt,
    minute,
    lagSeconds: random.between(300, 600),
    elsewhere,
    host: direction === 'inbound' ? edgeServer(random) : host,
  };
}

function messageIdOf(
  direction: MailDirection,
  elsewhere: Destination | null,
  host: string,
  random: Random,
): string {
  const unique = random.hex(24);
  return direction === 'inbound' && elsewhere !== null
    ? `<${unique}@mail.${elsewhere.domain}>`
    : `<${unique.toUpperCase()}@${host}>`;
}
