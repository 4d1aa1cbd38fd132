/** The promises of `ConnectorSource`, kept by the fake that tests lean on and by Exchange. */
import { Failure } from '#failure.js';
import type { InventoryPart } from '#mailflow/connector/connector.js';
import { sample, SAMPLE_NOW, sampleRule, sampleServer } from '#mailflow/connector/lint/sample.js';
import type { Gap } from '#mailflow/finding.js';
import type { SetUp } from '#simulator/exchange/set-up/set-up.js';
import {
  acceptedDomain,
  inboundConnector,
  onPremisesServer,
  outboundConnector,
  transportRule,
  USUAL_TRANSPORT_CONFIG,
} from '#simulator/exchange/set-up/set-up.js';
import type { Quirks } from '#simulator/quirks.js';
import { startTenant } from '#simulator/tenant.js';

import { memoryConnectorSource } from '../fakes/memory-connector-source.js';
import { virtualClock } from '../fakes/virtual-clock.js';
import { openConnectorsAt } from '../sources/exchange/opened.js';
import type { OpenedConnectors } from './connector-source.contract.js';
import { CONTRACT_FACTS, promisesOfConnectorSource } from './connector-source.contract.js';

const done = (): Promise<void> => Promise.resolve();

const MODES = [
  { testMode: false, ruleScoped: false },
  { testMode: true, ruleScoped: false },
  { testMode: false, ruleScoped: true },
  { testMode: true, ruleScoped: true },
] as const;

const { inventory: IN_MEMORY } = sample({
  inbound: [{ name: CONTRACT_FACTS.inbound }],
  outbound: CONTRACT_FACTS.outbound.map((name, index) => ({ name, ...MODES[index] })),
  domains: CONTRACT_FACTS.domains.map((name) => ({ name })),
  transport: {
    ...{ messageExpirationSeconds: CONTRACT_FACTS.expirationSeconds, journalExpirationDays: 0 },
    ...{ externalDelayNotices: true, internalDelayNotices: true, legacyTlsClients: false },
  },
  rules: [
    sampleRule({ name: 'Route', routesTo: 'By rule' }),
    sampleRule({ name: 'Hold', errorAction: 'Defer' }),
  ],
  servers: [sampleServer({ name: CONTRACT_FACTS.server })],
});

const REFUSED: Gap = { what: 'A part', reason: 'refused', remedy: 'Ask the admin.', retryAfterSeconds: null };

promisesOfConnectorSource('the fake in memory', {
  open: () => Promise.resolve({ source: memoryConnectorSource({ inventory: IN_MEMORY }), close: done }),
  openRefusing: (parts) => {
    const refused = Object.fromEntries(parts.map((part) => [part, REFUSED]));
    const failure = new Failure('permission', 'Nobody may.', { remedy: 'Ask the admin.' });
    const isAll = parts.length === 6;
    const source = memoryConnectorSource({ inventory: IN_MEMORY, refused, ...(isAll ? { failure } : {}) });
    return Promise.resolve({ source, close: done });
  },
});

const SET_UP: SetUp = {
  inboundConnectors: [inboundConnector(CONTRACT_FACTS.inbound, 1)],
  outboundConnectors: CONTRACT_FACTS.outbound.map((name, index) =>
    outboundConnector(name, 100 + index, {
      TestMode: MODES[index]?.testMode,
      IsTransportRuleScoped: MODES[index]?.ruleScoped,
    }),
  ),
  acceptedDomains: CONTRACT_FACTS.domains.map((name, index) => acceptedDomain(name, 200 + index)),
  transportConfig: { ...USUAL_TRANSPORT_CONFIG, MessageExpiration: '0.18:00:00' },
  transportRules: [
    transportRule('Route', 301, { RouteMessageOutboundConnector: 'By rule' }),
    transportRule('Neither', 302),
    transportRule('Hold', 303, { RuleErrorAction: 'Defer' }),
  ],
  onPremisesServers: [onPremisesServer(CONTRACT_FACTS.server)],
};

const CMDLETS: Readonly<Record<InventoryPart, string>> = {
  inbound: 'Get-InboundConnector',
  outbound: 'Get-OutboundConnector',
  domains: 'Get-AcceptedDomain',
  transport: 'Get-TransportConfig',
  rules: 'Get-TransportRule',
  servers: 'Get-OnPremServerReportInfo',
};

async function exchange(
  quirks: Partial<Quirks>,
  refused: readonly InventoryPart[] = [],
): Promise<OpenedConnectors> {
  const tenant = await startTenant({
    ...{ population: [], clock: () => SAMPLE_NOW, tokenChecks: 'any', quirks, setUp: () => SET_UP },
    exchangeOnboarding: { lacks: refused.map((part) => CMDLETS[part]) },
  });
  const clock = virtualClock(SAMPLE_NOW.toISOString());
  const { source } = openConnectorsAt(tenant, { clock, deadlineMs: 60_000 });
  return { source, close: tenant.close };
}

promisesOfConnectorSource('Exchange', {
  open: () => exchange({}),
  openRefusing: (parts) => exchange({}, parts),
});

promisesOfConnectorSource('Exchange, one object a page, dates without a zone', {
  open: () => exchange({ exchangePage: 1, exchangeLinks: 'followed', exchangeDates: 'bare' }),
  openRefusing: (parts) => exchange({ exchangePage: 1, exchangeLinks: 'followed' }, parts),
});
