/** The people and servers of the simulated world. All names and addresses are reserved for documentation (RFC 2606, 5737, 3849). */
import type { NonEmpty, Random, Weighted } from '../population/random.js';

/** A domain outside the tenant. */
export interface Destination {
  readonly domain: string;
  readonly mx: string;
  readonly ip: string;
  readonly hosting: 'microsoft-365' | 'elsewhere';
}

export const TENANT_DOMAIN = 'contoso.example';

function hosted(domain: string, ip: string, weight: number): Destination & Weighted {
  const mx = `${domain.replaceAll('.', '-')}.mail.protection.outlook.com`;
  return { domain, mx, ip, hosting: 'microsoft-365', weight };
}

function own(domain: string, ip: string, weight: number): Destination & Weighted {
  return { domain, mx: `mx1.${domain}`, ip, hosting: 'elsewhere', weight };
}

export const DESTINATIONS: NonEmpty<Destination & Weighted> = [
  hosted('fabrikam.example', '203.0.113.10', 20),
  hosted('northwind.example', '203.0.113.11', 10),
  hosted('litware.example', '203.0.113.12', 7),
  own('adventure-works.example', '198.51.100.21', 12),
  own('tailspin.example', '198.51.100.22', 9),
  own('proseware.example', '198.51.100.23', 7),
  own('wingtip.example', '198.51.100.24', 6),
  own('lucerne.example', '192.0.2.31', 5),
  own('margie.example', '2001:db8::31', 4),
  own('vanarsdel.example', '192.0.2.33', 4),
  own('trey.example', '192.0.2.34', 3),
  own('cohowinery.example', '192.0.2.35', 3),
  own('woodgrove.example', '198.51.100.77', 7),
];

/** A domain that nobody has: a slip of the keyboard. */
export const TYPO_DESTINATION: Destination = typo('fabrikm.example');

/** Slips of weeks. */
export const TYPO_DESTINATIONS: NonEmpty<Destination> = [
  TYPO_DESTINATION,
  typo('nortwind.example'),
  typo('tailspinn.example'),
  typo('prosware.example'),
];

function typo(domain: string): Destination {
  return { domain, mx: domain, ip: '', hosting: 'elsewhere' };
}

export const GROUPS: NonEmpty<{ readonly address: string; readonly members: number }> = [
  { address: `all-staff@${TENANT_DOMAIN}`, members: 24 },
  { address: `sales@${TENANT_DOMAIN}`, members: 7 },
  { address: `it-alerts@${TENANT_DOMAIN}`, members: 4 },
  { address: `projects@${TENANT_DOMAIN}`, members: 9 },
];

const FIRST_NAMES = [
  'ada',
  'ben',
  'chiara',
  'dmitri',
  'elif',
  'farid',
  'grace',
  'hugo',
  'ines',
  'jon',
  'kim',
] as const;
const LAST_NAMES = [
  'almeida',
  'brandt',
  'costa',
  'dahl',
  'eriksen',
  'fuchs',
  'garcia',
  'hughes',
  'ito',
  "o'neill",
] as const;

export function personAt(random: Random, domain: string): string {
  return `${random.pick(FIRST_NAMES)}.${random.pick(LAST_NAMES)}@${domain}`;
}

/** A mailbox server, as `BN8PR12MB4711.namprd12.prod.outlook.com`. */
export function mailboxServer(random: Random): string {
  const forest = random.pick(['12', '14', '17', '19']);
  const prefix = random.pick(['BN8', 'DM6', 'SJ0', 'CO6']);
  return `${prefix}PR${forest}MB${random.between(1000, 9999)}.namprd${forest}.prod.outlook.com`;
}

/** A server of the edge, as `BN8NAM11FT034.eop-nam11.prod.protection.outlook.com`. */
export function edgeServer(random: Random): string {
  const forest = random.pick(['11', '12', '04']);
  const prefix = random.pick(['BN8', 'DM6', 'MW2']);
  return `${prefix}NAM${forest}FT0${random.between(10, 99)}.eop-nam${forest}.prod.protection.outlook.com`;
}
