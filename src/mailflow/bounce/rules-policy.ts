/** Decisions of a rule on either side: mail flow rules, moderation, forwarding, tenant lists. */
import type { BookRule } from './rule.js';

const RULES = 'https://learn.microsoft.com/exchange/security-and-compliance/mail-flow-rules/mail-flow-rules';
const OBSERVED = 'observed in public reports; not documented by Microsoft';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';

export const POLICY_RULES: readonly BookRule[] = [
  {
    id: 'mail-flow-rule-rejected',
    match: [
      {
        phrases: ['transport rules rejectmessage', 'rejected by transport rule', 'organization policy'],
      },
      { enhanced: ['5.7.900-999'] },
    ],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'A mail flow rule rejected it. The admin of the organisation that wrote the reply finds the rule in the message trace (its id stands in the text or event) and adds an exception if the mail was right.',
    reference: RULES,
    samples: [
      '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
      '550 5.7.900 Delivery not authorized, message refused',
    ],
    finality: 'permanent',
  },
  {
    id: 'data-loss-rule-rejected',
    match: [{ phrases: ['data loss prevention', 'dlp policy', 'dlp rule'] }, { enhanced: ['5.7.171'] }],
    reason: 'policy',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'A data loss prevention rule blocked it. The compliance admin finds the rule in the trace or in the DLP alerts; the sender removes the sensitive content or asks for an exception.',
    reference: OBSERVED,
    samples: ['550 5.7.171 Delivery blocked by a data loss prevention rule'],
    finality: 'permanent',
  },
  {
    id: 'moderation-expiry-missing',
    match: [{ phrases: ['approval invalidexpiry'] }],
    reason: 'recipient-config',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The recipient is moderated, but the tenant lacks the retention tag for moderated recipients. Its Exchange admin creates it (New-RetentionPolicyTag -Type ModeratedRecipients).',
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/550-5-6-0-approval-invalidexpiry-cannot-read-expiry-poilcy-error',
    samples: ['550 5.6.0 APPROVAL.InvalidExpiry; Cannot read expiry policy'],
    finality: 'permanent',
  },
  {
    id: 'moderator-did-not-approve',
    match: [
      {
        phrases: [
          'approval rejected',
          'moderator rejected',
          'rejected by moderator',
          'rejected by the moderator',
          'approval expired',
          'approval request + expired',
          'approval ndr',
        ],
      },
    ],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'A moderator of the recipient refused the message or did not answer in time. The sender asks the moderator before sending it again.',
    reference:
      'https://learn.microsoft.com/exchange/recipients-in-exchange-online/configure-moderated-recipients-exo/moderated-recipients-exo',
    samples: ['550 5.7.1 APPROVAL.Rejected; the moderator rejected your message'],
    finality: 'permanent',
  },
  {
    id: 'auto-forward-suppressed',
    match: [
      {
        phrases: [
          'resolver msgtype af',
          'autoforwarded addressed to external',
          'autoforward addressed to external',
        ],
      },
    ],
    reason: 'suppressed',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'Automatic forwarding to the outside is switched off, so this copy was dropped without a report. The Exchange admin allows it for the remote domain or in the outbound spam policy, or the forwarding goes.',
    reference:
      'https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding',
    samples: ['RESOLVER.MSGTYPE.AF; handled AutoForwarded addressed to external recipient'],
    finality: 'permanent',
  },
  {
    id: 'outbound-spam-blocked',
    match: [{ phrases: ['content identified as spam'], enhanced: ['5.7.520'] }],
    reason: 'spam-content',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      "Microsoft's outbound filter takes the message for spam. The sender rewords it and checks its links; the admin looks at the account's sign-ins and reports the message in Defender as wrongly judged.",
    reference: 'https://learn.microsoft.com/defender-office-365/outbound-spam-protection-about',
    samples: ['550 5.7.520 Message blocked because it contains content identified as spam. AS(4810)'],
    finality: 'permanent',
  },
  {
    id: 'auto-forward-forbidden',
    match: [{ phrases: ['does not allow external forwarding'] }, { enhanced: ['5.7.520'] }],
    reason: 'policy',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      "The forwarding mailbox's tenant forbids automatic forwarding to the outside. Its admin allows it in the outbound spam policy, or the forwarding is removed.",
    reference:
      'https://learn.microsoft.com/defender-office-365/outbound-spam-policies-external-email-forwarding',
    samples: ['550 5.7.520 Access denied, Your organization does not allow external forwarding. AS(7555)'],
    finality: 'permanent',
  },
  {
    id: 'auto-reply-suppressed',
    match: [{ phrases: ['resolver msgtype oof', 'resolver msgtype ar', 'resolver oof*'] }],
    reason: 'suppressed',
    party: 'sender-policy',
    retry: 'never',
    remedy:
      'An automatic reply was dropped, as the settings for that remote domain demand; no mail of a person was lost. If it should go out, the Exchange admin allows it under Mail flow > Remote domains.',
    reference: 'https://learn.microsoft.com/exchange/mail-flow-best-practices/remote-domains/remote-domains',
    samples: ['RESOLVER.MSGTYPE.OOF; handled OOF addressed to external recipient'],
  },
  {
    id: 'direct-send-refused',
    match: [
      { phrases: ['direct send not allowed', 'direct send + not allowed', 'rejectdirectsend'] },
      { enhanced: ['5.7.68'] },
    ],
    reason: 'policy',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The tenant refuses unauthenticated mail that bears its own domain. Let the device sign in, or match it with an inbound connector; as a last resort the admin turns RejectDirectSend off.',
    reference:
      'https://techcommunity.microsoft.com/blog/exchange/introducing-more-control-over-direct-send-in-exchange-online/4408790',
    samples: [
      '550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources',
    ],
    finality: 'permanent',
  },
  {
    id: 'blocked-in-tenant-list',
    match: [
      { phrases: ['tenant allow block list', 'blocked by your organization using tenant allow'] },
      { enhanced: ['5.7.703'] },
    ],
    reason: 'policy',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'Recipient or domain is blocked in the Tenant Allow/Block List. The security admin removes the entry in the Defender portal if the mail is right.',
    reference: 'https://learn.microsoft.com/defender-office-365/tenant-allow-block-list-about',
    samples: [
      '550 5.7.703 Your message could not be delivered because messages to this recipient are blocked by your organization using Tenant Allow Block List',
    ],
    finality: 'permanent',
  },
  {
    id: 'journal-archive-disabled',
    match: [
      {
        phrases: ['journaling archive is disabled', 'journaling on premises messages to microsoft 365'],
      },
      { enhanced: ['5.3.190'] },
    ],
    reason: 'policy',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'On-premises journal reports go to a tenant that cannot take them. The Exchange admin sends them to another journal mailbox or archive.',
    reference: NDR,
    samples: [
      '550 5.3.190 Journaling on-premises messages to Microsoft 365 not supported when journaling archive is disabled',
    ],
    finality: 'permanent',
  },
  {
    id: 'content-agent-quarantined',
    match: [{ phrases: ['content filter agent quarantined'] }],
    reason: 'spam-content',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'The content filter of an on-premises Exchange put it into the spam quarantine. Its admin releases it from the quarantine mailbox or adds an exception.',
    reference:
      'https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-and-bounce-messages',
    samples: ['550 5.2.1 Content Filter agent quarantined this message'],
    finality: 'permanent',
  },
  {
    id: 'agent-message-chain',
    match: [{ phrases: ['agent generated message depth exceeded'] }, { enhanced: ['5.4.11'] }],
    reason: 'loop',
    party: 'sender-policy',
    retry: 'after-fix',
    remedy:
      'Rules or agents made messages out of messages until the limit. The Exchange admin checks inbox rules, forwarding, journal and mail flow rules of the mailboxes involved.',
    reference: NDR,
    samples: ['554 5.4.11 Agent generated message depth exceeded'],
    finality: 'permanent',
  },
  {
    id: 'policy-attachment-depth',
    match: [{ phrases: ['policy violation detected as 345', 'as 345', 'as345'] }],
    reason: 'content-rejected',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy: 'The attachment is nested too deep to be scanned. The sender packs it again with fewer levels.',
    reference: NDR,
    samples: ['550 5.0.350 Policy violation detected (AS345)'],
    finality: 'permanent',
  },
  {
    id: 'exchange-restriction',
    match: [{ phrases: ['resolver rst*'] }, { enhanced: ['5.7.129'] }],
    reason: 'recipient-restricted',
    party: 'recipient-policy',
    retry: 'after-fix',
    remedy:
      'Exchange holds a restriction on sender or recipient. The Exchange admin compares the delivery restrictions of both (who may send to whom, and what size) and lets this sender through if it is wanted.',
    reference: 'https://learn.microsoft.com/exchange/recipients/user-mailboxes/message-delivery-restrictions',
    samples: [
      '550 5.7.129 RESOLVER.RST.RestrictedToRecipientsPermission; not authorized to send to the recipient',
    ],
    finality: 'permanent',
  },
  {
    id: 'exchange-cannot-route',
    match: [
      {
        phrases: [
          'routing noconnector*',
          'routing noroute*',
          'unable to route',
          'unreachable destination queue',
          'no sendconnector',
          'no send connector',
          'sendconnector + not be found',
          'sendconnector + not found',
          'sendconnector + disabled',
          'send connector + not be found',
          'send connector + not found',
          'send connector + disabled',
        ],
      },
    ],
    reason: 'routing-error',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "Exchange has no way to the recipient's domain. Its admin checks that a send connector covers the address space, is enabled and reachable, and that the accepted domain has the right type.",
    reference: 'https://learn.microsoft.com/exchange/mail-flow/mail-routing/mail-routing',
    samples: [
      '550 5.4.4 ROUTING.NoConnectorForAddressType; unable to route for address type',
      '550 5.7.1 The SendConnector for this address space could not be found',
    ],
    finality: 'permanent',
  },
];
