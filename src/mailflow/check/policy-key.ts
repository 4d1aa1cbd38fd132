import { digestText } from '../queue/held-keys.js';
import type { CheckPolicy } from './check-policy.js';

/** Names what runs may be compared: under other limits, and over another window, a run is another one. */
export function policyKey({ checks, windowSeconds, ownDomains }: CheckPolicy): string {
  return digestText(JSON.stringify(inOrder({ checks, windowSeconds, ownDomains })));
}

/** The same whatever the order of its members. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => [name, inOrder(member)]);
}
