/** Evidence to cause: which check says what, which comes first, and what the whole is called. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { concludeDoctor, findingsOf, gapsOf } from '#mailflow/doctor/conclude-doctor.js';
import type { DoctorCheck } from '#mailflow/doctor/doctor-check.js';
import type { Claims, DoctorEvidence } from '#mailflow/doctor/doctor-evidence.js';
import { examine } from '#mailflow/doctor/examine.js';

import {
  EXCHANGE_TOKEN,
  failed,
  GRAPH_TOKEN,
  HEALTHY,
  host,
  hosts,
  hostsBut,
  NOTHING_ASKED,
  trouble,
  unreached,
} from './sights.js';

function caseOf(changes: Partial<DoctorEvidence>): {
  readonly checks: readonly DoctorCheck[];
  readonly cause: string | null;
  readonly level: string;
  readonly sentence: string;
} {
  const evidence = { ...HEALTHY, ...changes };
  const checks = examine(evidence);
  const { cause, level, sentence } = concludeDoctor(checks, evidence);
  return { checks, cause: cause?.id ?? null, level, sentence };
}

function stateOf(checks: readonly DoctorCheck[], id: string): string | undefined {
  return checks.find((check) => check.id === id)?.state;
}

const { calls, setUp, store, machine, files } = HEALTHY;
const [home] = files;

test('where all is well every check says so', () => {
  const { checks, level, sentence } = caseOf({});
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect([level, sentence]).toEqual(['ok', 'All is ready for a first answer.']);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});

test.each<[Partial<DoctorEvidence>, string, string, RegExp, string]>([
  [
    { machine: { ...machine, nodeVersion: '23.1.0' } },
    'node',
    'warning',
    /23\.1\.0/u,
    'no line of long support',
  ],
  [
    { machine: { ...machine, terminal: { ...machine.terminal, isUnicode: false } } },
    ...(['terminal', 'warning', /UTF-8/u, 'names of people are lost there'] as const),
  ],
  [
    { machine: { ...machine, terminal: { ...machine.terminal, widthColumns: 40 } } },
    ...(['terminal', 'warning', /40 columns/u, 'tables lose columns'] as const),
  ],
  [
    {
      files: home === undefined ? [] : [{ ...home, role: 'certificate', path: 'key.pem', othersRead: true }],
    },
    ...([
      'files',
      'warning',
      /read the private key.*chmod go-rwx key\.pem/u,
      'a key that others read is theirs',
    ] as const),
  ],
  [
    {
      files:
        home === undefined
          ? []
          : [{ ...home, role: 'secret', path: '/run/secrets/app', othersRead: true, isPlaced: true }],
    },
    ...(['-', 'ok', /All is ready/u, 'a container is set up by whoever runs it'] as const),
  ],
  [
    { files: home === undefined ? [] : [{ ...home, role: 'ca-file', path: 'ca.pem', othersWrite: true }] },
    ...([
      'files',
      'warning',
      /change the CA file.*chmod go-w ca\.pem/u,
      'whom we trust, others would decide',
    ] as const),
  ],
  [
    { store: { ...store, freeBytes: 1_000_000 } },
    'store',
    'warning',
    /1\.0 MB left/u,
    'a log could not grow',
  ],
  [{ store: { ...store, networkDrive: 'NFS' } }, 'store', 'warning', /NFS/u, 'locks may not hold'],
  [
    { store: { ...store, databases: [{ name: 'watch.db', bytes: 1, version: 3, integrity: 'locked' }] } },
    ...([
      'store',
      'warning',
      /Another process holds watch\.db|another process holds watch\.db/u,
      'a backup has it',
    ] as const),
  ],
  [{ hosts: hosts({ aheadMs: 120_000 }) }, 'clock', 'warning', /2 min behind/u, 'ages are off, and no more'],
  [
    { hosts: hosts({ aheadMs: -400_000 }) },
    ...(['clock', 'critical', /read wrongly: the clock .* 6 min ahead/u, 'ages mean nothing'] as const),
  ],
  [
    { hosts: hostsBut('control', { aheadMs: 9e6 }) },
    '-',
    'ok',
    /All is ready/u,
    'one host with a wrong clock is not us',
  ],
  [
    { hosts: hosts(unreached('resolve', 'name-server-silent', 'EAI_AGAIN')), ...NOTHING_ASKED },
    ...([
      'names',
      'unknown',
      /no name can be resolved here: the name server is silent/u,
      'our own network',
    ] as const),
  ],
  [
    {
      hosts: hostsBut('graph', unreached('resolve', 'no-such-name', 'ENOTFOUND')),
      calls: { ...calls, trace: null },
    },
    ...([
      'names',
      'unknown',
      /Exchange alone: the name graph\.microsoft\.com cannot be resolved/u,
      'one name of all',
    ] as const),
  ],
  [
    { hosts: hostsBut('status-page', unreached('connect', 'timeout', 'ETIMEDOUT')) },
    ...(['reach-status-page', 'warning', /connection \(TCP\): timed out/u, 'no answer leans on it'] as const),
  ],
  [
    {
      hosts: hostsBut('exchange', unreached('first-byte', 'closed', 'ECONNRESET')),
      exchangeToken: null,
      calls: { ...calls, settings: null, 'exchange-trace': null },
    },
    ...(['reach-exchange', 'warning', /first answer \(HTTP\): closed/u, 'Graph answers'] as const),
  ],
  [
    {
      hosts: hosts({
        ...unreached('tls', 'certificate', 'SELF_SIGNED_CERT_IN_CHAIN'),
        certificate: { authority: 'Contoso Proxy CA (Contoso)', isPublic: false, validUntil: null },
      }),
      ...NOTHING_ASKED,
    },
    ...([
      'tls',
      'refused',
      /signed by Contoso Proxy CA \(Contoso\).*--ca-file/u,
      'the authority is named',
    ] as const),
  ],
  [
    { hosts: hosts({ certificate: { authority: 'Contoso Proxy CA', isPublic: false, validUntil: null } }) },
    ...(['-', 'ok', /All is ready/u, 'a proxy that is trusted is a choice of the network'] as const),
  ],
  [
    {
      setUp: { ...setUp, proxy: 'proxy:3128', proxyVariable: 'HTTPS_PROXY' },
      hosts: hosts({
        ...unreached('connect', 'unreachable', 'PROXY_ECONNREFUSED'),
        proxyRefusal: 'ECONNREFUSED',
        isProxied: true,
      }),
      ...NOTHING_ASKED,
    },
    ...([
      'proxy',
      'unknown',
      /proxy:3128, of HTTPS_PROXY, does not lead anywhere \(ECONNREFUSED\)/u,
      'it may be back',
    ] as const),
  ],
  [
    {
      setUp: { ...setUp, proxy: 'proxy:3128', proxyVariable: 'HTTPS_PROXY' },
      hosts: hosts({ ...unreached('connect', 'refused', 'PROXY_403'), proxyRefusal: '403', isProxied: true }),
      ...NOTHING_ASKED,
    },
    ...([
      'proxy',
      'refused',
      /does not let us through to login\.microsoftonline\.com \(403\)/u,
      'a rule of the proxy',
    ] as const),
  ],
  [
    {
      credential: {
        kind: 'found',
        what: 'Certificate',
        from: 'x.pem',
        asWhom: '',
        expiresAt: new Date('2026-06-20T00:00:00Z'),
        needsSignIn: true,
      },
    },
    ...(['credential', 'warning', /ends in 17 d 6 h \(2026-06-20\)/u, 'time to make the next one'] as const),
  ],
  [
    {
      credential: {
        kind: 'found',
        what: 'Certificate',
        from: 'x.pem',
        asWhom: '',
        expiresAt: new Date('2026-06-01T00:00:00Z'),
        needsSignIn: true,
      },
      graphToken: { kind: 'refused', trouble: trouble('sign-in') },
      exchangeToken: null,
      calls: NOTHING_ASKED.calls,
    },
    ...(['credential', 'refused', /ended on 2026-06-01/u, 'nearer than the refusal that it brings'] as const),
  ],
  [
    {
      setUp: { ...setUp, trouble: trouble('configuration', 'TLS is switched off.') },
      credential: { kind: 'missing', trouble: trouble('configuration', 'TLS is switched off.') },
      ...NOTHING_ASKED,
    },
    ...([
      'settings',
      'refused',
      /^Cannot ask yet: TLS is switched off\. Cure: Do this\.$/u,
      'told once',
    ] as const),
  ],
  [
    { calls: { ...calls, trace: failed('throttled') } },
    ...(['quota', 'warning', /is refused/u, 'Exchange answered'] as const),
  ],
  [
    { calls: { ...calls, trace: failed('timeout'), health: null, messages: null } },
    ...(['permission-trace', 'unknown', /Exchange alone/u, 'nothing is proven by silence'] as const),
  ],
  [
    { calls: { ...calls, messages: failed('permission', 'permission') } },
    ...(['permission-messages', 'warning', /Ready, with a warning/u, 'nobody needs it for mail'] as const),
  ],
  [
    {
      graphToken: {
        ...GRAPH_TOKEN,
        isReady: true,
        claims: { ...GRAPH_TOKEN.claims, audience: 'https://graph.microsoft.us' },
      },
      setUp: { ...setUp, traces: 'graph' },
      calls: NOTHING_ASKED.calls,
      exchangeToken: null,
    },
    ...([
      'token-graph',
      'refused',
      /is for https:\/\/graph\.microsoft\.us/u,
      'the token of another cloud',
    ] as const),
  ],
  [
    {
      graphToken: {
        ...GRAPH_TOKEN,
        claims: { ...GRAPH_TOKEN.claims, audience: '5f0c3c1e-0000-4000-8000-00000000cafe' },
      },
    },
    ...(['-', 'ok', /All is ready/u, 'an audience may be a GUID, which tells nothing'] as const),
  ],
])('%#: %j is %s, %s', (changes, cause, level, says) => {
  const told = caseOf(changes);
  expect([told.cause ?? '-', told.level]).toEqual([cause, level]);
  expect(told.sentence).toMatch(says);
});

describe('an audience is compared as an address', () => {
  test.each([
    ['https://outlook.office365.com', 'as it is'],
    ['https://outlook.office365.com/', 'with a slash, as Exchange has it'],
    ['HTTPS://Outlook.Office365.com//', 'however it is spelled'],
  ])('%s: %s', (audience) => {
    const exchangeToken = { ...EXCHANGE_TOKEN, claims: { ...EXCHANGE_TOKEN.claims, audience } };
    expect(stateOf(caseOf({ exchangeToken }).checks, 'token-exchange')).toBe('ok');
  });
});

test('a role that is missing in the token is named beside the refusal', () => {
  const graphToken = { ...GRAPH_TOKEN, claims: { ...GRAPH_TOKEN.claims, roles: ['ServiceHealth.Read.All'] } };
  const { checks } = caseOf({ graphToken, calls: { ...calls, messages: null } });
  const token = checks.find(({ id }) => id === 'token-graph');
  expect(token?.says).toBe(
    'For this service, without ExchangeMessageTrace.Read.All, ServiceMessage.Read.All.',
  );
  expect(stateOf(checks, 'permission-messages')).toBe('skipped');
});

test('a wrong clock is the cause, and not what kept anybody from asking', () => {
  const { checks, cause } = caseOf({
    ...{ hosts: hosts({ aheadMs: 900_000 }), ...NOTHING_ASKED, exchangeToken: null },
    graphToken: { kind: 'refused', trouble: trouble('sign-in') },
  });
  expect(cause).toBe('clock');
  expect(checks.find(({ id }) => id === 'permission-trace')).toMatchObject({ after: 'sign-in' });
});

describe('what Exchange wants of a token', () => {
  test.each<[Pick<Claims, 'roles' | 'scopes'>, RegExp, string]>([
    [{ roles: ['Exchange.ManageAsApp'], scopes: [] }, /with every permission/u, 'an app'],
    [{ roles: [], scopes: ['Exchange.Manage'] }, /with every permission/u, 'a person'],
    [{ roles: [], scopes: ['Exchange.ManageV2'] }, /with every permission/u, 'a person, the newer one'],
    [{ roles: [], scopes: ['Mail.Read'] }, /without Exchange\.Manage\.$/u, 'a person without it'],
    [{ roles: [], scopes: [] }, /without Exchange\.ManageAsApp\.$/u, 'an app to which nothing was granted'],
  ])('%j: %s (%s)', (granted, says) => {
    const exchangeToken = { ...EXCHANGE_TOKEN, claims: { ...EXCHANGE_TOKEN.claims, ...granted } };
    const { checks } = caseOf({ exchangeToken });
    expect(checks.find(({ id }) => id === 'token-exchange')?.says).toMatch(says);
  });

  test('a person is not told of the permission of an app', () => {
    const exchangeToken = {
      ...EXCHANGE_TOKEN,
      claims: { ...EXCHANGE_TOKEN.claims, roles: [], scopes: ['Mail.Read'] },
    };
    const { checks } = caseOf({
      exchangeToken,
      calls: { ...calls, settings: failed('permission', 'token'), 'exchange-trace': null },
    });
    expect(checks.find(({ id }) => id === 'permission-exchange')?.evidence).toEqual([
      'The token does not hold Exchange.Manage, which a person needs in the place of Exchange.ManageAsApp.',
    ]);
  });
});

/** Each of them alone is broken at its own check; those that hide what comes after them say so by what they leave out. */
const FAULTS: readonly (readonly [id: string, evidence: (so: DoctorEvidence) => DoctorEvidence])[] = [
  ['settings', (so) => ({ ...so, setUp: { ...so.setUp, trouble: trouble('configuration') } })],
  ['clock', (so) => ({ ...so, hosts: so.hosts?.map((each) => ({ ...each, aheadMs: 900_000 })) ?? null })],
  [
    'reach-sign-in',
    (so) => ({
      ...so,
      hosts:
        so.hosts?.map((each) =>
          each.target === 'sign-in'
            ? { ...host('sign-in', unreached('connect', 'refused', 'ECONNREFUSED')), aheadMs: each.aheadMs }
            : each,
        ) ?? null,
    }),
  ],
  ['credential', (so) => ({ ...so, credential: { kind: 'missing', trouble: trouble('sign-in') } })],
  ['sign-in', (so) => ({ ...so, graphToken: { kind: 'refused', trouble: trouble('sign-in') } })],
  [
    'permission-trace',
    (so) => ({ ...so, calls: { ...so.calls, trace: failed('permission', 'permission') } }),
  ],
  [
    'permission-health',
    (so) => ({ ...so, calls: { ...so.calls, health: failed('permission', 'permission') } }),
  ],
];

test('of any that are broken together the nearest is named, whatever else is wrong', () => {
  fc.assert(
    fc.property(fc.subarray([...FAULTS], { minLength: 1 }), (chosen) => {
      const evidence = chosen.reduce((so, [, change]) => change(so), HEALTHY);
      const checks = examine(evidence);
      const { cause, level } = concludeDoctor(checks, evidence);
      expect(cause?.id).toBe(chosen[0]?.[0]);
      expect(['critical', 'unknown', 'refused']).toContain(level);
    }),
  );
});

test('what is judged is a finding or a gap, each once, and the level is the worst of them', () => {
  const anyCall = fc.constantFrom(
    ...[{ kind: 'answered' } as const, null, failed('throttled'), failed('timeout')],
    ...[
      failed('permission', 'permission'),
      failed('permission', 'service-principal'),
      failed('sign-in', 'token'),
    ],
  );
  const anyCalls = fc.record({
    trace: anyCall,
    health: anyCall,
    messages: anyCall,
    settings: anyCall,
    'exchange-trace': anyCall,
  });
  const anyTraces = fc.constantFrom('graph', 'exchange', 'either');
  fc.assert(
    fc.property(anyCalls, anyTraces, (some, traces) => {
      const evidence = { ...HEALTHY, calls: some, setUp: { ...setUp, traces } };
      const checks = examine(evidence);
      const { level, cause } = concludeDoctor(checks, evidence);
      const [findings, gaps] = [findingsOf(checks), gapsOf(checks)];
      const troubled = checks.filter(
        ({ state }) => state === 'broken' || state === 'unknown' || state === 'warning',
      );
      expect(findings.length + gaps.length).toBe(troubled.length);
      expect(cause === null).toBe(troubled.length === 0);
      if (level === 'unknown') expect(findings.filter((finding) => finding.level === 'critical')).toEqual([]);
      if (level === 'critical') expect(findings.some((finding) => finding.level === 'critical')).toBe(true);
      if (level === 'ok' || level === 'warning') expect(gaps).toEqual([]);
      for (const { says, cure, state } of checks) {
        expect(says).not.toBe('');
        if (state === 'broken' || state === 'warning' || state === 'unknown') expect(cure).not.toBeNull();
      }
    }),
  );
});
