/** Decisions about the sending IP: Microsoft's lists and those of its customers. */
import type { BookRule } from './rule.js';

const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const DELIST =
  'https://learn.microsoft.com/defender-office-365/external-senders-use-the-delist-portal-to-unblock-yourself';

export const IP_RULES: readonly BookRule[] = [
  {
    id: 'customer-block-list',
    match: [
      {
        phrases: [
          'customer block list',
          'customer blocklist',
          'access denied rejected by recipient',
          'client host rejected by recipient',
        ],
      },
      { enhanced: ['5.7.507', '5.7.513'] },
    ],
    reason: 'ip-blocked',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The recipient's organisation blocks the sending IP itself. The sender asks the recipient by another way to have its admin remove the IP from the connection filter.",
    reference: NDR,
    samples: [
      '550 5.7.513 Service unavailable, Client host [192.0.2.10] blocked by kay@fabrikam.example using Customer Block list',
      '550 5.7.507 Access denied, rejected by recipient',
    ],
    finality: 'permanent',
  },
  {
    id: 'customer-allow-list-clash',
    match: [
      {
        phrases: [
          'blocked by customer allow list',
          'blocked using customer allow list',
          'customer allow list',
        ],
      },
    ],
    reason: 'ip-blocked',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The recipient's tenant lists this IP in an inbound connector and in its IP allow list, which hides the real block. Its admin takes it off the allow list and reads the block list named in the next reply.",
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/unable-to-relay-blocked-by-allow-list',
    samples: ['550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked by customer allow list'],
    finality: 'permanent',
  },
  {
    id: 'microsoft-banned-ip',
    match: [
      { phrases: ['banned sending ip', 'banned sender + delist microsoft com'] },
      { enhanced: ['5.7.511', '5.7.606-649'] },
    ],
    reason: 'ip-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "Microsoft's block list holds the sending IP. Its admin stops the abuse first, then asks for removal at https://sender.office.com; for 5.7.511 forward the full text to delist@microsoft.com.",
    reference: DELIST,
    samples: [
      '550 5.7.606 Access denied, banned sending IP [192.0.2.10]',
      '550 5.7.511 Access denied, banned sender [192.0.2.10]. To request removal from this list forward this message to delist@microsoft.com',
    ],
    finality: 'permanent',
  },
  {
    id: 'outlook-network-blocked',
    match: [
      {
        phrases: [
          'network is on our block list',
          's3140',
          's3150',
          'unwanted messages have been sent from the following ip',
        ],
      },
    ],
    reason: 'ip-blocked',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "Outlook.com blocks the IP range. The owner of the range checks it in Microsoft's SNDS, stops the abuse and asks for removal on the Outlook.com sender support page.",
    reference: 'https://sendersupport.olc.protection.outlook.com/pm/',
    samples: [
      "550 5.7.1 Unfortunately, messages from [192.0.2.10] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)",
    ],
    finality: 'permanent',
  },
  {
    id: 'ipv6-volume',
    match: [{ phrases: ['exceeded permitted limits within'] }, { enhanced: ['5.7.508'] }],
    reason: 'sender-rate-limited',
    party: 'sender',
    retry: 'later',
    remedy:
      'The sending IPv6 /64 sent Microsoft too much. The sending admin slows down, or sends to this domain over IPv4.',
    reference: NDR,
    samples: [
      '550 5.7.508 Access denied, [2001:db8::10] has exceeded permitted limits within 2001:db8::/64 range',
    ],
    finality: 'permanent',
  },
  {
    id: 'no-ipv6-here',
    match: [{ phrases: ['does not accept email over ipv6'] }, { enhanced: ['5.7.510'] }],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The recipient's organisation takes no mail over IPv6. The sending admin forces IPv4 for this domain (in Postfix smtp_address_preference, in Exchange by the send connector's source server).",
    reference: NDR,
    samples: ['550 5.7.510 Access denied, fabrikam.example does not accept email over IPv6'],
    finality: 'permanent',
  },
];
