import { addressKey, domainOf, normalizeDomain } from '../address/address.js';
import type { TraceEntry } from './delivery.js';
import { messageIdKey, traceIdKey } from './delivery-key.js';
import { isStatusAsked } from './status.js';
import type { TraceQuery } from './trace-source.js';

type Matches = (entry: TraceEntry) => boolean;

/** Whether a row is what was asked for. The service ignores conditions that it does not understand, silently. */
export function matchesQuery(query: TraceQuery, entry: TraceEntry): boolean {
  return createMatcher(query)(entry);
}

/** The same for many rows: the query is prepared once. */
export function createMatcher(query: TraceQuery): Matches {
  const conditions = [
    windowCondition(query),
    addressCondition(query.senders, (entry) => entry.sender),
    addressCondition(query.recipients, (entry) => entry.recipient),
    subjectCondition(query.subject),
    idCondition(query.messageIds, messageIdKey, (entry) => entry.messageId),
    idCondition(query.messageTraceIds, traceIdKey, (entry) => entry.messageTraceId),
    statusCondition(query.statuses),
  ].filter((condition) => condition !== null);
  return (entry) => conditions.every((condition) => condition(entry));
}

function windowCondition({ window }: TraceQuery): Matches | null {
  if (window === null) return null;
  const [from, to] = [window.from.getTime(), window.to.getTime()];
  return ({ receivedAt }) => receivedAt.getTime() >= from && receivedAt.getTime() <= to;
}

function addressCondition(asked: readonly string[], pick: (entry: TraceEntry) => string): Matches | null {
  if (asked.length === 0) return null;
  const addresses = new Set(asked.map(addressKey));
  const domains = new Set(
    asked.filter((text) => text.startsWith('*@')).map((text) => normalizeDomain(text.slice(2))),
  );
  return (entry) => {
    const address = pick(entry);
    return addresses.has(addressKey(address)) || (domains.size > 0 && domains.has(domainOf(address)));
  };
}

function subjectCondition(asked: string | null): Matches | null {
  if (asked === null || asked === '') return null;
  const [lower, upper] = [asked.toLowerCase(), asked.toUpperCase()];
  // Some letters meet in one case only, as ß and SS.
  return ({ subject }) =>
    subject !== null && (subject.toLowerCase().includes(lower) || subject.toUpperCase().includes(upper));
}

function idCondition(
  asked: readonly string[],
  toKey: (id: string) => string,
  pick: (entry: TraceEntry) => string | null,
): Matches | null {
  if (asked.length === 0) return null;
  const keys = new Set(asked.map(toKey));
  return (entry) => keys.has(toKey(pick(entry) ?? ''));
}

function statusCondition(asked: readonly string[]): Matches | null {
  if (asked.length === 0) return null;
  return (entry) => asked.some((word) => isStatusAsked(word, entry.status));
}
