/** A route from its names to its verdict: what breaks it, what delays it, and what nobody can know from here. */
import { describe, expect, test } from 'vitest';

import type { DnsStatus } from '#mailflow/connector/dns/dns-judgement.js';
import { judgeRoute, type RouteCircumstances } from '#mailflow/connector/path/judge-route.js';
import { lookUpRoutes } from '#mailflow/connector/path/look-up-routes.js';
import type { MailRoute } from '#mailflow/connector/path/mail-route.js';
import { ownNetworkOf, tryControlHost } from '#mailflow/connector/path/own-network.js';
import { probeRoutes } from '#mailflow/connector/path/probe-routes.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';

import {
  CONTROL_ADDRESS,
  memoryPaths,
  type MemoryWorld,
  NO_ROUTE,
  REFUSED,
} from '../../../fakes/memory-paths.js';
import { answered, endedWith, soundProbe, tlsOf } from '../probe/probe-sample.js';

const LINK = {
  ...{ subject: 'CN=mail.fabrikam.example', certificateSha256: 'aa', certificateSha512: 'bb' },
  publicKeySha512: 'dd',
  isSignedByNext: false,
};
const NOW = new Date('2026-06-02T17:30:00Z');
const HOSTS = { 'a.contoso.example': ['192.0.2.1'], 'b.contoso.example': ['192.0.2.2'] };
const MX = { 'contoso.example': ['a.contoso.example', 'b.contoso.example'] };

const EXPIRED = soundProbe({
  tls: {
    kind: 'established',
    facts: tlsOf(
      { chainCheck: { kind: 'out-of-date', code: 'CERT_HAS_EXPIRED' } },
      { validTo: new Date('2026-05-01T00:00:00Z') },
    ),
  },
});
const KEY = 'c'.repeat(64);
const KEYED = soundProbe({
  tls: {
    kind: 'established',
    facts: tlsOf({}, { chain: [{ ...LINK, publicKeySha256: KEY }] }),
  },
});
const DEFERS = endedWith(answered('rcpt', '451 4.3.2 Temporary server error. Please try again later ATTR2'));

const SMART_HOSTS: MailRoute = {
  ...{ role: 'smart-host', name: 'Out', domains: ['plants.contoso.example'], mxOf: null },
  ...{ isNeeded: true, isMain: true },
  ...{ tls: { kind: 'named', domain: 'mail.fabrikam.example' }, stopAfter: 'tls', recipient: null },
  hosts: Object.keys(HOSTS).map((host) => ({ host, port: 25, preference: null })),
};
const BY_MX: MailRoute = {
  ...SMART_HOSTS,
  ...{ role: 'mx', name: 'contoso.example', domains: ['contoso.example'] },
  ...{ mxOf: 'contoso.example', hosts: [] },
  tls: { kind: 'opportunistic' },
};

interface Setting extends MemoryWorld {
  readonly web?: boolean;
  readonly said?: RouteCircumstances['saidByHost'];
}

async function judged(route: MailRoute, setting: Setting = {}): Promise<RouteJudgement> {
  const { web = true, said = new Map(), ...world } = setting;
  const tools = memoryPaths({ hosts: HOSTS, mx: MX, ...world });
  const mail = await tryControlHost(tools.control, tools);
  const looked = await lookUpRoutes([route], tools);
  const seen = await probeRoutes(looked, tools);
  const [first] = seen;
  if (first === undefined) throw new Error('one route was given');
  return judgeRoute(first, { own: ownNetworkOf({ web, mail }, seen), now: NOW, saidByHost: said });
}

/** All that matters of it, short enough to be read in a table. */
function tell({ paths, order, findings, gaps, secondWorks, worksAt }: RouteJudgement) {
  return {
    paths: paths.map(({ status, reason }) => (reason === null ? status : `${status} ${reason}`)),
    order: order.map(({ state }) => state),
    findings: findings.map(({ id, level }) => `${level} ${id.replace(/^(?:probe|dns)-/, '')}`),
    gaps: gaps.map(({ reason }) => reason),
    ...{ worksAt, secondWorks },
  };
}

const SOUND: ReturnType<typeof tell> = {
  ...{ paths: ['pass', 'pass'], order: ['works', 'works'], findings: [], gaps: [] },
  ...{ worksAt: 1, secondWorks: true },
};
const BOTH = (probe: SmtpProbe) => ({ '192.0.2.1': probe, '192.0.2.2': probe });

const PARTNER: MailRoute = {
  ...BY_MX,
  ...{ role: 'partner-mx', name: 'Out', tls: { kind: 'named', domain: 'mail.fabrikam.example' } },
};

test.each<[string, MailRoute, readonly string[]]>([
  ['an alias behind an MX record is worth knowing', BY_MX, ['info path-mail-host-alias']],
  ['a smart host may be one', SMART_HOSTS, []],
])('%s', async (_, route, findings) => {
  const aliases = { 'a.contoso.example': 'end.contoso.example' };
  expect(tell(await judged(route, { aliases }))).toMatchObject({ paths: ['pass', 'pass'], findings });
});

describe('a connector that goes by the MX of its recipients', () => {
  test.each<[string, Setting, Partial<ReturnType<typeof tell>>]>([
    ['all is well', {}, SOUND],
    [
      'an MX is open to all, so a refusal there is proof',
      { probes: BOTH(REFUSED) },
      { findings: ['critical path-unreachable'], gaps: [] },
    ],
    [
      'it insists on a certificate, which others do not',
      { probes: BOTH(EXPIRED) },
      { findings: ['critical certificate-expired'] },
    ],
    ['the domain is gone', { mx: {} }, { findings: ['critical name-missing'] }],
  ])('%s', async (_, setting, expected) => {
    expect(tell(await judged(PARTNER, setting))).toMatchObject(expected);
  });

  test('findings name the connector, and gaps the domain as well', async () => {
    const { findings } = await judged(PARTNER, { mx: {} });
    expect(findings).toMatchObject([{ subject: 'Out', evidence: ['contoso.example: 2 resolvers say so.'] }]);
    const { gaps } = await judged(PARTNER, { web: false, probes: BOTH(REFUSED) });
    expect(gaps.map(({ what }) => what)).toEqual([
      expect.stringContaining('(connector Out, MX of contoso.example)'),
    ]);
  });
});

describe('smart hosts', () => {
  test.each<[string, Setting, Partial<ReturnType<typeof tell>>]>([
    ['all is well', {}, SOUND],
    [
      'a refusal proves nothing: a relay may admit Microsoft only',
      { probes: BOTH(REFUSED) },
      {
        ...{ paths: ['temperror unreachable', 'temperror unreachable'], order: ['unknown', 'unknown'] },
        ...{ findings: [], gaps: ['unreachable'], worksAt: null, secondWorks: null },
      },
    ],
    [
      'with deferrals that name it, it does, and is critical where no other host works',
      {
        probes: BOTH(REFUSED),
        said: new Map([
          ['a.contoso.example', 'said'],
          ['192.0.2.2', 'said'],
        ]),
      },
      {
        ...{ paths: ['fail path-unreachable', 'fail path-unreachable'], order: ['broken', 'broken'] },
        ...{ findings: ['critical path-unreachable'], gaps: [], worksAt: null, secondWorks: false },
      },
    ],
    [
      'and a warning where another one works',
      { probes: { '192.0.2.1': REFUSED }, said: new Map([['a.contoso.example', 'said']]) },
      {
        ...{
          paths: ['fail path-unreachable', 'pass'],
          order: ['broken', 'works'],
          worksAt: 2,
          secondWorks: true,
        },
        findings: ['warning path-unreachable', 'warning path-failover-in-use'],
      },
    ],
    [
      'a certificate that the connector does not take is proven from anywhere',
      { probes: BOTH(EXPIRED) },
      { order: ['broken', 'broken'], findings: ['critical certificate-expired'], gaps: [] },
    ],
    [
      'the second host is looked at as well, before it is needed',
      { probes: { '192.0.2.2': EXPIRED } },
      {
        ...{ order: ['works', 'broken'], worksAt: 1, secondWorks: false },
        findings: ['warning certificate-expired', 'warning path-failover-broken'],
      },
    ],
    [
      'a name that is in no DNS, as two resolvers say',
      { hosts: {} },
      { paths: ['fail name-missing', 'fail name-missing'], findings: ['critical name-missing'], gaps: [] },
    ],
    [
      'where the web leads nowhere and nothing connects, it is our own trouble',
      { web: false, probes: { ...BOTH(REFUSED), [CONTROL_ADDRESS]: REFUSED } },
      { paths: ['skipped own-network', 'skipped own-network'], findings: [], gaps: ['own-network'] },
    ],
    [
      'and so is a name that is missing',
      { web: false, hosts: {}, probes: { [CONTROL_ADDRESS]: REFUSED } },
      {
        paths: ['temperror own-network', 'temperror own-network'],
        findings: [],
        gaps: ['own-network', 'own-network'],
      },
    ],
    [
      'but not where mail hosts can be connected to: networks shut what they do not need',
      { web: false },
      SOUND,
    ],
    [
      'port 25 is shut for us',
      { probes: { ...BOTH(REFUSED), [CONTROL_ADDRESS]: REFUSED } },
      { paths: ['skipped port-25-shut', 'skipped port-25-shut'], findings: [], gaps: ['port-25-shut'] },
    ],
  ])('%s', async (_, setting, expected) => {
    expect(tell(await judged(SMART_HOSTS, setting))).toMatchObject(expected);
  });

  test('a connector in test mode has no critical finding, and its path fails all the same', async () => {
    const route = { ...SMART_HOSTS, isNeeded: false };
    expect(tell(await judged(route, { probes: BOTH(EXPIRED) }))).toMatchObject({
      paths: ['fail certificate-expired', 'fail certificate-expired'],
      findings: ['warning certificate-expired'],
    });
  });

  test('a finding names the connector, and in its evidence each host', async () => {
    const { findings } = await judged(SMART_HOSTS, { probes: BOTH(EXPIRED) });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ subject: 'Out' });
    expect(findings[0]?.evidence).toEqual([
      expect.stringMatching(
        /^a\.contoso\.example \[192\.0\.2\.1\]:25, b\.contoso\.example \[192\.0\.2\.2\]:25: It was valid until 2026-05-01 00:00 UTC;/,
      ),
    ]);
  });

  test('what the trace says stands in the evidence', async () => {
    const said = new Map([['a.contoso.example', 'Deferrals name it.']]);
    const { findings } = await judged(SMART_HOSTS, { probes: { '192.0.2.1': REFUSED }, said });
    expect(findings[0]?.evidence[0]).toContain('Deferrals name it.');
  });
});

describe('where mail comes in', () => {
  test.each<[string, Setting, Partial<ReturnType<typeof tell>>]>([
    ['all is well', {}, SOUND],
    [
      'all senders may connect there, so a refusal is proven once our way is',
      { probes: BOTH(REFUSED) },
      { order: ['broken', 'broken'], findings: ['critical path-unreachable'], gaps: [] },
    ],
    [
      'put off is not down',
      { probes: BOTH(DEFERS) },
      {
        ...{ paths: ['temperror path-defers', 'temperror path-defers'], order: ['defers', 'defers'] },
        ...{ findings: ['warning path-defers'], secondWorks: null },
      },
    ],
    [
      'without a proof that our way is open it is unknown',
      { hosts: { ...HOSTS, 'mx.control.example': [] }, probes: BOTH(REFUSED) },
      { order: ['unknown', 'unknown'], findings: [], gaps: ['unreachable'] },
    ],
    [
      'no MX record: the domain itself is tried',
      {
        mx: {
          'contoso.example': { kind: 'no-such-record', isAuthenticated: false, witnesses: 2, dissent: [] },
        },
        hosts: { 'contoso.example': ['192.0.2.9'] },
      },
      { paths: ['pass'], findings: ['warning mail-hosts-missing'], gaps: [] },
    ],
    [
      'no such domain',
      { mx: {} },
      { paths: ['fail name-missing'], order: [], findings: ['critical name-missing'], worksAt: null },
    ],
    [
      'a null MX',
      { mx: { 'contoso.example': { kind: 'takes-no-mail', isAuthenticated: false } } },
      { paths: ['fail mail-refused'], findings: ['critical mail-refused'] },
    ],
    [
      'resolvers that do not answer prove nothing',
      { mx: { 'contoso.example': { kind: 'unanswered', reason: 'server-failed', text: 'SERVFAIL' } } },
      { paths: ['temperror server-failed'], findings: [], gaps: ['server-failed'] },
    ],
    [
      'an address in our own network may be right inside: a warning and a gap',
      {
        hosts: {
          'a.contoso.example': { kind: 'refused', reason: 'barred-address', text: '10.0.0.5 (private use)' },
          'b.contoso.example': { kind: 'refused', reason: 'barred-address', text: '10.0.0.6 (private use)' },
        },
      },
      {
        paths: ['skipped private-address', 'skipped private-address'],
        ...{ findings: ['warning address-barred'], gaps: ['private-address', 'private-address'] },
      },
    ],
    [
      'an IPv6 address that this machine has no way to counts for nothing',
      {
        hosts: { ...HOSTS, 'a.contoso.example': ['192.0.2.1', '2001:db8::1'] },
        probes: { '2001:db8::1': NO_ROUTE },
      },
      { ...SOUND, paths: ['pass', 'skipped no-route', 'pass'] },
    ],
    [
      'but no way to anything is our own trouble',
      { probes: BOTH(NO_ROUTE) },
      { findings: [], gaps: ['own-network'], order: ['unknown', 'unknown'] },
    ],
  ])('%s', async (_, setting, expected) => {
    expect(tell(await judged(BY_MX, setting))).toMatchObject(expected);
  });
});

test('a domain that is not the main one may be meant to take no mail', async () => {
  const mx = { 'contoso.example': { kind: 'takes-no-mail', isAuthenticated: false } } as const;
  const { findings, paths } = tell(await judged({ ...BY_MX, isMain: false }, { mx }));
  expect([findings, paths]).toEqual([['warning mail-refused'], ['permerror mail-refused']]);
});

describe('what the owner demands', () => {
  const policy = (mode: 'enforce' | 'testing', mxPatterns: readonly string[]) => ({
    'contoso.example': {
      kind: 'policy' as const,
      policyId: '1',
      policy: { mode, mxPatterns, maxAgeSeconds: 86_400 },
    },
  });
  const record = (association: string) => ({
    kind: 'found' as const,
    records: [{ usage: 3, selector: 1, matchingType: 1, association, associationSha256: 'ee' }],
    ...{ ttlSeconds: 300, isAuthenticated: true, aliases: [], leftOut: [], dissent: [] },
  });
  const tlsa = (association: string) => ({
    'a.contoso.example': record(association),
    'b.contoso.example': record(association),
  });

  test.each<[string, Setting, readonly string[], readonly string[]]>([
    ['a policy that is kept', { mtaSts: policy('enforce', ['*.contoso.example']) }, ['pass', 'pass'], []],
    [
      'a host that it does not name',
      { mtaSts: policy('enforce', ['b.contoso.example']) },
      ['warn mta-sts-host', 'pass'],
      ['warning mta-sts-host'],
    ],
    [
      'a certificate that it does not take',
      { mtaSts: policy('enforce', ['*.contoso.example']), probes: BOTH(EXPIRED) },
      ['fail mta-sts-tls', 'fail mta-sts-tls'],
      ['warning certificate-expired', 'critical mta-sts-tls'],
    ],
    [
      'TLSA records that fit',
      { tlsa: tlsa(KEY), probes: BOTH(KEYED), isAuthenticated: true },
      ['pass', 'pass'],
      [],
    ],
    [
      'nobody proved where mail goes: few senders insist',
      { tlsa: tlsa('0'.repeat(64)), probes: BOTH(KEYED) },
      ['warn dane-mismatch', 'warn dane-mismatch'],
      ['warning dane-mismatch'],
    ],
    [
      'TLSA records of another certificate',
      { tlsa: tlsa('0'.repeat(64)), probes: BOTH(KEYED), isAuthenticated: true },
      ['fail dane-mismatch', 'fail dane-mismatch'],
      ['critical dane-mismatch'],
    ],
  ])('%s', async (_, setting, paths, findings) => {
    const told = tell(await judged(BY_MX, setting));
    expect([told.paths, told.findings]).toEqual([paths, findings]);
  });

  const END = { aliases: { 'a.contoso.example': 'end.contoso.example' }, probes: BOTH(KEYED) };

  test.each<[string, Setting, DnsStatus]>([
    [
      'the host at the end of proven aliases speaks first (RFC 7672, section 2.2.3)',
      {
        ...END,
        tlsa: { 'end.contoso.example': record(KEY), ...tlsa('0'.repeat(64)) },
        isAuthenticated: true,
      },
      'pass',
    ],
    [
      'the alias where that one has no records',
      { ...END, tlsa: tlsa('0'.repeat(64)), isAuthenticated: true },
      'fail',
    ],
    [
      'aliases that nobody proved lead to no records',
      { ...END, tlsa: { 'end.contoso.example': record('0'.repeat(64)) } },
      'skipped',
    ],
    [
      'silence at the end is no absence there',
      {
        ...END,
        tlsa: {
          'end.contoso.example': { kind: 'unanswered', reason: 'timeout', text: '' },
          ...tlsa(KEY),
        },
        isAuthenticated: true,
      },
      'temperror',
    ],
  ])('%s', async (_, setting, expected) => {
    const { paths } = await judged(BY_MX, setting);
    expect(paths[0]?.dane).toBe(expected);
  });

  test('a host that is named with a port is held against the records of that port', async () => {
    const named: MailRoute = {
      ...{ ...BY_MX, role: 'named', name: 'a.contoso.example:587', mxOf: null },
      hosts: [{ host: 'a.contoso.example', port: 587, preference: null }],
    };
    const setting = { tlsa: { 'a.contoso.example:587': record(KEY) }, probes: BOTH(KEYED) };
    const { paths } = await judged(named, { ...setting, isAuthenticated: true });
    expect(paths.map(({ dane }) => dane)).toEqual(['pass']);
  });
});
