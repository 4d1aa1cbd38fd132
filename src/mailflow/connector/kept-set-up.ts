/**
 * The set-up as it is kept between runs, so that who looks every few minutes need not ask each time: what the lint judges of
 * the parts that are looked at beside the mail, and no more. Comments, and recipients of validation, are left out.
 */
import { isClockInDoubt } from '../clock-doubt.js';
import type { AcceptedDomain, InventoryPart, OutboundConnector, RoutingRule } from './connector.js';
import type { ConnectorInventory } from './connector-source.js';

/** One question a second: what tells most of an outage goes first, and what tells nothing of it is left out. */
export const WATCHED_PARTS = ['outbound', 'domains', 'rules'] as const satisfies readonly InventoryPart[];

export type KeptOutbound = Pick<
  OutboundConnector,
  | 'name'
  | 'guid'
  | 'enabled'
  | 'type'
  | 'testMode'
  | 'ruleScoped'
  | 'recipientDomains'
  | 'allAcceptedDomains'
  | 'routesAllViaOnPremises'
  | 'usesMx'
  | 'smartHosts'
  | 'tlsSettings'
  | 'tlsDomain'
  | 'validated'
  | 'lastValidatedAt'
>;

export type KeptDomain = Omit<AcceptedDomain, 'authentication' | 'daneStatus'>;
export type KeptRule = Omit<RoutingRule, 'changedAt'>;

export interface KeptSetUp {
  readonly outbound: readonly KeptOutbound[];
  readonly domains: readonly KeptDomain[];
  readonly rules: readonly KeptRule[];
  /** By the service's clock, as of the inventory. */
  readonly asOf: Date;
  /** When it was told, by ours. */
  readonly seenAt: Date;
}

/** The last one that was told whole. */
export interface SetUpHistory {
  readonly last: () => Promise<KeptSetUp | null>;
  readonly keep: (kept: KeptSetUp) => Promise<void>;
}

/**
 * Null for what must not stand in for an answer, or not lie on a disk: seen in part, told by a clock that ours contradicts,
 * or with an address in one of its names.
 */
export function setUpToKeep(inventory: ConnectorInventory, seenAt: Date): KeptSetUp | null {
  const { sight, asOf } = inventory;
  if (WATCHED_PARTS.some((part) => sight[part] !== 'whole')) return null;
  if (isClockInDoubt(seenAt.getTime() - asOf.getTime())) return null;
  const told = {
    outbound: inventory.outbound.map(keptOutbound),
    domains: inventory.domains.map(keptDomain),
    rules: inventory.rules.map(keptRule),
  };
  return JSON.stringify(told).includes('@') ? null : { ...told, asOf, seenAt };
}

/** As if it had just been told, but for what the lint does not look at. */
export function inventoryOf({ outbound, domains, rules, asOf }: KeptSetUp): ConnectorInventory {
  return {
    outbound: outbound.map((connector) => ({ ...UNTOLD_OF_OUTBOUND, ...connector })),
    domains: domains.map((domain) => ({ ...domain, authentication: null, daneStatus: null })),
    rules: rules.map((rule) => ({ ...rule, changedAt: null })),
    ...{ inbound: [], transport: null, servers: [], gaps: [], asOf },
    sight: {
      ...{ outbound: 'whole', domains: 'whole', rules: 'whole' },
      ...{ inbound: 'not-seen', transport: 'not-seen', servers: 'not-seen' },
    },
  };
}

const MINUTE_MS = 60_000;
const ASKED_AGAIN_MS = 15 * MINUTE_MS;
export const KEPT_SET_UP_MS = 24 * 60 * MINUTE_MS;

/** Nobody needs to ask again: a set-up is changed by hand, and rarely. */
export function isStillNew(kept: KeptSetUp, now: Date): boolean {
  return isWithin(ASKED_AGAIN_MS, kept, now);
}

/** While nobody answers it is better than nothing. */
export function mayStandIn(kept: KeptSetUp, now: Date): boolean {
  return isWithin(KEPT_SET_UP_MS, kept, now);
}

/** One from further ahead was kept while a clock was wrong. */
function isWithin(mostMs: number, { seenAt }: KeptSetUp, now: Date): boolean {
  const ageMs = now.getTime() - seenAt.getTime();
  return ageMs <= mostMs && ageMs >= -MINUTE_MS;
}

const UNTOLD_OF_OUTBOUND = {
  direction: 'outbound',
  ...{ madeBy: null, comment: null, cloudServicesMail: null, changedAt: null },
  ...{ mtaStsMode: null, daneMode: null, validationRecipients: null },
} as const;

function keptOutbound(connector: OutboundConnector): KeptOutbound {
  const { name, guid, enabled, type, testMode, ruleScoped, recipientDomains, allAcceptedDomains } = connector;
  const { routesAllViaOnPremises, usesMx, smartHosts, tlsSettings, tlsDomain } = connector;
  const { validated, lastValidatedAt } = connector;
  return {
    ...{ name, guid, enabled, type, testMode, ruleScoped, recipientDomains, allAcceptedDomains },
    ...{ routesAllViaOnPremises, usesMx, smartHosts, tlsSettings, tlsDomain },
    ...{ validated, lastValidatedAt },
  };
}

function keptDomain(domain: AcceptedDomain): KeptDomain {
  const { name, type, isDefault, isInitial, matchesSubdomains } = domain;
  const { sendingFromStopped, sendingToStopped, pendingRemoval, pendingCompletion } = domain;
  return {
    ...{ name, type, isDefault, isInitial, matchesSubdomains },
    ...{ sendingFromStopped, sendingToStopped, pendingRemoval, pendingCompletion },
  };
}

function keptRule({ name, priority, state, mode, routesTo, errorAction }: RoutingRule): KeptRule {
  return { name, priority, state, mode, routesTo, errorAction };
}
