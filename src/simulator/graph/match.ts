/** Which rows a filter lets through. Addresses, ids, statuses and subjects are compared without case. */
import type { Sighting } from '../population/delivery.js';
import type { TextProperty, TraceFilter } from './filter.js';

export function matches(filter: TraceFilter, sighting: Sighting): boolean {
  for (const [property, value] of filter.equals) {
    if (!holds(property, value.toLowerCase(), textOf(property, sighting).toLowerCase())) return false;
  }
  return subjectMatches(filter.subject, sighting.delivery.subject);
}

function holds(property: TextProperty, wanted: string, actual: string): boolean {
  const isAddress = property === 'senderAddress' || property === 'recipientAddress';
  if (isAddress && wanted.includes('*')) return matchesWildcard(wanted, actual);
  return wanted === actual;
}

/** Only `*@domain` is a wildcard; any other shape finds nothing. */
function matchesWildcard(pattern: string, address: string): boolean {
  const domain = pattern.slice(1);
  return pattern.startsWith('*@') && !domain.includes('*') && domain.length > 1 && address.endsWith(domain);
}

function textOf(property: TextProperty, { delivery, status }: Sighting): string {
  switch (property) {
    case 'senderAddress':
      return delivery.sender;
    case 'recipientAddress':
      return delivery.recipient;
    case 'messageId':
      return delivery.messageId;
    case 'id':
      return delivery.id;
    case 'fromIP':
      return delivery.fromIp ?? '';
    case 'toIP':
      return delivery.toIp ?? '';
    case 'status':
      return status;
  }
}

function subjectMatches(condition: TraceFilter['subject'], subject: string): boolean {
  if (condition === null) return true;
  const wanted = condition.value.toLowerCase();
  const actual = subject.toLowerCase();
  switch (condition.test) {
    case 'eq':
      return actual === wanted;
    case 'contains':
      return actual.includes(wanted);
    case 'startswith':
      return actual.startsWith(wanted);
    case 'endswith':
      return actual.endsWith(wanted);
  }
}
