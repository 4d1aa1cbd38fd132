/** From an answer to the cases that every monitor is told: one for the verdict, one for each kind of finding, one for each gap. */
import type { CheckLevel, Measure } from '#mailflow/check/check-result.js';
import type { Finding, FindingLevel, Gap } from '#mailflow/finding.js';
import { counted } from '#mailflow/quantity.js';

import type { MonitorCase, MonitorReport } from './monitor-report.js';
import { monitorName } from './monitor-text.js';
import type { ErrorNote, OutcomeLevel, Tail } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

/** A command that failed has one case, which could not tell; else what the command says of itself, or what follows from its answer. */
export function toMonitorReport<Result>(
  { monitor }: Pick<WriterSpec<never, Result>, 'monitor'>,
  tail: Tail<Result>,
): MonitorReport {
  if (tail.error !== null) return failureReport(tail.error);
  if (monitor === undefined) return answerReport(tail);
  const { headline, ...report } = monitor(tail);
  return { headline: bareSentence(headline), ...report };
}

interface OwnWords {
  /** The verdict in one sentence; without it the worst finding says it. */
  readonly headline?: string;
  readonly measures?: readonly Measure[];
}

/** The report of a command whose verdict follows from its findings and gaps. */
export function answerReport(
  { findings, incomplete, outcome }: Pick<Tail<unknown>, 'findings' | 'incomplete' | 'outcome'>,
  { headline = headlineOf(findings, incomplete), measures = [] }: OwnWords = {},
): MonitorReport {
  const says = bareSentence(headline);
  const verdict: MonitorCase = {
    ...{ id: 'verdict', title: 'Verdict', level: checkLevel(outcome.level), says },
    ...{ details: [], reason: outcome.level === 'refused' ? 'refused' : null, measures },
  };
  return { headline: says, cases: [verdict, ...findingCases(findings), ...gapCases(incomplete)] };
}

/** One line, without the word of the level that a screen begins with: each format says it in its own way. */
function bareSentence(text: string): string {
  return text
    .replaceAll('\n', ' ')
    .replace(/^(?:OK|WARNING|CRITICAL|UNKNOWN|REFUSED)(?=[:,])(?:, [^:]*)?: /u, '');
}

/** That nothing could be asked is no verdict on the mail. */
export function checkLevel(level: OutcomeLevel): Exclude<CheckLevel, 'skipped'> {
  return level === 'refused' ? 'unknown' : level;
}

function failureReport({ kind, message, remedy, requestId }: ErrorNote): MonitorReport {
  const request = requestId === null ? [] : [`Request ${requestId}.`];
  const details = [...(remedy === '' ? [] : [remedy]), ...request];
  const verdict: MonitorCase = {
    ...{ id: 'verdict', title: 'Verdict', level: 'unknown', says: message },
    ...{ details, reason: kind, measures: [] },
  };
  return { headline: message, cases: [verdict] };
}

const LEVEL_BY_FINDING: Readonly<Record<FindingLevel, CheckLevel>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'ok',
};
const GRAVITY: readonly FindingLevel[] = ['info', 'warning', 'critical'];

function findingCases(findings: readonly Finding[]): readonly MonitorCase[] {
  const ids = new Set(findings.map(({ id }) => id));
  return [...ids].map((id) =>
    findingCase(
      id,
      findings.filter((finding) => finding.id === id),
    ),
  );
}

/** Worst first, for it speaks for all of its kind. */
function findingCase(id: string, alike: readonly Finding[]): MonitorCase {
  const sorted = alike.toSorted((a, b) => GRAVITY.indexOf(b.level) - GRAVITY.indexOf(a.level));
  const { level = 'info', title = id } = sorted[0] ?? {};
  const subjects = [...new Set(sorted.map(({ subject }) => subject).filter((subject) => subject !== ''))];
  const remedies = [...new Set(sorted.map(({ remedy }) => remedy).filter((remedy) => remedy !== ''))];
  return {
    ...{ id, title, level: LEVEL_BY_FINDING[level], says: `${title}${aboutText(subjects)}` },
    ...{ details: [...sorted.flatMap(({ evidence }) => evidence), ...remedies], reason: null, measures: [] },
  };
}

const SUBJECTS_NAMED = 3;

function aboutText(subjects: readonly string[]): string {
  if (subjects.length === 0) return '';
  const more = subjects.length > SUBJECTS_NAMED ? ` and ${subjects.length - SUBJECTS_NAMED} more` : '';
  return ` (${subjects.slice(0, SUBJECTS_NAMED).join(', ')}${more})`;
}

/** A gap has no name of its own; its reason is one, and a number tells those of one reason apart. */
function gapCases(gaps: readonly Gap[]): readonly MonitorCase[] {
  const seen = new Map<string, number>();
  return gaps.map(({ what, reason, remedy, retryAfterSeconds }) => {
    const name = `not-seen-${monitorName(reason, '-')}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const again = retryAfterSeconds === null ? [] : [`Again in ${retryAfterSeconds} s.`];
    return {
      ...{ id: count === 1 ? name : `${name}-${count}`, title: 'Not seen', level: 'unknown' },
      ...{ says: `Not seen: ${what}`, details: [remedy, ...again].filter((text) => text !== '') },
      ...{ reason, measures: [] },
    } satisfies MonitorCase;
  });
}

function headlineOf(findings: readonly Finding[], gaps: readonly Gap[]): string {
  const [critical, warnings] = [countOf(findings, 'critical'), countOf(findings, 'warning')];
  const parts = [
    ...(critical === 0 ? [] : [`${critical} critical`]),
    ...(warnings === 0 ? [] : [counted(warnings, 'warning', 'warnings')]),
    ...(gaps.length === 0 ? [] : [`${counted(gaps.length, 'thing', 'things')} not seen`]),
  ];
  if (parts.length === 0) return 'nothing to object to';
  const worst =
    findings.find(({ level }) => level === 'critical') ?? findings.find(({ level }) => level === 'warning');
  const first = worst === undefined ? gaps[0]?.what : `${worst.title}${aboutText([worst.subject])}`;
  return `${parts.join(', ')}: ${first ?? ''}`;
}

function countOf(findings: readonly Finding[], level: FindingLevel): number {
  return findings.filter((finding) => finding.level === level).length;
}
