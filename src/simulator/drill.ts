/**
 * A drill: a scenario as a running tenant, moved in time so that its most telling moment is now. The clock is the
 * real one and is never bent; the client cannot tell that the outage is not today.
 */
import { Failure } from '#failure.js';

import type { BrokenSetUp } from './broken/broken-set-up.js';
import { tenantOfAll } from './broken/broken-set-up.js';
import { BROKEN_SET_UPS } from './broken/broken-set-ups.js';
import { type RefusingProxy, startRefusingProxy } from './broken/refusing-proxy.js';
import { postqueueText } from './relay/postqueue.js';
import { relayQueueAt } from './relay/relay-queue.js';
import { announcementsOf } from './scenario/announcement/announce.js';
import { edgeRefusals } from './scenario/edge.js';
import { mailPlaces } from './scenario/mail-places.js';
import { PARTNER_DOWN } from './scenario/partner-down.js';
import type { Weeks } from './scenario/populate.js';
import { populate } from './scenario/populate.js';
import type { Scenario } from './scenario/scenario.js';
import { SCENARIO_TIME_FORMS, scenarioMinute } from './scenario/scenario.js';
import { scenarioClock } from './scenario/scenario-clock.js';
import { findScenario, SCENARIOS } from './scenario/scenarios.js';
import { makeLoopbackCertificate } from './sign-in/certificate.js';
import type { Tenant } from './tenant.js';
import { startTenant } from './tenant.js';
import type { TenantOptions } from './tenant-options.js';

interface DrillOptions extends Omit<
  TenantOptions,
  'population' | 'announcements' | 'edge' | 'mailPlaces' | 'seed'
> {
  /** Name of a scenario, as `june-2026`. */
  readonly scenario: string;
  /** The moment to show, in the words of `SCENARIO_TIME_FORMS`; null: the most telling one. */
  readonly at: string | null;
  readonly seed: number;
  /** About how many rows the last 48 hours have; 6000 when absent. */
  readonly rows?: number;
  /** What is wrong on the way to the tenant; nothing when absent. */
  readonly broken?: readonly BrokenSetUp[];
  /** Mail of weeks instead of two days. */
  readonly weeks?: Weeks;
}

export interface Drill extends Tenant {
  readonly scenario: ScenarioLabel;
  /** The queue of the tenant's own relay when the drill began, as `postqueue -j` prints it. */
  readonly relayQueue: string;
  /** What stands otherwise in the environment than `environment` says; undefined takes a variable away. */
  readonly brokenVariables: Readonly<Record<string, string | undefined>>;
}

/** What is told of a scenario outside. */
type ScenarioLabel = Pick<Scenario, 'name' | 'title' | 'issueId' | 'tellingMinute' | 'firstSymptomMinute'>;

const DEFAULT_ROWS = 6_000;

/** Names and titles for help and completion. */
export function drillScenarios(): readonly ScenarioLabel[] {
  return SCENARIOS;
}

/** @throws Failure of kind `usage` for a scenario or a moment that is not known. */
export async function startDrill(options: DrillOptions): Promise<Drill> {
  const { scenario: name, at, rows = DEFAULT_ROWS, weeks, broken = [], ...others } = options;
  const tenantSide = { ...others, ...tenantOfAll(others, broken), clock: clockOf(broken, options.clock) };
  const scenario = scenarioNamed(name);
  const minute = at === null ? scenario.tellingMinute : minuteNamed(scenario, at);
  const now = tenantSide.clock();
  const span = weeks === undefined ? {} : { weeks };
  const { deliveries: population, refused } = populate(scenario, {
    seed: options.seed,
    minute,
    now,
    rows,
    ...span,
  });
  const moments = scenarioClock({ minute, now });
  const announcements = announcementsOf(scenario, moments);
  const edge = edgeRefusals(scenario, moments);
  const setUp = scenario.setUp === undefined ? {} : { setUp: scenario.setUp };
  const places = mailPlaces({
    ...{ refusals: edge, clock: tenantSide.clock },
    isNeglected: scenario.setUp !== undefined,
    isPartnerDown: scenario.phases.includes(PARTNER_DOWN),
  });
  const tenant = await startTenant({
    ...{ ...tenantSide, ...setUp, population, announcements, edge },
    mailPlaces: places,
  });
  const { title, issueId, tellingMinute, firstSymptomMinute } = scenario;
  const relayQueue = postqueueText(relayQueueAt(refused, { scenario, seed: options.seed, now, edge }));
  const proxy = await proxyOf(broken);
  const place = { tenant, proxy: proxy?.address ?? '', now: options.clock() };
  return {
    ...{ ...tenant, relayQueue, scenario: { name, title, issueId, tellingMinute, firstSymptomMinute } },
    brokenVariables: Object.fromEntries(
      broken.flatMap(({ variables }) => Object.entries(variables?.(place) ?? {})),
    ),
    caPem: broken.some(({ isSignedByAnother }) => isSignedByAnother)
      ? makeLoopbackCertificate().caPem
      : tenant.caPem,
    close: async () => {
      await Promise.all([tenant.close(), proxy?.close()]);
    },
  };
}

function clockOf(broken: readonly BrokenSetUp[], clock: () => Date): () => Date {
  const aheadMs = broken.reduce((sum, { aheadMs: ms = 0 }) => sum + ms, 0);
  return aheadMs === 0 ? clock : () => new Date(clock().getTime() + aheadMs);
}

async function proxyOf(broken: readonly BrokenSetUp[]): Promise<RefusingProxy | null> {
  const status = broken.map(({ proxyAnswers }) => proxyAnswers).find((answers) => answers !== undefined);
  return status === undefined ? null : startRefusingProxy(status);
}

/** As `calm`, and as `calm+expired-secret` where something is wrong on the way to it. */
export function drillNamed(text: string): {
  readonly scenario: string;
  readonly broken: readonly BrokenSetUp[];
} {
  const [scenario = '', ...names] = text.split('+');
  return { scenario, broken: names.map(brokenNamed) };
}

function brokenNamed(name: string): BrokenSetUp {
  const found = BROKEN_SET_UPS.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Failure('usage', `Nothing that can be wrong in a drill is called "${name}".`, {
    remedy: `Choose of ${BROKEN_SET_UPS.map((each) => each.name).join(', ')}, as --drill=calm+expired-secret.`,
  });
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
