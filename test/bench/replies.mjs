/**
 * Replies as a busy day brings them: the same shapes again and again, hardly ever the same text, for address, host, id and
 * time differ. Seeded, so that two runs judge the same.
 */
const SHAPES = [
  [30, '550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table'],
  [
    20,
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking the recipient's email address for typos or\n550 5.1.1 unnecessary spaces. {id} - gsmtp",
  ],
  [20, '550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [{host} {time} {id}]'],
  [20, '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup'],
  [
    16,
    'smtp; 550 5.7.1 Service unavailable, Client host [{ip}] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.example/query/ip/{ip} (AS16012611)',
  ],
  [
    14,
    'host {mx}[{ip}] said: 452 4.2.2 The email account that you tried to reach is over quota (in reply to RCPT TO command)',
  ],
  [14, '451 4.7.1 <{to}>: Recipient address rejected: Greylisted, try again in {n} seconds'],
  [12, '451 4.7.500 Server busy. Please try again later from [{ip}]. (S77719) [{host} {time} {id}]'],
  [12, '450 4.1.8 <{from}>: Sender address rejected: Domain not found'],
  [
    12,
    '[{LED=450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName={mx}] [LastAttemptedIP={ip}:25] [SmtpSecurity=-1;-1] [{host} {time} {id}]};{MSG=};{FQDN={mx}};{IP={ip}};{LRT=6/2/2026 5:04:11 PM}]',
  ],
  [
    12,
    '[{LED=450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError) [LastAttemptedServerName={mx}] [LastAttemptedIP={ip}:25] [SmtpSecurity=11;-1] [{host} {time} {id}]};{MSG=};{FQDN={mx}};{IP={ip}};{LRT=6/2/2026 5:04:11 PM}]',
  ],
  [
    12,
    '[{LED=450 4.4.312 DNS query failed [Message=InfoNoRecords] [LastAttemptedServerName={domain}] [{host} {time} {id}]};{MSG=InfoNoRecords};{FQDN={domain}};{IP=};{LRT=6/2/2026 5:04:11 PM}]',
  ],
  [
    10,
    '[{LED=451 4.4.0 Primary target IP address responded with: "421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel." Attempted failover to alternate host, but that did not succeed. Either there are no alternate hosts, or delivery failed to all alternate hosts. The last endpoint attempted was {ip}:25};{MSG=};{FQDN={mx}};{IP={ip}};{LRT=6/2/2026 5:04:11 PM}]',
  ],
  [
    10,
    '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit, closing transmission channel [{host} {time} {id}]',
  ],
  [10, '451 4.3.2 Temporary server error. Please try again later ATTR2 [{host} {time} {id}]'],
  [
    8,
    '550 5.4.300 Message expired -> 451 4.7.0 Temporary server error. Please try again later. PRX2 [{host} {time} {id}]',
  ],
  [8, '550 4.4.7 QUEUE.Expired; message expired'],
  [
    8,
    "Remote Server returned '550 5.7.520 Access denied, Your organization does not allow external forwarding. Please contact your administrator for further assistance. AS(7555)'",
  ],
  [
    8,
    '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; Failed to process message due to a permanent exception with message Cannot open mailbox /o=ExchangeLabs/ou=Exchange Administrative Group/cn=Configuration/cn=Servers/cn={host}/cn=Microsoft System Attendant. 0.35250:0A00E580, 1.36674:0A000000, 1.61250:00000000',
  ],
  [8, '550 5.7.1 RESOLVER.RST.AuthRequired; authentication required [Stage: CreateMessage]'],
  [8, '550 5.7.64 TenantAttribution; Relay Access Denied [{host} {time} {id}]'],
  [8, '550 5.0.350 Remote server returned an error -> 552 5.3.4 Message size exceeds fixed limit'],
  [8, 'connect to {mx}[{ip}]:25: Connection timed out'],
  [8, '554 5.7.1 <{from}>: Sender address rejected: Access denied'],
  [
    6,
    '421-4.7.0 [{ip}      15] Our system has detected that this message is suspicious due to the very low reputation of the sending IP address. {id} - gsmtp',
  ],
  [
    6,
    '550 5.7.26 This mail has been blocked because the sender is unauthenticated. SPF [{domain}] with ip: [{ip}] = did not pass {id} - gsmtp',
  ],
  [
    6,
    '550 5.7.509 Access denied, sending domain [{domain}] does not pass DMARC verification and has a DMARC policy of reject. [{host} {time} {id}]',
  ],
  [6, '454 4.7.5 The certificate presented by {mx} has expired'],
  [6, '552 5.2.2 <{to}>: The recipient mailbox is over quota'],
  [6, '451 4.3.0 <{to}>: Temporary lookup failure'],
  [6, '421 {mx} Service not available, closing transmission channel'],
  [6, '571 {id} Message refused by the content policy of {mx}'],
  [4, '5.7.708'],
  [4, '550 No such user here {to}'],
  [4, "554 delivery error: This user doesn't have an account here ({to}) [-5] - {mx}"],
  [4, 'quota exceeded for {to} ({id})'],
];
const LABELS = [
  'contoso',
  'fabrikam',
  'northwind',
  'adatum',
  'litware',
  'tailspin',
  'wingtip',
  'proseware',
  'woodgrove',
  'relecloud',
];
const PEOPLE = ['kay', 'lee', 'sam', 'noor', 'jana', 'ivo', 'mika', 'tess', 'omar', 'ines'];

export function makeReplies(count, seed = 1) {
  const next = mulberry32(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const number = (below) => Math.floor(next() * below);
  const bag = SHAPES.flatMap(([weight, text]) => Array.from({ length: weight }, () => text));
  const domain = () => `${pick(LABELS)}-${number(10_000)}.example`;
  const fill = {
    to: () => `${pick(PEOPLE)}.${number(1_000_000).toString(36)}@${domain()}`,
    from: () => `${pick(PEOPLE)}${number(1_000)}@${domain()}`,
    mx: () => `mx${number(20)}.${domain()}`,
    domain,
    ip: () => `${pick(['192.0.2', '198.51.100', '203.0.113'])}.${number(256)}`,
    host: () =>
      `${pick(['DB1', 'AM7', 'BN8', 'CO1'])}PR${number(90) + 10}MB${number(9_000) + 1_000}.eurprd${number(90) + 10}.prod.outlook.com`,
    time: () => new Date(1_780_400_000_000 + number(86_400_000)).toISOString(),
    id: () =>
      number(2 ** 32)
        .toString(16)
        .padStart(8, '0')
        .toUpperCase(),
    n: () => String(60 + number(600)),
  };
  return Array.from({ length: count }, () =>
    pick(bag).replace(/\{([a-z]+)\}/g, (whole, name) => fill[name]?.() ?? whole),
  );
}

/** A small generator whose whole state is the seed. */
function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
