/** Options, the values that scripts read, and the screen as files to read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ConnectorRequest } from '#cli/ports.js';
import { CONNECTOR_COLUMNS } from '#commands/connectors/connector-columns.js';
import type { ConnectorRow } from '#commands/connectors/connector-row.js';
import { connectors } from '#commands/connectors/connectors.js';
import { Failure } from '#failure.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { EMPTY_INVENTORY, sample, sampleRule } from '#mailflow/connector/lint/sample.js';
import { createCsvWriter } from '#render/csv.js';
import { widthOf } from '#render/layout.js';

import type { MemorySetUp } from '../../fakes/memory-connector-source.js';
import { memoryConnectorSource } from '../../fakes/memory-connector-source.js';
import {
  buildCommandsIn,
  hostileText,
  invisibleIn,
  strayEmojiParts,
  withoutOwnColour,
} from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { BLIND, IN_ORDER, IN_PART, NEGLECTED } from './set-ups.js';

function showing(
  inventory: ConnectorInventory,
  args: readonly string[] = [],
  changes: Partial<MemorySetUp> = {},
): Promise<CommandRun> {
  const source = memoryConnectorSource({ inventory, ...changes });
  return runCommand(connectors, args, { connectors: () => Promise.resolve(source) });
}

describe('options', () => {
  test.each<[readonly string[], Partial<ConnectorRequest>]>([
    [[], { maxRequests: null, waitForQuota: false, quota: null, keepsHistory: true }],
    [['--max-requests', '9', '--wait', '--quota', '500'], { maxRequests: 9, waitForQuota: true, quota: 500 }],
    [['--no-history'], { keepsHistory: false }],
  ])('%j asks for %j', async (args, expected) => {
    const asked: ConnectorRequest[] = [];
    await runCommand(connectors, args, {
      connectors: (request) => {
        asked.push(request);
        return Promise.resolve(memoryConnectorSource({ inventory: IN_ORDER }));
      },
    });
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
    const { rows } = await showing(NEGLECTED);
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
    const { conclusion } = await showing(NEGLECTED);
    expect(conclusion.summary).toMatchObject({
      ...{ connectors: 5, inbound: 2, outbound: 3 },
      findings: { critical: 1, warning: 5 },
      acceptedDomains: NEGLECTED.domains,
      transport: { messageExpirationSeconds: 64_800 },
      rules: [{ name: 'Encrypt what is marked' }, { name: 'Scan attachments' }],
      servers: [{ name: 'ex1.contoso.example' }],
      notJudged: [{ id: 'legacy-mx', unseen: ['mailHosts'] }],
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

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await showing(NEGLECTED)).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/connectors-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test('with its colours as marks', async () => {
    const text = (await showing(NEGLECTED)).text('table', pageOf(80, COLOUR_STYLE));
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot('../golden/connectors-marks.txt');
  });

  test('in Markdown, every finding with its cure', async () => {
    const text = (await showing(NEGLECTED)).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/connectors.md.txt');
  });

  test('redacted', async () => {
    const text = (await showing(NEGLECTED)).text('table', pageOf(120), { redact: true });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/connectors-redacted.txt');
    expect(text).not.toMatch(/198\.51\.100\.77|ann@/);
    expect(text).toMatch(/ip-[0-9a-f]{8}/);
  });

  test.each<[string, ConnectorInventory, readonly string[]]>([
    ['in-order', IN_ORDER, []],
    ['in-part', IN_PART, []],
    ['blind', BLIND, []],
    ['none', EMPTY_INVENTORY, []],
    ['one', NEGLECTED, ['--connector', 'Outbound to Woodgrove']],
  ])('%s', async (name, inventory, args) => {
    const text = (await showing(inventory, args)).text('table', pageOf(80));
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
