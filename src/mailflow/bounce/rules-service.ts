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
      'A whole Microsoft mail forest refuses new sessions. Look for an open EX or MO post in service health, lower the parallel connections of your relay to Microsoft 365, and do not move the MX.',
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
      'The admin of the sending server lowers its parallel connections to this destination and sends several messages per session.',
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
      "Microsoft's front end cannot reach its own mailbox tier. Watch service health for Exchange Online and the suite (EX and MO posts).",
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
      "Microsoft knows the domain but finds no tenant that can take its mail. The recipient's admin checks the domain's state in the admin centre, a licence with a mailbox, and that the MX points to the right tenant.",
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
      "Microsoft's edge could not look up the tenant; there is nothing to repair. If many senders report it, watch service health (EX and MO posts) and the age of the oldest mail in the sending queue.",
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
      'A proxy refused the session. In a hybrid set-up run the current Hybrid Configuration Wizard and check the certificate of the on-premises receive connectors; if nothing changed there, watch service health.',
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
      "Microsoft's front-end proxy found no healthy server behind it; there is nothing to repair. Watch service health (EX and MO posts) when it lasts longer than half an hour.",
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
      "A filter at Microsoft's edge is overloaded. Wait; watch service health when it lasts longer than half an hour.",
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
      'A short fault inside the receiving mail system. If several senders see it at a Microsoft 365 domain, watch service health (EX and MO posts).',
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
      "The volume of the recipient's mailbox database is full. The Exchange admin there frees or adds disk space.",
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
      'The receiving Exchange could not store its second copy and so did not take the message. In the cloud wait and watch service health if it is frequent; on premises check the other servers of the group.',
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
      'The receiving server is short of disk or memory and slows its intake. On your own server free the volume of the queue database; at Microsoft or elsewhere wait, and ask the operator if it lasts over an hour.',
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
      'The mailbox database had a short fault. Wait; if it lasts on your own server check the database and its disks, in the cloud open a case with this text.',
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
      'The server is in maintenance or is shutting down. On your own Exchange server look at Get-ServerComponentState; elsewhere wait.',
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
      'The transport component that should answer is inactive. On your own Exchange server check component states and that a receive connector listens on port 25; at Microsoft watch service health.',
    reference: ON_PREMISES,
    samples: ['421 4.3.2 Service not available', '412 4.3.2 Service not active'],
    finality: 'transient',
  },
];
