/**
 * Looks in the trace for deferrals that name a smart host which could not be judged from here. Asked for only when that is
 * wished: it costs requests of the quota that reasons of held mail need as well.
 */
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { RouteRole } from '#mailflow/connector/path/mail-route.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { Gap } from '#mailflow/finding.js';
import { isHopFailure, unreachedHopsOf } from '#mailflow/queue/held-reading.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import { EXCHANGE_TERMS, withQuota } from '#mailflow/trace/question.js';

import { askSurvey } from '../trace/ask-survey.js';
import type { ProbeOptions } from './probe-options.js';

export interface Confirmation {
  /** What the trace says, by host or address in lower case. */
  readonly saidByHost: ReadonlyMap<string, string>;
  readonly gaps: readonly Gap[];
  readonly requests: number;
}

const NOTHING: Confirmation = { saidByHost: new Map(), gaps: [], requests: 0 };

/** Enough to see a host that turns everything away, and a tenth of the quota. */
const SAMPLE = 10;
const WINDOW_HOURS = 4;
/** More are asked for without naming them. */
const MOST_DOMAINS = 10;

/** Over which Exchange Online hands over, so that its deferrals tell of them. */
const BY_CONNECTOR: readonly RouteRole[] = ['smart-host', 'partner-mx'];

export async function confirmDeferrals(
  routes: readonly RouteJudgement[],
  { request, now }: ProbeOptions,
  ports: Ports,
): Promise<Confirmation> {
  const open = routes.filter(({ route, gaps }) => BY_CONNECTOR.includes(route.role) && gaps.length > 0);
  if (open.length === 0 || request === null) return NOTHING;
  const to = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const asked = {
    request: { ...request, files: [], fileTimeZone: null, dateOrder: null },
    query: {
      window: { from: new Date(to.getTime() - WINDOW_HOURS * 3_600_000), to },
      recipients: recipientsOf(open),
      statuses: ['pending'],
      ...{ senders: [], subject: null, messageIds: [], messageTraceIds: [] },
    },
    sample: SAMPLE,
    ownDomains: null,
    terms: withQuota(EXCHANGE_TERMS, request.quota),
  };
  try {
    const { source, walk } = await askSurvey(asked, ports, { examines: ['held'] });
    const deferrals: Delivery[] = [];
    let step = await walk.next();
    for (; step.done !== true; step = await walk.next())
      deferrals.push(...step.value.filter(({ verdict }) => verdict !== null && isHopFailure(verdict)));
    return {
      saidByHost: saidByHost(open, deferrals),
      gaps: step.value.gaps,
      requests: source.requestCount(),
    };
  } catch (error) {
    if (!(error instanceof Failure) || ['interrupted', 'terminated', 'usage'].includes(error.kind))
      throw error;
    return { ...NOTHING, gaps: [gapOf(error)] };
  }
}

/** Empty where a pattern cannot be asked for: then all held mail is looked through. */
function recipientsOf(routes: readonly RouteJudgement[]): readonly string[] {
  const domains = [...new Set(routes.flatMap(({ route }) => route.domains))];
  const isPlain = domains.every((domain) => !domain.includes('*'));
  const isNamed = routes.every(({ route }) => route.domains.length > 0);
  return isPlain && isNamed && domains.length <= MOST_DOMAINS ? domains.map((domain) => `*@${domain}`) : [];
}

function saidByHost(
  routes: readonly RouteJudgement[],
  deferrals: readonly Delivery[],
): ReadonlyMap<string, string> {
  const names = new Set(
    routes.flatMap(({ paths }) =>
      paths.flatMap(({ hop, address }) => [hop?.host, address].filter((name) => typeof name === 'string')),
    ),
  );
  return new Map(
    [...names].flatMap((name) => {
      const those = deferrals.filter((delivery) => isNamedBy(delivery, name));
      const [first] = those;
      if (first === undefined) return [];
      const says = `Deferrals in the trace name it, ${those.length} of ${deferrals.length} such in the sample: ${first.verdict?.text ?? ''}`;
      return [[name.toLowerCase(), says] as const];
    }),
  );
}

function isNamedBy({ nextHop, verdict }: Delivery, name: string): boolean {
  return verdict !== null && unreachedHopsOf(nextHop, verdict).includes(name.toLowerCase());
}

function gapOf({ message, remedy, kind, retryAfterSeconds }: Failure): Gap {
  return {
    what: `What the trace says of these hosts: ${message}`,
    reason: kind,
    remedy,
    retryAfterSeconds: retryAfterSeconds ?? null,
  };
}
