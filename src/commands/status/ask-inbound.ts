/** Inbound mail of the list just read, beside that of the same hours of the weeks that are kept. Asks no service. */
import type { Ports } from '#cli/ports.js';
import { normalizeDomain } from '#mailflow/address/address.js';
import type { TraceSight } from '#mailflow/incident/sightings.js';
import type { Glimpse, Signal, Trouble } from '#mailflow/incident/signal.js';
import { failedSignal, missingSignal, seenSignal } from '#mailflow/incident/signal.js';
import type { ComparedSpan, InboundRules, InboundVolume } from '#mailflow/queue/inbound-volume.js';
import { comparedSpan, compareInbound, INBOUND_RULES, weeksBefore } from '#mailflow/queue/inbound-volume.js';
import type { Arrivals } from '#mailflow/trace/arrivals.js';
import type { InboundHistory } from '#mailflow/trace/inbound-history.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import type { Attempt } from './attempt.js';
import { attempt } from './attempt.js';
import type { StatusOptions } from './status-options.js';
import { troubleOf } from './trouble-of.js';

export interface AskedTrace {
  readonly source: () => TraceSource | null;
  readonly attempt: Attempt<TraceSight>;
}

export async function askInbound(
  { source, attempt: listed }: AskedTrace,
  { ownDomains }: StatusOptions,
  ports: Pick<Ports, 'now'>,
  rules: InboundRules = INBOUND_RULES,
): Promise<Signal<InboundVolume>> {
  const asking = async (): Promise<InboundVolume | Trouble> => {
    if (listed.kind === 'failed' || !listed.value.survey.isListedWhole) return TRACE_NOT_WHOLE;
    const history = source()?.inbound?.() ?? null;
    return history === null ? nothingKept(rules) : inboundOf(listed.value, history, ownDomains, rules);
  };
  const asked = await attempt(asking, ports);
  const glimpse: Glimpse = { name: 'inbound', observedAt: asked.at, maxAgeSeconds: MAX_AGE_SECONDS };
  if (asked.kind === 'failed') return failedSignal(glimpse, troubleOf(asked.failure));
  const { value } = asked;
  if ('why' in value) return missingSignal(glimpse, value);
  const sourceTime = listed.kind === 'failed' ? null : listed.value.held.asOf;
  return seenSignal({ ...glimpse, sourceTime }, value, { now: ports.now() });
}

/** As the trace that it is made of. */
const MAX_AGE_SECONDS = 900;
const DAY_MS = 86_400_000;
/** So long ago begins what tells how late rows are. */
const LATENESS_DAYS = 2;

async function inboundOf(
  { survey, held, arrivals }: TraceSight,
  history: InboundHistory,
  ownDomains: readonly string[] | null,
  rules: InboundRules,
): Promise<InboundVolume | Trouble> {
  const { asOf } = held;
  const { window, newestReceivedAt: newestAt } = survey;
  const latenessMs = await history.latenessMs(new Date(asOf.getTime() - LATENESS_DAYS * DAY_MS));
  const compared = window === null ? null : comparedSpan({ window, asOf, newestAt, latenessMs }, rules);
  if (compared === null) return tooShort(rules);
  const weeks = await weeksOf(compared, history, ownDomains, rules);
  return (
    compareInbound({ span: compared.span, now: arrivals, weeks }, rules) ?? tooFewWeeks(weeks.length, rules)
  );
}

async function weeksOf(
  { span, lagMs: settledAfterMs }: ComparedSpan,
  history: InboundHistory,
  ownDomains: readonly string[] | null,
  rules: InboundRules,
): Promise<readonly (readonly Arrivals[])[]> {
  const ours = ownDomains === null ? null : new Set(ownDomains.map(normalizeDomain));
  const weeks: (readonly Arrivals[])[] = [];
  for (const week of weeksBefore(span, rules)) {
    const arrivals = await history.arrivals({ span: week, ownDomains: ours, settledAfterMs });
    if (arrivals !== null) weeks.push(arrivals);
  }
  return weeks;
}

const TRACE_NOT_WHOLE: Trouble = {
  why: 'the trace was not listed whole',
  reason: 'trace-unseen',
  remedy: 'See to the message trace first.',
  retryAfterSeconds: null,
};

function nothingKept({ leastWeeks }: InboundRules): Trouble {
  return {
    why: `needs ${leastWeeks} weeks of kept history, and nothing is kept`,
    reason: 'not-kept',
    remedy: 'Leave out --no-history and --file, and name the tenant; then what is listed is kept.',
    retryAfterSeconds: null,
  };
}

function tooShort({ leastMinutes }: InboundRules): Trouble {
  return {
    why: `the window holds less than ${leastMinutes} min that rows are sure to have reached`,
    reason: 'too-short',
    remedy: 'Ask for a longer window, as `--since 4h`.',
    retryAfterSeconds: null,
  };
}

function tooFewWeeks(weeks: number, { leastWeeks }: InboundRules): Trouble {
  return {
    why: `needs ${leastWeeks} weeks of kept history that were listed whole at this hour, and there are ${weeks}`,
    reason: 'not-kept',
    remedy:
      'Have them listed once: `mailcheck trace --since 29d`; in a large tenant only these hours of each of the last weeks, with --from and --to.',
    retryAfterSeconds: null,
  };
}
