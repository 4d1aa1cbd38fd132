/** What connectors add to a verdict: little on any day, and a name where mail waits for one of their hosts. */
import { describe, expect, test } from 'vitest';

import type { OutboundConnector } from '#mailflow/connector/connector.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { sample } from '#mailflow/connector/lint/sample.js';
import { assess } from '#mailflow/incident/assess.js';
import type { Assessment } from '#mailflow/incident/assessment.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import { readHeld } from '#mailflow/queue/held-reading.js';
import type { Delivery } from '#mailflow/trace/delivery.js';

import { deliveriesOf, type Load } from '../queue/mail.js';
import { CALM, CALM_MAIL, CONNECTORS, seen, sightingsOf, sightOf, STOPPED_CONNECTORS } from './views.js';

const [HELD] = deliveriesOf([{ kind: 'closed-abruptly', count: 1, minutes: 20 }]);

/** Held with this reply. */
function heldWith(changes: {
  text: string;
  enhancedStatus: string | null;
  nextHop: string | null;
}): Delivery {
  const { text, enhancedStatus, nextHop } = changes;
  const verdict = HELD?.verdict ?? expect.fail('no verdict');
  return { ...(HELD ?? expect.fail('no delivery')), nextHop, verdict: { ...verdict, text, enhancedStatus } };
}

describe('the names of a next hop that fails', () => {
  const TEXT =
    '450 4.4.316 Connection refused [Message=Socket error code 10061] [LastAttemptedServerName=Relay.contoso.example] [LastAttemptedIP=192.0.2.7:25] [SmtpSecurity=-1;-1]';

  test.each<[string, Parameters<typeof heldWith>[0], readonly string[]]>([
    [
      'as it is told, and in the words of the service',
      { text: TEXT, enhancedStatus: '4.4.316', nextHop: 'mail.contoso.example' },
      ['mail.contoso.example', 'relay.contoso.example', '192.0.2.7'],
    ],
    [
      'each once',
      { text: TEXT, enhancedStatus: '4.4.312', nextHop: 'relay.contoso.example' },
      ['relay.contoso.example', '192.0.2.7'],
    ],
    [
      'an address in IPv6',
      { text: '[LastAttemptedIP=2001:db8::7:25]', enhancedStatus: '4.4.318', nextHop: null },
      ['2001:db8::7'],
    ],
    ['none', { text: 'It failed.', enhancedStatus: '4.4.317', nextHop: null }, []],
    ['of another failure none', { text: TEXT, enhancedStatus: '4.4.319', nextHop: 'a.example' }, []],
    ['of a failure without code none', { text: TEXT, enhancedStatus: null, nextHop: 'a.example' }, []],
  ])('%s', (_why, reply, names) => {
    expect(readHeld(heldWith(reply))?.unreachedHops).toEqual(names);
  });

  test('a megabyte of brackets is read in a moment, and never as a name', () => {
    const text = '[LastAttemptedServerName='.repeat(40_000);
    const names = readHeld(heldWith({ text, enhancedStatus: '4.4.316', nextHop: null }))?.unreachedHops ?? [];
    expect(names.every((name) => name.length <= 253)).toBe(true);
  });
});

const waiting = (count: number, nextHop: string): Load => ({
  ...{ kind: 'closed-abruptly', count, minutes: 200, toMinutes: 10, name: 'plants', nextHop },
});

function withConnectors(
  outbound: readonly Partial<OutboundConnector>[],
  loads: readonly Load[],
): Partial<Sightings> {
  const { inventory } = sample({ inbound: [{}], outbound, domains: [{ isDefault: true }] });
  return {
    connectors: seen('connectors', inventory),
    trace: seen('trace', sightOf([...CALM_MAIL, ...loads])),
  };
}

function assessed(changes: Partial<Sightings>): Assessment {
  return assess(sightingsOf(CALM, changes));
}

const idsOf = ({ findings }: Assessment): readonly string[] =>
  findings.map(({ id, level }) => `${level} ${id}`);
const connectorLayer = ({ layers }: Assessment): object | undefined =>
  layers.find(({ layer }) => layer === 'connector');

describe('held mail that waits for a smart host', () => {
  const OURS = { name: 'To our servers', smartHosts: ['mail.contoso.example', 'mail2.contoso.example'] };

  test('is told with its connector: finding, cause, layer, advice and sentence', () => {
    const result = assessed(withConnectors([OURS], [waiting(5, 'mail.contoso.example')]));
    expect(result).toMatchObject({
      level: 'warning',
      setUp: { heldAt: [{ connector: 'To our servers', hosts: ['mail.contoso.example'], read: 5 }] },
      cause: { kind: 'connector', says: 'A connector holds up mail: To our servers.' },
      badSignals: ['trace'],
    });
    expect(idsOf(result)).toEqual(['warning connector-host-unreached']);
    expect(result.sentence).toMatch(
      /^WARNING: mail waits for a connector: 5 held deliveries .*To our servers/,
    );
    expect(connectorLayer(result)).toMatchObject({ state: 'degraded' });
    expect(result.advice.map(({ text }) => text).join(' ')).toContain('of the connector To our servers');
  });

  test.each<[string, readonly Partial<OutboundConnector>[], readonly Load[], readonly string[]]>([
    [
      'two of them may be chance',
      [OURS],
      [waiting(2, 'mail.contoso.example')],
      ['info connector-host-unreached'],
    ],
    [
      'a host that stands there as an address',
      [{ smartHosts: ['[192.0.2.7]'] }],
      [waiting(3, '192.0.2.7')],
      ['warning connector-host-unreached'],
    ],
    ['a host of nobody', [OURS], [waiting(5, 'mx.woodgrove.example')], []],
    [
      'a connector that is off',
      [{ ...OURS, enabled: false }],
      [waiting(5, 'mail.contoso.example')],
      ['info connector-off'],
    ],
    ['a connector by MX', [{ ...OURS, usesMx: true }], [waiting(5, 'mail.contoso.example')], []],
    [
      'a wait for another reason',
      [OURS],
      [{ ...waiting(5, 'mail.contoso.example'), kind: 'by-service' }],
      [],
    ],
  ])('%s', (_why, outbound, loads, expected) => {
    expect(idsOf(assessed(withConnectors(outbound, loads)))).toEqual(expected);
  });
});

describe('a set-up alone', () => {
  const set = (inventory: ConnectorInventory): Partial<Sightings> => ({
    connectors: seen('connectors', inventory),
  });

  test('in good order leaves the layer fine, and says that no host was tried', () => {
    const result = assessed(set(CONNECTORS));
    expect([result.level, result.findings]).toEqual(['ok', []]);
    expect(connectorLayer(result)).toMatchObject({
      state: 'ok',
      says: expect.stringContaining('no host was tried') as string,
    });
  });

  test('with warnings of the lint is OK all the same', () => {
    const { inventory } = sample({
      outbound: [
        { name: 'Off', testMode: true, recipientDomains: ['tailspin.example'] },
        { name: 'Old', tlsSettings: null, recipientDomains: ['woodgrove.example'] },
      ],
      domains: [{ isDefault: true }, { name: 'old.contoso.example', sendingFromStopped: true }],
    });
    const result = assessed(set(inventory));
    expect(result.level).toBe('ok');
    expect(result.badSignals).toEqual([]);
    expect(idsOf(result)).toEqual(['info connector-off', 'info domain-stopped']);
    expect(result.setUp).toMatchObject({
      off: ['Off'],
      stopped: ['old.contoso.example'],
      findings: { warning: 3 },
    });
    expect(connectorLayer(result)).toMatchObject({ state: 'degraded' });
  });

  test('that stops the default domain is critical, where it was seen whole and now', () => {
    const part = { what: 'Mail flow rules', reason: 'refused', remedy: 'Ask.', retryAfterSeconds: null };
    expect(assessed(set(STOPPED_CONNECTORS))).toMatchObject({
      level: 'critical',
      badSignals: ['connectors'],
    });
    const inPart = assessed({ connectors: seen('connectors', STOPPED_CONNECTORS, [part]) });
    expect([inPart.level, inPart.setUp?.stopped]).toEqual(['ok', ['contoso.example']]);
  });

  test('of which nothing was seen has no number', () => {
    const { inventory } = sample({});
    const blind = { ...inventory, sight: { ...inventory.sight, inbound: 'not-seen' as const } };
    expect(assessed(set(blind)).setUp).toMatchObject({ inbound: null, outbound: 0 });
  });
});
