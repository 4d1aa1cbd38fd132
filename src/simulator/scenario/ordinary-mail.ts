/** The mail of an ordinary day, as data: how much of it comes when, what becomes of it, what it says. */
import type { NonEmpty, Weighted } from '../population/random.js';
import type { ReplyName } from './replies.js';
import type { MailDirection } from './scenario.js';

export type Fate =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'junk' }
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'recalled' }
  | { readonly kind: 'group' }
  | { readonly kind: 'bounced'; readonly reply: ReplyName; readonly policyEvent: string | null }
  /** Waits for a moderator, between so many hours; an innocent kind of pending. */
  | { readonly kind: 'moderated'; readonly hours: readonly [number, number] }
  /** The first tries fail, then it goes through. */
  | { readonly kind: 'delayed'; readonly reply: ReplyName; readonly tries: readonly [number, number] }
  /** Fails until the retries run out. */
  | { readonly kind: 'unreachable'; readonly reply: ReplyName; readonly whenExpired: ReplyName }
  /** Shows a status word that no documentation knows. */
  | { readonly kind: 'odd'; readonly status: string };

type WeightedFate = Fate & Weighted;

/** A message that every drill contains, so many minutes before its telling moment. */
export interface StagedMail {
  readonly minutesBefore: number;
  readonly direction: MailDirection;
  readonly subject: string;
  readonly fate: Fate;
}

export const DIRECTION_MIX: NonEmpty<Weighted & { readonly direction: MailDirection }> = [
  { direction: 'inbound', weight: 42 },
  { direction: 'outbound', weight: 38 },
  { direction: 'internal', weight: 20 },
];

/** Relative traffic by hour of the tenant's own day. */
export const DAY_CURVE: readonly number[] = [
  ...[0.25, 0.2, 0.2, 0.2, 0.25, 0.35, 0.6, 1.0, 1.7, 2.1, 2.1, 1.9],
  ...[1.6, 1.8, 2.0, 1.9, 1.7, 1.4, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3],
];

const bounced = (reply: ReplyName, weight: number, policyEvent: string | null = null): WeightedFate => ({
  kind: 'bounced',
  reply,
  policyEvent,
  weight,
});

export const ORDINARY_FATES: Readonly<Record<MailDirection, NonEmpty<WeightedFate>>> = {
  inbound: [
    { kind: 'delivered', weight: 880 },
    { kind: 'junk', weight: 45 },
    { kind: 'quarantined', weight: 25 },
    bounced('recipient-not-found', 12),
    bounced('mailbox-full', 3),
    bounced('members-only', 4),
    bounced('rule-rejected', 4, 'Transport rule'),
    bounced('no-forwarding', 2),
    { kind: 'moderated', hours: [1, 9], weight: 2 },
    { kind: 'group', weight: 20 },
  ],
  outbound: [
    { kind: 'delivered', weight: 950 },
    bounced('user-unknown', 12),
    bounced('edge-blocked', 8),
    bounced('remote-mailbox-full', 4),
    bounced('content-refused', 4),
    bounced('rule-rejected', 4, 'DLP rule'),
    { kind: 'delayed', reply: 'greylisted', tries: [1, 2], weight: 8 },
    { kind: 'delayed', reply: 'greylisted-plain', tries: [1, 2], weight: 4 },
    { kind: 'delayed', reply: 'server-busy', tries: [1, 4], weight: 2 },
    { kind: 'unreachable', reply: 'dns-failed', whenExpired: 'dns-failed-expired', weight: 2 },
  ],
  internal: [
    { kind: 'delivered', weight: 910 },
    { kind: 'group', weight: 60 },
    bounced('recipient-not-found', 6),
    bounced('mailbox-full', 3),
    bounced('folder-too-full', 2),
    bounced('members-only', 4),
    { kind: 'recalled', weight: 3 },
    { kind: 'moderated', hours: [1, 9], weight: 4 },
  ],
};

export const SUBJECTS = [
  'Weekly figures, second attempt',
  'Re: delivery dates for order {n}',
  'Minutes of the Tuesday call',
  'Invoice {n}',
  'Your booking {n} is confirmed',
  'Re: Re: Re: contract draft',
  'Lunch?',
  'Password reset for your account',
  'Build {n} has finished',
  'Angebot {n}: Überarbeitete Fassung',
  'Shift plan, week {n}',
  'Out of office: back on Monday',
  'Offer {n} — please confirm by Friday',
  'Scan from floor 3',
  '見積書 {n} の件',
  'Ticket {n} was updated',
] as const;

/** Abuse as it turns up in any tenant, and the words that the service does not explain. */
export const STAGED_MAIL: readonly StagedMail[] = [
  {
    minutesBefore: 34,
    direction: 'inbound',
    subject: '\u001b]0;root\u0007\u001b[2J\u001b[31mYour mailbox is locked',
    fate: { kind: 'quarantined' },
  },
  {
    minutesBefore: 41,
    direction: 'inbound',
    subject: '=HYPERLINK("http://203.0.113.66/pay","Open invoice")',
    fate: { kind: 'junk' },
  },
  {
    minutesBefore: 47,
    direction: 'inbound',
    subject: 'Photos from the fair \u202egpj.exe',
    fate: { kind: 'delivered' },
  },
  {
    minutesBefore: 58,
    direction: 'outbound',
    subject: 'Re: forged line\r\n::error::all mail is lost | <b>bold</b> @everyone',
    fate: { kind: 'bounced', reply: 'content-refused', policyEvent: null },
  },
  { minutesBefore: 66, direction: 'internal', subject: 'Wrong attachment', fate: { kind: 'recalled' } },
  {
    minutesBefore: 72,
    direction: 'internal',
    subject: 'Forwarded to my new address',
    fate: { kind: 'odd', status: 'resolved' },
  },
  {
    minutesBefore: 85,
    direction: 'inbound',
    subject: 'Agenda for Thursday',
    fate: { kind: 'odd', status: 'awaitingPolicy' },
  },
  {
    minutesBefore: 95,
    direction: 'outbound',
    subject: 'To an address with a typing error',
    fate: { kind: 'unreachable', reply: 'dns-failed', whenExpired: 'dns-failed-expired' },
  },
  {
    minutesBefore: 120,
    direction: 'internal',
    subject: 'To all staff: please approve',
    fate: { kind: 'moderated', hours: [5, 9] },
  },
];
