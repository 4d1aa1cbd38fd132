/** Who the sender claims to be: SPF, DKIM, DMARC, reverse DNS. */
import type { BookRule } from './rule.js';

const OUTLOOK = 'https://support.microsoft.com/outlook/fix-ndr-error-550-5-7-515-in-outlook-com';

export const AUTHENTICATION_RULES: readonly BookRule[] = [
  {
    id: 'bulk-sender-authentication',
    match: [{ phrases: ['required authentication level'] }, { enhanced: ['5.7.515'] }],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Outlook.com asks bulk senders for SPF, DKIM and DMARC that agree with the From domain. Its DNS admin publishes and aligns all three.',
    reference: OUTLOOK,
    samples: [
      "550 5.7.515 Access denied, sending domain contoso.example doesn't meet the required authentication level",
    ],
    finality: 'permanent',
  },
  {
    id: 'dmarc-failed',
    match: [{ phrases: ['dmarc'] }, { enhanced: ['5.7.509'] }],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "DMARC of the From domain failed and its policy says reject. The domain's admin aligns SPF or DKIM of this sending system with the From domain; for forwarded mail DKIM must survive.",
    reference: 'RFC 7489; RFC 7372, 3.3',
    samples: [
      '550 5.7.509 Access denied, sending domain contoso.example does not pass DMARC verification and has a DMARC policy of reject',
    ],
    finality: 'permanent',
  },
  {
    id: 'no-spf-or-dkim',
    match: [
      {
        phrases: [
          'is unauthenticated',
          'unauthenticated message*',
          'not authenticated with spf',
          'pass either spf or dkim',
          'multiple authentication checks failed',
          'sender is unauthenticated',
          'unauthenticated email',
          'does not have authentication information',
          'fails to pass authentication',
          'email authentication',
          'authenticate with either spf or dkim',
          'sender authentication + fail*',
          'unauthenticated sender',
          'unauthenticated mail',
          'hard fail policy',
          'mismatches client ip',
          'invalid ip for sending',
          'fails to pass spf',
        ],
      },
      { enhanced: ['x.7.26'] },
    ],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The receiver could verify neither SPF nor DKIM. The sending domain's DNS admin publishes SPF for the real sending hosts and signs with DKIM; over IPv6 Microsoft and Google ask for it always.",
    reference: 'RFC 7372, 3.3',
    samples: [
      '450 4.7.26 Service does not accept messages sent over IPv6 [2001:db8::10] unless they must pass either SPF or DKIM validation',
      '550 5.7.26 Service does not accept messages sent over IPv6 unless they must pass either SPF or DKIM validation',
      '550 5.7.26 Multiple authentication checks failed',
    ],
  },
  {
    id: 'spf-failed',
    match: [
      { phrases: ['sender id', 'sender policy framework', 'spf', 'sender id + fail*'] },
      { enhanced: ['5.7.23', '4.7.23', '5.7.24', '4.7.24'] },
    ],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "SPF of the sender's domain does not name the sending host. The domain's DNS admin adds it to the SPF record; a forwarder rewrites the envelope sender.",
    reference: 'RFC 7208; RFC 7372, 3.2',
    samples: ['550 5.7.23 The message was rejected because of Sender Policy Framework violation'],
    finality: 'permanent',
  },
  {
    id: 'dkim-failed',
    match: [{ phrases: ['dkim', 'arc validation*'] }, { enhanced: ['5.7.20-22', '4.7.20-22', 'x.7.29'] }],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The DKIM signature is missing or broken. The sending domain's admin checks the selector in DNS and any gateway that changes the message after signing.",
    reference: 'RFC 7372, 3.1',
    samples: ['550 5.7.20 No passing DKIM signature found'],
    finality: 'permanent',
  },
  {
    id: 'no-reverse-dns',
    match: [
      {
        phrases: [
          'must have a reverse dns record',
          'reverse dns',
          'ptr record',
          'ptr resource record',
          'dns ptr',
          'no ptr',
          'ptr + mismatch',
          'rdns',
          'ptr records',
          'missing ptr',
          'cannot resolve your address',
          'unresolvable relay host*',
          'unresolvable host*',
          'ip name lookup failed',
          'cannot find your hostname',
          'cannot find your reverse hostname',
          'reverse hostname',
          'reverse lookup',
          'without a valid sender domain',
          'does not resolve + ip address',
          'missing reverse',
          'fcrdns',
          'unverifyable sending',
          'unverifiable sending',
        ],
      },
      { enhanced: ['x.7.25'] },
    ],
    reason: 'auth-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The sending IP has no fitting name in DNS. The owner of the IP sets a PTR record whose name leads back to the same IP and is the server's EHLO name.",
    reference: 'RFC 7372, 3.3',
    samples: ['550 5.7.25 The sending IPv6 address [2001:db8::10] must have a reverse DNS record'],
    finality: 'permanent',
  },
];
