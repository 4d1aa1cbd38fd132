/** Exchange mailboxes and groups that cannot or may not take a message. */
import type { BookRule } from './rule.js';

const OBSERVED = 'observed in public reports; not documented by Microsoft';
const ON_PREMISES =
  'https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-and-bounce-messages/non-delivery-reports-and-bounce-messages';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';

export const MAILBOX_RULES: readonly BookRule[] = [
  {
    id: 'folder-missing',
    match: [{ phrases: ['mapiexceptionnotfound'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "A default folder of the mailbox is missing, often Clutter's. The mailbox's admin turns Clutter off (Set-Clutter -Enable $false) or repairs the folder.",
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/mapiexceptionnotfound-ndr',
    samples: [
      '554 5.2.0 STOREDRV.Deliver.Exception:ObjectNotFoundException.MapiExceptionNotFound; Failed to process message',
    ],
    finality: 'permanent',
  },
  {
    id: 'delegate-invalid',
    match: [{ phrases: ['delegateuservalidationexception'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "A calendar delegate of the recipient is no longer valid. The recipient removes the delegate and adds it again, if need be with the admin's help.",
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/hybrid-email-delivery/ndr-5-2-0-when-sending-meeting-invites',
    samples: ['554 5.2.0 STOREDRV.Deliver.Exception:DelegateUserValidationException'],
    finality: 'permanent',
  },
  {
    id: 'federated-address-missing',
    match: [{ phrases: ['userwithoutfederatedproxyaddressexception'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The mailbox has no address in a federated domain (hybrid archive). Its admin sets a federated domain as default in the address policy and adds such an address.',
    reference: 'https://learn.microsoft.com/purview/archive-mailboxes',
    samples: ['554 5.2.0 STOREDRV.Deliver.Exception:UserWithoutFederatedProxyAddressException'],
    finality: 'permanent',
  },
  {
    id: 'retired-group-mailbox-full',
    match: [{ phrases: ['aggregategroupmailbox'] }],
    reason: 'mailbox-full',
    party: 'recipient',
    retry: 'never',
    remedy:
      'Only a hidden, retired group mailbox is full; the group itself got the message. The sender ignores the report; to be rid of it the Exchange admin drops mail to that mailbox with a mail flow rule.',
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/ndr-received-send-emails-microsoft365-groups',
    samples: ['554 5.2.2 STOREDRV.Deliver; AggregateGroupMailbox.A.201708080151@contoso.example'],
    finality: 'permanent',
  },
  {
    id: 'folder-item-limit',
    match: [
      {
        phrases: [
          'mapiexceptionmaxobjsexceeded',
          'mailbox busy + storagepermanentexception',
          'mailbox busy + permanent*',
        ],
      },
    ],
    reason: 'mailbox-limit',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'A folder of the mailbox holds too many items; it is final in spite of the 4 in the code. The recipient empties or splits the folder named in the text, or turns on the archive.',
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/remote-server-returned-mailbox-busy',
    samples: [
      '554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException.MapiExceptionMaxObjsExceeded',
      '554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException',
    ],
    finality: 'permanent',
  },
  {
    id: 'forwarding-target-invalid',
    match: [
      {
        phrases: ['misconfigured forwarding address', 'forwarding recipient', 'forwarding address + invalid'],
      },
      { enhanced: ['5.2.14'] },
    ],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The mailbox forwards to an address that does not work. Its admin corrects ForwardingSmtpAddress (Get-Mailbox, or Mail flow settings of the mailbox), or the recipient its inbox rule.',
    reference: OBSERVED,
    samples: ['550 5.2.14 Misconfigured forwarding address'],
    finality: 'permanent',
  },
  {
    id: 'group-expansion-failed',
    match: [{ phrases: ['mailing list expansion problem'] }, { enhanced: ['5.2.4', '4.2.4'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      'The group could not be expanded. Its owner or admin checks the members, above all contacts without a valid address and groups that hold each other.',
    reference: 'RFC 3463, 3.3',
    samples: ['550 5.2.4 Mailing list expansion problem'],
    finality: 'permanent',
  },
  {
    id: 'address-book-policy',
    match: [{ phrases: ['missing or bad storedriver mdb properties'] }],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The recipient lies outside the sender's address book policy. The Exchange admin compares the policies of both (Get-AddressBookPolicy) and whether address book policy routing should be on (Set-TransportConfig).",
    reference: ON_PREMISES,
    samples: ['554 5.3.2 Missing or bad StoreDriver MDB properties'],
    finality: 'permanent',
  },
  {
    id: 'recipient-takes-no-outside-mail',
    match: [
      {
        phrases: [
          'only senders in the organization',
          'only accepts mail from people in its organization',
          'only accepts messages from people in its organization',
          'only accepts email from people in its organization',
          'allowed senders list + organization',
          'isnt allowed to receive messages from outside',
          'doesnt accept messages from outside',
          'resolver rst authrequired',
          'resolver rst sendernotauthenticated*',
          'not authenticated by organization',
          'authenticationrequiredforpublicfolder',
          'not authenticated for public folder',
          'not authenticated for group',
          'not authenticated for mailbox',
          'sender was not authenticated',
          'unifiedgroupagent',
          'authentication is required for relay + group',
        ],
      },
      { enhanced: ['5.7.12', '5.7.133-136', '5.7.193'], speaker: 'microsoft' },
    ],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The recipient takes mail only from inside its organisation. Its owner or admin lets outsiders in (Delivery management, or RequireSenderAuthenticationEnabled $false), or the sender uses another address.',
    reference: NDR,
    samples: [
      '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required',
      '550 5.7.12 Sender was not authenticated by organization',
      '550 5.7.13 STOREDRV.Submit: sender was not authenticated for public folder; not authenticated for public folder',
      '550 5.7.133 Sender not authenticated for group',
      '550 5.7.134 Sender was not authenticated for mailbox',
      '550 5.7.135 Sender not authenticated for public folder',
      '550 5.7.136 Sender was not authenticated',
      '550 5.7.193 UnifiedGroupAgent; Delivery failed because the sender is not a group member',
    ],
    finality: 'permanent',
  },
  {
    id: 'sender-not-allowed-by-recipient',
    match: [
      { phrases: ['resolver rst notauthorized', 'not in allowed senders list'] },
      { enhanced: ['5.7.124'] },
    ],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The recipient takes mail only from listed senders. The owner or admin of the group or mailbox adds this sender (Delivery management, AcceptMessagesOnlyFromSendersOrMembers).',
    reference: NDR,
    samples: [
      '550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized',
      '550 5.7.124 Sender not in allowed-senders list',
    ],
    finality: 'permanent',
  },
  {
    id: 'sender-size-limit',
    match: [{ phrases: ['resolver rst sendsizelimit*', 'too large for this sender'] }],
    reason: 'message-too-large',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'The message is larger than this sender or its organisation may send. The sender shares the file by a link, or the Exchange admin raises MaxSendSize (Get-Mailbox, Get-TransportConfig).',
    reference: ON_PREMISES,
    samples: ['550 5.2.3 RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender'],
    finality: 'permanent',
  },
  {
    id: 'recipient-size-limit',
    match: [{ phrases: ['resolver rst recipsizelimit'] }],
    reason: 'message-too-large',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      "The message is larger than this recipient may have. The sender shares the file by a link, or the recipient's Exchange admin raises MaxReceiveSize (Set-Mailbox, or Set-DistributionGroup for a group).",
    reference: ON_PREMISES,
    samples: ['550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient'],
    finality: 'permanent',
  },
  {
    id: 'recipient-hourly-limit',
    match: [
      {
        phrases: [
          'per hour message receive limit',
          'recipient has exceeded their limit',
          'recipient has exceeded the limit',
          'user is receiving mail too quickly',
          'receiving mail at a rate',
          'receiving mail too quickly',
          'too many recent messages',
          'receiving email at a rate',
          'recipient has exceeded message rate limit',
        ],
      },
      { enhanced: ['5.2.122'] },
    ],
    reason: 'recipient-rate-limited',
    party: 'recipient',
    retry: 'later',
    remedy:
      "This mailbox got more messages in an hour than Exchange allows. The recipient's admin finds what floods it in a message trace (alerts, loops, bulk mail) and has that slowed down.",
    reference: NDR,
    samples: [
      '554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour',
      '550 5.2.122 Per hour message receive limit reached',
    ],
    finality: 'permanent',
  },
  {
    id: 'recipient-limit-for-sender',
    match: [
      {
        phrases: [
          'receive limit from specific sender',
          'limit for the number of messages they can send to this recipient',
        ],
      },
      { enhanced: ['5.2.121'] },
    ],
    reason: 'sender-rate-limited',
    party: 'sender',
    retry: 'later',
    remedy:
      'One sender wrote to this mailbox too often within the hour. The owner of that program or account lets it send fewer messages, or collects several into one.',
    reference: NDR,
    samples: [
      '554 5.2.121 The sender has exceeded the limit for the number of messages they can send to this recipient per hour',
      '550 5.2.121 Recipient receive limit from specific sender exceeded',
    ],
    finality: 'permanent',
  },
];
