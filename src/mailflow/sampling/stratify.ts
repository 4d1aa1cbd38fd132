import { domainOf } from '../address/address.js';

/** One delivery that can be drawn. */
export interface Candidate {
  readonly messageTraceId: string;
  readonly recipient: string;
  readonly status: string;
}

/**
 * Groups deliveries that are likely to share their fate: by status, then by the largest recipient domains; what
 * remains of each status is one group. At most `max` groups, none of them empty.
 */
export function stratify<Unit extends Candidate>(population: readonly Unit[], max: number): Unit[][] {
  const byStatus = largestFirst(groupBy(population, (unit) => unit.status.toLowerCase()));
  const statuses = mergeBeyond(byStatus, max);
  const domains = statuses.flatMap((units, status) =>
    largestFirst(groupBy(units, (unit) => domainOf(unit.recipient))).map((group) => ({
      status,
      units: group,
    })),
  );
  if (domains.length <= max) return domains.map(({ units }) => units);
  const named = domains.sort((left, right) => right.units.length - left.units.length);
  const own = named.slice(0, max - statuses.length);
  const rests = statuses.map((_, status) =>
    named.slice(max - statuses.length).flatMap((group) => (group.status === status ? group.units : [])),
  );
  return [...own.map(({ units }) => units), ...rests].filter((units) => units.length > 0);
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function largestFirst<Item>(groups: Item[][]): Item[][] {
  return groups.sort((left, right) => right.length - left.length);
}

/** Leaves at most `max` groups by making one of the smallest. */
function mergeBeyond<Item>(groups: readonly Item[][], max: number): Item[][] {
  if (groups.length <= max) return [...groups];
  return [...groups.slice(0, max - 1), groups.slice(max - 1).flat()];
}
