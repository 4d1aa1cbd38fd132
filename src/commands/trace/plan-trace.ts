import type { Answer, Variant } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { Ports, TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { CostPlan, Expected, PlannedStep } from '#mailflow/trace/cost-plan.js';
import { planCost } from '#mailflow/trace/cost-plan.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import type { ServiceTerms } from '#mailflow/trace/question.js';
import type { TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { sayWindow } from './ask-survey.js';
import { windowNote } from './conclude.js';
import { planViews } from './plan.view.js';

export interface Planned {
  readonly plan: boolean;
  readonly request: TraceRequest;
  readonly query: TraceQuery;
  readonly terms: ServiceTerms;
}

/** Details that a command may read, and whose. */
export type ExpectedDetails = Pick<Expected, 'details' | 'detailsOf'>;

/** `--plan`: what the command would ask, in place of asking it. */
export function planVariant<Options extends Planned>(
  detailsOf: (options: Options) => ExpectedDetails,
): Variant<Options> {
  return defineVariant<Options, PlannedStep, CostPlan>({
    isAsked: ({ plan }) => plan,
    schema: 'mailcheck.plan/1',
    habits: { screenRows: 100 },
    run: (options, ports) => planTrace(options, detailsOf(options), ports),
    views: planViews,
  });
}

/** What the trace of it would ask. */
export async function* planTrace(
  { request, query, terms }: Planned,
  expected: ExpectedDetails,
  ports: Ports,
): Answer<PlannedStep, CostPlan> {
  sayWindow(query, ports);
  const now = ports.now();
  const isFromFiles = request.files.length > 0;
  const seen = isFromFiles ? OF_FILES : await lookAtService(request, query, ports);
  const { kind, quotaForRun, tenant, questionsLeft } = seen;
  const plan = planCost({
    questions:
      isFromFiles || query.window === null
        ? []
        : (questionsLeft ?? questionsOf(query, query.window, now, terms)),
    ...expected,
    ...(isFromFiles ? { details: { atLeast: 0, atMost: 0 } } : {}),
    terms,
    quotaForRun,
    maxRequests: request.maxRequests,
  });
  yield* plan.steps;
  return {
    result: plan,
    summary: summaryOf(plan),
    tenant,
    source: { kind, asOf: null, requests: 0 },
    window: query.window === null ? null : windowNote(query.window, false, now),
    findings: [],
    incomplete: plan.gaps,
  };
}

/** Without the steps, which are the rows. */
function summaryOf(plan: CostPlan): object {
  const { requests, waitSeconds, listRequests, detailRequests, quota, rowsPerPage, maxRequests } = plan;
  return { requests, waitSeconds, listRequests, detailRequests, quota, rowsPerPage, maxRequests };
}

interface Seen extends Pick<TraceSource, 'kind' | 'tenant'>, Pick<Expected, 'quotaForRun'> {
  /** Null where nothing is kept. */
  readonly questionsLeft: Expected['questions'] | null;
}

const OF_FILES: Seen = { kind: 'file', tenant: null, quotaForRun: null, questionsLeft: null };
const UNOPENED: Seen = { kind: 'graph', tenant: null, quotaForRun: null, questionsLeft: null };

/** Opening asks nothing. A plan needs no credentials, so that what is missing for the run does not stand in its way. */
async function lookAtService(request: TraceRequest, query: TraceQuery, ports: Ports): Promise<Seen> {
  try {
    const source = await ports.traces(request);
    const { kind, tenant, quotaLeft } = source;
    const questionsLeft = (await source.questionsLeft?.(query)) ?? null;
    // This process has sent nothing yet, so that what it has left is all that it may use.
    const most = quotaLeft?.() ?? null;
    if (most === null) return { kind, tenant, quotaForRun: null, questionsLeft };
    const used = request.keepsHistory ? await usedByOthers(tenant, request.quota, ports) : 0;
    return { kind, tenant, questionsLeft, quotaForRun: { most, left: Math.max(0, most - used) } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return UNOPENED;
  }
}

/** A run may name its tenant otherwise than the ledger does; then the fullest account is taken for its own. */
async function usedByOthers(tenant: string | null, quota: number | null, ports: Ports): Promise<number> {
  const uses = await ports.quotaUses(quota);
  const own = uses.filter((use) => use.tenant === tenant?.toLowerCase());
  const taken = (own.length > 0 ? own : uses).map(({ used, pausedUntil }) =>
    pausedUntil === null ? used : Infinity,
  );
  return Math.max(0, ...taken);
}
