/** The answer of all checks together: the worst of those that count. */
import type { Finding, Gap } from '../finding.js';
import { counted } from '../quantity.js';
import type { CheckLevel, CheckResult } from './check-result.js';

export type OverallLevel = Exclude<CheckLevel, 'skipped'>;

/** Worst first, as exit codes go. */
export const LEVELS = [
  'critical',
  'unknown',
  'warning',
  'ok',
  'skipped',
] as const satisfies readonly CheckLevel[];

/** A check that is not required, and cannot tell, counts for nothing. */
export function countsFor({ level, isRequired }: CheckResult): CheckLevel {
  return level === 'unknown' && !isRequired ? 'skipped' : level;
}

export function overallLevel(results: readonly CheckResult[]): OverallLevel {
  const levels = new Set(results.map(countsFor));
  const worst = LEVELS.find((level) => levels.has(level));
  return worst === undefined || worst === 'skipped' ? 'unknown' : worst;
}

/** Warnings and criticals as they are reported; what one run saw and the rule holds back, informs. */
export function findingsOf(results: readonly CheckResult[]): readonly Finding[] {
  return byLevel(results).flatMap((result) => {
    const level = findingLevel(result);
    if (level === null) return [];
    const { id, title, says, evidence, remedy, course } = result;
    return [
      {
        ...{ id, level, title, subject: id },
        evidence: [says, ...evidence, ...(course === null ? [] : [course])],
        remedy: remedy ?? `What it looks at: \`mailcheck check --explain ${id}\`.`,
        source: 'check',
      },
    ];
  });
}

function findingLevel({ level, seen }: CheckResult): Finding['level'] | null {
  if (level === 'warning' || level === 'critical') return level;
  return level === 'ok' && isBad(seen) ? 'info' : null;
}

export function isBad(level: CheckLevel): boolean {
  return level === 'warning' || level === 'critical';
}

/** One for each required check that cannot tell, and one where no check tells anything. */
export function gapsOf(results: readonly CheckResult[]): readonly Gap[] {
  const unknown = results.filter((result) => countsFor(result) === 'unknown');
  const isBlank = results.every((result) => countsFor(result) === 'skipped');
  return [
    ...unknown.map(({ title, says, reason, remedy, retryAfterSeconds }) => ({
      what: `${title}: ${says.replace(/\.$/u, '')}`,
      reason: reason ?? 'unknown',
      remedy: remedy ?? 'Ask again.',
      retryAfterSeconds,
    })),
    ...(isBlank ? [NOTHING_TOLD] : []),
  ];
}

const NOTHING_TOLD: Gap = {
  what: 'all checks: none of them could tell, or none is enabled',
  reason: 'not-asked',
  remedy: 'Enable one that can: `mailcheck check --list`.',
  retryAfterSeconds: null,
};

/** The worst first; those of one level stay in their order. */
export function byLevel(results: readonly CheckResult[]): readonly CheckResult[] {
  return LEVELS.flatMap((level) => results.filter((result) => result.level === level));
}

export function countsByLevel(results: readonly CheckResult[]): Readonly<Record<CheckLevel, number>> {
  const of = (level: CheckLevel): number => results.filter((result) => result.level === level).length;
  return {
    ...{ ok: of('ok'), warning: of('warning'), critical: of('critical') },
    ...{ unknown: of('unknown'), skipped: of('skipped') },
  };
}

/** `WARNING: held mail. 34 deliveries …; 8 checks are ok, 1 cannot tell.` */
export function sentenceOf(results: readonly CheckResult[]): string {
  const level = overallLevel(results);
  const worst = results.filter((result) => countsFor(result) === level);
  const rest = results.filter((result) => !worst.includes(result));
  const word = level.toUpperCase();
  const others = [...restTexts(rest), ...pendingTexts(results)].join(', ');
  const aside = others === '' ? '' : `; ${others}`;
  const [first] = worst;
  if (level === 'ok') return `${word}: ${counted(worst.length, 'check is', 'checks are')} ok${aside}.`;
  if (results.length === 0) return `${word}: no check is enabled.`;
  if (first === undefined) return `${word}: no check could tell.`;
  const names = worst.map(({ title }) => title).join(', ');
  return `${word}: ${names}${aside}. ${first.says}`;
}

const REST_WORDS: Readonly<Record<CheckLevel, string>> = {
  critical: 'critical',
  unknown: 'could not tell',
  warning: 'warning',
  ok: 'ok',
  skipped: 'skipped',
};

function restTexts(rest: readonly CheckResult[]): readonly string[] {
  return LEVELS.flatMap((level) => {
    const count = rest.filter((result) => result.level === level).length;
    return count === 0 ? [] : [`${count} ${REST_WORDS[level]}`];
  });
}

/** Bad in this run, and held back by the rule of so many. */
function pendingTexts(results: readonly CheckResult[]): readonly string[] {
  const pending = results.filter(({ level, seen }) => level === 'ok' && isBad(seen));
  return pending.length === 0 ? [] : [`${pending.length} bad in this run only`];
}
