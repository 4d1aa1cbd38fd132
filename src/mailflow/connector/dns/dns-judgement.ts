/** What DNS proves of a path, and what it leaves open. */
import type { Finding, FindingLevel, Gap } from '../../finding.js';
import { DNS_NOTES, type DnsFindingId } from './dns-notes.js';

/** `skipped`: it is not in use there, so nothing was to be judged. `temperror`: cannot be told now; never a pass. */
export type DnsStatus = 'pass' | 'warn' | 'fail' | 'temperror' | 'skipped';

export interface DnsJudgement {
  readonly status: DnsStatus;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export const NOT_IN_USE: DnsJudgement = { status: 'skipped', findings: [], gaps: [] };

interface Remark {
  readonly id: DnsFindingId;
  readonly level: FindingLevel;
  readonly subject: string;
  readonly evidence: readonly string[];
}

export function findingOf({ id, level, subject, evidence }: Remark): Finding {
  const { title, remedy } = DNS_NOTES[id];
  return { id: `dns-${id}`, level, title, subject, evidence, remedy, source: 'dns' };
}

export function judgementOf(findings: readonly Finding[], gaps: readonly Gap[]): DnsJudgement {
  return { status: statusOf(findings, gaps), findings, gaps };
}

function statusOf(findings: readonly Finding[], gaps: readonly Gap[]): DnsStatus {
  if (findings.some(({ level }) => level === 'critical')) return 'fail';
  if (gaps.length > 0) return 'temperror';
  return findings.some(({ level }) => level === 'warning') ? 'warn' : 'pass';
}

const SHOWN_CHARS = 200;

/** On one line, and not for ever. */
export function shown(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, SHOWN_CHARS);
}
