/** Refusals without a clear reason, in the words of any mail server. */
import type { BookRule } from './rule.js';

const CODES = 'RFC 3463, 3.8';

/** What a log says beside a reply about the command that it answered: Postfix and Exim. */
const STAGES_OF_SENDER = ['in reply to mail from command', 'after mail from'];
const REFUSALS = [
  'access denied',
  'rejected',
  'refused',
  'denied',
  'blocked',
  'not allowed',
  'not permitted',
  'not accepted',
  'not authorized',
  'prohibition',
  'prohibited',
  'policy',
];

export const ANY_POLICY_RULES: readonly BookRule[] = [
  {
    id: 'policy-named',
    match: [{ phrases: ['for policy reasons', 'due to policy reasons', 'rejected for policy'] }],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The receiver names a policy of its own as the reason, not which. The sender's admin checks SPF, DKIM, DMARC and the reputation of IP and domain, then asks the recipient's postmaster for the rule.",
    reference: CODES,
    samples: ['554 Mail from lee@contoso.example rejected for policy reasons'],
  },
  {
    id: 'refused-at-mail-from',
    match: [
      {
        phrases: STAGES_OF_SENDER.flatMap((stage) => REFUSALS.map((word) => `${stage} + ${word}`)),
        replyCodes: ['5xx'],
      },
      { phrases: ['sender was rejected'] },
    ],
    reason: 'sender-blocked',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The receiver refused already at MAIL FROM, before it knew the recipient: it blocks this sender address, domain or IP. The recipient's postmaster finds the entry; the sender reaches the recipient by another way.",
    reference: 'RFC 5321, 3.3',
    samples: [
      'host mx.fabrikam.example[192.0.2.9] said: 550 5.7.1 Access denied (in reply to MAIL FROM command)',
      'SMTP error from remote mail server after MAIL FROM:<lee@contoso.example>: 550 Administrative prohibition',
    ],
    finality: 'permanent',
  },
  {
    id: 'spam-named',
    match: [{ phrases: ['spam', 'junk', 'junkmail', 'bulk mail', 'unsolicited'] }],
    reason: 'spam-content',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The receiver's reply names spam without saying what it dislikes. Check the sender's reputation and its SPF, DKIM and DMARC first, then the content, and send the full reply to the receiving postmaster.",
    reference: CODES,
    samples: ['571 Message refused, spam'],
    generic: true,
  },
  {
    id: 'policy-refused',
    match: [
      {
        phrases: [
          'command rejected',
          'data rejected',
          'connection rejected',
          'connection denied',
          'delivery not authorized',
          'policy',
          'policies',
          'not allowed',
          'not permitted',
          'access denied',
          'administrative prohibition',
          'prohibited',
          'not accepted from',
          'client host rejected',
          'rejected by header',
          'rejected by content',
          'message rejected',
          'message refused',
          'mail rejected',
          'mail refused',
          'message blocked',
          'message has been blocked',
          'message was blocked',
          'email rejected',
          'denied by',
          'permission denied',
          'security reasons',
          'go away',
          'abuse',
          'transaction rejected',
          'rejected for policy',
          'not welcome',
          'blocked',
          'mail rejete',
          'no smtp service',
          'refused by',
          'message filtered',
          'rejected by destination',
          'unauthorized',
          'unauthorised',
          'reject all mails',
          'banned',
          'not authorized',
        ],
      },
    ],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "A rule of the receiver refused it. Read the text for its reason, check the sender's authentication and reputation, and get the full reply to the recipient's postmaster, who can find the rule.",
    reference: CODES,
    samples: ['550 5.7.1 Delivery not authorized, message refused'],
    generic: true,
  },
  {
    id: 'refused-after-data',
    match: [
      {
        phrases: [
          'in reply to end of data command + rejected',
          'in reply to end of data command + refused',
          'after end of data + rejected',
          'after end of data + refused',
          'failed after i sent the message + rejected',
          'failed after i sent the message + refused',
        ],
      },
    ],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The receiver took sender and recipient and refused only after it had seen the message: a content rule. The sender tries without links and attachments; the postmaster there can name the rule.',
    reference: 'RFC 5321, 3.3',
    samples: ['192.0.2.9 failed after I sent the message. Remote host said: 554 rejected'],
    generic: true,
  },
  {
    id: 'recipient-refused',
    match: [
      {
        phrases: [
          'recipient address rejected',
          'recipient rejected',
          'recipient refused',
          'rcpt + rejected',
          'mailbox delivery failure',
          'rejected recipient',
          'user rejected',
          'address rejected',
          'invalid recipients',
          'recipient not accepted',
          'no thank you rejected',
          'in reply to rcpt to command + rejected',
          'in reply to rcpt to command + refused',
          'after rcpt to + rejected',
          'after rcpt to + refused',
          'does not like recipient',
        ],
      },
    ],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The destination does not take mail for this recipient and does not say why. The sender checks the address; if it is right, the recipient's postmaster knows the reason.",
    reference: 'RFC 5321, 4.2.3',
    samples: ['550 <kay@fabrikam.example>: Recipient address rejected'],
    generic: true,
  },
];
