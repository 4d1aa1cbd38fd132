/**
 * GitHub Actions: annotations for the log, a summary for the page of the run, outputs for later steps. Data stands behind
 * our own words and is encoded, so that it can neither be nor end a command (GHSA-mfwh-5m23-j46w); outputs end at a word
 * that nobody could guess (CVE-2020-15228). By hand, for @actions/core takes 98 ms to load and prints by itself.
 */
import type { CheckLevel } from '#mailflow/check/check-result.js';

import { markdownText } from './markdown.js';
import { byGravity } from './monitor-levels.js';
import type { MonitorCase, MonitorReport } from './monitor-report.js';
import { monitorName, monitorText } from './monitor-text.js';
import { checkLevel, toMonitorReport } from './to-monitor-report.js';
import type { Tail, Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

type GithubSpec<Result> = Pick<WriterSpec<never, Result>, 'head' | 'monitor' | 'run'>;

/** GitHub shows no more of each kind in a step, and drops the rest without a word. */
const MOST_OF_A_KIND = 10;
const SAYS_POINTS = 500;
const DETAIL_POINTS = 300;
const MOST_DETAILS = 8;
const SUMMARY_CASES = 100;

type Kind = 'error' | 'warning' | 'notice';

/** What could not be seen is no fault of the build, and no pass either: the exit code says so. */
const KIND_BY_LEVEL: Readonly<Record<CheckLevel, Kind | null>> = {
  critical: 'error',
  warning: 'warning',
  unknown: 'warning',
  skipped: null,
  ok: null,
};

export function createGithubWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor' | 'run'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => annotations(spec, tail) };
}

/** Markdown for `GITHUB_STEP_SUMMARY`. */
export function createStepSummaryWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor' | 'run'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => stepSummary(spec, tail) };
}

/** Lines for `GITHUB_OUTPUT`: `level`, `exit-code` and `sentence`. */
export function createStepOutputsWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor' | 'run'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => stepOutputs(spec, tail) };
}

/** The verdict first, then the worst. */
function annotations<Result>(spec: GithubSpec<Result>, tail: Tail<Result>): string {
  const { headline, cases, notes = [] } = toMonitorReport(spec, tail);
  const level = checkLevel(tail.outcome.level);
  const left = new Map<Kind, number>();
  const lines: string[] = [];
  const add = (kind: Kind, title: string, text: string): void => {
    const count = left.get(kind) ?? MOST_OF_A_KIND;
    if (count === 0) return;
    left.set(kind, count - 1);
    lines.push(annotation(kind, title, text));
  };
  const name = nameOf(spec);
  const verdict = cases.find(({ id }) => id === 'verdict');
  add(
    KIND_BY_LEVEL[level] ?? 'notice',
    `${name}: ${level.toUpperCase()}`,
    messageOf(headline, [...notes, ...(verdict?.details ?? [])]),
  );
  for (const each of cases.filter(({ id }) => id !== 'verdict').toSorted(byGravity)) {
    const kind = KIND_BY_LEVEL[each.level];
    if (kind !== null)
      add(kind, `${name}: ${each.level} ${monitorName(each.id, '-')}`, messageOf(each.says, each.details));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function nameOf({ head, run }: Pick<GithubSpec<never>, 'head' | 'run'>): string {
  const drill = head.drill === null ? '' : `DRILL ${monitorText(head.drill, 40)} `;
  return `${drill}mailcheck ${run.command}`;
}

function messageOf(says: string, details: readonly string[] = []): string {
  const told = details.slice(0, MOST_DETAILS).map((text) => monitorText(text, DETAIL_POINTS));
  return [monitorText(says, SAYS_POINTS), ...told].join('\n');
}

function annotation(kind: Kind, title: string, text: string): string {
  return `::${kind} title=${encoded(title, /[%\r\n:,;]/gu)}::${encoded(text, /[%\r\n]/gu)}`;
}

/** As the runner decodes: in the text of a command `%`, CR and LF, in a property what parts properties too. */
function encoded(text: string, special: RegExp): string {
  return text.replace(special, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `%${code}`;
  });
}

function stepSummary<Result>(spec: GithubSpec<Result>, tail: Tail<Result>): string {
  const report = toMonitorReport(spec, tail);
  const level = checkLevel(tail.outcome.level);
  const lines = [
    `### ${markdownText(`${nameOf(spec)}: ${level.toUpperCase()}`)}`,
    '',
    markdownText(monitorText(report.headline, SAYS_POINTS)),
    '',
    ...summaryTable(report),
    ...detailLines(report.cases),
    ...(report.notes ?? []).map((text) => markdownText(monitorText(text, DETAIL_POINTS))),
  ];
  return `${lines.join('\n').trimEnd()}\n\n`;
}

function summaryTable({ cases }: MonitorReport): readonly string[] {
  const sorted = cases.filter(({ id }) => id !== 'verdict').toSorted(byGravity);
  if (sorted.length === 0) return [];
  const more = sorted.length - SUMMARY_CASES;
  return [
    '| Check | Level | What it says |',
    '| --- | --- | --- |',
    ...sorted
      .slice(0, SUMMARY_CASES)
      .map(
        ({ id, level, says }) =>
          `| ${cell(monitorName(id, '-'))} | ${level} | ${cell(monitorText(says, SAYS_POINTS))} |`,
      ),
    ...(more > 0 ? ['', `and ${more} more.`] : []),
    '',
  ];
}

/** A hole in a table reads as a fault of ours. */
function cell(text: string): string {
  const written = markdownText(text);
  return written === '' ? '-' : written;
}

/** Evidence and remedy of what is not well. */
function detailLines(cases: readonly MonitorCase[]): readonly string[] {
  return cases
    .filter(({ level, details }) => KIND_BY_LEVEL[level] !== null && details.length > 0)
    .toSorted(byGravity)
    .slice(0, MOST_OF_A_KIND)
    .flatMap(({ id, details }) => [
      `${cell(monitorName(id, '-'))}:`,
      '',
      ...details.slice(0, MOST_DETAILS).map((text) => `- ${cell(monitorText(text, DETAIL_POINTS))}`),
      '',
    ]);
}

function stepOutputs<Result>(spec: GithubSpec<Result>, tail: Tail<Result>): string {
  const { headline } = toMonitorReport(spec, tail);
  const { level, exitCode } = tail.outcome;
  const outputs = [
    ['level', level],
    ['exit-code', String(exitCode)],
    ['sentence', monitorText(headline, SAYS_POINTS)],
  ] as const;
  return outputs
    .map(([name, value]) => {
      const end = endWord(value, spec.run.unguessable);
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}

/** Made of what data cannot know; should it occur there all the same, another one. */
function endWord(value: string, unguessable: (text: string) => string): string {
  let word = `mailcheck_${unguessable('end')}`;
  while (value.includes(word)) word = `mailcheck_${unguessable(word)}`;
  return word;
}
