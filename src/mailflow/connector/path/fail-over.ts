/** The order in which a sender tries the hosts of a route, and whether mail still has a way where the first one fails. */
import type { ProbeStatus } from '../probe/judge-probe.js';
import type { Hop, LookedUpRoute } from './mail-route.js';
import type { FindingDraft } from './merge-drafts.js';
import { PATH_NOTES } from './path-notes.js';
import { type HopOutcome, type HopState, isWorking, type JudgedPath } from './route-judgement.js';

export function orderOf({ hops }: LookedUpRoute, paths: readonly JudgedPath[]): readonly HopOutcome[] {
  return hops.map(({ host, order, preference }: Hop) => {
    const own = paths.filter(({ hop }) => hop?.order === order);
    return { host, order, preference, state: stateOf(own) };
  });
}

/** One address that works is enough; what this machine has no way to counts for nothing. */
function stateOf(paths: readonly JudgedPath[]): HopState {
  const seen = paths.filter(({ reason }) => reason !== NO_ROUTE);
  if (seen.some(({ status }) => isWorking(status))) return 'works';
  if (seen.some(({ reason }) => reason === 'path-defers')) return 'defers';
  return seen.length > 0 && seen.every(({ status }) => BROKEN.includes(status)) ? 'broken' : 'unknown';
}

const BROKEN: readonly ProbeStatus[] = ['fail', 'permerror'];

/** The reason of an address of a kind that this machine has no way to. */
export const NO_ROUTE = 'no-route';

/** Null where there is only one, or where it could not be told. */
export function secondWorks(order: readonly HopOutcome[]): boolean | null {
  const others = order.slice(1);
  if (others.some(({ state }) => state === 'works')) return true;
  return others.length > 0 && others.every(({ state }) => state === 'broken') ? false : null;
}

export function failOverFindings(order: readonly HopOutcome[]): readonly FindingDraft[] {
  const [first] = order;
  const second = secondWorks(order);
  if (first?.state === 'broken' && second === true) return [draftOf('failover-in-use', order)];
  return first?.state === 'works' && second === false ? [draftOf('failover-broken', order)] : [];
}

function draftOf(id: keyof typeof PATH_NOTES, order: readonly HopOutcome[]): FindingDraft {
  const hops = order.map(({ host, state }, index) => `${index + 1}. ${host} ${state}`);
  const evidence = [`In order: ${hops.join(', ')}.`];
  return {
    finding: { id: `path-${id}`, level: 'warning', ...PATH_NOTES[id], evidence, source: 'probe' },
    at: null,
  };
}
