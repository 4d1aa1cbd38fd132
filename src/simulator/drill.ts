/**
 * A drill: a scenario as a running tenant, moved in time so that its most telling moment is now. The clock is the
 * real one and is never bent; the client cannot tell that the outage is not today.
 */
import { Failure } from '#failure.js';

import type { ScriptedFault } from './faults.js';
import type { Quirks } from './quirks.js';
import type { RequestLog } from './request-log.js';
import { populate } from './scenario/populate.js';
import type { Scenario } from './scenario/scenario.js';
import { SCENARIO_TIME_FORMS, scenarioMinute } from './scenario/scenario.js';
import { findScenario, SCENARIOS } from './scenario/scenarios.js';
import type { Tenant } from './tenant.js';
import { startTenant } from './tenant.js';

interface DrillOptions {
  /** Name of a scenario, as `june-2026`. */
  readonly scenario: string;
  /** The moment to show, in the words of `SCENARIO_TIME_FORMS`; null: the most telling one. */
  readonly at: string | null;
  readonly seed: number;
  readonly clock: () => Date;
  readonly log: RequestLog | null;
  /** About how many rows the last 48 hours have; 6000 when absent. */
  readonly rows?: number;
  readonly quirks?: Partial<Quirks>;
  readonly faults?: readonly ScriptedFault[];
  readonly signInFaults?: readonly ScriptedFault[];
  readonly tokenChecks?: 'issued' | 'any';
}

export interface Drill extends Tenant {
  readonly scenario: Pick<Scenario, 'name' | 'title' | 'issueId'>;
}

const DEFAULT_ROWS = 6_000;

/** Names and titles for help and completion. */
export function drillScenarios(): readonly Pick<Scenario, 'name' | 'title' | 'issueId'>[] {
  return SCENARIOS;
}

/** @throws Failure of kind `usage` for a scenario or a moment that is not known. */
export async function startDrill(options: DrillOptions): Promise<Drill> {
  const scenario = scenarioNamed(options.scenario);
  const minute = options.at === null ? scenario.tellingMinute : minuteNamed(scenario, options.at);
  const { seed, clock, rows = DEFAULT_ROWS } = options;
  const population = populate(scenario, { seed, minute, now: clock(), rows });
  const { name, title, issueId } = scenario;
  const { setUp } = scenario;
  const tenant = await startTenant({
    ...tenantSide(options),
    ...(setUp === undefined ? {} : { setUp }),
    population,
  });
  return { ...tenant, scenario: { name, title, issueId } };
}

function tenantSide(options: DrillOptions): Omit<Parameters<typeof startTenant>[0], 'population'> {
  const { clock, seed, log, quirks, faults, signInFaults, tokenChecks } = options;
  return {
    clock,
    seed,
    log,
    ...(quirks === undefined ? {} : { quirks }),
    ...(faults === undefined ? {} : { faults }),
    ...(signInFaults === undefined ? {} : { signInFaults }),
    ...(tokenChecks === undefined ? {} : { tokenChecks }),
  };
}

function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario !== null) return scenario;
  const known = SCENARIOS.map((each) => each.name).join(', ');
  throw new Failure('usage', `There is no scenario "${name}".`, { remedy: `Choose one of ${known}.` });
}

function minuteNamed(scenario: Scenario, at: string): number {
  const minute = scenarioMinute(scenario, at);
  if (minute.ok) return minute.value;
  throw new Failure('usage', `"${at}" is no moment of ${scenario.name}`, {
    remedy: `Give ${SCENARIO_TIME_FORMS}.`,
  });
}
