/** The findings of DNS, as data: what each is called and what to do about it. Evidence and level come from what was seen. */

interface DnsNote {
  readonly title: string;
  readonly remedy: string;
}

const WITHDRAW =
  'Publish records for the certificate that the host shows now, or take the TLSA records out until they agree; senders keep the old ones for their TTL.';

export const DNS_NOTES = {
  'name-missing': {
    title: 'The name does not exist in DNS',
    remedy:
      'Correct the name where it is written, or have the record put back; look at the zone and its delegation first.',
  },
  'address-missing': {
    title: 'The name has no address in DNS',
    remedy: 'Have an A or AAAA record put there, or name another host.',
  },
  'address-barred': {
    title: 'The name leads to an address that nobody outside may be sent to',
    remedy:
      'Correct the record; if the host does stand in your own network, allow that with --allow-private and probe from inside.',
  },
  'alias-loop': {
    title: 'The aliases of the name lead in a circle, or nowhere near an end',
    remedy: 'Let the first alias name a host that has an address: nobody can deliver there until then.',
  },
  'name-odd': {
    title: 'What stands there is no host name',
    remedy: 'Write a name of letters, digits and hyphens, as mail.contoso.example.',
  },
  'resolvers-disagree': {
    title: 'Resolvers do not agree on the name',
    remedy:
      'A change that is under way looks like that for as long as the TTL; if it stays, compare the name servers of the zone, and inside with outside.',
  },
  'mail-refused': {
    title: 'The domain says that it takes no mail',
    remedy: 'Replace the MX record "0 ." (RFC 7505) if the domain is to take mail.',
  },
  'mail-hosts-missing': {
    title: 'The domain has no MX record',
    remedy:
      'Have an MX record put there: without one senders try the addresses of the domain itself, if it has any.',
  },
  'dane-mismatch': { title: 'The certificate is none of those that the TLSA records name', remedy: WITHDRAW },
  'dane-no-tls': {
    title: 'TLSA records demand TLS, and it does not come about',
    remedy:
      'Repair STARTTLS on this host, or take its TLSA records out: senders that honour them hold their mail.',
  },
  'dane-unusable': {
    title: 'No TLSA record is of a kind that mail can use',
    remedy:
      'Publish "3 1 1" and the SHA-256 of the public key (RFC 7672, section 3.1): senders insist on TLS now and check nothing.',
  },
  'mta-sts-unusable': {
    title: 'The MTA-STS policy cannot be used',
    remedy:
      'Repair what the evidence names: senders go by the policy that they still know until it runs out, and new ones by none.',
  },
  'mta-sts-host': {
    title: 'The MTA-STS policy does not list a mail host',
    remedy:
      'Add an "mx:" line for the host and change the id in the _mta-sts record, or let the MX records name hosts of the policy.',
  },
  'mta-sts-tls': {
    title: 'A mail host does not meet the MTA-STS policy',
    remedy:
      'Give the host a certificate of a public authority with its own name, or set "mode: testing" and change the id until it has one.',
  },
} as const satisfies Record<string, DnsNote>;

export type DnsFindingId = keyof typeof DNS_NOTES;
