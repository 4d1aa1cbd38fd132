/** What every source of connectors promises. One suite, run on the adapter and on the fake. */
import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorSource } from '#mailflow/connector/connector-source.js';

export interface OpenedConnectors {
  readonly source: ConnectorSource;
  readonly close: () => Promise<void>;
}

/** The set-up that each source is made to hold, in facts that all of them can tell. */
export const CONTRACT_FACTS = {
  inbound: 'From our servers',
  outbound: ['To our servers', 'In test mode', 'By rule', 'By rule, in test mode'],
  domains: ['contoso.example', 'plants.contoso.example'],
  expirationSeconds: 64_800,
  /** One routes, one holds; a third does neither and is left out. */
  rules: ['Route', 'Hold'],
  server: 'ex1.contoso.example',
} as const;

interface SourceUnderTest {
  readonly open: () => Promise<OpenedConnectors>;
  readonly openRefusing: (parts: readonly InventoryPart[]) => Promise<OpenedConnectors>;
}

const ALL: readonly InventoryPart[] = ['inbound', 'outbound', 'domains', 'transport', 'rules', 'servers'];

export function promisesOfConnectorSource(name: string, subject: SourceUnderTest): void {
  describe(`${name} as a source of connectors`, () => {
    const open: OpenedConnectors[] = [];
    const opened = async (opening: Promise<OpenedConnectors>): Promise<ConnectorSource> => {
      const each = await opening;
      open.push(each);
      return each.source;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close()));
    });
    const signal = (): AbortSignal => new AbortController().signal;

    test('tells all of the set-up, each connector once, and that it is all', async () => {
      const source = await opened(subject.open());
      const inventory = await source.inventory(signal());
      expect(inventory.inbound.map((each) => [each.name, each.direction])).toEqual([
        [CONTRACT_FACTS.inbound, 'inbound'],
      ]);
      expect(inventory.outbound.map((each) => each.name).toSorted()).toEqual(
        CONTRACT_FACTS.outbound.toSorted(),
      );
      expect(inventory.domains.map((each) => each.name)).toEqual(CONTRACT_FACTS.domains);
      expect(inventory.transport?.messageExpirationSeconds).toBe(CONTRACT_FACTS.expirationSeconds);
      expect(inventory.rules.map((each) => each.name)).toEqual(CONTRACT_FACTS.rules);
      expect(inventory.servers.map((each) => each.name)).toEqual([CONTRACT_FACTS.server]);
      expect([...new Set(Object.values(inventory.sight)), inventory.gaps]).toEqual(['whole', []]);
    });

    test('knows which mode and scope a connector has', async () => {
      const source = await opened(subject.open());
      const { outbound } = await source.inventory(signal());
      const modes = outbound.map(
        ({ name: each, testMode, ruleScoped }) => [each, [testMode, ruleScoped]] as const,
      );
      expect(Object.fromEntries(modes)).toEqual({
        'By rule': [false, true],
        'By rule, in test mode': [true, true],
        'In test mode': [true, false],
        'To our servers': [false, false],
      });
    });

    test('tells its clock and its requests once it was asked', async () => {
      const source = await opened(subject.open());
      expect([source.requestCount(), source.asOf()]).toEqual([0, null]);
      const { asOf } = await source.inventory(signal());
      expect(source.requestCount()).toBeGreaterThanOrEqual(6);
      expect(source.asOf()).toEqual(asOf);
    });

    test('says which part it is about to ask for', async () => {
      const source = await opened(subject.open());
      const parts: InventoryPart[] = [];
      await source.inventory(signal(), { onPart: (part) => void parts.push(part) });
      expect(parts).toEqual(ALL);
    });

    test('asks for the parts that are wanted, in that order, and takes no other for seen', async () => {
      const source = await opened(subject.open());
      const asked: InventoryPart[] = [];
      const { sight, gaps, rules, inbound } = await source.inventory(signal(), {
        parts: ['rules', 'outbound'],
        onPart: (part) => void asked.push(part),
      });
      expect(asked).toEqual(['rules', 'outbound']);
      expect([sight.rules, sight.outbound, gaps]).toEqual(['whole', 'whole', []]);
      expect(ALL.filter((part) => sight[part] === 'not-seen')).toEqual(
        ALL.filter((part) => part !== 'rules' && part !== 'outbound'),
      );
      expect([rules.length > 0, inbound]).toEqual([true, []]);
    });

    test.each(ALL)(
      'a refused part (%s) is a gap, is not taken for empty, and costs no other',
      async (part) => {
        const source = await opened(subject.openRefusing([part]));
        const { sight, gaps } = await source.inventory(signal());
        expect(ALL.filter((each) => sight[each] !== 'whole')).toEqual([part]);
        expect(sight[part]).toBe('not-seen');
        expect(gaps).toEqual([
          expect.objectContaining({ reason: 'refused', remedy: expect.stringMatching(/\w/) as string }),
        ]);
      },
    );

    test('fails when everything is refused', async () => {
      const source = await opened(subject.openRefusing(ALL));
      const outcome = await source.inventory(signal()).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(Failure);
      expect(outcome).toMatchObject({ kind: 'permission' });
    });

    test('stops when it is told to', async () => {
      const source = await opened(subject.open());
      const stop = new AbortController();
      const failure = new Failure('interrupted', 'Interrupted.', { remedy: 'Ask again.' });
      const outcome = source.inventory(stop.signal, {
        onPart: (part) => {
          if (part === 'domains') stop.abort(failure);
        },
      });
      await expect(outcome).rejects.toBe(failure);
    });
  });
}
