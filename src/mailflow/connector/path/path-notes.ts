/** Titles and cures of what is found about routes, names and policies; those of probes stand in `probe-notes.ts`. */

interface PathNote {
  readonly title: string;
  readonly remedy: string;
}

export const PATH_NOTES = {
  'dns-no-host': {
    title: 'The host is not in DNS',
    remedy:
      'Enter it in the public DNS, or name another host; what only your own DNS knows, Exchange Online cannot find.',
  },
  'dns-alias-loop': {
    title: 'The name leads round in a circle',
    remedy:
      'Correct the CNAME records; an MX or smart host should have addresses of its own (RFC 5321, section 5.1).',
  },
  'dns-disagree': {
    title: 'Resolvers disagree about a name',
    remedy:
      'Compare the name servers of the domain: one may be behind, or an inner and an outer view differ.',
  },
  'dns-left-out': {
    title: 'Some of what DNS says is not followed',
    remedy:
      'Addresses of private networks do not belong into public DNS; --allow-private probes them from here.',
  },
  'mx-missing': {
    title: 'The domain has no MX record',
    remedy:
      'If it is to take mail, enter its MX (admin center, Settings, Domains); if not, say so with a null MX.',
  },
  'mx-null': {
    title: 'The domain says that it takes no mail',
    remedy: 'If it is to take mail, replace the null MX; if not, all is as it should be.',
  },
  'mta-sts-host': {
    title: 'The MTA-STS policy does not name this mail host',
    remedy:
      'Add the host to the policy, and renew the id in the TXT record _mta-sts; senders keep the old one until max_age.',
  },
  'mta-sts-tls': {
    title: 'The mail host does not keep what the MTA-STS policy demands',
    remedy: 'Load a certificate of a public authority that bears the name of the host.',
  },
  'mta-sts-unusable': {
    title: 'Senders cannot use the MTA-STS policy',
    remedy:
      'Correct the TXT record _mta-sts or the file behind https://mta-sts.DOMAIN/.well-known/mta-sts.txt (RFC 8461).',
  },
  'dane-tls': {
    title: 'DANE demands TLS, and there is none',
    remedy: 'Switch STARTTLS on, or take the TLSA records back.',
  },
  'dane-mismatch': {
    title: 'No TLSA record fits the certificate',
    remedy:
      'Publish the TLSA record of the new certificate before it is loaded; until then senders that heed DANE defer.',
  },
  'failover-in-use': {
    title: 'The first host does not work, and another one does',
    remedy: 'Mail is late at most: repair the first host before the other one fails as well.',
  },
  'failover-broken': {
    title: 'The first host works, and there is no other that does',
    remedy: 'Repair the other hosts, so that mail has a way when the first one fails.',
  },
} as const satisfies Record<string, PathNote>;

export type PathFindingId = keyof typeof PATH_NOTES;
