/** Addresses of Exchange recipients that do not resolve. */
import type { BookRule } from './rule.js';

const ON_PREMISES =
  'https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-and-bounce-messages/non-delivery-reports-and-bounce-messages';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const OBSERVED = 'observed in public reports; not documented by Microsoft';

export const ADDRESS_RULES: readonly BookRule[] = [
  {
    id: 'legacy-address-not-found',
    match: [{ phrases: ['resolver adr exrecipnotfound'] }],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The message went to an old internal (X.500) address. The sender deletes the auto-complete entry and picks the address anew; the Exchange admin adds the old LegacyExchangeDN to the mailbox as an X500 address.',
    reference: ON_PREMISES,
    samples: [
      '550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found',
      '550 5.1.11 RESOLVER.ADR.ExRecipNotFound; Recipient not found by Exchange Legacy encapsulated email address lookup',
    ],
    finality: 'permanent',
  },
  {
    id: 'exchange-recipient-not-found',
    match: [
      {
        phrases: [
          'resolver adr recipnotfound',
          'resolver adr recipientnotfound',
          'recipient not found by smtp address lookup',
          'recipient not found',
        ],
      },
      { enhanced: ['5.1.10', '5.1.351'], speaker: 'microsoft' },
    ],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'No recipient has this address. The sender checks the spelling; in a hybrid set-up the admin checks directory sync, the target address after a move, and the type of the accepted domain (Mail flow > Accepted domains).',
    reference: NDR,
    samples: [
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
      '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found',
      '550 5.1.10 Recipient not found',
    ],
    finality: 'permanent',
  },
  {
    id: 'edge-blocking-unknown-recipient',
    match: [
      {
        phrases: [
          'recipient address rejected access denied',
          'all recipient addresses rejected',
          'recipient address rejected + access denied',
        ],
        enhanced: ['5.4.1', '5.7.504'],
      },
      { enhanced: ['5.4.1'], speaker: 'microsoft' },
    ],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The address does not exist in the recipient's tenant (directory-based edge blocking). The sender corrects it; in a hybrid set-up the tenant's admin syncs the recipient or sets the domain to internal relay.",
    reference: NDR,
    samples: [
      '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)',
      '550 5.4.1 All recipient addresses rejected : Access denied',
      '550 5.7.504 Recipient address rejected: Access denied',
    ],
    finality: 'permanent',
  },
  {
    id: 'domain-not-handled-here',
    match: [{ phrases: ['relay access denied', 'relaying denied'], enhanced: ['5.4.1'] }],
    reason: 'relay-denied',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The server that the MX names does not handle this domain. The recipient's admin corrects the MX or adds the domain to the accepted domains.",
    reference: NDR,
    samples: ['550 5.4.1 kay@fabrikam.example: Relay access denied'],
    finality: 'permanent',
  },
  {
    id: 'banned-recipient',
    match: [{ phrases: ['banned recipient'] }],
    reason: 'recipient-restricted',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "Microsoft blocks this recipient. The sender checks the address; if it is right, the recipient's admin opens a case with Microsoft and quotes the reply.",
    reference: NDR,
    samples: ['550 5.7.505 Access denied, banned recipient'],
    finality: 'permanent',
  },
  {
    id: 'address-ambiguous',
    match: [
      {
        phrases: ['mailbox address ambiguous', 'ambiguous address', 'resolver adr ambiguous', 'ambiguous'],
      },
    ],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "Two objects share this address. The recipient's Exchange admin finds them with Get-Recipient and removes the address from one.",
    reference: NDR,
    samples: ['550 5.1.4 Destination mailbox address ambiguous'],
    finality: 'permanent',
  },
  {
    id: 'reserved-domain',
    match: [{ phrases: ['reserved by rfc 2606', 'reserved top level domain'] }],
    reason: 'recipient-domain-invalid',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The domain is reserved for examples and tests (RFC 2606) and takes no mail. The sender puts the recipient's real domain behind the @.",
    reference: 'RFC 2606',
    samples: [
      '550 5.1.4 Recipient address reserved by RFC 2606',
      '550 5.1.5 Recipient address reserved by RFC 2606',
    ],
    finality: 'permanent',
  },
  {
    id: 'single-label-domain',
    match: [{ phrases: ['single label domain*'] }],
    reason: 'recipient-domain-invalid',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The part after the @ has no dot, so it is no internet domain. The sender writes the recipient's full domain; in a program its owner corrects the address list.",
    reference: ON_PREMISES,
    samples: ['550 5.1.6 Recipient addresses in single label domains not accepted'],
    finality: 'permanent',
  },
  {
    id: 'unusable-address-type',
    match: [{ phrases: ['invalid x 400 address', 'invalid x400 address', 'unsupported address type'] }],
    reason: 'recipient-unknown',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "The address is of a kind that cannot be used here, as X.400. The sender picks the recipient's SMTP address; if the address book gave the other, the Exchange admin corrects the contact.",
    reference: OBSERVED,
    samples: ['550 5.1.2 Invalid X.400 address'],
    finality: 'permanent',
  },
  {
    id: 'bad-primary-address',
    match: [{ phrases: ['resolver adr badprimary'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The mail contact or mail user has no valid primary address. The Exchange admin corrects it (Set-MailContact or Set-MailUser, ExternalEmailAddress and primary SMTP address).',
    reference: 'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/badprimary-ndr',
    samples: ['550 5.2.0 RESOLVER.ADR.BadPrimary; recipient primary SMTP address is missing or invalid'],
    finality: 'permanent',
  },
];
