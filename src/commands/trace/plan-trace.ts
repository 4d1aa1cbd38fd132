import type { Answer, Variant } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { Ports, TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { CostPlan, Expected, PlannedStep } from '#mailflow/trace/cost-plan.js';
import { planCost } from '#mailflow/trace/cost-plan.js';
import { questionsOf } from '#mailflow/trace/plan-questions.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import type { SourceKind, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';

import { sayWindow } from './ask-survey.js';
import { windowNote } from './conclude.js';
import { planViews } from './plan.view.js';

interface Planned {
  readonly plan: boolean;
  readonly request: TraceRequest;
  readonly query: TraceQuery;
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

async function* planTrace(
  { request, query }: Planned,
  expected: ExpectedDetails,
  ports: Ports,
): Answer<PlannedStep, CostPlan> {
  sayWindow(query, ports);
  const now = ports.now();
  const isFromFiles = request.files.length > 0;
  const { kind, quotaLeft, tenant } = isFromFiles ? OF_FILES : await lookAtService(request, ports);
  const plan = planCost({
    questions: isFromFiles || query.window === null ? [] : questionsOf(query, query.window, now, GRAPH_TERMS),
    ...expected,
    ...(isFromFiles ? { details: { atLeast: 0, atMost: 0 } } : {}),
    terms: GRAPH_TERMS,
    quotaLeft,
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

interface Seen extends Pick<TraceSource, 'kind' | 'tenant'> {
  readonly quotaLeft: number | null;
}

const OF_FILES: Seen = { kind: 'file', tenant: null, quotaLeft: null };
const UNOPENED: SourceKind = 'graph';

/** Opening asks nothing. A plan needs no credentials, so that what is missing for the run does not stand in its way. */
async function lookAtService(request: TraceRequest, ports: Ports): Promise<Seen> {
  try {
    const source = await ports.traces(request);
    return { kind: source.kind, tenant: source.tenant, quotaLeft: source.quotaLeft?.() ?? null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: UNOPENED, tenant: null, quotaLeft: null };
  }
}
