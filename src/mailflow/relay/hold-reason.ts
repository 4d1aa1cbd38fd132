/** Who is to thank for it that a relay still has a message: Microsoft, another server, nobody who answered, or the relay. */
import { classify } from '../bounce/classify.js';
import { adviceFor } from '../bounce/remedy.js';
import type { Verdict } from '../bounce/verdict.js';
import { isMicrosoftHost, namesMicrosoftHost } from './microsoft-hosts.js';
import { isHeld, type RelayMail } from './relay-mail.js';

export const HELD_BY = [
  /** A server of Exchange Online answered, and put it off. */
  'microsoft',
  /** Another server did. */
  'other-server',
  /** No server answered: names, connections, TLS. */
  'network',
  /** The relay itself: what delivers is broken or pauses, and no server is named. */
  'relay',
  /** A person or a rule keeps it: on hold, frozen, suspended; or a greylist lets it wait. */
  'intent',
  /** No reason is told, or it was not tried yet. */
  'untold',
] as const;
export type HeldBy = (typeof HELD_BY)[number];

/**
 * Texts of a relay about itself, in lower case. The whole text: where more follows, as when Postfix suspends deliveries
 * because of what a server answered to others, that is the reason.
 */
const OWN_TROUBLE: readonly string[] = [
  'mail transport unavailable',
  'deferred transport',
  'delivery temporarily suspended',
  'local configuration error',
  'unknown mail transport error',
  'queue file write error',
];

/** Whether the mail goes to Exchange Online, as far as its next hop and its reply tell. */
export function goesToMicrosoft({ nextHop, reply }: Pick<RelayMail, 'nextHop' | 'reply'>): boolean {
  if (nextHop !== null && isMicrosoftHost(hostOf(nextHop))) return true;
  return reply !== null && namesMicrosoftHost(reply);
}

/** `smtp:[host]:25`, `[host]:587` and `host[192.0.2.1]:25` are that host. */
function hostOf(nextHop: string): string {
  const [first = '', ...others] = nextHop.split(/[[\]:\s]+/u).filter((part) => part !== '');
  return first.includes('.') ? first : (others.find((part) => part.includes('.')) ?? first);
}

/** What the reply means; null where there is none, and for delivered mail. */
export function judgeMail(mail: RelayMail): Verdict | null {
  const { state, reply } = mail;
  if (state === 'on-hold') return onHold(reply);
  if (state === 'delivered') return null;
  if (reply === null || reply.trim() === '') return null;
  const own = isHeld(mail) && ownTrouble(reply);
  if (own) return brokenRelay(reply);
  return classify({
    text: reply,
    event: isHeld(mail) ? 'Defer' : 'Fail',
    holder: 'sender',
    ...speakerOf(mail, reply),
  });
}

/** Where the reply is a server's, it is the next hop's. */
function speakerOf({ nextHop }: RelayMail, reply: string): { readonly fromExternalServer?: boolean } {
  if (nextHop === null || !/\b[245]\d\d[ -]/u.test(reply)) return {};
  return { fromExternalServer: !isMicrosoftHost(hostOf(nextHop)) };
}

function ownTrouble(reply: string): boolean {
  const text = reply.trim().toLowerCase();
  return OWN_TROUBLE.includes(text);
}

function brokenRelay(reply: string): Verdict {
  return {
    ...ownVerdict(reply),
    reason: 'routing-error',
    party: 'connector',
    retry: 'automatic',
    rule: 'relay-own-trouble',
    remedy: adviceFor('The relay itself does not get mail out: look into its log.', {
      ...{ verdictClass: 'transient', state: 'deferred', retry: 'automatic', holder: 'sender' },
    }),
  };
}

function onHold(reply: string | null): Verdict {
  return {
    ...ownVerdict(reply ?? 'on hold'),
    reason: 'policy',
    party: 'sender-policy',
    retry: 'after-fix',
    rule: 'relay-on-hold',
    remedy:
      'A person or a rule of the relay keeps it, and nobody retries it: release it there when it may go. Do not resend.',
  };
}

function ownVerdict(
  text: string,
): Pick<Verdict, 'class' | 'state' | 'replyCode' | 'enhancedStatus' | 'text' | 'basis' | 'mismatch'> {
  return {
    ...{ class: 'transient', state: 'deferred', replyCode: null, enhancedStatus: null },
    ...{ text, basis: 'event', mismatch: false },
  };
}
