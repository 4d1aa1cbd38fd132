/**
 * The words with which Microsoft says how a service or an issue is. Words of tomorrow are none of these, and are never
 * taken for fine. https://learn.microsoft.com/graph/api/resources/servicehealthissue (serviceHealthStatus).
 */

const FINE: ReadonlySet<string> = new Set([
  'serviceoperational',
  'servicerestored',
  'postincidentreviewpublished',
  'falsepositive',
]);
const TROUBLED: ReadonlySet<string> = new Set([
  'investigating',
  'restoringservice',
  'verifyingservice',
  'servicedegradation',
  'serviceinterruption',
  'extendedrecovery',
  'investigationsuspended',
]);
/** In the type since long, and documented only as reserved: known, and no statement that all is well. */
const RESERVED: ReadonlySet<string> = new Set([
  'resolved',
  'mitigatedexternal',
  'mitigated',
  'resolvedexternal',
  'confirmed',
  'reported',
]);

/** `fine`: the service says that nothing is wrong with it now. `unknown`: a word that nobody knows. */
export type StatusMeaning = 'fine' | 'troubled' | 'reserved' | 'unknown';

/** The service writes `serviceOperational`, its documentation `ServiceOperational`. */
export function meaningOfStatus(word: string): StatusMeaning {
  const known = word.trim().toLowerCase();
  if (FINE.has(known)) return 'fine';
  if (TROUBLED.has(known)) return 'troubled';
  return RESERVED.has(known) ? 'reserved' : 'unknown';
}

/** How far an issue reaches; `unknown` for a word of tomorrow. */
export type IssueClass = 'incident' | 'advisory' | 'unknown';

export function classOf(word: string): IssueClass {
  const known = word.trim().toLowerCase();
  return known === 'incident' || known === 'advisory' ? known : 'unknown';
}
