/** A machine and a tenant that are well, and what can be wrong with them, as evidence. */
import type {
  CallSight,
  Claims,
  DoctorEvidence,
  HostSight,
  TokenSight,
  Trouble,
} from '#mailflow/doctor/doctor-evidence.js';

export const NOW = new Date('2026-06-02T17:30:00Z');

export function trouble(kind: Trouble['kind'], message = 'It is refused.'): Trouble {
  return { kind, message, remedy: 'Do this.', retryAfterSeconds: kind === 'throttled' ? 240 : null };
}

export function failed(
  kind: Trouble['kind'],
  meaning: Extract<CallSight, { kind: 'failed' }>['meaning'] = 'other',
  message?: string,
): CallSight {
  return { kind: 'failed', meaning, trouble: trouble(kind, message) };
}

export function host(target: HostSight['target'], changes: Partial<HostSight> = {}): HostSight {
  return {
    ...{ target, host: HOSTS[target], port: 443, proxyRefusal: null, isProxied: false, aheadMs: 0 },
    outcome: { kind: 'reached', firstByteMs: 41, greeting: null },
    certificate: {
      authority: 'DigiCert Global Root G2 (DigiCert Inc)',
      isPublic: true,
      validUntil: new Date('2026-11-01T00:00:00Z'),
    },
    ...changes,
  };
}

const HOSTS: Readonly<Record<HostSight['target'], string>> = {
  control: 'www.gstatic.com',
  'sign-in': 'login.microsoftonline.com',
  graph: 'graph.microsoft.com',
  exchange: 'outlook.office365.com',
  'status-page': 'status.cloud.microsoft',
};

export const TARGETS = ['control', 'sign-in', 'graph', 'exchange', 'status-page'] as const;

export function hosts(changes: Partial<HostSight> = {}): readonly HostSight[] {
  return TARGETS.map((target) => host(target, changes));
}

export function hostsBut(target: HostSight['target'], changes: Partial<HostSight>): readonly HostSight[] {
  return TARGETS.map((each) => host(each, each === target ? changes : {}));
}

export function unreached(
  step: 'resolve' | 'connect' | 'tls' | 'first-byte',
  reason: Extract<HostSight['outcome'], { kind: 'failed' }>['reason'],
  text: string,
): Partial<HostSight> {
  return { outcome: { kind: 'failed', step, reason, text }, aheadMs: null, certificate: null };
}

const CLAIMS = {
  tenant: '5f0c3c1e-0000-4000-8000-00000000beef',
  app: '5f0c3c1e-0000-4000-8000-00000000cafe',
  expiresAt: new Date('2026-06-02T18:20:00Z'),
  scopes: [],
};

type Token = Extract<TokenSight, { kind: 'held' }> & { readonly claims: Claims };

export const GRAPH_TOKEN: Token = {
  ...{ kind: 'held', isReady: false, variable: 'MAILCHECK_GRAPH_TOKEN' },
  audiences: ['https://graph.microsoft.com'],
  claims: {
    ...{ ...CLAIMS, audience: 'https://graph.microsoft.com' },
    roles: ['ExchangeMessageTrace.Read.All', 'ServiceHealth.Read.All', 'ServiceMessage.Read.All'],
  },
};

export const EXCHANGE_TOKEN: Token = {
  ...{ kind: 'held', isReady: false, variable: 'MAILCHECK_EXCHANGE_TOKEN' },
  audiences: ['https://outlook.office365.com'],
  claims: { ...CLAIMS, audience: 'https://outlook.office365.com/', roles: ['Exchange.ManageAsApp'] },
};

export const HEALTHY: DoctorEvidence = {
  now: NOW,
  machine: {
    ...{ nodeVersion: '22.22.0', platform: 'linux x64' },
    terminal: { isTerminal: true, widthColumns: 120, isColoured: true, isUnicode: true },
  },
  setUp: {
    ...{ trouble: null, cloud: 'worldwide', traces: 'either', proxy: null, proxyVariable: null },
    ...{ caFile: null, extraCaFile: null },
  },
  files: [
    {
      ...{ path: '/home/ann/.local/state/mailcheck', role: 'home', mode: 0o40700 },
      ...{ othersWrite: false, othersRead: false, isPlaced: false },
    },
  ],
  store: {
    ...{ folder: '/home/ann/.local/state/mailcheck', trouble: null, networkDrive: null },
    databases: [{ name: 'quota.db', bytes: 24_576, version: 1, integrity: 'sound' }],
    freeBytes: 20_000_000_000,
  },
  hosts: hosts(),
  credential: {
    ...{ kind: 'found', what: 'Certificate', from: 'AZURE_CLIENT_CERTIFICATE_PATH (mailcheck.pem)' },
    asWhom: 'app 5f0c3c1e-0000-4000-8000-00000000cafe, tenant contoso.example',
    ...{ expiresAt: new Date('2027-03-01T00:00:00Z'), needsSignIn: true },
  },
  graphToken: GRAPH_TOKEN,
  exchangeToken: EXCHANGE_TOKEN,
  calls: {
    ...{ trace: { kind: 'answered' }, health: { kind: 'answered' }, messages: { kind: 'answered' } },
    ...{ settings: { kind: 'answered' }, 'exchange-trace': { kind: 'answered' } },
  },
  quotas: [],
};

export const NOTHING_ASKED = {
  ...{ graphToken: null, exchangeToken: null },
  calls: { trace: null, health: null, messages: null, settings: null, 'exchange-trace': null },
} as const;
