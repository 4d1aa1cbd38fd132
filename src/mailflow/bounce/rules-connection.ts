/** The way to the next hop: TCP, broken sessions. */
import type { BookRule } from './rule.js';

const FLOW = 'https://learn.microsoft.com/defender-office-365/mail-flow-intelligence-in-office-365';
const EXPIRED =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/fix-error-code-550-4-4-7-in-exchange-online';
const SOCKET =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/send-receive-emails-socketerror';
const ENHANCED = 'RFC 3463, 3.5';

export const CONNECTION_RULES: readonly BookRule[] = [
  {
    id: 'connection-timed-out',
    match: [
      {
        phrases: [
          'connection timed out',
          'operation timed out',
          'connect + timed out',
          'connection time out',
          'connection timeout',
        ],
      },
      { enhanced: ['x.4.315'] },
    ],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'The destination does not answer on port 25. Its admin checks that the server is up and its firewall admits the sender; you check the smart host address of your connector.',
    reference: FLOW,
    samples: [
      '450 4.4.315 Connection timed out',
      '421 4.4.1 Connection timed out',
      '550 5.4.315 Message expired, connection timed out',
    ],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'connection-refused',
    match: [{ phrases: ['connection refused'] }, { enhanced: ['x.4.316'] }],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The destination refuses port 25. Its admin starts the mail service and admits Microsoft's addresses at the firewall; if that server is retired, remove the connector and make the domain authoritative.",
    reference: FLOW,
    samples: [
      '450 4.4.316 Connection refused [Message=Socket error code 10061]',
      '550 5.4.316 Message expired, connection refused',
    ],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'session-closed-abruptly',
    match: [{ phrases: ['suspiciousremoteservererror'] }],
    reason: 'connection-failed',
    party: 'unknown',
    retry: 'after-fix',
    remedy:
      "Someone drops the session midway; count the destinations. Only this one: its admin checks load and SMTP inspection on the firewall. Many unrelated ones, or an open EX or MO post: Microsoft's side, wait.",
    reference: `${FLOW}; incident EX1331830, June 2026`,
    samples: [
      '450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)',
      '550 5.4.318 Message expired, connection was closed abruptly (SuspiciousRemoteServerError)',
      'SuspiciousRemoteServerError',
    ],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'session-kept-breaking',
    match: [{ phrases: ['connection was closed abruptly'] }],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'The destination drops the session midway. The admin there checks server load and SMTP inspection on the firewall; if many unrelated destinations fail alike, you look for an EX or MO post instead.',
    reference: FLOW,
    samples: ['550 5.4.318 Connection was closed abruptly', '450 4.4.318 Connection was closed abruptly'],
    expires: true,
  },
  {
    id: 'session-closed-code',
    match: [{ enhanced: ['x.4.318'] }],
    reason: 'connection-failed',
    party: 'unknown',
    retry: 'after-fix',
    remedy:
      "A session broke midway; the code alone does not say who broke it. You compare destinations with trace: one alone is its admin's (firewall, load), many unrelated ones are Microsoft's (service health).",
    reference: `${FLOW}; incident EX1331830, June 2026`,
    samples: ['450 4.4.318', '550 5.4.318'],
    expires: true,
  },
  {
    id: 'cannot-connect',
    match: [
      {
        phrases: ['cannot connect to remote server', 'cannot establish session with remote server'],
        enhanced: ['x.4.317'],
      },
      { phrases: ['cannot connect to remote server'] },
    ],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'The destination was reached but answered with an error or broken TLS. The Exchange admin reads the quoted inner reply and validates the connector (Mail flow > Connectors, Validate).',
    reference: FLOW,
    samples: [
      '450 4.4.317 Cannot connect to remote server',
      '550 5.4.317 Message expired, cannot connect to remote server',
    ],
    finality: 'transient',
    expires: true,
    generic: true,
  },
  {
    id: 'tls-kept-failing',
    match: [{ enhanced: ['x.4.317'] }],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'Connection or TLS to the destination fails. The admin there checks certificate and STARTTLS; yours compares TlsSettings of the connector (Get-OutboundConnector).',
    reference: FLOW,
    samples: ['550 5.4.317'],
    expires: true,
    generic: true,
  },
  {
    id: 'next-hop-answered-with-error',
    match: [{ phrases: ['primary target ip address responded with'] }],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      'The next hop answered with an error and the alternates failed too. Read the quoted inner reply for the cause; the sending admin tests the last endpoint named in the text.',
    reference: EXPIRED,
    samples: [
      '451 4.4.0 Primary target IP address responded with: "". Attempted failover to alternate host, but that did not succeed.',
    ],
    finality: 'transient',
    generic: true,
  },
  {
    id: 'connection-dropped',
    match: [
      {
        phrases: [
          'connection dropped',
          'connection was dropped',
          'connection reset',
          'connection lost',
          'lost connection',
          'broken pipe',
          'connection closed',
          'connection closed by remote',
          'connection aborted',
          'error timeout exceeded',
          'unexpected end of connection',
          'remote host closed connection',
          'server closed the connection',
          'premature end of',
          'socketerror',
          'socket error',
          'connection died',
          'connection expired',
        ],
      },
    ],
    reason: 'connection-failed',
    party: 'network',
    retry: 'later',
    remedy:
      'The session broke off. The admins of both sides check TLS 1.2, SMTP inspection on the firewalls, and size or rate limits of the receiving server; its log of this minute names the side.',
    reference: SOCKET,
    samples: [
      '421 4.4.2 Connection dropped due to SocketError',
      '421 4.4.2 Connection dropped due to ConnectionReset',
      '421 4.4.2 Connection dropped',
    ],
    finality: 'transient',
  },
  {
    id: 'no-connection',
    match: [
      {
        phrases: [
          'timed out while',
          'smtp timeout',
          'connection + timed out',
          'timeout while',
          'timeout waiting',
          'time out while',
          'no route to host',
          'network is unreachable',
          'network unreachable',
          'host is unreachable',
          'host unreachable',
          'host is down',
          'could not connect',
          'couldnt connect',
          'unable to connect',

          'failed to connect',
          'no answer from host',
          'no mail hosts for domain',
          'wasnt able to establish an smtp connection',
          'unable to make a connection',
          'no response from',
          'did not respond',
          'not responding',
          'no longer responding',
          'retry time not reached for any host',
          'connect error',
          'all hosts + failing',
          'all hosts for + have been failing',
          'bad connection',
          'network error',
          'host not reachable',
          'host is not reachable',
          'server not reachable',
        ],
      },
    ],
    reason: 'connection-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The destination's server cannot be reached. The admin there checks server, route and firewall; yours the smart host under Mail flow > Connectors and whether port 25 is open outbound.",
    reference: ENHANCED,
    samples: ['connect to mx.fabrikam.example[192.0.2.9]:25: No route to host'],
    finality: 'transient',
  },
];
