/** Options, who is asked, the values that scripts read, and the screen as files to read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { PathRequest, Ports, TraceRequest } from '#cli/ports.js';
import { PATH_COLUMNS } from '#commands/connectors/path-columns.js';
import type { PathRow } from '#commands/connectors/path-row.js';
import { connectorsProbe } from '#commands/connectors/probe.js';
import { Failure } from '#failure.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { sample } from '#mailflow/connector/lint/sample.js';
import type { ReachSource } from '#mailflow/reach/reach-source.js';
import { createCsvWriter } from '#render/csv.js';
import { widthOf } from '#render/layout.js';

import { memoryConnectorSource, type MemorySetUp } from '../../fakes/memory-connector-source.js';
import { ABSENT, CONTROL_ADDRESS, memoryPaths, type MemoryWorld, REFUSED } from '../../fakes/memory-paths.js';
import { deliveryName, memoryTraceSource } from '../../fakes/memory-trace-source.js';
import { answered, endedWith, soundProbe, tlsOf } from '../../mailflow/connector/probe/probe-sample.js';
import {
  buildCommandsIn,
  hostileText,
  invisibleIn,
  strayEmojiParts,
  withoutOwnColour,
} from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, NOW, runCommand, tailOf } from '../run-command.js';

const SET_UP: ConnectorInventory = sample({
  outbound: [
    {
      ...{ name: 'Outbound to our servers', recipientDomains: ['plants.contoso.example'], usesMx: false },
      ...{ smartHosts: ['mail.contoso.example', 'mail2.contoso.example'], testMode: false },
      ...{ tlsSettings: 'DomainValidation', tlsDomain: 'mail.fabrikam.example' },
    },
    {
      ...{ name: 'Outbound to Woodgrove', recipientDomains: ['woodgrove.example'], usesMx: false },
      ...{ smartHosts: ['[198.51.100.77]'], tlsSettings: null, tlsDomain: null, testMode: false },
    },
    { name: 'Outbound to Fabrikam', usesMx: true, smartHosts: [], recipientDomains: ['*'], testMode: false },
    { name: 'Old gateway', enabled: false },
  ],
  domains: [{ name: 'contoso.example', isDefault: true }, { name: 'parked.contoso.example' }],
}).inventory;

const MICROSOFT = 'contoso-example.mail.protection.outlook.com';
const DEFERS = endedWith(
  answered(
    'rcpt',
    '451 4.3.2 Temporary server error. Please try again later ATTR2 [BN8NAM11FT034.eop-nam11.prod.protection.outlook.com]',
  ),
);
const EXPIRES_SOON = soundProbe({
  tls: {
    kind: 'established',
    facts: tlsOf({}, { validTo: new Date('2026-06-10T00:00:00Z') }),
  },
});

const WORLD: MemoryWorld = {
  hosts: {
    'mail.contoso.example': ['192.0.2.25'],
    'mail2.contoso.example': ['192.0.2.26', '2001:db8::26'],
    [MICROSOFT]: ['203.0.113.41', '203.0.113.42'],
    'relay.contoso.example': ['192.0.2.99'],
  },
  mx: {
    'contoso.example': [MICROSOFT],
    'parked.contoso.example': { kind: 'takes-no-mail', isAuthenticated: false },
  },
  probes: { '198.51.100.77': REFUSED, '192.0.2.26': EXPIRES_SOON },
};

interface Setting extends Partial<MemorySetUp> {
  readonly world?: MemoryWorld;
  readonly web?: boolean;
  readonly ports?: Partial<Ports>;
}

function probing(args: readonly string[] = [], setting: Setting = {}): Promise<CommandRun> {
  const { world = WORLD, web = true, ports = {}, ...setUp } = setting;
  return runCommand(connectorsProbe, args, {
    connectors: () => Promise.resolve(memoryConnectorSource({ inventory: SET_UP, ...setUp })),
    paths: () => Promise.resolve(memoryPaths(world)),
    reach: () => Promise.resolve(reachOf(web)),
    ...ports,
  });
}

function reachOf(isOpen: boolean): ReachSource {
  const outcome = isOpen
    ? ({ kind: 'reached', firstByteMs: 9, greeting: null } as const)
    : ({ kind: 'failed', step: 'connect', reason: 'timeout', text: 'ETIMEDOUT' } as const);
  return {
    probe: () => Promise.resolve([{ target: 'control', host: 'control.example', port: 443, outcome }]),
    signIn: () => Promise.resolve({ kind: 'not-attempted' }),
  };
}

function rowsOf({ rows }: CommandRun): readonly PathRow[] {
  return rows as readonly PathRow[];
}

describe('options', () => {
  test.each<[readonly string[], string, string]>([
    [
      ['--host', 'mail.contoso.example:2525'],
      '--host names port 2525; mail is taken on 25, 465, 587.',
      'If a mail server of yours listens there, add --allow-port 2525.',
    ],
    [
      ['--host', 'mail contoso'],
      '--host cannot be "mail contoso".',
      'Give a host name or address, with a port where it is not 25, as --host mail.contoso.example:25',
    ],
    [
      ['--host', '192.0.2.300'],
      '--host cannot be "192.0.2.300".',
      'Give a host name or address, with a port where it is not 25, as --host mail.contoso.example:25',
    ],
    [
      ['--domain', '192.0.2.25'],
      '--domain cannot be "192.0.2.25".',
      'Give a domain (a server is named with --host), as --domain contoso.example',
    ],
    [
      ['--allow-port', '0'],
      '--allow-port cannot be "0".',
      'Give a port from 1 to 65535, as --allow-port 2525',
    ],
    [
      ['--stop-after', 'rcpt'],
      '--stop-after rcpt needs somebody whom RCPT may name.',
      'Add a mailbox of yours, as --probe-recipient probe@contoso.example',
    ],
    [
      ['--stop-after', 'tls', '--probe-recipient', 'probe@contoso.example'],
      '--probe-recipient is for RCPT, and --stop-after tls ends before it.',
      'Leave one of them out.',
    ],
    [
      ['--host', 'relay.contoso.example', '--confirm'],
      '--confirm looks for deferrals of connectors, and no connector is asked for.',
      'Leave --confirm out, or --host and --domain.',
    ],
    [
      ['--domain', 'contoso.example', '--probe-recipient', 'ann@fabrikam.example'],
      'fabrikam.example is none of the domains that are probed.',
      'Give a mailbox of your own, as --domain contoso.example --probe-recipient probe@contoso.example.',
    ],
    [
      ['--host', 'relay.contoso.example', '--probe-recipient', 'ann@contoso.example'],
      'contoso.example is none of the domains that are probed.',
      'Give a mailbox of your own, as --domain contoso.example --probe-recipient probe@contoso.example. To name it at a host of yours, add --stop-after rcpt.',
    ],
  ])('%j: %s', async (args, message, remedy) => {
    await expect(probing(args)).rejects.toMatchObject({ kind: 'usage', message, remedy });
  });

  test('what the tools are asked for', async () => {
    const asked: PathRequest[] = [];
    const paths: Ports['paths'] = (request) => {
      asked.push(request);
      return Promise.resolve(memoryPaths(WORLD));
    };
    const args = ['--host', 'relay.contoso.example:2525', '--allow-port', '2525', '--allow-private'];
    await probing([...args, '--resolver', '192.0.2.53'], { ports: { paths } });
    expect(asked).toEqual([
      { allowPrivate: true, ports: [2525], resolvers: ['192.0.2.53'], timeoutSeconds: null },
    ]);
  });
});

describe('who is asked', () => {
  test.each<[readonly string[], boolean, readonly string[]]>([
    [
      [],
      true,
      ['Outbound to our servers', 'Outbound to Woodgrove', 'contoso.example', 'parked.contoso.example'],
    ],
    [['--connector', 'Outbound to Woodgrove'], true, ['Outbound to Woodgrove']],
    [['--host', 'relay.contoso.example'], false, ['relay.contoso.example']],
    [['--domain', 'contoso.example'], false, ['contoso.example']],
    [
      ['--connector', 'Outbound to Woodgrove', '--host', 'relay.contoso.example:587'],
      true,
      ['Outbound to Woodgrove', 'relay.contoso.example:587'],
    ],
  ])('%j: Exchange %s, then %j', async (args, isExchange, routes) => {
    const asked: string[] = [];
    const connectors: Ports['connectors'] = () => {
      asked.push('exchange');
      return Promise.resolve(memoryConnectorSource({ inventory: SET_UP }));
    };
    const run = await probing(args, { ports: { connectors } });
    expect([asked.length > 0, [...new Set(rowsOf(run).map(({ route }) => route))]]).toEqual([
      isExchange,
      routes,
    ]);
  });

  test('nobody beyond the point that was asked for, and RCPT only where its mail goes', async () => {
    const asked: string[] = [];
    const world: MemoryWorld = {
      ...WORLD,
      onProbe: ({ address, stopAfter, recipient }) =>
        asked.push(`${address} ${stopAfter} ${recipient ?? '-'}`),
    };
    await probing(['--probe-recipient', 'probe@contoso.example'], { world });
    expect(asked.toSorted()).toEqual([
      '192.0.2.25 tls -',
      '192.0.2.26 tls -',
      '198.51.100.77 tls -',
      '2001:db8::26 tls -',
      `${CONTROL_ADDRESS} banner -`,
      '203.0.113.41 rcpt probe@contoso.example',
      '203.0.113.42 rcpt probe@contoso.example',
    ]);
  });

  test('an address that two routes share is connected to once, and told of twice', async () => {
    const asked: string[] = [];
    const world: MemoryWorld = {
      ...WORLD,
      mx: { 'contoso.example': [MICROSOFT], 'parked.contoso.example': [MICROSOFT] },
      onProbe: ({ address }) => asked.push(address),
    };
    const run = await probing(['--domain', 'contoso.example', '--domain', 'parked.contoso.example'], {
      world,
    });
    expect([asked.filter((address) => address === '203.0.113.41').length, run.rows.length]).toEqual([1, 4]);
  });

  test('only the first domains of very many, the default one among them, and the rest is counted', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ name: `d${n}.contoso.example` }));
    const inventory = sample({ domains: [...many, { name: 'contoso.example', isDefault: true }] }).inventory;
    const { conclusion, rows } = await probing([], { inventory });
    expect(conclusion.summary).toMatchObject({ notProbed: { acceptedDomains: 11 } });
    expect((rows[0] as PathRow).route).toBe('contoso.example');
  });
});

describe('the values', () => {
  test('one row for each path and address', async () => {
    const rows = rowsOf(await probing());
    expect(
      rows.map(({ route, host, address, status }) => [route, host, address, status].join(' | ')),
    ).toEqual([
      'Outbound to our servers | mail.contoso.example | 192.0.2.25 | pass',
      'Outbound to our servers | mail2.contoso.example | 192.0.2.26 | warn',
      'Outbound to our servers | mail2.contoso.example | 2001:db8::26 | pass',
      'Outbound to Woodgrove | 198.51.100.77 | 198.51.100.77 | temperror',
      `contoso.example | ${MICROSOFT} | 203.0.113.41 | pass`,
      `contoso.example | ${MICROSOFT} | 203.0.113.42 | pass`,
      'parked.contoso.example |  |  | permerror',
    ]);
    expect(rows[0]).toMatchObject({
      ...{ role: 'smart-host', direction: 'outbound', order: 1, port: 25, proven: 'tls', stopAfter: 'tls' },
      ...{ tls: { sight: 'established', protocol: 'TLSv1.3', chain: 'trusted' }, mtaSts: 'skipped' },
      certificate: { issuer: 'CN=Example authority' },
    });
    expect(rows[0]?.phases.map(({ phase }) => phase)).toEqual([
      ...['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'quit'],
    ]);
  });

  test('the summary says what was proven and what was not, and what was left out', async () => {
    const { conclusion } = await probing();
    expect(conclusion.summary).toMatchObject({
      ...{ paths: 7, byStatus: { pass: 4, warn: 1, temperror: 1, permerror: 1 }, furthest: 'tls' },
      ...{ acceptanceTested: false, ownNetwork: { ownNetworkOk: true, port25Open: true } },
      notProbed: {
        connectors: [
          { name: 'Outbound to Fabrikam', why: 'by-mx' },
          { name: 'Old gateway', why: 'off' },
        ],
      },
    });
    expect(conclusion).toMatchObject({ tenant: 'contoso.example', source: { kind: 'exchange' } });
  });

  test('what was not tried for its number is said', async () => {
    const many = Array.from({ length: 12 }, (_, n) => `192.0.2.${n + 100}`);
    const world = { ...WORLD, hosts: { ...WORLD.hosts, 'relay.contoso.example': many } };
    const run = await probing(['--host', 'relay.contoso.example'], { world });
    expect(run.rows.length).toBe(8);
    expect(run.conclusion.summary).toMatchObject({ notProbed: { addressesOf: ['relay.contoso.example'] } });
    expect(run.text('table', pageOf(120))).toContain(
      'Not probed: some addresses of relay.contoso.example for their number.',
    );
  });

  test('one trouble of ours is told once, however many hosts it hides', async () => {
    const hosts = Array.from({ length: 9 }, (_, n) => ['--host', `198.51.100.${n + 1}`]).flat();
    const { conclusion, rows } = await probing(hosts, {
      web: false,
      world: {
        probes: Object.fromEntries(
          [CONTROL_ADDRESS, ...Array.from({ length: 9 }, (_, n) => `198.51.100.${n + 1}`)].map((each) => [
            each,
            REFUSED,
          ]),
        ),
      },
    });
    expect(conclusion.incomplete).toMatchObject([
      {
        what: 'What 198.51.100.1:25 would do with mail, and 8 more alike',
        reason: 'own-network',
      },
    ]);
    expect(rows.map((row) => (row as PathRow).unknown)).toEqual(rows.map(() => ['own-network']));
  });

  test('without Exchange the source is the probe itself', async () => {
    const { conclusion } = await probing(['--host', 'relay.contoso.example']);
    expect(conclusion).toMatchObject({ tenant: null, source: { kind: 'probe', requests: 0 } });
  });

  test('a set-up of which a part was not to be seen is probed as far as it is known', async () => {
    const gap = { what: 'Accepted domains', reason: 'refused', remedy: 'Ask.', retryAfterSeconds: null };
    const { conclusion, rows } = await probing([], { refused: { domains: gap } });
    expect([rows.length, conclusion.incomplete.includes(gap)]).toEqual([4, true]);
    const rules = { ...gap, what: 'Mail flow rules' };
    expect((await probing([], { refused: { rules } })).conclusion.incomplete).not.toContain(rules);
  });

  test('a mail host of a service that is switched off is told of, as the lint does', async () => {
    const mx = { ...WORLD.mx, 'contoso.example': ['contoso.example.mail.eo.outlook.com'] };
    const { conclusion } = await probing([], { world: { ...WORLD, mx } });
    expect(conclusion.findings.map(({ id, subject }) => [id, subject])).toContainEqual([
      ...['legacy-mx', 'contoso.example'],
    ]);
  });

  test('where nothing of the set-up could be had, the failure of the source comes through', async () => {
    const failure = new Failure('permission', 'Nobody may.', { remedy: 'Ask the admin.' });
    await expect(probing([], { failure })).rejects.toBe(failure);
  });

  test('a person who stops it is told so', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'Nothing.' });
    const world: MemoryWorld = { ...WORLD, onProbe: () => stop.abort(reason), signal: stop.signal };
    await expect(probing([], { world, ports: { signal: stop.signal } })).rejects.toBe(reason);
  });
});

describe('every fact', () => {
  const world: MemoryWorld = {
    ...WORLD,
    hosts: { ...WORLD.hosts, 'gone.contoso.example': ABSENT },
    mx: { ...WORLD.mx, 'contoso.example': [MICROSOFT, 'gone.contoso.example'] },
    aliases: { [MICROSOFT]: 'end.contoso.example' },
    probes: { ...WORLD.probes, '203.0.113.41': DEFERS },
  };

  /** What a verdict adds to the reply is advice; fingerprints of the chain and the sentence on reach say what is told in other words. */
  const IN_OTHER_WORDS = /^(?:reach|verdict\.|certificate\.chain|findings\.\d+\.level|tls\.sight)/;

  function leavesOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
    if (value === null || value === undefined) return [];
    if (value instanceof Date) return [[path, value.toISOString().slice(0, 10)]];
    if (typeof value === 'object')
      return Object.entries(value).flatMap(([key, each]) =>
        leavesOf(each, path === '' ? key : `${path}.${key}`),
      );
    return typeof value === 'string' || typeof value === 'number' ? [[path, String(value)]] : [];
  }

  /** Spaces, quotation marks and the marks of Markdown are no facts. */
  const bare = (text: string): string => text.replace(/[\s`"\\]+/g, '');

  test.each(['csv', 'markdown'])('of JSON stands in %s', async (format) => {
    const run = await probing(['--probe-recipient', 'probe@contoso.example'], { world });
    const csv = createCsvWriter<PathRow, null>({ columns: PATH_COLUMNS });
    const text = format === 'csv' ? rowsOf(run).map(csv.row).join('') : run.text('markdown', pageOf(80));
    const shown = bare(text);
    const missing = rowsOf(run)
      .flatMap((row) => leavesOf(row))
      .filter(([path, leaf]) => !IN_OTHER_WORDS.test(path) && !shown.includes(bare(leaf)));
    expect(missing).toEqual([]);
  });
});

describe('exit codes', () => {
  const codeOf = async (args: readonly string[], setting: Setting = {}): Promise<number> =>
    tailOf((await probing(args, setting)).conclusion).outcome.exitCode;
  const sound: MemoryWorld = { ...WORLD, probes: {} };
  const mx = ['--domain', 'contoso.example'];
  const both = (probe: typeof REFUSED) => ({ '203.0.113.41': probe, '203.0.113.42': probe });

  test.each<[number, string, readonly string[], Setting]>([
    [0, 'all is well', mx, { world: sound }],
    [
      1,
      'put off',
      [...mx, '--probe-recipient', 'probe@contoso.example'],
      { world: { ...WORLD, probes: both(DEFERS) } },
    ],
    [2, 'no MX host can be connected to, and others can', mx, { world: { ...WORLD, probes: both(REFUSED) } }],
    [3, 'a smart host turns us away', ['--connector', 'Outbound to Woodgrove'], {}],
    [
      3,
      'our own network is down',
      mx,
      { web: false, world: { ...WORLD, probes: { ...both(REFUSED), [CONTROL_ADDRESS]: REFUSED } } },
    ],
  ])('%i: %s', async (code, _, args, setting) => {
    expect(await codeOf(args, setting)).toBe(code);
  });
});

describe('--confirm', () => {
  const row = {
    ...{ messageTraceId: 'a', messageId: '<a@contoso.example>', sender: 'ann@contoso.example' },
    ...{ recipient: 'bob@woodgrove.example', subject: null, sizeBytes: 1, fromIp: null, toIp: null },
    ...{
      receivedAt: new Date(NOW.getTime() - 3_600_000),
      status: 'Pending',
      directionHint: null,
      events: null,
    },
  };
  const event = (text: string) => ({ at: NOW, event: 'Defer', description: text, data: '' });
  const trace = (text: string) =>
    memoryTraceSource({
      kind: 'exchange',
      rows: [row],
      eventsByDelivery: new Map([
        [deliveryName({ messageTraceId: 'a', recipient: row.recipient }), [event(text)]],
      ]),
    });
  const REASON = '450 4.4.316 Connection refused [Message=Socket error code 10061]';
  const args = ['--connector', 'Outbound to Woodgrove', '--confirm'];
  const ports = { random: () => 0.5 };

  test.each<[string, string, readonly string[]]>([
    [
      'deferrals that name it make it critical',
      `${REASON} [LastAttemptedServerName=mx1.woodgrove.example] [LastAttemptedIP=198.51.100.77:25]`,
      ['critical'],
    ],
    [
      'those of another host prove nothing',
      `${REASON} [LastAttemptedServerName=mx1.tailspin.example] [LastAttemptedIP=198.51.100.7:25]`,
      [],
    ],
    [
      'those for another reason neither',
      '451 4.7.1 Greylisted [LastAttemptedServerName=mx1.woodgrove.example] [LastAttemptedIP=198.51.100.77:25]',
      [],
    ],
  ])('%s', async (_, text, levels) => {
    const asked: TraceRequest[] = [];
    const traces: Ports['traces'] = (request) => {
      asked.push(request);
      return Promise.resolve(trace(text));
    };
    const { conclusion } = await probing(args, { ports: { ...ports, traces } });
    expect(conclusion.findings.map(({ level }) => level)).toEqual(levels);
    expect(conclusion.incomplete.map(({ reason }) => reason)).toEqual(
      levels.length > 0 ? [] : ['unreachable'],
    );
    expect(asked).toEqual([expect.objectContaining({ files: [], keepsHistory: true })]);
  });

  test('nobody is asked where all is known', async () => {
    const { conclusion } = await probing(['--connector', 'Outbound to our servers', '--confirm'], {
      world: { ...WORLD, probes: {} },
    });
    expect(conclusion.findings).toEqual([]);
  });

  test('a trace that may not be read is a gap', async () => {
    const failure = new Failure('permission', 'No role.', { remedy: 'Assign one.' });
    const traces: Ports['traces'] = () => Promise.reject(failure);
    const { conclusion } = await probing(args, { ports: { ...ports, traces } });
    expect(conclusion.incomplete.map(({ reason }) => reason)).toEqual(['unreachable', 'permission']);
  });
});

describe('the screen', () => {
  const args = ['--probe-recipient', 'probe@contoso.example', '--host', 'relay.contoso.example'];
  const world: MemoryWorld = {
    ...WORLD,
    probes: { ...WORLD.probes, '203.0.113.41': DEFERS, '203.0.113.42': DEFERS },
  };
  const showing = (): Promise<CommandRun> =>
    probing([...args, '--connector', 'Outbound to our servers'], { world });
  const all = (): Promise<CommandRun> => probing(['--probe-recipient', 'probe@contoso.example'], { world });

  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await all()).text('table', pageOf(width), { limit: 40 });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/probe-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test.each<[string, () => Promise<CommandRun>]>([
    ['named', () => probing(['--host', 'relay.contoso.example', '--host', '[2001:db8::9]:587'])],
    [
      'own-network',
      () =>
        probing(['--domain', 'contoso.example'], {
          web: false,
          world: {
            ...WORLD,
            probes: { '203.0.113.41': REFUSED, '203.0.113.42': REFUSED, [CONTROL_ADDRESS]: REFUSED },
          },
        }),
    ],
    ['nothing', () => probing(['--connector', 'Outbound to Fabrikam'])],
  ])('%s', async (name, run) => {
    const text = (await run()).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/probe-${name}.txt`);
  });

  test('with its colours as marks', async () => {
    const text = (await all()).text('table', pageOf(120, COLOUR_STYLE), { limit: 40 });
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/probe-marks.txt');
  });

  test('in Markdown', async () => {
    const text = (await all()).text('markdown', pageOf(80), { limit: 40 });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/probe.md.txt');
  });

  test('with few rows, the worst stay, and the rest is counted', async () => {
    const text = (await all()).text('table', pageOf(120), { limit: 2 });
    expect(text).toMatch(/\(MX of our domains\),\s1\sof\s3/);
    expect((await showing()).text('table', pageOf(120))).toContain('relay.contoso.example');
  });
});

test('a set-up that could not be read is no empty one', async () => {
  const gap = { what: 'Connectors', reason: 'timeout', remedy: 'Raise --timeout.', retryAfterSeconds: null };
  const refused = { outbound: gap, domains: gap };
  const run = await probing([], { inventory: sample({}).inventory, refused });
  expect(run.text('table', pageOf(80))).toMatch(/^What there is to probe could not be learned/);
});

describe('what servers and zones say', () => {
  const hostile = fc.record({ text: hostileText, name: hostileText });

  test('acts on no screen, in no Markdown and in no sheet, and no line is wider than its page', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async ({ text, name }) => {
        const reply = answered('banner', `554 5.7.1 ${text}`);
        const world: MemoryWorld = {
          ...WORLD,
          probes: {
            '192.0.2.25': endedWith(reply),
            '192.0.2.26': soundProbe({
              tls: {
                kind: 'established',
                facts: tlsOf(
                  { nameCheck: 'differs' },
                  { subject: `CN=${text}`, issuer: `CN=${name}`, names: [text, name] },
                ),
              },
              capabilities: [text],
            }),
          },
          hosts: { ...WORLD.hosts, [MICROSOFT]: { kind: 'unanswered', reason: 'odd-answer', text } },
        };
        const inventory = {
          ...SET_UP,
          outbound: SET_UP.outbound.map((each) => ({ ...each, name: `${each.name} ${name}` })),
        };
        const run = await probing([], { world, inventory });
        const screen = withoutOwnColour(run.text('table', pageOf(80, COLOUR_STYLE), { limit: 40 }));
        const csv = createCsvWriter<PathRow, null>({ columns: PATH_COLUMNS });
        const sheet = rowsOf(run).map(csv.row).join('');
        expect(screen.split('\n').filter((line) => widthOf(line) > 80)).toEqual([]);
        for (const shown of [
          screen,
          run.text('markdown', pageOf(80), { limit: 40 }),
          sheet.replaceAll('\r\n', '\n'),
        ]) {
          expect([invisibleIn(shown), strayEmojiParts(shown), buildCommandsIn(shown)]).toEqual([[], [], []]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('monitors are told how many paths work, are broken and could not be judged', async () => {
  const run = await probing();
  const statuses = rowsOf(run).map(({ status }) => status);
  const countOf = (...meant: readonly string[]): number =>
    statuses.filter((status) => meant.includes(status)).length;
  expect(measuresOf(run)).toMatchObject({
    ...{ paths: statuses.length, paths_working: countOf('pass', 'warn') },
    ...{ paths_broken: countOf('fail', 'permerror'), paths_unknown: countOf('temperror', 'skipped') },
  });
  expect(countOf('pass', 'warn')).toBeGreaterThan(0);
});
