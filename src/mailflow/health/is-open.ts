import type { ServiceIssue } from './service-issue.js';

/** By `isResolved`; where that is not known, by the end. The status word is text: words of tomorrow tell nothing. */
export function isOpen({ isResolved, endedAt }: Pick<ServiceIssue, 'isResolved' | 'endedAt'>): boolean {
  return isResolved === null ? endedAt === null : !isResolved;
}
