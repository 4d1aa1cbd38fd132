// What the words of a cause mean in the glossary's reasons: an own reading, so that the table can be compared with the judge.
// In order; the first that fits speaks. Where words bear several reasons, all of them stand.

const READINGS = [
  [
    /^(?:temporary|permanent) refusal without|^temporary (?:addressing|mailbox)|^mailbox problem|^catch-all/i,
    null,
  ],
  [/security or (?:policy|reputation) refusal/i, ['policy']],
  [/^(?:address problem)/i, ['recipient-unknown']],
  [/protocol (?:limit|error)$/i, ['protocol-error', 'too-many-recipients']],
  [/content (?:conversion )?problem/i, ['malformed-message']],
  [/routing problem|no route/i, ['routing-error', 'connection-failed']],
  [/(?:system problem|receiving system)/i, ['service-error']],
  [/parallel sessions/i, ['throttled', 'sender-rate-limited']],
  [
    /parallel SMTP submissions|hourly limit for this recipient|daily sending limit|recipients-per-day|recipients per day|recipient or message rate|onmicrosoft|range sent too much/i,
    ['sender-rate-limited', 'throttled'],
  ],
  [/faster than its share|too many messages in one hour/i, ['recipient-rate-limited']],
  [
    /graylisted|throttled$|while it is evaluated|under evaluation|IP reputation is low|too much mail queued/i,
    ['throttled', 'sender-rate-limited'],
  ],
  [/below the security minimum/i, ['policy', 'throttled']],
  [/no usable tenant|no mail licence/i, ['recipient-config', 'service-error']],
  [
    /wrong Microsoft host|old connector setup|matches the IP or certificate of the source|set IPs or certificate|compromised$(?<!probably compromised)|authenticate (?:each other|to each other)/i,
    ['connector-restricted'],
  ],
  [
    /front.?end|tenant look-up|attribution|forest|short fault|agent at the edge|short of disk|volume is full|I\/O fault|maintenance|component inactive|shadow copy|safety copy/i,
    ['service-error', 'connection-failed'],
  ],
  [/SPF or DKIM|SPF of|without PTR|sender authentication|DMARC/i, ['auth-failed']],
  [/envelope recipients|more recipients/i, ['too-many-recipients']],
  [/DNSSEC/i, ['dns-failure', 'tls-failed']],
  [/domain does not exist|top-level domain|example domain|no dot/i, ['recipient-domain-invalid']],
  [/domain does not resolve/i, ['recipient-domain-invalid', 'dns-failure']],
  [/resolved$|look-up failed/i, ['dns-failure']],
  [/address type or domain/i, ['recipient-domain-invalid', 'recipient-unknown']],
  [/certificate|TLS that|agree on TLS|TLS session|DANE|MTA-STS|TLSA|STARTTLS/i, ['tls-failed']],
  [/bad TLS|TLS problem/i, ['connection-failed', 'tls-failed']],
  [/retries ran out|took too long/i, ['expired']],
  [/delay notice/i, null],
  [/wants authentication|user name|basic authentication|did not sign in|sign-in|SMTP AUTH/i, ['auth-client']],
  [
    /did not answer|refused (?:TCP|connections)|dropped the session|kept breaking|socket error|closed the connection|answered with an error/i,
    ['connection-failed'],
  ],
  [
    /oversized header|malformed message|from addresses|message body|encoded in a way|could not be parsed|line feeds|no valid from/i,
    ['malformed-message'],
  ],
  [/nested too deep/i, ['content-rejected', 'policy']],
  [/HELO name|greets with|EHLO or|wrong order|verb was not|hides SMTP/i, ['protocol-error']],
  [
    /attributes could not be resolved|sender address is bad|right to send|may not use/i,
    ['sender-invalid', 'sender-blocked'],
  ],
  [/recipient address is malformed/i, ['recipient-unknown', 'protocol-error']],
  [
    /two objects|contact without|clutter|delegate is|federated \(hybrid|store refused|group could not|forwarding target|retention tag/i,
    ['recipient-config'],
  ],
  [
    /blocked for outbound|banned for spam|tenant sends|low-trust|did not verify|tenant restriction/i,
    ['sender-blocked'],
  ],
  [/quarantined/i, ['spam-content', 'policy']],
  [/disabled or offline/i, ['mailbox-disabled']],
  [/too many items/i, ['mailbox-limit']],
  [/is full|over quota/i, ['mailbox-full']],
  [/larger than/i, ['message-too-large']],
  [
    /address does not exist|none of the addresses|not valid at|recipient unknown|no recipient with|X\.500|legacy address/i,
    ['recipient-unknown'],
  ],
  [/does not handle|not relay|allow relay/i, ['relay-denied']],
  [
    /blocked by the service|address book policy|signed-in senders|allowed list|listed senders|refuses (?:mail from outside|non-members)|takes no IPv6/i,
    ['recipient-restricted'],
  ],
  [/restriction of the recipient/i, ['policy', 'recipient-restricted']],
  [/loop|in a chain/i, ['loop']],
  [/allow\/block list|mail flow rule|data loss|journal|forbids automatic|unauthenticated mail/i, ['policy']],
  [/IP allow list|block list|IP range is blocked|blocked the IP|IP is banned|lists the IP/i, ['ip-blocked']],
];

/** Null: the words leave the reason open. */
export function causeWords(cause) {
  return READINGS.find(([words]) => words.test(cause))?.[1] ?? null;
}
