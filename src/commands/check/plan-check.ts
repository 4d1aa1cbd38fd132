import type { Variant } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { CostPlan, PlannedStep } from '#mailflow/trace/cost-plan.js';

import { planViews } from '../trace/plan.view.js';
import { type ExpectedDetails, planTrace } from '../trace/plan-trace.js';
import { sourcesOf } from './ask-check.js';
import { type CheckOptions, settle } from './check-options.js';
import { readPolicy } from './read-policy.js';

/** `--plan`: what the checks of the policy would ask. */
export const checkPlan: Variant<CheckOptions> = defineVariant<CheckOptions, PlannedStep, CostPlan>({
  isAsked: ({ plan }) => plan,
  schema: 'mailcheck.plan/1',
  habits: { screenRows: 100 },
  run: async function* (options, ports) {
    const { policy } = await readPolicy(options.policyPath, ports);
    const settled = settle(options, policy);
    const { connectorCap, query, sample } = settled;
    const sources = sourcesOf(policy);
    const asksTrace = sources.has('trace');
    ports.note(besideText(sources.has('health'), connectorCap));
    return yield* planTrace(
      asksTrace ? settled : { ...settled, query: { ...query, window: null } },
      detailsOf(asksTrace ? sample : 'none'),
      ports,
    );
  },
  views: planViews,
});

function detailsOf(sample: CheckOptions['sample']): ExpectedDetails {
  const most = sample === 'none' ? 0 : sample;
  return {
    detailsOf: 'held and failed deliveries',
    details: { atLeast: 0, atMost: most === 'all' ? null : most },
  };
}

/** These are asked of other quotas. */
function besideText(asksHealth: boolean, connectorCap: number | null): string {
  const beside = [
    ...(asksHealth ? ['2 requests of service health'] : []),
    ...(connectorCap === null ? [] : [`at most ${connectorCap} of Exchange for connectors`]),
  ];
  return beside.length === 0 ? 'Nothing else is asked.' : `Beside the trace: ${beside.join(', ')}.`;
}
