/** Options, the values that scripts read, and the screen as files to read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ConnectorRequest, Ports } from '#cli/ports.js';
import { CONNECTOR_COLUMNS } from '#commands/connectors/connector-columns.js';
import type { ConnectorRow } from '#commands/connectors/connector-row.js';
import { connectors } from '#commands/connectors/connectors.js';
import { Failure } from '#failure.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import type { MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';
import { type KeptSetUp, setUpToKeep } from '#mailflow/connector/kept-set-up.js';
import { EMPTY_INVENTORY, sample, sampleRule } from '#mailflow/connector/lint/sample.js';
import { createCsvWriter } from '#render/csv.js';
import { widthOf } from '#render/layout.js';

import type { MemorySetUp } from '../../fakes/memory-connector-source.js';
import { memoryConnectorSource } from '../../fakes/memory-connector-source.js';
import { memoryPaths, type MemoryWorld } from '../../fakes/memory-paths.js';
import { memorySetUpHistory } from '../../fakes/memory-set-up-history.js';
import {
  buildCommandsIn,
  hostileText,
  invisibleIn,
  strayEmojiParts,
  withoutOwnColour,
} from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, NOW, runCommand } from '../run-command.js';
import { BLIND, IN_ORDER, IN_PART, NEGLECTED } from './set-ups.js';

interface Setting extends Partial<MemorySetUp> {
  /** Silent where it is absent. */
  readonly mx?: MemoryWorld['mx'];
  readonly ports?: Partial<Ports>;
}

const SILENT: MailHostsAnswer = { kind: 'unanswered', reason: 'timeout', text: '192.0.2.53' };

function showing(
  inventory: ConnectorInventory,
  args: readonly string[] = [],
  { mx = {}, ports = {}, ...changes }: Setting = {},
): Promise<CommandRun> {
  const source = memoryConnectorSource({ inventory, ...changes });
  const silent = Object.fromEntries(inventory.domains.map(({ name }) => [name, SILENT]));
  return runCommand(connectors, args, {
    connectors: () => Promise.resolve(source),
    paths: () => Promise.resolve(memoryPaths({ mx: { ...silent, ...mx } })),
    ...ports,
  });
}

const OUR_MX = ['contoso-example.mail.protection.outlook.com'];
const TOLD: MemoryWorld['mx'] = {
  'contoso.example': OUR_MX,
  'plants.contoso.example': OUR_MX,
  'old.contoso.example': ['mail.global.frontbridge.com'],
};

describe('options', () => {
  test.each<[readonly string[], Partial<ConnectorRequest>]>([
    [[], { maxRequests: null, waitForQuota: false, quota: null, keepsHistory: true }],
    [['--max-requests', '9', '--wait', '--quota', '500'], { maxRequests: 9, waitForQuota: true, quota: 500 }],
    [['--no-history'], { keepsHistory: false }],
  ])('%j asks for %j', async (args, expected) => {
    const asked: ConnectorRequest[] = [];
    const ports: Partial<Ports> = {
      connectors: (request) => {
        asked.push(request);
        return Promise.resolve(memoryConnectorSource({ inventory: IN_ORDER }));
      },
    };
    await showing(IN_ORDER, args, { ports });
    expect(asked).toEqual([expect.objectContaining(expected)]);
  });

  test.each<[string, readonly string[]]>([
    ['Outbound to our servers', ['Outbound to our servers']],
    ['  OUTBOUND to our servers', ['Outbound to our servers']],
    ['7A1E0000-0000-4000-8000-000000000001', ['Inbound from our servers']],
  ])('--connector %j shows %j', async (name, shown) => {
    const { rows, conclusion } = await showing(IN_ORDER, ['--connector', name]);
    expect(rows.map((row) => (row as { name: string }).name)).toEqual(shown);
    expect(conclusion.summary).toMatchObject({ connectors: 1 });
  });

  test('only findings of the chosen connector are told and counted', async () => {
    const { conclusion } = await showing(NEGLECTED, ['--connector', 'Encrypted mail']);
    expect(conclusion.findings.map(({ id }) => id)).toEqual(['rule-to-connector-off']);
    expect(conclusion.summary).toMatchObject({ findings: { critical: 0, warning: 1, info: 0 } });
  });

  test('a connector that is not there is a usage failure which names those that are', async () => {
    await expect(showing(IN_ORDER, ['--connector', 'Gone'])).rejects.toMatchObject({
      kind: 'usage',
      message: 'There is no connector "Gone".',
      remedy:
        'Give one of "Outbound to our servers", "Outbound to Woodgrove", "Inbound from our servers", as --connector "Outbound to our servers"',
    });
    await expect(showing(EMPTY_INVENTORY, ['--connector', 'Gone'])).rejects.toMatchObject({ kind: 'usage' });
  });

  test('a connector that may be among those that were not to be seen is a gap', async () => {
    const gap = { what: 'Outbound', reason: 'refused', remedy: 'Ask.', retryAfterSeconds: null };
    const { rows, conclusion } = await showing(IN_ORDER, ['--connector', 'Gone'], {
      refused: { outbound: gap },
    });
    expect([rows, conclusion.incomplete]).toEqual([[], [gap]]);
  });
});

describe('the values', () => {
  test('each connector with the fields of its kind alone, and how bad its worst finding is', async () => {
    const { rows } = await showing(NEGLECTED, [], { mx: TOLD });
    const first = rows[0] as Record<string, unknown>;
    expect(first).toMatchObject({
      ...{ name: 'Outbound to our servers', direction: 'outbound', enabled: false },
      ...{ worstFinding: 'critical', smartHosts: ['mail.contoso.example', 'mail2.contoso.example'] },
    });
    expect('senderDomains' in first).toBe(false);
    const inbound = rows.find((row) => (row as { direction: string }).direction === 'inbound') as object;
    expect(['smartHosts' in inbound, 'testMode' in inbound]).toEqual([false, false]);
  });

  test('what is not a connector stands in the summary, and what was not judged as well', async () => {
    const { conclusion } = await showing(NEGLECTED, [], { mx: TOLD });
    expect(conclusion.summary).toMatchObject({
      ...{ connectors: 5, inbound: 2, outbound: 3 },
      findings: { critical: 1, warning: 6 },
      acceptedDomains: NEGLECTED.domains,
      mailHosts: [
        { domain: 'contoso.example', hosts: OUR_MX, reason: null },
        { domain: 'plants.contoso.example', hosts: OUR_MX, reason: null },
        { domain: 'old.contoso.example', hosts: ['mail.global.frontbridge.com'], reason: null },
      ],
      transport: { messageExpirationSeconds: 64_800 },
      rules: [{ name: 'Encrypt what is marked' }, { name: 'Scan attachments' }],
      servers: [{ name: 'ex1.contoso.example' }],
      notJudged: [],
    });
    expect(conclusion).toMatchObject({
      tenant: 'contoso.example',
      source: { kind: 'exchange', asOf: NEGLECTED.asOf, requests: 6 },
    });
  });

  test('a set-up in good order has no finding at all', async () => {
    const { conclusion } = await showing(IN_ORDER);
    expect([conclusion.findings, conclusion.incomplete]).toEqual([[], []]);
  });

  test('where nothing could be had, the failure of the source comes through', async () => {
    const failure = new Failure('permission', 'Nobody may.', { remedy: 'Ask the admin.' });
    await expect(showing(IN_ORDER, [], { failure })).rejects.toBe(failure);
  });
});

describe('what is kept of it for who looks every few minutes', () => {
  const before = setUpToKeep(NEGLECTED, NEGLECTED.asOf);

  async function keptAfter(args: readonly string[], setting: Setting = {}) {
    const history = memorySetUpHistory(before);
    const setUpHistory: Ports['setUpHistory'] = (keeps) => Promise.resolve(keeps ? history : null);
    const run = await showing(IN_ORDER, args, { ...setting, ports: { setUpHistory } });
    return { kept: await history.last(), requests: run.conclusion.source?.requests };
  }

  test.each<[readonly string[], Setting, KeptSetUp | null, number, string]>([
    [[], {}, setUpToKeep(IN_ORDER, NOW), 6, 'it asks always, and what it was told is kept'],
    [['--connector', 'Outbound to Woodgrove'], {}, setUpToKeep(IN_ORDER, NOW), 6, 'one is chosen of all'],
    [['--no-history'], {}, before, 6, 'nothing may be kept'],
    [[], { refused: { rules: IN_PART.gaps[0] ?? expect.fail() } }, before, 6, 'only whole answers are kept'],
  ])('%j %j', async (args, setting, kept, requests) => {
    expect(before).not.toBeNull();
    expect(await keptAfter(args, setting)).toEqual({ kept, requests });
  });
});

describe('what DNS tells', () => {
  const idsOf = ({ conclusion }: CommandRun): readonly string[] => conclusion.findings.map(({ id }) => id);

  test('an old mail host is found, and a relay domain that leads back is red', async () => {
    const run = await showing(NEGLECTED, [], { mx: TOLD });
    expect(idsOf(run)).toEqual(expect.arrayContaining(['relay-domain-loops', 'legacy-mx']));
    expect(idsOf(run)).not.toContain('relay-domain-connector-off');
  });

  test.each<[string, Setting]>([
    ['resolvers that are silent', {}],
    [
      'resolvers that cannot be opened',
      {
        ports: {
          paths: () =>
            Promise.reject(new Failure('configuration', 'x is no address.', { remedy: 'Name one.' })),
        },
      },
    ],
  ])('%s are our own trouble: nothing red, no gap, and the rules are named', async (_why, setting) => {
    const run = await showing(NEGLECTED, [], setting);
    const { conclusion } = run;
    expect(conclusion.incomplete).toEqual([]);
    expect(conclusion.findings.filter(({ level }) => level === 'critical')).toEqual([]);
    expect(idsOf(run)).toContain('relay-domain-connector-off');
    expect((conclusion.summary as { notJudged: readonly { id: string }[] }).notJudged).toMatchObject([
      ...[{ id: 'relay-domain-loops' }, { id: 'legacy-mx' }, { id: 'mx-host-without-connector' }],
    ]);
    expect(run.text('table', pageOf(80))).toMatch(/DNS did not tell the MX records of the accepted domains/);
  });

  test('one domain that is not told of does not take the others along', async () => {
    const run = await showing(NEGLECTED, [], {
      mx: { 'old.contoso.example': ['mail.global.frontbridge.com'] },
    });
    expect(idsOf(run)).toContain('legacy-mx');
    expect(run.text('table', pageOf(80))).toMatch(/MX records of 2 domains \(contoso\.example,/);
  });

  test('a tenant without domains asks no name server', async () => {
    const { conclusion } = await showing(EMPTY_INVENTORY, [], {
      ports: { paths: () => Promise.reject(new Error('asked')) },
    });
    expect(conclusion.findings).toEqual([]);
  });
});

test('a domain and a connector of the other direction may bear the name of a connector', async () => {
  const name = 'contoso.example';
  const { inventory } = sample({
    inbound: [{ name }],
    outbound: [{ name, tlsSettings: null }],
    domains: [{ name, sendingFromStopped: true }],
  });
  const { rows, conclusion } = await showing(inventory, ['--connector', name]);
  expect(rows).toMatchObject([
    { direction: 'outbound', worstFinding: 'warning', findings: [{ id: 'outbound-tls-not-required' }] },
    { direction: 'inbound', worstFinding: null, findings: [] },
  ]);
  expect(conclusion.findings.map(({ id }) => id)).toEqual(['outbound-tls-not-required']);
});

test('a sheet and a page on paper carry every fact of a connector, and what is said of it', async () => {
  const run = await showing(NEGLECTED, [], { mx: TOLD });
  const csv = createCsvWriter<ConnectorRow, null>({ columns: CONNECTOR_COLUMNS });
  const texts = [
    run.rows.map((row) => csv.row(row as ConnectorRow)).join(''),
    run.text('markdown', pageOf(80)),
  ];
  for (const text of texts) {
    expect(text).toContain('ann@woodgrove.example');
    expect(text).toContain('Opportunistic');
    expect(text).toContain('TlsSettings is not set');
  }
});

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await showing(NEGLECTED, [], { mx: TOLD })).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/connectors-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test('with its colours as marks', async () => {
    const text = (await showing(NEGLECTED, [], { mx: TOLD })).text('table', pageOf(80, COLOUR_STYLE));
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/connectors-marks.txt');
  });

  test('in Markdown, every finding with its cure', async () => {
    const text = (await showing(NEGLECTED, [], { mx: TOLD })).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/connectors.md.txt');
  });

  test('redacted', async () => {
    const text = (await showing(NEGLECTED, [], { mx: TOLD })).text('table', pageOf(120), { redact: true });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/connectors-redacted.txt');
    expect(text).not.toMatch(/198\.51\.100\.77|ann@/);
    expect(text).toMatch(/ip-[0-9a-f]{8}/);
  });

  test.each<[string, ConnectorInventory, readonly string[]]>([
    ['in-order', IN_ORDER, []],
    ['no-dns', { ...NEGLECTED, domains: NEGLECTED.domains.slice(0, 2) }, []],
    ['in-part', IN_PART, []],
    ['blind', BLIND, []],
    ['none', EMPTY_INVENTORY, []],
    ['one', NEGLECTED, ['--connector', 'Outbound to Woodgrove']],
  ])('%s', async (name, inventory, args) => {
    const mx = name === 'no-dns' ? {} : TOLD;
    const text = (await showing(inventory, args, { mx })).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/connectors-${name}.txt`);
  });

  test('what does not fit is counted', async () => {
    const many = sample({
      outbound: Array.from({ length: 30 }, (_, n) => ({
        name: `To ${n}`,
        recipientDomains: [`d${n}.example`],
      })),
      domains: Array.from({ length: 30 }, (_, n) => ({ name: `d${n}.example` })),
    }).inventory;
    const text = (await showing(many, ['--limit', '3'])).text('table', pageOf(80), { limit: 3 });
    expect(text).toMatch(/Connectors, 3 of 30;/);
    expect(text).toMatch(/Accepted domains, 3 of 30;/);
    expect(text.match(/^To \d/gmu)).toHaveLength(3);
  });
});

const texts = fc.array(hostileText, { maxLength: 3 });

/** Everything that a tenant's administrators, or whoever has become one, can write. */
const hostileSetUp = fc.record({ text: hostileText, other: hostileText, list: texts }).map(
  ({ text, other, list }) =>
    sample({
      inbound: [
        { name: text, type: other, senderDomains: list, senderAddresses: list, senderCertificate: other },
        { name: other, comment: text, type: 'Partner', requireTls: true },
      ],
      outbound: [
        { name: text, guid: other, smartHosts: list, recipientDomains: list, tlsDomain: other },
        { name: other, smartHosts: ['192.0.2.7'], recipientDomains: list, tlsSettings: text, testMode: true },
      ],
      domains: [
        { name: text, type: other, sendingToStopped: true, isDefault: true },
        { name: other, type: 'InternalRelay' },
      ],
      rules: [sampleRule({ name: text, routesTo: other }), sampleRule({ name: other, errorAction: 'Defer' })],
      gaps: [{ what: text, reason: 'warning', remedy: other, retryAfterSeconds: null }],
    }).inventory,
);

test('no name or host acts on a screen, in Markdown or in a sheet, and no line is wider than its page', async () => {
  await fc.assert(
    fc.asyncProperty(hostileSetUp, fc.constantFrom(40, 80, 120), async (inventory, width) => {
      const run = await showing(inventory);
      const screen = withoutOwnColour(run.text('table', pageOf(width, COLOUR_STYLE)));
      const csv = createCsvWriter<ConnectorRow, null>({ columns: CONNECTOR_COLUMNS });
      const sheet = run.rows.map((row) => csv.row(row as ConnectorRow)).join('');
      expect(screen.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
      for (const text of [screen, run.text('markdown', pageOf(width)), sheet.replaceAll('\r\n', '\n')]) {
        expect([invisibleIn(text), strayEmojiParts(text), buildCommandsIn(text)]).toEqual([[], [], []]);
      }
    }),
    { numRuns: 150 },
  );
});

test('monitors are told how much there is and how much is wrong; of what was not to be seen there is no number', async () => {
  const whole = await showing(IN_ORDER);
  const { inbound, outbound } = whole.conclusion.summary as Readonly<Record<'inbound' | 'outbound', number>>;
  expect(measuresOf(whole)).toMatchObject({
    ...{ connectors_inbound: inbound, connectors_outbound: outbound },
    ...{ accepted_domains: IN_ORDER.domains.length, lint_critical: 0 },
  });
  const blind = await showing({
    ...IN_ORDER,
    sight: { ...IN_ORDER.sight, inbound: 'not-seen', domains: 'in-part' },
  });
  expect(measuresOf(blind)).toMatchObject({ connectors_inbound: null, accepted_domains: null });
});
