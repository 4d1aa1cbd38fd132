/**
 * By which words an issue is taken to touch mail flow or sign-in, as data. Most issues of Exchange touch neither, and a
 * mail outage may be filed under the suite. Each sign has a sample that it alone recognises, and the reason for it.
 */

export type IssueTopic = 'mail-flow' | 'sign-in';

export interface TopicSign {
  /** `neither`: what stands there is about something else, whatever else is said. */
  readonly topic: IssueTopic | 'neither';
  /** Words that must all occur: `|` between those of which one is enough, `*` at the end of a beginning. */
  readonly words: string;
  readonly sample: string;
  readonly why: string;
}

/** Names of features and groups of features; the first that fits decides. */
export const FEATURE_SIGNS: readonly TopicSign[] = [
  {
    topic: 'mail-flow',
    words: 'mailflow|transport',
    sample: 'Mailflow - delayed delivery from Internet',
    why: 'The feature under which mail between servers is filed.',
  },
  {
    topic: 'mail-flow',
    words: 'mail|email|message|messages flow|delivery',
    sample: 'E-Mail timely delivery',
    why: 'The group of features under which late mail is filed.',
  },
  {
    topic: 'mail-flow',
    words: 'connector*',
    sample: 'Connectors and partner relay',
    why: 'Mail to and from our own servers and partners goes through them.',
  },
  {
    topic: 'sign-in',
    words: 'sign-in|signin|login|logon|authentication|sso|mfa',
    sample: 'Sign-in',
    why: 'The group of features under which each service files trouble with signing in.',
  },
  {
    topic: 'neither',
    words: 'calendar*|access|outlook|owa|client*|activesync|mobile|protocol*',
    sample: 'E-Mail and calendar access',
    why: 'Mailboxes cannot be opened, or not well; mail is delivered to them all the same.',
  },
  {
    topic: 'neither',
    words: 'ediscovery|search|compliance|archiv*|journal*|retention|audit*|report*|trace*',
    sample: 'eDiscovery',
    why: 'About mail that was delivered long ago.',
  },
  {
    topic: 'neither',
    words: 'mailbox*|folder*|voice*|unified|migrat*|provision*|management|administration|free',
    sample: 'Management and Provisioning',
    why: 'Mailboxes are managed, moved or shared; no message waits for it.',
  },
];

/** What a title or an impact says. A sentence counts when it bears a sign and nothing that turns it into something else. */
export const TEXT_SIGNS: readonly TopicSign[] = [
  {
    topic: 'mail-flow',
    words: 'mailflow',
    sample: 'A change has degraded mail flow for some organizations',
    why: 'Named outright.',
  },
  {
    topic: 'mail-flow',
    words: 'mail|email|emails deliver*|undeliver*|non-delivery',
    sample: 'Email delivery takes longer than expected',
    why: 'Delivery of mail, late or failed.',
  },
  {
    topic: 'mail-flow',
    words: 'mail|email|emails send|sending|sent|receiv*',
    sample: 'Users may be unable to send or receive email',
    why: 'What users notice first in a mail outage.',
  },
  {
    topic: 'mail-flow',
    words:
      'mail|email|emails|messages queue*|stuck|bounc*|defer*|ndr|ndrs|smtp|inbound|outbound|incoming|outgoing',
    sample: 'Inbound messages are waiting for longer than usual',
    why: 'Words of transport; nobody uses them of anything else than mail.',
  },
  {
    topic: 'mail-flow',
    words: 'messages external|internet deliver*|delay*|receiv*',
    sample: 'Messages from the internet are delayed',
    why: 'Mail from outside that is late, called messages.',
  },
  {
    topic: 'mail-flow',
    words: '421|451|450|452|550|554 4.*|5.*|temporary|error|server',
    sample: 'Senders see "451 4.3.2 Temporary server error"',
    why: 'A reply of a mail server, quoted.',
  },
  {
    topic: 'sign-in',
    words: 'sign-in|signin|login|log-in|authenticat*|mfa|multifactor|multi-factor|sso|single-sign-on',
    sample: 'Users may be unable to sign in to any Microsoft 365 service',
    why: 'Who cannot sign in reads no mail, and this program cannot ask.',
  },
  {
    topic: 'neither',
    words: 'calendar*|meeting*|invitation*|appointment*|free/busy',
    sample: 'Users receive email with calendar invitations without the link',
    why: 'About what a message holds, not about its way.',
  },
  {
    topic: 'neither',
    words: 'ediscovery|search|searches|searched|index*|archive*|retention|journal*',
    sample: 'Users cannot search email that was sent this week',
    why: 'About mail that was delivered.',
  },
  {
    topic: 'neither',
    words: 'owa|web|mobile|desktop|mac|ios|android|add-in|add-ins|signature*|draft*|folder*|inbox',
    sample: 'Users cannot send email with Outlook on the web',
    why: 'One client or one of its functions; other clients send.',
  },
  {
    topic: 'neither',
    words: 'notification*|alert*|voicemail|newsletter*|reminder*|digest*|survey*',
    sample: 'Email notifications about tasks are not sent',
    why: 'Mail that some other service should have written.',
  },
  {
    topic: 'neither',
    words: 'trace|traces|tracing|logs',
    sample: 'Message trace does not show email that was sent today',
    why: 'A list of what happened, not what happens.',
  },
  {
    topic: 'neither',
    words: 'admin|admins report|reports|reporting|export*|view|viewing',
    sample: 'Admins cannot view how much email was received',
    why: 'Numbers for admins.',
  },
  {
    topic: 'neither',
    words: 'teams|chat|chats|channel*|viva|yammer|sms',
    sample: 'Outgoing messages in Teams chats are delayed',
    why: 'Messages that are no mail.',
  },
  {
    topic: 'neither',
    words: 'unaffected|unimpacted',
    sample: "Email delivery isn't affected by this event",
    why: 'Says that mail is fine.',
  },
];

/** Ways to write one thing, made one before signs are looked for. */
export const SPELLINGS: readonly (readonly [pattern: RegExp, word: string])[] = [
  [/[\u2018\u2019]/g, "'"],
  [/[\u2010-\u2015]/g, '-'],
  [/\be-mail/g, 'email'],
  [/\bmail[- ]flow\b/g, 'mailflow'],
  [/\bnon-?delivery (?:report|notification|receipt)s?\b/g, 'ndr'],
  [/\bemail authentication\b/g, 'dkim'],
  [/\bsign(?:ing|ed|s)?[- ](?:in|on|ins|ons)\b/g, 'sign-in'],
  [/\blog(?:ging|ged|s)?[- ]in\b/g, 'log-in'],
  [/\b(?:is|are|was|were)(?:n't| not) (?:being )?(?:affected|impacted)\b/g, 'unaffected'],
  [/\bno impact\b/g, 'unaffected'],
];
