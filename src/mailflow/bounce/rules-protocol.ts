/** The dialogue: greetings, commands out of step, addresses that are not well formed. */
import type { BookRule } from './rule.js';

const ON_PREMISES =
  'https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-and-bounce-messages/non-delivery-reports-and-bounce-messages';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';

export const PROTOCOL_RULES: readonly BookRule[] = [
  {
    id: 'helo-refused',
    match: [
      {
        phrases: [
          'helo ehlo requires domain address',
          'bad helo',
          'invalid helo',
          'helo command rejected',
          'ehlo command rejected',
          'helo + rejected',
          'helo + invalid',
          'ehlo + invalid',
          'need fully qualified hostname',
          'helo name',
          'access denied bad helo',
        ],
      },
      { phrases: ['invalid domain name'], replyCodes: ['501'] },
      { enhanced: ['5.7.506'] },
    ],
    reason: 'protocol-error',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The sending server greets with a name that is not its own. Its admin sets the EHLO name to the server's real, resolvable host name.",
    reference: 'RFC 5321, 4.1.1.1',
    samples: [
      '501 5.0.0 HELO / EHLO requires domain address',
      '550 5.7.506 Access denied, bad HELO',
      '501 5.5.4 Invalid domain name',
    ],
    finality: 'permanent',
  },
  {
    id: 'commands-out-of-step',
    match: [
      {
        phrases: [
          'send hello first',
          'bad sequence of commands',
          'improper sequence of commands',
          'improper use of smtp command pipelining',
          'out of sequence',
          'command not recognized',
          'command unrecognized',
          'command not implemented',
          'unrecognized command',
          'unimplemented',
          'syntax error',
          'protocol error',
          'protocol violation',
          'too many errors',
          'too many invalid commands',
          'too many bad commands',
          'need mail before rcpt',
          'need rcpt',
          'pipelining',
          'polite people say h*',
          'nested mail command',
          'unexpected command',
          'need mail command',
          'expected + smtp response',
          'synchronization error',
          'synchronisation error',
        ],
      },
      { phrases: ['no valid recipients'], replyCodes: ['503', '554'] },
    ],
    reason: 'protocol-error',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The two programs fell out of step in SMTP. The sending server's admin finds the first refused command in its protocol log, and looks for firewalls that rewrite SMTP.",
    reference: 'RFC 5321, 4.3.2',
    samples: ['503 5.5.2 Send hello first'],
    finality: 'permanent',
  },
  {
    id: 'internationalised-mail-not-supported',
    match: [
      {
        phrases: [
          'smtputf8 is required',
          'smtputf8 not supported',
          'smtputf8 is not supported',
          'does not support smtputf8',
          'doesnt support smtputf8',
          'requires smtputf8',
          'need smtputf8',
          'non ascii addresses not permitted',
          'non ascii address not permitted',
          'international email addresses + not support*',
          'internationalized email addresses + not support*',
          'utf 8 header message cannot be transferred',
          'smtputf8 support required',
          'smtputf8 required',
        ],
      },
      { enhanced: ['x.6.7'] },
    ],
    reason: 'protocol-error',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The next server cannot take addresses or headers with letters beyond ASCII (SMTPUTF8). Its postmaster turns that on; until then the sender uses ASCII addresses for both sides, not a newly built message.',
    reference: 'RFC 6531, 3.7.4.2',
    samples: [
      '550 5.6.7 SMTPUTF8 not supported',
      '553 5.6.7 Non-ASCII addresses not permitted for that recipient',
      '550 SMTPUTF8 is required, but was not offered by host mx.fabrikam.example',
      '550 5.6.9 UTF-8 header message cannot be transferred to one or more recipients',
    ],
    finality: 'permanent',
  },
  {
    id: 'sender-address-invalid',
    match: [
      {
        phrases: [
          'bad sender address syntax',
          'invalid address',
          'unknown sender address',
          'invalid sender address',
        ],
        enhanced: ['5.1.7'],
      },
      { phrases: ['domain is invalid + valid from'] },
      { enhanced: ['x.1.7'] },
    ],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The sender's address is malformed or unknown. The owner of the sending program corrects From and envelope address (MAIL FROM).",
    reference: ON_PREMISES,
    samples: ['501 5.1.7 Invalid address', '550 5.1.7 Unknown sender address'],
    finality: 'permanent',
  },
  {
    id: 'address-syntax',
    match: [
      {
        phrases: [
          'invalid recipient address',
          'invalid address',
          'bad address syntax',
          'bad recipient address syntax',
          'bad destination mailbox address syntax',
          'malformed address',
          'address syntax',
          'syntactically invalid',
          'not a valid rfc',
        ],
        enhanced: ['5.1.3', '5.1.2', '5.1.1', '5.5.2', '5.5.4', '5.0.0', '5.1.0', '5.2.0'],
      },
      { phrases: ['bad address syntax', 'address syntax*', 'malformed address'] },
    ],
    reason: 'recipient-unknown',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "The recipient's address is not well formed. The sender corrects it: no blanks, no brackets, one @.",
    reference: ON_PREMISES,
    samples: ['501 5.1.3 Invalid address', '550 5.1.3 Invalid recipient address'],
    finality: 'permanent',
  },
  {
    id: 'sender-filtered',
    match: [{ phrases: ['senderfilterconfig*', 'sender filter list'] }],
    reason: 'sender-blocked',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The receiving Exchange has this sender on its sender filter. The recipient's admin takes the address or domain off the list (Set-SenderFilterConfig).",
    reference: NDR,
    samples: ["550 5.1.0 Sender denied as sender's email address is on SenderFilterConfig list"],
    finality: 'permanent',
  },
  {
    id: 'sender-denied',
    match: [{ phrases: ['resolver adr sendernotfound', 'sender denied'] }],
    reason: 'sender-invalid',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'Sender or recipient could not be resolved, often in a reply to an old saved message. The sender picks the address again in a new message; on premises check sender filtering.',
    reference: NDR,
    samples: ['550 5.1.0 Sender denied'],
    finality: 'permanent',
  },
];
