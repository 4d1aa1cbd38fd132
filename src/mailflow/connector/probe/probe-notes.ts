/** The findings of a probe, as data: what each is called and what to do about it. Evidence and level come from what was seen. */

export interface ProbeNote {
  readonly title: string;
  readonly remedy: string;
}

const REPAIR =
  'Show the evidence to whoever runs this server or the firewall before it; until it is repaired, route mail by another host.';

const RENEW =
  'Have the certificate renewed on this server, with the whole chain, and load it for the SMTP service.';

export const PROBE_NOTES = {
  /** What to do about a reply is said by the rule that knows it. */
  'path-defers': {
    title: 'The server puts mail off',
    remedy: 'Senders try again by themselves: do not resend.',
  },
  'path-refuses': { title: 'The server refuses', remedy: 'Show the reply to whoever runs this server.' },
  'path-unreachable': {
    title: 'No connection comes about',
    remedy:
      'Check that the server runs, that its firewall admits senders on this port, and that the address is still the right one.',
  },
  'path-closes': {
    title: 'The server closes the connection without a word',
    remedy: `Read its log at the time of the probe: overload and access lists end connections like this. ${REPAIR}`,
  },
  'no-banner': {
    title: 'The server takes the connection and does not greet',
    remedy: `Check the SMTP service behind the load balancer, and greeting delays. ${REPAIR}`,
  },
  silence: {
    title: 'The server does not answer in time',
    remedy:
      'Senders wait up to five minutes and then come again, so mail is late before it is lost: read the load and the log of this server.',
  },
  trickle: {
    title: 'The server trickles its reply byte by byte',
    remedy:
      'A tarpit for bad clients does that, and so does a broken proxy: look whether our address stands on a list there.',
  },
  'slow-answers': {
    title: 'The server answers slowly',
    remedy:
      'Senders wait for minutes, so mail is late at most: read the load of this server, and its delays for strangers.',
  },
  'not-smtp': { title: 'What answers is no mail server', remedy: `Check address and port. ${REPAIR}` },
  'line-too-long': { title: 'The server sends a line without end', remedy: REPAIR },
  'endless-reply': { title: 'The server sends a reply without end', remedy: REPAIR },
  'mixed-codes': { title: 'The server gives several codes in one reply', remedy: REPAIR },
  'unasked-bytes': { title: 'The server says more than it was asked', remedy: REPAIR },
  'wrong-code': { title: 'The server gives a code that has no meaning there', remedy: REPAIR },
  'nul-bytes': { title: 'The server sends NUL bytes', remedy: REPAIR },
  'bare-line-feeds': {
    title: 'The server ends lines without a carriage return',
    remedy: 'Strict senders hang up on that (RFC 5321, section 2.3.8): have it repaired.',
  },
  'eight-bit-bytes': {
    title: 'The server sends bytes that are not ASCII',
    remedy: 'Replies are ASCII unless SMTPUTF8 was agreed on (RFC 6531): have it repaired.',
  },
  'starttls-missing': {
    title: 'TLS is not offered',
    remedy:
      'Switch STARTTLS on at this server, with a certificate; if it is on, a firewall that inspects SMTP takes the offer out: switch that inspection off.',
  },
  'starttls-stripped': {
    title: 'The offer of TLS is overwritten on the way',
    remedy:
      'A firewall that inspects SMTP does that, or an attacker: switch the inspection off (on Cisco devices: no fixup, no inspect esmtp).',
  },
  'starttls-injection': {
    title: 'Unprotected bytes stand behind the reply to STARTTLS',
    remedy: `Either the server mixes its buffers (CVE-2011-0411) or somebody on the way writes into the connection. ${REPAIR}`,
  },
  'tls-failed': {
    title: 'TLS is offered and does not come about',
    remedy:
      'Check the certificate, the key and the protocol versions of this server (TLS 1.2 or newer), and boxes that inspect TLS.',
  },
  'tls-old': {
    title: 'The server knows old TLS only',
    remedy: 'Exchange Online takes TLS 1.2 and 1.3: update the server or its settings.',
  },
  'certificate-missing': { title: 'The server shows no certificate', remedy: RENEW },
  'certificate-name': {
    title: 'The certificate bears another name',
    remedy: 'Load a certificate with this name, or make host name and TlsDomain agree with the certificate.',
  },
  'certificate-odd-name': {
    title: 'The certificate has names with control characters',
    remedy:
      'No public authority signs such a name: find out who made this certificate before you trust the host.',
  },
  'certificate-expired': {
    title: 'The certificate has expired',
    remedy: `${RENEW} First look whether the clock of this machine is right.`,
  },
  'certificate-not-yet-valid': {
    title: 'The certificate is not valid yet',
    remedy: `Look whether the clock of this machine is right; if it is: ${RENEW}`,
  },
  'certificate-chain-out-of-date': { title: 'A certificate above the own one is out of date', remedy: RENEW },
  'certificate-expires-soon': { title: 'The certificate expires soon', remedy: RENEW },
  'certificate-self-signed': {
    title: 'The certificate is signed by itself',
    remedy:
      'Senders that check certificates refuse it: load one of a public authority, or name yours with --ca-file if they know it.',
  },
  'certificate-untrusted': {
    title: 'The certificate leads to no authority that is known here',
    remedy:
      'Send the intermediate certificates along; if the authority is your own, name its PEM file with --ca-file.',
  },
} as const satisfies Record<string, ProbeNote>;

export type ProbeFindingId = keyof typeof PROBE_NOTES;
