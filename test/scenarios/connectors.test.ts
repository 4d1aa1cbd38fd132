/**
 * Why: a set-up must be told as it is, also where the service hides a part of it, cuts a list or lets the app see some of it
 * only; and a monitor must get the code that fits. Tenant: set-ups in good order, neglected and broken; roles that lack
 * something; faults. Requests: pinned from the tenant's own log, nine of them or as few as are needed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { SetUpAt } from '#simulator/exchange/set-up/set-up.js';
import { acceptedDomain } from '#simulator/exchange/set-up/set-up.js';
import { HEALTHY_SET_UP, NEGLECTED_SET_UP } from '#simulator/exchange/set-up/set-ups.js';
import { faultScript } from '#simulator/faults.js';

import type { Zone } from '../fakes/fake-dns.js';
import { startFakeDns } from '../fakes/fake-dns.js';
import { cellsOf } from './read-csv.js';
import type { Run } from './run-mailcheck.js';
import { runMailcheck } from './run-mailcheck.js';
import type { Served, ServedTenant } from './serve-tenant.js';
import { serveTenant, thisSecond } from './serve-tenant.js';

/** Mail for the relay domain comes back to Exchange Online; of everything else nobody knows. */
const ZONE: Zone = {
  'contoso.example MX': ['0 contoso-example.mail.protection.outlook.com'],
  'plants.contoso.example MX': ['0 contoso-example.mail.protection.outlook.com'],
  'contoso.onmicrosoft.example MX': ['0 contoso-onmicrosoft.mail.protection.outlook.com'],
};

const SILENT_ZONE: Zone = Object.fromEntries(
  Object.keys(ZONE).map((line) => [line, { silent: true } as const]),
);

const OLD_ZONE: Zone = { ...ZONE, 'contoso.example MX': ['0 mail.global.frontbridge.com'] };

const ZONES = { zone: ZONE, 'old-zone': OLD_ZONE, none: SILENT_ZONE } as const;

interface Case {
  readonly options?: Served;
  readonly args?: readonly string[];
  /** In place of the token and the tenant that are given otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** `none`: a resolver that never answers. */
  readonly dns?: keyof typeof ZONES;
}

interface Played extends Run {
  readonly tenant: ServedTenant;
}

const RELAY_OFF: SetUpAt = (now) => {
  const setUp = HEALTHY_SET_UP(now);
  const off = (each: (typeof setUp.outboundConnectors)[number]): object =>
    each['Name'] === 'Outbound to our servers' ? { ...each, Enabled: false } : each;
  return { ...setUp, outboundConnectors: setUp.outboundConnectors.map((each) => ({ ...off(each) })) };
};

const DEFAULT_STOPPED: SetUpAt = (now) => ({
  ...HEALTHY_SET_UP(now),
  acceptedDomains: [acceptedDomain('contoso.example', 201, { Default: true, SendingToDomainDisabled: true })],
});

const MANY_DOMAINS: SetUpAt = (now) => ({
  ...HEALTHY_SET_UP(now),
  acceptedDomains: Array.from({ length: 1500 }, (_, n) => acceptedDomain(`d${n}.contoso.example`, 1000 + n)),
});

const JSON_FORMAT = ['--format', 'json'];

const CASES = {
  healthy: {},
  healthyTable: { args: [] },
  neglected: { options: { setUp: NEGLECTED_SET_UP } },
  neglectedCsv: { options: { setUp: NEGLECTED_SET_UP }, args: ['--format', 'csv'] },
  failOnCritical: {
    options: { setUp: NEGLECTED_SET_UP },
    args: [...JSON_FORMAT, '--fail-on', 'critical'],
  },
  broken: { options: { setUp: RELAY_OFF } },
  brokenNoDns: { options: { setUp: RELAY_OFF }, dns: 'none' },
  healthyNoDns: { dns: 'none' },
  oldMx: { dns: 'old-zone' },
  stopped: { options: { setUp: DEFAULT_STOPPED }, dns: 'none' },
  one: {
    options: { setUp: NEGLECTED_SET_UP },
    args: [...JSON_FORMAT, '--connector', 'Inbound from our servers'],
  },
  gone: { args: ['--connector', 'Gone'] },
  rulesRoleMissing: { options: { exchangeOnboarding: { lacks: ['Get-TransportRule'] } } },
  brokenAndPartly: {
    options: { setUp: RELAY_OFF, exchangeOnboarding: { lacks: ['Get-TransportRule'] } },
  },
  tracesOnly: {
    options: { exchangeOnboarding: { allows: ['Get-MessageTraceV2', 'Get-MessageTraceDetailV2'] } },
  },
  permissionMissing: { options: { exchangeOnboarding: 'permission-missing' } },
  capped: { args: [...JSON_FORMAT, '--max-requests', '1'] },
  cutList: { options: { setUp: MANY_DOMAINS } },
  wholeList: { options: { setUp: MANY_DOMAINS, quirks: { exchangeLinks: 'followed' } } },
  concurrency: { options: { exchangeFaults: faultScript({ 2: 'concurrency400' }) } },
  nullValue: { options: { exchangeFaults: faultScript({ 1: 'null-value' }) } },
  portal: { options: { exchangeFaults: [{ request: 1, times: 99, fault: { kind: 'html', status: 200 } }] } },
  viaGraph: { args: ['--via', 'graph'] },
  graphUrl: { args: ['--graph-url', 'http://127.0.0.1:1'] },
} satisfies Readonly<Record<string, Case>>;

type CaseName = keyof typeof CASES;

const played = new Map<string, Played>();

async function play({ options = {}, args = JSON_FORMAT, env = {}, dns = 'zone' }: Case): Promise<Played> {
  const [tenant, resolver] = await Promise.all([
    serveTenant(thisSecond(), [], options),
    startFakeDns(ZONES[dns]),
  ]);
  const run = await runMailcheck(['connectors', ...args], {
    env: { ...tenant.exchangeEnv, MAILCHECK_DNS_SERVER: resolver.server, ...env },
  });
  await resolver.close();
  return { ...run, tenant };
}

// Each takes the eight seconds of nine questions, one a second; together they take little more.
beforeAll(async () => {
  await Promise.all(
    Object.entries<Case>(CASES).map(async ([name, each]) => void played.set(name, await play(each))),
  );
}, 60_000);
afterAll(async () => {
  await Promise.all([...played.values()].map(({ tenant }) => tenant.close()));
});

function of(name: CaseName): Played {
  const run = played.get(name);
  if (run === undefined) throw new Error(`not played: ${name}`);
  return run;
}

interface JsonConnectors {
  readonly schema: string;
  readonly source: { readonly kind: string; readonly asOf: string; readonly requests: number } | null;
  readonly summary: {
    readonly connectors: number;
    readonly findings: Readonly<Record<string, number>>;
    readonly sight: Readonly<Record<string, string>>;
    readonly acceptedDomains: readonly { readonly name: string }[];
    readonly transport: { readonly messageExpirationSeconds: number } | null;
    readonly rules: readonly { readonly name: string }[];
    readonly notJudged: readonly { readonly id: string }[];
    readonly mailHosts: readonly { readonly domain: string; readonly hosts: readonly string[] | null }[];
  } | null;
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly findings: readonly {
    readonly id: string;
    readonly level: string;
    readonly subject: string;
    readonly evidence: readonly string[];
    readonly remedy: string;
  }[];
  readonly incomplete: readonly { readonly what: string; readonly reason: string; readonly remedy: string }[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
  readonly error?: { readonly kind: string; readonly message: string; readonly remedy: string };
}

function jsonOf(name: CaseName): JsonConnectors {
  return JSON.parse(of(name).stdout) as JsonConnectors;
}

/** Cmdlet and parameters as the tenant saw them. */
function asked(name: CaseName): readonly string[] {
  return of(name).tenant.lines.map(({ server, method, path, note }) => {
    expect([server, method, path.split('?')[0]]).toEqual([
      ...['exchange', 'POST', `/adminapi/beta/${of(name).tenant.tenantId}/InvokeCommand`],
    ]);
    return /^token \w+, (\S+ \{.*?\}):/u.exec(note)?.[1] ?? note;
  });
}

const NINE = [
  'Get-InboundConnector {"ResultSize":"Unlimited"}',
  'Get-OutboundConnector {"ResultSize":"Unlimited"}',
  'Get-OutboundConnector {"IsTransportRuleScoped":true,"ResultSize":"Unlimited"}',
  'Get-OutboundConnector {"IncludeTestModeConnectors":true,"ResultSize":"Unlimited"}',
  'Get-OutboundConnector {"IsTransportRuleScoped":true,"IncludeTestModeConnectors":true,"ResultSize":"Unlimited"}',
  'Get-AcceptedDomain {"ResultSize":"Unlimited"}',
  'Get-TransportConfig {}',
  'Get-TransportRule {"ResultSize":"Unlimited"}',
  'Get-OnPremServerReportInfo {}',
];

test.each<[CaseName, number, string, string]>([
  ['healthy', 0, 'ok', 'all seen, nothing found'],
  ['neglected', 1, 'warning', 'degraded'],
  ['failOnCritical', 0, 'warning', 'the same, for a monitor that looks at red only'],
  ['broken', 2, 'critical', 'a relay domain without a way'],
  ['brokenNoDns', 1, 'warning', 'the same where DNS proves nothing'],
  ['healthyNoDns', 0, 'ok', 'our own DNS is no trouble of the tenant'],
  ['oldMx', 1, 'warning', 'a mail host of before'],
  ['stopped', 2, 'critical', 'the default domain takes no mail, whatever DNS says'],
  ['one', 0, 'ok', 'nothing is said of the one connector that was asked for'],
  ['rulesRoleMissing', 3, 'unknown', 'a part was not to be seen'],
  ['brokenAndPartly', 2, 'critical', 'what is proven counts more than what was not seen'],
  ['cutList', 3, 'unknown', 'a list that was cut'],
  ['wholeList', 0, 'ok', 'a list in two pages'],
  ['concurrency', 0, 'ok', 'a pause that was sat out'],
  ['nullValue', 3, 'unknown', 'a warning in place of the list'],
  ['capped', 3, 'unknown', 'one request of nine'],
  ['portal', 3, 'unknown', 'nothing but pages of a portal'],
  ['tracesOnly', 4, 'refused', 'a role for traces: every cmdlet refused'],
  ['permissionMissing', 4, 'refused', 'no permission at all'],
])('%s exits %i (%s): %s', (name, exitCode, level) => {
  expect([of(name).exitCode, jsonOf(name).outcome]).toEqual([exitCode, { level, exitCode }]);
});

describe('what is asked', () => {
  test.each<CaseName>(['healthy', 'neglected', 'rulesRoleMissing'])('%s: nine questions', (name) => {
    expect(asked(name)).toEqual(NINE);
    expect(jsonOf(name).source).toMatchObject({ kind: 'exchange', requests: 9 });
  });

  test('a token that is let in nowhere is tried twice, a role without any of the cmdlets once for each', () => {
    expect(of('permissionMissing').tenant.lines.length).toBeLessThanOrEqual(2);
    expect(asked('tracesOnly')).toEqual([NINE[0], NINE[1], ...NINE.slice(5)]);
  });

  test('a cap is kept', () => {
    expect(asked('capped')).toEqual([NINE[0]]);
  });

  test('the rest of a list is asked for with the same question', () => {
    const domains = of('wholeList').tenant.lines.filter(({ note }) => note.includes('Get-AcceptedDomain'));
    expect(domains.map(({ status }) => status)).toEqual([200, 200]);
    expect(jsonOf('wholeList').summary?.acceptedDomains).toHaveLength(1500);
  });
});

describe('what is told', () => {
  test('every connector once, also those that the service hides', () => {
    const { data, summary, schema } = jsonOf('neglected');
    expect(schema).toBe('mailcheck.connectors/1');
    expect(data.map(({ name }) => name).toSorted()).toEqual([
      'Encrypted mail',
      'Inbound from Fabrikam',
      'Inbound from our servers',
      'Inbound from the mail gateway',
      'Outbound to Tailspin',
      'Outbound to Woodgrove',
      'Outbound to our servers',
      'Woodgrove (new)',
    ]);
    expect(summary?.connectors).toBe(8);
    expect(summary?.transport).toMatchObject({ messageExpirationSeconds: 64_800 });
    expect(summary?.rules.map(({ name }) => name)).toEqual(['Encrypt what is marked', 'Scan attachments']);
    expect(data.find(({ name }) => name === 'Encrypted mail')).toMatchObject({
      ...{ direction: 'outbound', testMode: true, ruleScoped: true, enabled: true },
      ...{ lastValidatedAt: expect.stringMatching(/^\S+Z$/u) as string },
    });
  });

  test('findings name the connector, with evidence and cure', () => {
    const { findings, data } = jsonOf('broken');
    const [finding] = findings;
    expect(finding).toMatchObject({
      ...{ id: 'relay-domain-loops', level: 'critical', subject: 'Outbound to our servers' },
      evidence: expect.arrayContaining([
        expect.stringContaining('plants.contoso.example'),
        'The MX record of plants.contoso.example names contoso-example.mail.protection.outlook.com.',
      ]) as string[],
      remedy: expect.stringContaining('Set-OutboundConnector') as string,
    });
    expect(data[0]).toMatchObject({ name: 'Outbound to our servers', worstFinding: 'critical' });
  });

  test('of one connector nothing but what is said of it', () => {
    const { data, findings } = jsonOf('one');
    expect([data.map(({ name }) => name), findings]).toEqual([['Inbound from our servers'], []]);
  });

  test('CSV has every connector and says on stderr what is missing', () => {
    const { stdout, stderr } = of('neglectedCsv');
    const [head, ...rows] = cellsOf(stdout);
    expect(head).toEqual(
      expect.arrayContaining(['name', 'direction', 'smartHosts', 'senderAddresses', 'findings']),
    );
    expect([rows.length, new Set(rows.map((cells) => cells.length)).size, stderr]).toEqual([8, 1, '']);
  });

  test('without DNS, what needs it is named, and nothing is missing from the answer', () => {
    const { findings, incomplete, summary } = jsonOf('brokenNoDns');
    expect([findings.map(({ id }) => id), incomplete]).toEqual([['relay-domain-connector-off'], []]);
    expect(summary?.notJudged.map(({ id }) => id)).toEqual([
      ...['relay-domain-loops', 'legacy-mx', 'mx-host-without-connector'],
    ]);
    expect(summary?.mailHosts.map(({ hosts }) => hosts)).toEqual([null, null, null]);
  });

  test('the mail host of before is named with its domain', () => {
    expect(jsonOf('oldMx').findings).toMatchObject([{ id: 'legacy-mx', subject: 'contoso.example' }]);
  });

  test('the screen of a tenant in good order is short', () => {
    const { stdout, stderr, exitCode } = of('healthyTable');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Nothing to object to in 3 outbound connectors, 2 inbound connectors, 3 accepted\ndomains\.\n/u,
    );
    expect(stdout).not.toMatch(/Not checked/u);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('what is refused', () => {
  test('one cmdlet: the rest is told, with the gap and the exact role', () => {
    const { data, summary, incomplete } = jsonOf('rulesRoleMissing');
    expect([data.length, summary?.sight['rules'], summary?.sight['outbound']]).toEqual([
      5,
      'not-seen',
      'whole',
    ]);
    expect(incomplete).toEqual([
      expect.objectContaining({
        what: expect.stringMatching(/^Mail flow rules: .*no role of it allows Get-TransportRule/u) as string,
        reason: 'refused',
        remedy: expect.stringMatching(
          /Global Reader, or an Exchange role group with View-Only Configuration.*Get-ManagementRole -Cmdlet Get-TransportRule/u,
        ) as string,
      }),
    ]);
    expect(summary?.notJudged.map(({ id }) => id)).toEqual(['rule-to-connector-off', 'rule-defers-on-error']);
  });

  test.each<[CaseName, RegExp, RegExp]>([
    [
      'tracesOnly',
      /no role of it allows Get-InboundConnector/u,
      /View-Only Configuration; the permission Exchange\.ManageAsApp is there already/u,
    ],
    ['permissionMissing', /MAILCHECK_EXCHANGE_TOKEN|admits nobody/u, /View-Only Configuration/u],
  ])('%s: the error says which of the two is missing', (name, message, remedy) => {
    const { data, error } = jsonOf(name);
    expect(data).toEqual([]);
    expect(error?.message).toMatch(message);
    expect(error?.remedy).toMatch(remedy);
    expect(of(name).stderr).toMatch(/^mailcheck: /u);
  });

  test('a list that was cut is kept as far as it came', () => {
    const { summary, incomplete } = jsonOf('cutList');
    expect([summary?.acceptedDomains.length, summary?.sight['domains']]).toEqual([1000, 'in-part']);
    expect(incomplete).toMatchObject([
      {
        what: expect.stringMatching(/^Accepted domains, in part: .*Invalid pagination request/u) as string,
      },
    ]);
  });

  test.each<[CaseName, RegExp]>([
    ['gone', /There is no connector "Gone"\./u],
    ['viaGraph', /--via graph cannot be: only Exchange can tell this\./u],
    ['graphUrl', /--graph-url names Graph, and Exchange is to be asked\./u],
  ])('%s: wrong words are a matter of usage', (name, message) => {
    expect([of(name).exitCode, of(name).stdout]).toEqual([64, '']);
    expect(of(name).stderr).toMatch(message);
  });

  test('wrong words that need no answer ask nobody', () => {
    expect([of('viaGraph').tenant.lines, of('graphUrl').tenant.lines]).toEqual([[], []]);
  });
});
