/** One population of mail, from which every kind of export is written. */
import { type Random, seededRandom } from './random.js';

/** The words of Get-MessageTraceV2. */
export const STATUSES = [
  'Delivered',
  'Failed',
  'Pending',
  'Expanded',
  'Quarantined',
  'FilteredAsSpam',
  'GettingStatus',
  'Resolved',
] as const;

export type Status = (typeof STATUSES)[number];

export interface SampleRecipient {
  readonly address: string;
  readonly status: Status;
  /** The reply or record of a failure or deferral; empty otherwise. */
  readonly reply: string;
}

export interface SampleMessage {
  readonly traceId: string;
  readonly messageId: string;
  readonly sender: string;
  readonly subject: string;
  readonly sizeBytes: number;
  readonly receivedAt: Date;
  readonly direction: 'Incoming' | 'Originating';
  readonly fromIp: string;
  readonly recipients: readonly SampleRecipient[];
}

export interface PopulationOptions {
  readonly seed: number;
  readonly messages: number;
  /** The newest message; the others go back in time from here. */
  readonly newest: Date;
  /** Seconds between two messages. */
  readonly stepSeconds: number;
  readonly maxRecipients: number;
  /** Adds subjects with delimiters, quotes, line breaks and letters beyond ASCII. */
  readonly awkward: boolean;
}

const SUBJECTS = [
  'Invoice 2026-0612',
  'Re: Agenda',
  'Delivery report',
  'Order confirmed and on its way to you',
] as const;
const AWKWARD_SUBJECTS = [
  'Lunch, then coffee; then work',
  'He said "now"',
  'First line\r\nsecond line',
  'tab\there',
  'Größe der Käfige €',
  '=HYPERLINK("http://contoso.example")',
  '',
  'a#b##c',
  'trailing backslash \\',
] as const;

const FAIL_REPLIES = [
  '550 5.1.1 RESOLVER.ADR.RecipientNotFound; not found',
  '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
  '550 4.4.7 QUEUE.Expired; message expired',
  '550 5.1.10 Recipient not found by SMTP address lookup',
] as const;
const DEFER_REPLIES = [
  '[{LED=450 4.4.316 Connection refused [Message=Socket error code 10061]};{MSG=};{FQDN=mx.fabrikam.example};{IP=192.0.2.10};{LRT=6/2/2026 5:04:10 PM}]',
  '451 4.7.500 Server busy; please try again later',
  '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)',
] as const;

/** Newest first, as the service lists them; a generator, so that a million need no memory. */
export function* population(options: PopulationOptions): Generator<SampleMessage> {
  const random = seededRandom(options.seed);
  for (let number = 0; number < options.messages; number += 1) {
    const receivedMs = options.newest.getTime() - number * options.stepSeconds * 1000;
    yield sampleMessage(number, new Date(receivedMs), options, random);
  }
}

function sampleMessage(
  number: number,
  receivedAt: Date,
  options: PopulationOptions,
  random: Random,
): SampleMessage {
  const inbound = random.below(2) === 0;
  const count = 1 + random.below(options.maxRecipients);
  return {
    traceId: guid(number, random),
    messageId: `<${random.hex(12)}.${number}@mail.fabrikam.example>`,
    sender: random.below(50) === 0 ? '' : `Sender${random.below(500)}@fabrikam.example`,
    subject: random.pick(options.awkward && random.below(3) === 0 ? AWKWARD_SUBJECTS : SUBJECTS),
    sizeBytes: 2_000 + random.below(90_000),
    receivedAt,
    direction: inbound ? 'Incoming' : 'Originating',
    fromIp: `192.0.2.${1 + random.below(250)}`,
    recipients: Array.from({ length: count }, (_, place) => sampleRecipient(number, place, random)),
  };
}

function sampleRecipient(number: number, place: number, random: Random): SampleRecipient {
  const status = sampleStatus(random);
  const name = place === 1 && random.below(4) === 0 ? `O'Brien+tag${number}` : `user${number}.${place}`;
  const reply = {
    Failed: random.pick(FAIL_REPLIES),
    FilteredAsSpam: '550 5.7.350 Spam',
    Pending: random.pick(DEFER_REPLIES),
  };
  return {
    address: `${name}@contoso.example`,
    status,
    reply: status in reply ? reply[status as 'Failed'] : '',
  };
}

function sampleStatus(random: Random): Status {
  if (random.below(10) < 7) return 'Delivered';
  return random.pick(STATUSES);
}

function guid(number: number, random: Random): string {
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${number.toString(16).padStart(12, '0')}`;
}
