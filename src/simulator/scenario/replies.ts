/** What servers say when mail is held or fails: the text is data, `{…}` is filled in for each message. */
export interface Reply {
  /** `{recipient}`, `{mx}`, `{ip}` of the next hop and `{host}`, the Exchange server that tells. */
  readonly text: string;
  /** Who spoke: the remote server, or Exchange itself. */
  readonly spokenBy: 'remote' | 'exchange';
  /** Whether the record names the next hop; where not, its keys are missing. */
  readonly namesHop: boolean;
  /** Where the detail has it. */
  readonly place: 'description' | 'recipient-status';
  /** Written behind the record. */
  readonly trailer: string;
}

const OUTBOUND_PROXY = '. OutboundProxyTargetIP: {ip}. OutboundProxyTargetHostName: {mx}';

function fromExchange(text: string, more: Partial<Reply> = {}): Reply {
  return { text, spokenBy: 'exchange', namesHop: true, place: 'description', trailer: '', ...more };
}

function fromRemote(text: string, more: Partial<Reply> = {}): Reply {
  return { text, spokenBy: 'remote', namesHop: true, place: 'description', trailer: '', ...more };
}

/** Exchange gave up on the next hop and on its alternates. */
function primaryTarget(inner: string): string {
  return (
    `451 4.4.0 Primary target IP address responded with: "${inner}" Attempted failover to alternate host, but that did ` +
    'not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts. ' +
    'The last endpoint attempted was {ip}:25'
  );
}

const FOREST_LIMIT =
  '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel';

const LAST_ATTEMPT = '[LastAttemptedServerName={mx}] [LastAttemptedIP={ip}:25] [SmtpSecurity=-1;-1] [{host}]';

export const REPLIES = {
  'suspicious-server': fromExchange(
    `450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError) ${LAST_ATTEMPT}`,
    { trailer: OUTBOUND_PROXY },
  ),
  'suspicious-server-expired': fromExchange(
    '550 5.4.318 Message expired, connection was closed abruptly (SuspiciousRemoteServerError)',
  ),
  'forest-limit': fromExchange(`${FOREST_LIMIT} [{host}]`),
  'forest-limit-remote': fromRemote(primaryTarget(`${FOREST_LIMIT}.`)),
  'no-session': fromExchange('421 4.3.2 Cannot establish session with remote server [{host}]'),
  'attribution-failed': fromRemote('451 4.3.2 Temporary server error. Please try again later ATTR2 [{host}]'),
  'attribution-failed-remote': fromRemote(
    primaryTarget('451 4.3.2 Temporary server error. Please try again later ATTR2.'),
  ),
  'directory-silent': fromExchange(
    '451 4.4.3 Temporary server error. Please try again later ATTR18 [{host}]',
  ),
  'tenant-not-found': fromExchange(
    '451 4.4.3 Temporary server error. Please try again later ATTR1 [{host}]',
    {
      namesHop: false,
    },
  ),
  'queue-expired': fromExchange('550 4.4.7 QUEUE.Expired; message expired', { namesHop: false }),
  greylisted: fromRemote(
    '451 4.7.1 <{recipient}>: Recipient address rejected: Greylisted, try again in 300 seconds',
  ),
  'greylisted-plain': fromRemote('450 4.2.0 Greylisting in action, please come back later', {
    place: 'recipient-status',
  }),
  'server-busy': fromRemote('451 4.7.500 Server busy. Please try again later from [198.51.100.7]. (AS77714)'),
  'dns-failed': fromExchange(
    '450 4.4.312 DNS query failed [Message=InfoNoRecords] [LastAttemptedServerName={mx}]',
    {
      namesHop: false,
    },
  ),
  'dns-failed-expired': fromExchange('550 5.4.312 Message expired, DNS query failed(InfoNoRecords)', {
    namesHop: false,
  }),
  'connection-refused': fromExchange(
    `450 4.4.316 Connection refused [Message=Socket error code 10061] ${LAST_ATTEMPT}`,
  ),
  'connection-refused-expired': fromExchange(
    '550 5.4.316 Message expired, connection refused(Socket error code 10061)',
  ),
  'recipient-not-found': fromExchange(
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {recipient} not found by SMTP address lookup',
    { namesHop: false },
  ),
  'user-unknown': fromRemote(
    '550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in virtual mailbox table',
  ),
  'edge-blocked': fromRemote('550 5.4.1 Recipient address rejected: Access denied. [{host}]', {
    place: 'recipient-status',
  }),
  'mailbox-full': fromExchange(
    '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; ' +
      'Failed to process message due to a permanent exception with message [BeginDiagnosticData]Cannot open mailbox ' +
      '/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn={host}/' +
      'cn=Microsoft System Attendant. 0.35250:0A00E580, 1.36674:0A000000, 1.61250:00000000, 1.45378:02000000, ' +
      '1.44866:F83E0000, 16.55847:90060000, 17.43559:0000000000000000000000000000000000000000[EndDiagnosticData]',
  ),
  'remote-mailbox-full': fromRemote('552 5.2.2 <{recipient}>: The recipient mailbox is over quota'),
  'folder-too-full': fromExchange(
    '554 4.3.2 mailbox busy; STOREDRV.Deliver.Exception:StoragePermanentException.MapiExceptionMaxObjsExceeded; ' +
      'Failed to process message due to a permanent exception',
    { namesHop: false },
  ),
  'members-only': fromExchange('550 5.7.1 RESOLVER.RST.AuthRequired; authentication required', {
    namesHop: false,
  }),
  'rule-rejected': fromExchange(
    '550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy',
    { namesHop: false },
  ),
  'no-forwarding': fromExchange(
    '550 5.7.520 Access denied, Your organization does not allow external forwarding. ' +
      'Please contact your administrator for further assistance. AS(7555)',
    { namesHop: false },
  ),
  'content-refused': fromRemote('550 5.7.1 Message refused by the content policy of {mx}'),
  expanded: fromExchange('250 2.1.5 RESOLVER.GRP.Expanded; distribution list expanded', { namesHop: false }),
} as const satisfies Readonly<Record<string, Reply>>;

export type ReplyName = keyof typeof REPLIES;

/** What a reply is filled in with. */
interface Blanks {
  readonly recipient: string;
  readonly mx: string;
  readonly ip: string;
  readonly host: string;
}

export function filledIn(text: string, blanks: Blanks): string {
  return text
    .replaceAll('{recipient}', blanks.recipient)
    .replaceAll('{mx}', blanks.mx)
    .replaceAll('{ip}', blanks.ip)
    .replaceAll('{host}', blanks.host);
}
