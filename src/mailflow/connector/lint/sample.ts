/** Small set-ups for the samples of the lint: an ordinary one, and what is different about it. */
import type {
  AcceptedDomain,
  InboundConnector,
  OnPremisesServer,
  OutboundConnector,
  RoutingRule,
} from '../connector.js';
import type { ConnectorInventory } from '../connector-source.js';
import type { LintFacts } from './lint-rule.js';

export const SAMPLE_NOW = new Date('2026-06-02T17:30:00Z');

interface SampleParts extends Partial<Omit<ConnectorInventory, 'inbound' | 'outbound' | 'domains'>> {
  readonly inbound?: readonly Partial<InboundConnector>[];
  readonly outbound?: readonly Partial<OutboundConnector>[];
  readonly domains?: readonly Partial<AcceptedDomain>[];
}

/** Everything seen, nothing there but what is named. */
export function sample(
  { inbound = [], outbound = [], domains = [], ...rest }: SampleParts,
  mailHosts: Readonly<Record<string, readonly string[]>> | null = null,
): LintFacts {
  const inventory: ConnectorInventory = {
    ...EMPTY_INVENTORY,
    ...rest,
    inbound: inbound.map((changes) => ({ ...ORDINARY_INBOUND, ...changes })),
    outbound: outbound.map((changes) => ({ ...ORDINARY_OUTBOUND, ...changes })),
    domains: domains.map((changes) => ({ ...ORDINARY_DOMAIN, ...changes })),
  };
  return { inventory, mailHosts: mailHosts === null ? null : new Map(Object.entries(mailHosts)) };
}

export const EMPTY_INVENTORY: ConnectorInventory = {
  ...{ inbound: [], outbound: [], domains: [], transport: null, rules: [], servers: [] },
  sight: {
    ...{ inbound: 'whole', outbound: 'whole', domains: 'whole' },
    ...{ transport: 'whole', rules: 'whole', servers: 'whole' },
  },
  gaps: [],
  asOf: SAMPLE_NOW,
};

const ORDINARY = {
  ...{ guid: null, enabled: true, madeBy: 'HybridWizard', comment: null },
  ...{ cloudServicesMail: true, changedAt: null },
} as const;

const ORDINARY_INBOUND: InboundConnector = {
  ...ORDINARY,
  direction: 'inbound',
  name: 'From our servers',
  type: 'OnPremises',
  senderDomains: ['smtp:*;1'],
  senderAddresses: [],
  associatedDomains: [],
  requireTls: true,
  senderCertificate: 'mail.contoso.example',
  restrictsToAddresses: false,
  restrictsToCertificate: false,
  treatsAsInternal: false,
  enhancedFiltering: { skipsLastAddress: false, skippedAddresses: [], testMode: false, users: [] },
};

const ORDINARY_OUTBOUND: OutboundConnector = {
  ...ORDINARY,
  direction: 'outbound',
  name: 'To our servers',
  type: 'OnPremises',
  testMode: false,
  ruleScoped: false,
  recipientDomains: ['contoso.example'],
  allAcceptedDomains: false,
  routesAllViaOnPremises: false,
  usesMx: false,
  smartHosts: ['mail.contoso.example', 'mail2.contoso.example'],
  tlsSettings: 'DomainValidation',
  tlsDomain: 'mail.contoso.example',
  mtaStsMode: 'Opportunistic',
  daneMode: 'Opportunistic',
  validationRecipients: ['postmaster@contoso.example'],
  validated: true,
  lastValidatedAt: new Date('2026-05-20T08:00:00Z'),
};

const ORDINARY_DOMAIN: AcceptedDomain = {
  name: 'contoso.example',
  type: 'Authoritative',
  ...{ isDefault: false, isInitial: false, matchesSubdomains: false },
  ...{ sendingFromStopped: false, sendingToStopped: false },
  ...{ pendingRemoval: false, pendingCompletion: false },
  authentication: 'Managed',
  daneStatus: null,
};

export function sampleRule(changes: Partial<RoutingRule>): RoutingRule {
  return {
    name: 'Route invoices',
    priority: 0,
    ...{ state: 'Enabled', mode: 'Enforce', routesTo: null, errorAction: 'Ignore', changedAt: null },
    ...changes,
  };
}

export function sampleServer(changes: Partial<OnPremisesServer>): OnPremisesServer {
  return {
    name: 'ex1.contoso.example',
    version: 'ExchangeServer2016',
    build: '15.1.2507.16',
    recommendedBuilds: ['15.1.2507.39'],
    firstSeenAt: new Date('2026-04-01T00:00:00Z'),
    ...{ slowedFrom: null, blockedFrom: null, nextStageAt: null },
    ...changes,
  };
}
