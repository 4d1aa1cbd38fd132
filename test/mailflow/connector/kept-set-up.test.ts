/** What is kept of a set-up is judged as the answer itself, holds no address, and is no older than it may be. */
import { describe, expect, test } from 'vitest';

import type { InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { judgeConnectors } from '#mailflow/connector/judge-connectors.js';
import {
  inventoryOf,
  isStillNew,
  mayStandIn,
  setUpToKeep,
  WATCHED_PARTS,
} from '#mailflow/connector/kept-set-up.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import { sample, SAMPLE_NOW, sampleRule } from '#mailflow/connector/lint/sample.js';
import { planRoutes } from '#mailflow/connector/path/plan-routes.js';

/** As it is told to who asks for the watched parts alone. */
function watched(inventory: ConnectorInventory): ConnectorInventory {
  const seen = (part: InventoryPart) =>
    WATCHED_PARTS.some((each) => each === part) ? inventory.sight[part] : 'not-seen';
  return {
    ...{ ...inventory, inbound: [], transport: null, servers: [] },
    sight: {
      ...{ inbound: seen('inbound'), outbound: seen('outbound'), domains: seen('domains') },
      ...{ transport: seen('transport'), rules: seen('rules'), servers: seen('servers') },
    },
  };
}

const SAMPLES = LINT_RULES.flatMap(({ id, samples }) => [
  [`what ${id} finds`, samples.hits.inventory] as const,
  [`what ${id} leaves alone`, samples.misses.inventory] as const,
]).filter(([, { sight }]) => WATCHED_PARTS.every((part) => sight[part] === 'whole'));

function keptOf(inventory: ConnectorInventory): ConnectorInventory {
  const kept = setUpToKeep(inventory, SAMPLE_NOW);
  return kept === null ? expect.fail('not kept') : inventoryOf(kept);
}

describe('what is kept', () => {
  test.each(SAMPLES)('is judged, and walked, as the answer itself: %s', (_what, inventory) => {
    expect(judgeConnectors(keptOf(inventory))).toEqual(judgeConnectors(watched(inventory)));
    const routes = ({ outbound, domains }: ConnectorInventory) =>
      planRoutes({ connectors: outbound, domains, hosts: [], stopAfter: null, recipient: null });
    expect(routes(keptOf(inventory))).toEqual(routes(inventory));
  });

  test('is judged somewhere: not all samples are silent', () => {
    const ids = new Set(
      SAMPLES.flatMap(([, inventory]) => judgeConnectors(keptOf(inventory))).map(({ id }) => id),
    );
    expect(ids.size).toBeGreaterThan(15);
  });

  test('holds no comment, no recipient of a validation, and nothing of the other parts', () => {
    const { inventory } = sample({
      inbound: [{ name: 'In', senderAddresses: ['192.0.2.7'] }],
      outbound: [{ comment: 'ask ann@contoso.example', validationRecipients: ['ben@contoso.example'] }],
    });
    expect(JSON.stringify(setUpToKeep(inventory, SAMPLE_NOW))).not.toMatch(/@|comment|validationR|inbound/u);
  });
});

describe('nothing is kept of a set-up', () => {
  const { inventory } = sample({ outbound: [{}], domains: [{}], rules: [sampleRule({})] });
  const seenBut = (part: InventoryPart, how: 'in-part' | 'not-seen'): ConnectorInventory => ({
    ...inventory,
    sight: { ...inventory.sight, [part]: how },
  });
  test.each<[string, ConnectorInventory, number]>([
    ['seen in part', seenBut('outbound', 'in-part'), 0],
    ['without its rules', seenBut('rules', 'not-seen'), 0],
    [
      'with an address in a name',
      sample({ rules: [sampleRule({ name: 'To ann@contoso.example' })] }).inventory,
      0,
    ],
    ['told by a clock that is behind ours', inventory, 6],
    ['told by a clock that is ahead of ours', inventory, -6],
  ])('%s', (_what, given, minutes) => {
    expect(setUpToKeep(given, new Date(SAMPLE_NOW.getTime() + minutes * 60_000))).toBeNull();
  });

  test('but of one of which only parts were missing that nobody watches', () => {
    expect(setUpToKeep(seenBut('servers', 'not-seen'), SAMPLE_NOW)).not.toBeNull();
  });
});

describe('its age', () => {
  const kept = setUpToKeep(sample({}).inventory, SAMPLE_NOW) ?? expect.fail('not kept');
  test.each<[number, boolean, boolean, string]>([
    [0, true, true, 'just now'],
    [15 * 60, true, true, 'a quarter of an hour'],
    [15 * 60 + 1, false, true, 'a second more'],
    [24 * 3600, false, true, 'a day'],
    [24 * 3600 + 1, false, false, 'more than a day'],
    [-60, true, true, 'by a run that was a little ahead'],
    [-61, false, false, 'while a clock was wrong'],
  ])('%i s: new %s, may stand in %s, %s', (seconds, isNew, stands) => {
    const now = new Date(SAMPLE_NOW.getTime() + seconds * 1000);
    expect([isStillNew(kept, now), mayStandIn(kept, now)]).toEqual([isNew, stands]);
  });
});
