import type { EdgeRefusal } from '../outskirts/edge.js';
import { filledIn, REPLIES } from './replies.js';
import type { Scenario } from './scenario.js';
import type { ScenarioClock } from './scenario-clock.js';

/** When, and with which words, the edge turns away those who knock in this scenario. */
export function edgeRefusals(scenario: Scenario, clock: ScenarioClock): readonly EdgeRefusal[] {
  if (scenario.edgeReply === null) return [];
  const blanks = {
    recipient: '',
    mx: '',
    ip: '',
    host: 'BN8NAM11FT034.eop-nam11.prod.protection.outlook.com',
  };
  const reply = filledIn(REPLIES[scenario.edgeReply].text, blanks);
  return scenario.phases
    .filter(({ refusedAtEdge }) => refusedAtEdge > 0)
    .map(({ from, until, refusedAtEdge: share }) => ({
      from: clock(from),
      until: clock(until),
      share,
      reply,
    }));
}
