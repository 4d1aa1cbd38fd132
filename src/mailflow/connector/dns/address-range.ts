/**
 * Where a probe must not be led by somebody's DNS: our own machine, our own networks, and what is no host at all. From the
 * special-purpose address registries of IANA (RFC 6890). Documentation ranges are not among them: nobody is there to be harmed.
 */

export interface AddressRange {
  /** As `10.0.0.0/8`. */
  readonly range: string;
  /** In words, for evidence. */
  readonly kind: string;
  /** Mail servers stand there where an organisation has its own: allowed when the caller says so. The others never are. */
  readonly isAllowable: boolean;
}

export const BARRED_RANGES: readonly AddressRange[] = [
  { range: '0.0.0.0/8', kind: 'this network', isAllowable: false },
  { range: '10.0.0.0/8', kind: 'private use', isAllowable: true },
  { range: '100.64.0.0/10', kind: 'shared by a carrier', isAllowable: true },
  { range: '127.0.0.0/8', kind: 'loopback', isAllowable: true },
  { range: '169.254.0.0/16', kind: 'link-local, cloud metadata', isAllowable: false },
  { range: '172.16.0.0/12', kind: 'private use', isAllowable: true },
  { range: '192.0.0.0/24', kind: 'protocol assignments', isAllowable: false },
  { range: '192.88.99.0/24', kind: '6to4 relay', isAllowable: false },
  { range: '192.168.0.0/16', kind: 'private use', isAllowable: true },
  { range: '198.18.0.0/15', kind: 'benchmarking', isAllowable: true },
  { range: '224.0.0.0/4', kind: 'multicast', isAllowable: false },
  { range: '240.0.0.0/4', kind: 'reserved', isAllowable: false },
  // Looks like any other, and every virtual machine of that cloud can ask it for secrets.
  { range: '168.63.129.16/32', kind: 'cloud metadata', isAllowable: false },
  { range: '::1/128', kind: 'loopback', isAllowable: true },
  { range: '::/96', kind: 'IPv4-compatible', isAllowable: false },
  { range: '64:ff9b:1::/48', kind: 'local translation', isAllowable: false },
  { range: '100::/64', kind: 'discard only', isAllowable: false },
  { range: '2001::/23', kind: 'protocol assignments', isAllowable: false },
  { range: '2002::/16', kind: '6to4', isAllowable: false },
  { range: '5f00::/16', kind: 'segment routing', isAllowable: false },
  // Before the private networks around it.
  { range: 'fd00:ec2::254/128', kind: 'cloud metadata', isAllowable: false },
  { range: 'fc00::/7', kind: 'private use', isAllowable: true },
  { range: 'fe80::/10', kind: 'link-local', isAllowable: false },
  { range: 'fec0::/10', kind: 'site-local', isAllowable: false },
  { range: 'ff00::/8', kind: 'multicast', isAllowable: false },
];

/** In their last 32 bits an IPv4 address stands, which is what packets go to in the end. */
export const CARRYING_RANGES: readonly string[] = ['::ffff:0.0.0.0/96', '64:ff9b::/96'];
