/** By which limits `check` judges, and so do `queue` and `relay`: one policy for all, the usual one where none is named. */
import type { IncidentThresholds } from '../incident/thresholds.js';
import { INBOUND_RULES, type InboundRules } from '../queue/inbound-volume.js';
import type { QueueThresholds } from '../queue/thresholds.js';
import { CATALOGUE } from './catalogue.js';
import type { CheckId, CheckSettings } from './check-settings.js';

/** How many runs it takes. Where no runs are kept, one is enough. */
export interface RunRule {
  /** Opens when so many… */
  readonly bad: number;
  /** …of the last runs that could tell were bad. */
  readonly of: number;
  /** Closes after so many good runs running… */
  readonly good: number;
  /** …that span so much time. */
  readonly goodMinutes: number;
}

export const DEFAULT_RUN_RULE: RunRule = { bad: 3, of: 5, good: 5, goodMinutes: 10 };

export interface PolicyOfCheck<Id extends CheckId = CheckId> {
  readonly isEnabled: boolean;
  /** Where a required check cannot tell, the whole answer is unknown. */
  readonly isRequired: boolean;
  /** The overall rule where the check has none of its own. */
  readonly for: RunRule;
  readonly settings: CheckSettings[Id];
}

export type PoliciesById = { readonly [Id in CheckId]: PolicyOfCheck<Id> };

export interface CheckPolicy {
  readonly for: RunRule;
  /** How far back to look. */
  readonly windowSeconds: number;
  /** At most so many requests in a run; null: as many as the command takes by default. */
  readonly maxRequests: number | null;
  /** Domains of the tenant, to tell inbound from outbound; empty: those that the tenant is asked for. */
  readonly ownDomains: readonly string[];
  readonly checks: PoliciesById;
}

export const DEFAULT_WINDOW_SECONDS = 4 * 3600;

export const DEFAULT_CHECK_POLICY: CheckPolicy = {
  for: DEFAULT_RUN_RULE,
  windowSeconds: DEFAULT_WINDOW_SECONDS,
  maxRequests: null,
  ownDomains: [],
  checks: {
    'service-health': usualOf('service-health'),
    'held-mail': usualOf('held-mail'),
    'deferral-rate': usualOf('deferral-rate'),
    'expiring-mail': usualOf('expiring-mail'),
    'bounce-rate': usualOf('bounce-rate'),
    'inbound-volume': usualOf('inbound-volume'),
    connectors: usualOf('connectors'),
    'mail-paths': usualOf('mail-paths'),
    certificates: usualOf('certificates'),
    'sign-in': usualOf('sign-in'),
    freshness: usualOf('freshness'),
    quota: usualOf('quota'),
  },
};

function usualOf<Id extends CheckId>(id: Id): PolicyOfCheck<Id> {
  const { isEnabled, isRequired, usual } = CATALOGUE[id];
  return { isEnabled, isRequired, for: DEFAULT_RUN_RULE, settings: usual };
}

/** The limits of a policy as the parts that judge take them. */
export interface PolicyLimits {
  readonly queue: QueueThresholds;
  readonly incident: IncidentThresholds;
  readonly inbound: InboundRules;
}

export function limitsOf({ checks }: Pick<CheckPolicy, 'checks'>): PolicyLimits {
  const { timesUsual, ...waiting } = checks['held-mail'].settings;
  const { alikeDomains, alikeNextHops, alikeShare, alikeHeld, ...recent } = checks['deferral-rate'].settings;
  const { newestRowMinutes, missingDeliveries } = checks.freshness.settings;
  return {
    queue: {
      waiting,
      expiring: checks['expiring-mail'].settings,
      recent,
      alike: { domains: alikeDomains, nextHops: alikeNextHops, share: alikeShare, held: alikeHeld },
      failed: checks['bounce-rate'].settings,
    },
    incident: {
      leastRead: checks.connectors.settings.leastRead,
      explainedShare: checks['service-health'].settings.explainedShare,
      timesUsual,
      newestRowMinutes,
      missingDeliveries,
    },
    inbound: { ...INBOUND_RULES, ...checks['inbound-volume'].settings },
  };
}
