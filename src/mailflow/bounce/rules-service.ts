/** Faults inside Microsoft's transport or inside a receiving server: nothing to repair on the sending side. */
import type { BookRule } from './rule.js';

const OBSERVED = 'observed in public reports; not documented by Microsoft';
const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const ON_PREMISES =
  'https://learn.microsoft.com/exchange/mail-flow/non-delivery-reports-and-bounce-messages/non-delivery-reports-and-bounce-messages';
const RESOURCES = 'https://learn.microsoft.com/exchange/mail-flow/back-pressure';

export const SERVICE_RULES: readonly BookRule[] = [
  {
    id: 'forest-connection-limit',
    match: [
      { phrases: ['concurrent connections per resource forest', 'resource forest + exceeded a limit'] },
    ],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      'A whole Microsoft mail forest refuses new sessions. The Exchange admin looks for an EX or MO post under Health > Service health, lowers the parallel connections of relays to Microsoft 365, and does not move the MX.',
    reference: `${OBSERVED}; incident EX1331830, June 2026`,
    samples: [
      '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel',
    ],
    finality: 'transient',
  },
  {
    id: 'source-connection-limit',
    match: [
      {
        phrases: [
          'maximum number of concurrent connections + exceeded a limit',
          'maximum number of concurrent connections + exceeded a per source limit',
          'maximum number of concurrent server connections + exceeded a limit',
          'maximum number of concurrent server connections + exceeded a per source limit',
          'per source limit',
        ],
      },
    ],
    reason: 'throttled',
    party: 'sender',
    retry: 'later',
    remedy:
      'The admin of the sending server lowers its parallel connections to this destination (in Postfix default_destination_concurrency_limit, in Exchange MaxOutboundConnections) and sends several messages per session.',
    reference: OBSERVED,
    samples: [
      '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel',
      '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
    ],
    finality: 'transient',
  },
  {
    id: 'front-end-cannot-reach-back-end',
    match: [{ phrases: ['cannot establish session with remote server'], enhanced: ['4.3.2', '4.7.0'] }],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "Microsoft's front end cannot reach its own mailbox tier; neither side can mend that. The tenant's admin watches Health > Service health for an EX or MO post and opens a case if there is none after an hour.",
    reference: `${OBSERVED}; incident EX1331830, June 2026`,
    samples: ['451 4.3.2 Cannot establish session with remote server'],
    finality: 'transient',
  },
  {
    id: 'attribution-no-tenant',
    match: [{ phrases: ['attr5', 'no mail enabled subscriptions'] }],
    reason: 'recipient-config',
    party: 'recipient',
    retry: 'after-fix',
    remedy:
      "Microsoft knows the domain but finds no tenant that can take its mail. The recipient's admin checks Settings > Domains in the admin centre, a licence with a mailbox, and that the MX names this tenant.",
    reference: OBSERVED,
    samples: [
      '451 4.4.4 Temporary server error. Please try again later ATTR5',
      '451 4.4.4 Mail received as unauthenticated, incoming to a recipient domain configured in a hosted tenant which has no mail-enabled subscriptions. ATTR5',
      '451 4.4.4 The hosted tenant has no mail-enabled subscriptions',
    ],
    finality: 'transient',
  },
  {
    id: 'tenant-attribution-fault',
    match: [{ phrases: ['attr1', 'attr2', 'attr3', 'attr17', 'attr18'] }],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "Microsoft's edge could not look up the tenant; there is nothing to repair outside Microsoft. If many senders report it, the tenant's admin watches service health for EX and MO posts.",
    reference: `${OBSERVED}; incident MO1221364, January 2026`,
    samples: [
      '451 4.3.2 Temporary server error. Please try again later ATTR2',
      '451 4.4.4 Temporary server error. Please try again later ATTR1',
      '451 4.4.3 Temporary server error. Please try again later ATTR3',
      '451 4.7.0 Temporary server error. Please try again later. ATTR17',
      '451 4.4.3 Temporary server error. Please try again later ATTR18',
    ],
    finality: 'transient',
  },
  {
    id: 'hybrid-proxy-refused',
    match: [{ phrases: ['prx5'] }],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "A proxy refused the session. In a hybrid set-up the Exchange admin runs the current Hybrid Configuration Wizard and checks the certificate of the receive connectors; if nothing changed there, it is Microsoft's: watch service health.",
    reference: NDR,
    samples: ['451 4.7.0 Temporary server error. Please try again later. PRX5'],
    finality: 'transient',
  },
  {
    id: 'front-end-proxy-fault',
    match: [{ phrases: ['prx1', 'prx2', 'prx3', 'prx4', 'prx6', 'prx7', 'prx8', 'prx9'] }],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "Microsoft's front-end proxy found no healthy server behind it; there is nothing to repair outside Microsoft. After half an hour the tenant's admin looks for an EX or MO post under Health > Service health.",
    reference: OBSERVED,
    samples: [
      '451 4.7.0 Temporary server error. Please try again later. PRX2',
      '451 4.7.0 Temporary server error. Please try again later. PRX4',
      '451 4.7.0 Temporary server error. Please try again later. PRX6',
      '421 4.3.2 System not available. PRX8',
    ],
    finality: 'transient',
  },
  {
    id: 'edge-agent-busy',
    match: [{ phrases: ['pfa agent busy'] }],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "A filter at Microsoft's edge is overloaded, and only Microsoft can relieve it. If it lasts over half an hour, the tenant's admin looks for a post in service health.",
    reference: OBSERVED,
    samples: ['451 4.7.700 PFA agent busy, please try again'],
    finality: 'transient',
  },
  {
    id: 'server-fault',
    match: [{ phrases: ['temporary server error'], enhanced: ['4.3.2', '4.4.3', '4.4.4', '4.7.0'] }],
    reason: 'service-error',
    party: 'service',
    partyWhen: { another: 'recipient' },
    retry: 'later',
    remedy:
      "The receiving system has a short fault; the sender's side has nothing to mend. If several senders see it at Microsoft 365 domains, the tenant's admin looks for EX and MO posts under Health > Service health.",
    reference: OBSERVED,
    samples: ['451 4.7.0 Temporary server error. Please try again later'],
    finality: 'transient',
  },
  {
    id: 'mailbox-volume-full',
    match: [{ phrases: ['storedrv + disk is full'] }],
    reason: 'service-error',
    party: 'recipient',
    retry: 'later',
    remedy:
      "The volume of the recipient's mailbox database is full. The Exchange admin there frees or adds disk space, or moves mailboxes to another database (New-MoveRequest).",
    reference: ON_PREMISES,
    samples: ['431 4.3.1 STOREDRV; disk is full'],
    finality: 'transient',
  },
  {
    id: 'safety-copy-failed',
    match: [
      {
        phrases: ['failed to be replicated', 'failed to be made redundant', 'no healthy secondary server'],
      },
    ],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "The receiving Exchange could not store its second copy and so did not take the message. On premises its admin checks the other servers (Get-ServerComponentState); in the cloud it is Microsoft's: watch service health.",
    reference: ON_PREMISES,
    samples: [
      '451 4.4.24 Message failed to be replicated: insufficient system resource',
      '451 4.4.25 No healthy secondary server available to accept replica at this time',
      '451 4.4.28 Message failed to be replicated: the operation was cancelled',
      '451 4.4.0 Message failed to be made redundant',
      '451 4.4.0 Message failed to be replicated',
    ],
    finality: 'transient',
  },
  {
    id: 'back-pressure',
    match: [
      {
        phrases: [
          'insufficient system resource + tste',
          'insufficient system resources + tste',
          'back pressure',
          'backpressure',
          'insufficient system resource*',
          'insufficient system storage',
        ],
      },
    ],
    reason: 'service-error',
    party: 'service',
    partyWhen: { another: 'recipient' },
    retry: 'later',
    remedy:
      'The receiving server is short of disk or memory and slows its intake. If it is yours, free the volume of the queue database (Exchange event 15004 names the resource); else its operator must, ask after an hour.',
    reference: RESOURCES,
    samples: [
      '452 4.3.1 Insufficient system resources (TSTE)',
      '452 4.3.1 Insufficient system storage',
      '431 4.3.1 Insufficient system resources',
      '452 4.3.1 Insufficient system resources (BackPressure)',
    ],
    finality: 'transient',
  },
  {
    id: 'store-transient-exception',
    match: [
      {
        phrases: ['storagetransientexception', 'mapiexceptionrpcservertoobusy', 'mapiexceptionmdboffline'],
      },
    ],
    reason: 'service-error',
    party: 'service',
    retry: 'later',
    remedy:
      "The mailbox database had a short fault. If it lasts on your own server, check Get-MailboxDatabaseCopyStatus and the disks; in the cloud the tenant's admin opens a case with Microsoft and gives this text.",
    reference: ON_PREMISES,
    samples: ['431 4.3.1 STOREDRV.Submit.Exception:StorageTransientException; Failed to process message'],
    finality: 'transient',
  },
  {
    id: 'system-not-accepting',
    match: [
      {
        phrases: [
          'system not accepting network messages',
          'not accepting messages',
          'not currently accepting mail*',
          'not accepting connections',
        ],
      },
    ],
    reason: 'service-error',
    party: 'service',
    partyWhen: { another: 'recipient' },
    retry: 'later',
    remedy:
      'The receiving server is in maintenance or shuts down. Its admin looks at Get-ServerComponentState (HubTransport must be Active); if that is not you, nothing is to be done for an hour.',
    reference: ON_PREMISES,
    samples: [
      '421 4.3.2 System not accepting network messages',
      '451 4.3.2 System not accepting network messages',
    ],
    finality: 'transient',
  },
  {
    id: 'service-not-available',
    match: [
      {
        phrases: ['service not available', 'service not active', 'service inactive'],
        enhanced: ['4.3.2'],
      },
    ],
    reason: 'service-error',
    party: 'service',
    partyWhen: { another: 'recipient' },
    retry: 'later',
    remedy:
      "The transport component that should answer is inactive. On your own Exchange server check component states and that a receive connector listens on port 25; if the server is Microsoft's, watch service health.",
    reference: ON_PREMISES,
    samples: ['421 4.3.2 Service not available', '412 4.3.2 Service not active'],
    finality: 'transient',
  },
];
