/** What comes in a lump each week, as data: newsletters, statements, guessed addresses, a mailbox that nobody empties. */
import type { NonEmpty, Weighted } from '../../population/random.js';
import type { Fate } from '../ordinary-mail.js';
import type { MailDirection } from '../scenario.js';
import type { Weekday } from './calendar.js';

export interface WeeklyMail {
  readonly name: string;
  readonly weekday: Weekday;
  /** Hour of the tenant's own day at which it begins. */
  readonly hour: number;
  readonly minutes: number;
  /** How many messages, for a tenant of 6000 rows in two days. */
  readonly messages: number;
  readonly direction: MailDirection;
  /** Null: anybody. */
  readonly sender: string | null;
  /** Null: anybody. */
  readonly recipient: string | null;
  readonly subject: string;
  readonly fates: NonEmpty<Fate & Weighted>;
}

export const WEEKLY_MAIL: readonly WeeklyMail[] = [
  {
    name: 'newsletter',
    weekday: 2,
    hour: 10,
    minutes: 12,
    messages: 240,
    direction: 'outbound',
    sender: 'newsletter@contoso.example',
    recipient: null,
    subject: 'What is new at Contoso',
    fates: [
      { kind: 'delivered', weight: 890 },
      { kind: 'bounced', reply: 'user-unknown', policyEvent: null, weight: 50 },
      { kind: 'bounced', reply: 'remote-mailbox-full', policyEvent: null, weight: 10 },
      { kind: 'bounced', reply: 'content-refused', policyEvent: null, weight: 10 },
      { kind: 'delayed', reply: 'greylisted', tries: [1, 2], weight: 30 },
      { kind: 'delayed', reply: 'server-busy', tries: [1, 3], weight: 10 },
    ],
  },
  {
    name: 'statements',
    weekday: 4,
    hour: 15,
    minutes: 40,
    messages: 120,
    direction: 'outbound',
    sender: 'billing@contoso.example',
    recipient: null,
    subject: 'Your statement of account',
    fates: [
      { kind: 'delivered', weight: 800 },
      { kind: 'bounced', reply: 'user-unknown', policyEvent: null, weight: 150 },
      { kind: 'bounced', reply: 'remote-mailbox-full', policyEvent: null, weight: 30 },
      { kind: 'delayed', reply: 'greylisted-plain', tries: [1, 2], weight: 20 },
    ],
  },
  {
    name: 'guessed addresses',
    weekday: 6,
    hour: 23,
    minutes: 50,
    messages: 130,
    direction: 'inbound',
    sender: 'offers@vanarsdel.example',
    recipient: null,
    subject: 'Only this week',
    fates: [
      { kind: 'bounced', reply: 'recipient-not-found', policyEvent: null, weight: 94 },
      { kind: 'quarantined', weight: 6 },
    ],
  },
  {
    name: 'full mailbox',
    weekday: 3,
    hour: 8,
    minutes: 2_880,
    messages: 90,
    direction: 'inbound',
    sender: 'monitor@tailspin.example',
    recipient: 'farid.ito@contoso.example',
    subject: 'State of the cooling units',
    fates: [{ kind: 'bounced', reply: 'mailbox-full', policyEvent: null, weight: 1 }],
  },
  {
    name: 'typing errors',
    weekday: 1,
    hour: 0,
    minutes: 10_080,
    messages: 30,
    direction: 'outbound',
    sender: null,
    recipient: null,
    subject: 'As discussed',
    fates: [{ kind: 'unreachable', reply: 'dns-failed', whenExpired: 'dns-failed-expired', weight: 1 }],
  },
  {
    name: 'moderators gone home',
    weekday: 5,
    hour: 15,
    minutes: 120,
    messages: 14,
    direction: 'internal',
    sender: null,
    recipient: 'all-staff@contoso.example',
    subject: 'To all staff: please approve',
    fates: [{ kind: 'moderated', hours: [2, 30], weight: 1 }],
  },
];
