/** Words that mean more together than each of them alone: they go before the rules for single words. */
import type { BookRule } from './rule.js';

const SUPPRESSION = 'https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html';
const GMAIL = 'https://support.google.com/a/answer/3726730';
const POSTFIX = 'https://www.postfix.org/postconf.5.html';

export const ANY_COMBINED_RULES: readonly BookRule[] = [
  {
    id: 'recipient-opted-out',
    match: [
      { phrases: ['spam reporting address', 'unsubscribed address', 'who marked your messages as spam'] },
    ],
    reason: 'suppressed',
    party: 'recipient',
    retry: 'never',
    remedy:
      'The sending service did not even try: the recipient unsubscribed or reported earlier mail as spam. The owner of the mailing takes the address off every list; only the recipient can ask for mail again.',
    reference: 'RFC 8058; RFC 5965',
    samples: ['Not delivering to a user who marked your messages as spam', 'Unsubscribed Address'],
    finality: 'permanent',
  },
  {
    id: 'suppression-list',
    match: [
      {
        phrases: [
          'suppression list',
          'has suppressed sending',
          'recipient is suppressed',
          'address is suppressed',
          'previously bounced address',
          'previously bounced',
          'dropped bounced address',
          'history of bouncing',
          'marked as inactive',
        ],
      },
    ],
    reason: 'suppressed',
    // The list is the sending service's, the cause is an address that did not take mail before.
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The sending service did not even try: the address bounced before, or complained. The sender asks the recipient whether it works; if so, the admin of the service account takes it off the suppression list.',
    reference: SUPPRESSION,
    samples: [
      '550 5.1.1 The address is on the suppression list for this account',
      'Not delivering to previously bounced address',
    ],
    finality: 'permanent',
  },
  {
    id: 'scanner-failed',
    match: [
      {
        phrases: [
          'virus scan + failed',
          'virus scanner + failed',
          'virus scan + error',
          'unable to scan',
          'scan failed',
          'scanning error',
          'error in processing + virus*',
          'error in processing + spam*',
          'spamd + unavailable',
          'cannot connect to milter',
          'rejected service is unavailable',
          'rejected service unavailable',
          'milter + unavailable',
        ],
      },
    ],
    reason: 'service-error',
    party: 'recipient',
    retry: 'later',
    remedy:
      "A filter of the receiving server is broken, so the mail was not even judged. Its postmaster restarts the scanner or milter; the sender's side has nothing to mend.",
    reference: 'https://www.postfix.org/MILTER_README.html',
    samples: ['451 4.5.0 Error in processing, virus_scan FAILED', '421 4.7.1 Cannot connect to milter'],
    finality: 'transient',
  },
  {
    // Before the rules for refusals: the names of hosts are full of their words.
    id: 'port-refused',
    match: [{ phrases: ['connect to + 25 connection refused'] }],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The named host refuses port 25. Its admin starts the mail service or opens the firewall; if the host is retired, the domain's owner takes it out of the MX, you out of your smart hosts.",
    reference: POSTFIX,
    samples: ['connect to spam.fabrikam.example[192.0.2.9]:25: Connection refused'],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'refused-for-reputation',
    match: [
      {
        phrases: [
          'connection refused + reputation',
          'connection refused + block list',
          'connection refused + listed',
          'connection refused + spam',
          'connection refused + blocklist*',
          'connection refused + blacklist*',
          'connection refused + dnsbl',
          'connection refused + rbl',
          'ip has been blocked',
          'ip has been temporarily blocked',
          'ip address has been blocked',
          'ip address has been + blocked',
          'connections will not be accepted from',
          'connections not accepted from ip*',
          'because the ip is in',
          'dynamic ips',
          'access to submit messages',
          'not in whitelist',
          'suspected spam ip',
          'suspected bounce attack*',
          'ip is rejected',
          'bad sender ip*',
          'ips blocked',
          'ips + blocked',
          'mail server at + blocked',
          'open proxy',
          'forbidden by your ip',
          'spams from your ip',
          'spam from your ip',
          'your ip + forbidden',
          'your ip + refused',
          'not authorized to send email directly',
          'unusual rate of unsolicited + has been blocked',
          'one or more dnsbls',
          'one or more rbls',
          'ipcheck proofpoint com',
        ],
      },
    ],
    reason: 'ip-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'The receiver refuses the sending IP for its reputation. The admin of that IP looks it up at the list or page named in the text, stops the cause and asks there for removal.',
    reference: `RFC 5782; ${GMAIL}`,
    samples: [
      '554 Connection refused. 192.0.2.10 has a poor reputation',
      '554 192.0.2.10 found on one or more DNSBLs',
    ],
    finality: 'permanent',
  },
  {
    id: 'refused-for-too-many-sessions',
    match: [
      {
        phrases: [
          'connection refused + too many',
          'refused + too many sessions',
          'refused + too many connections',
          'outbound thread limit',
          'rate controlled',
          'mail send limit exceeded',
          'unusual sending activity',
        ],
      },
    ],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      'The receiver counts too many sessions or messages from this source. The sending admin allows fewer parallel connections to this destination and looks for a burst.',
    reference: 'RFC 5321, 4.5.4.1',
    samples: ['421 Connection refused, too many sessions from 192.0.2.10'],
  },
  {
    // A port that is shut gives no code of policy: a server that answers so was reached and does not want this source.
    id: 'session-refused-by-policy',
    match: [{ phrases: ['connection refused'], enhanced: ['4.7.x', '5.7.x'] }],
    reason: 'ip-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The receiver answers, but takes no session from the sending IP and does not say why. The admin of that IP looks it up in the public block lists, checks its reverse DNS, and asks the recipient's postmaster for the rule.",
    reference: 'RFC 5321, 3.1; RFC 3463, 3.8',
    samples: ['554 5.7.1 Connection refused from 192.0.2.10'],
  },
  {
    id: 'sender-domain-unresolvable',
    match: [
      {
        phrases: [
          'unresolvable + from domain',
          'unresolvable sender*',
          'sender + null mx',
          'domain does not verify',
          'unexpected sender address',
          'badsendermx',
          'sendernoa',
          'is a dead domain',
          'does not accept mail from',
          'purported responsible address',
          'fully qualified email address',
          'does not match a verified sender*',
        ],
      },
      { enhanced: ['x.7.27'] },
    ],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The sender's domain cannot get mail or is not verified. Its DNS admin gives it an MX (no null MX) that resolves; at a sending service the account's admin verifies domain or address.",
    reference: 'RFC 7505, 4.2',
    samples: [
      '451 4.7.1 Message temporarily deferred due to unresolvable RFC.5321 from domain',
      '550 5.7.27 Sender address has null MX',
    ],
  },
  {
    // Before the rules for connections: what could not be reached is the sender's own server.
    id: 'sender-not-verifiable',
    match: [
      {
        phrases: [
          'sender verify callout',
          'complete sender verify',
          'callback setup failed while verifying',
          'sender callout',
          'sender callback',
          'sender address rejected unverified address',
        ],
      },
    ],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The receiver asks the sender's own mail server whether the sender exists, and gets no good answer. The sending admin lets the MX of that domain answer on port 25 and take mail from the null sender <>.",
    reference: 'https://www.postfix.org/ADDRESS_VERIFICATION_README.html',
    samples: [
      '451 Could not complete sender verify callout',
      '450 4.1.7 <lee@contoso.example>: Sender address rejected: unverified address: connect to mx.contoso.example: Connection timed out',
    ],
  },
  {
    id: 'recipient-chooses-senders',
    match: [
      {
        phrases: [
          'refuse to receive',
          'refuses to receive',
          'refused to receive',
          'user reject',
          'only accepting mail from',
          'only accepts mail from',
          'not accepting mail with',
          'not accepting any mail',
          'has restricted',
          'account is protected',
          'recipient preferences',
          'blocked by the recipient',
          'closed mailing list',
          'not subscribed to this group',
          'due to user rules',
        ],
      },
    ],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The recipient, or the owner of the list, chose not to take this mail. The sender asks by another way to be let in; nobody else can change it.',
    reference: 'RFC 3463, 3.8 (X.7.1)',
    samples: ['550 User refuses to receive this mail'],
    finality: 'permanent',
  },
  {
    id: 'listed-link',
    match: [
      {
        phrases: ['blacklisted url', 'url + blacklisted', 'url + blocklist', 'url + listed', 'link + listed'],
      },
    ],
    reason: 'spam-content',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'A link in the message stands on a block list for web addresses (SURBL, URIBL, Spamhaus DBL). The sender takes it out; the owner of that site cleans it and asks the list for removal.',
    reference: 'https://www.surbl.org/',
    samples: ['554 Blacklisted URL in message'],
    finality: 'permanent',
  },
  {
    id: 'account-may-not-exist',
    match: [{ phrases: ['account or domain may not exist'] }],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The server does not know the mailbox or the domain; it names block lists only as another guess. The sender checks the address, then the domain in DNS.',
    reference: 'https://docs.cpanel.net/',
    samples: [
      '550 The mail server could not deliver mail to kay@fabrikam.example. The account or domain may not exist, they may be blacklisted, or missing the proper dns entries.',
    ],
    finality: 'permanent',
  },
  {
    id: 'sending-account-suspended',
    match: [
      {
        phrases: [
          'sending suspended',
          'sending + suspended for this account',
          'sending paused',
          'account is not allowed to send',
          'outgoing mail suspension',
          'sender + suspended',
          'domain + is not allowed to send',
        ],
      },
    ],
    reason: 'sender-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The sending service has stopped this account or domain. The account's admin reads the notice in the service's console, ends the bounces or complaints and asks the service to lift it.",
    reference: 'https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html',
    samples: ['554 Message rejected: Sending suspended for this account.'],
    finality: 'permanent',
  },
  {
    id: 'too-many-failed-sign-ins',
    match: [
      {
        phrases: [
          'too many login attempts',
          'too many failed login*',
          'too much fail authentication',
          'smtp auth error limit*',
          'too many authentication failures',
        ],
      },
    ],
    reason: 'auth-client',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The account failed to sign in too often and is locked for a while. Its owner corrects the password in every device that uses it; its admin looks at the sign-in log for a stranger's tries.",
    reference: GMAIL,
    samples: ['454 4.7.0 Too many login attempts, please try again later'],
  },
  {
    id: 'line-too-long',
    match: [
      {
        phrases: [
          'line length + octets',
          'lines too long',
          'line length exceed*',
          'maximum allowed line length',
          'maximum line length',
        ],
      },
    ],
    reason: 'malformed-message',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'A line of the message is longer than the 998 octets that SMTP allows. Whoever runs the program that makes it turns on quoted-printable or base64.',
    reference: 'RFC 5322, 2.1.1; RFC 5321, 4.5.3.1.6',
    samples: ['550 Message rejected: maximum allowed line length is 998 octets, got 1203'],
    finality: 'permanent',
  },
  {
    id: 'name-server-did-not-answer',
    match: [
      {
        phrases: [
          'host not found try again',
          'name service error + try again',
          'malformed or unexpected name server reply',
          'temporary failure in name resolution',
          'host lookup did not complete',
          'host name lookup failure',
          'dns servfail',
        ],
      },
    ],
    reason: 'dns-failure',
    party: 'network',
    retry: 'later',
    remedy:
      "A name server did not answer, which does not say that the domain is gone. The domain's owner checks that all its name servers answer; you check the resolver of the sending server.",
    reference: `RFC 1035, 4.1.1; ${POSTFIX}`,
    samples: [
      'Host or domain name not found. Name service error for name=fabrikam.example type=MX: Host not found, try again',
    ],
    finality: 'transient',
  },
];
