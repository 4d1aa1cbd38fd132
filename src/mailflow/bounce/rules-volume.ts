/** How much an account, a tenant or a server of the sending side may send to Microsoft. */
import type { BookRule } from './rule.js';

const LIMITS =
  'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits';
const OUT_OF_DATE =
  'https://techcommunity.microsoft.com/blog/exchange/throttling-and-blocking-email-from-persistently-vulnerable-exchange-servers-to-e/3815328';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const SUBMISSION =
  'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/smtp-submission-improvements';

export const VOLUME_RULES: readonly BookRule[] = [
  {
    id: 'account-daily-limit',
    match: [
      {
        phrases: [
          'daily limit for message recipients',
          'allowed outgoing messages',
          'submission quota exceeded',
          'submission quota was exceeded',
          'submissionquotaexceededexception',
          'daily sending limit',
          'daily user sending',
          'daily email sending quota',
          'sending limit + exceeded',
          'sending quota',
          'quota of outgoing',
          'daily quota',
          'smtp relay limit',
          'maximum credits exceeded',
          'exceed sending limit',
          'daily message quota',
          'exceeded the maximum number of messages',
        ],
      },
      { enhanced: ['5.1.90'], speaker: 'microsoft' },
    ],
    reason: 'sender-rate-limited',
    party: 'sender',
    retry: 'later',
    remedy:
      'The account has used up its sending limit of 24 hours. Its owner waits until they have rolled on; the admin looks at its sign-ins for a break-in and moves bulk mail to a service made for it.',
    reference: LIMITS,
    samples: [
      "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
      "550 5.2.2 The sender's submission quota was exceeded",
      '554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException',
      "550 The account's submission quota was exceeded",
    ],
    finality: 'permanent',
  },
  {
    id: 'tenant-daily-limit',
    match: [
      {
        phrases: [
          'tenant has exceeded its daily limit',
          'tenant exceeded its daily limit',
          'trial tenant + daily limit',
          'onmicrosoft com + limit',
        ],
      },
      { enhanced: ['5.7.232', '5.7.233', '5.7.236'] },
    ],
    reason: 'sender-rate-limited',
    party: 'sender',
    retry: 'later',
    remedy:
      'The tenant has used up its external recipients of the last 24 hours. Its admin sends from its own domain instead of onmicrosoft.com and moves bulk mail to a service made for it.',
    reference: LIMITS,
    samples: [
      "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for sending email to external recipients",
      "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients",
      '550 5.7.236 Message rejected: too much external mail from a default domain',
    ],
    finality: 'permanent',
  },
  {
    id: 'server-out-of-date',
    match: [
      {
        phrases: [
          'exchange server version is out of date',
          'server version + out of date',
          'connecting exchange server version',
        ],
      },
      { enhanced: ['x.7.230'] },
    ],
    reason: 'policy',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Microsoft holds back mail of this on-premises Exchange, which lacks security updates. Its admin installs them; Get-OnPremServerReportInfo shows the stage, and the Exchange admin centre grants a pause.',
    reference: OUT_OF_DATE,
    samples: [
      '450 4.7.230 Connecting Exchange server version is out-of-date; connection to Exchange Online throttled for 5 mins/hr',
      '550 5.7.230 Connecting Exchange server version is out-of-date; connection to Exchange Online blocked for 10 mins/hr',
    ],
  },
  {
    id: 'tenant-queue-quota',
    match: [{ phrases: ['organization queue quota exceeded'] }],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      "Too much mail of this tenant waits in Microsoft's queue. The Exchange admin finds the stuck destination or connector under Reports > Mail flow > Queued messages and repairs that.",
    reference: 'https://learn.microsoft.com/exchange/monitoring/mail-flow-reports/mfr-queued-messages-report',
    samples: ['450 4.7.3 Organization queue quota exceeded'],
    finality: 'transient',
  },
  {
    id: 'source-graylisted',
    match: [{ phrases: ['server busy'], enhanced: ['4.7.500'] }, { enhanced: ['4.7.500'] }],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      'Microsoft slows this IP down: it is new, or its volume jumped. The sending admin keeps the volume steady; for your own servers add an inbound connector with their IP or certificate.',
    reference: NDR,
    samples: [
      '451 4.7.500 Server busy. Please try again later from [192.0.2.10]. (S77719)',
      '451 4.7.500 Server busy. Please try again later from [192.0.2.10]. (AS843)',
    ],
    finality: 'transient',
  },
  {
    id: 'source-under-evaluation',
    match: [
      { phrases: ['access denied please try again later'] },
      { enhanced: ['4.7.501-649', '4.7.652-699', '4.7.850-899'] },
    ],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      "Microsoft limits this IP while it looks at a suspicious pattern; for honest mail that lifts by itself. The server's admin checks it for abuse; an inbound connector for your own servers avoids it.",
    reference: NDR,
    samples: [
      '451 4.7.550 Access denied, please try again later',
      '451 4.7.860 Access denied, please try again later',
    ],
    finality: 'transient',
  },
  {
    id: 'source-reputation-limited',
    match: [
      {
        phrases: ['temporarily rate limited due to ip reputation', 'rate limited due to ip reputation'],
      },
      { enhanced: ['4.7.650', '4.7.651'] },
    ],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      "The IP has a poor reputation at Outlook.com. Its admin stops mail to old or bought lists, enrols at Microsoft's SNDS and postmaster site, and sends less until the figures improve.",
    reference: 'https://sendersupport.olc.protection.outlook.com/pm/',
    samples: [
      '451 4.7.650 The mail server [192.0.2.10] has been temporarily rate limited due to IP reputation. (S775)',
      '451 4.7.651 The mail server [192.0.2.10] has been temporarily rate limited due to IP reputation',
    ],
    finality: 'transient',
  },
  {
    id: 'database-throttled',
    match: [{ phrases: ['mailbox database throttling limit', 'mailbox server + too busy'] }],
    reason: 'throttled',
    party: 'service',
    retry: 'later',
    remedy:
      "The mailbox database takes mail more slowly to protect itself. On your own server the Exchange admin checks its load and disks; in the cloud it is Microsoft's, watch service health if it lasts for hours.",
    reference: NDR,
    samples: ['432 4.3.2 STOREDRV.Deliver; dynamic mailbox database throttling limit exceeded'],
    finality: 'transient',
  },
  {
    id: 'recipient-thread-limit',
    match: [{ phrases: ['recipient thread limit exceeded'] }],
    reason: 'recipient-rate-limited',
    party: 'recipient',
    retry: 'later',
    remedy:
      "This mailbox gets mail faster than its share allows. The recipient's admin finds in a message trace what floods it, and has that slowed down or spread over several mailboxes.",
    reference: NDR,
    samples: ['432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded'],
    finality: 'transient',
  },
  {
    id: 'submission-thread-limit',
    match: [{ phrases: ['sender thread limit exceeded', 'storedrv clientsubmit + thread limit'] }],
    reason: 'sender-rate-limited',
    party: 'sender',
    retry: 'later',
    remedy:
      'One mailbox submits over more than three connections at once. The owner of the device or program lets it send one message after the other, and makes it repeat after a 4xx reply: many do not.',
    reference: SUBMISSION,
    samples: ['432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded'],
    finality: 'transient',
  },
];
