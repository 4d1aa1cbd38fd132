/**
 * One line for Nagios, Icinga and their kin, then details: `MAILCHECK CRITICAL - sentence | perfdata`, by the plugin
 * guidelines of the Monitoring Plugins project. By hand, for the format is one line; no library of it is kept up.
 */
import type { Measure, MeasureUnit } from '#mailflow/check/check-result.js';

import { byGravity, LEVEL_NUMBERS } from './monitor-levels.js';
import type { MonitorCase } from './monitor-report.js';
import { bytesOf, fitBytes, monitorName, monitorText, plainNumber } from './monitor-text.js';
import { safeLine } from './safe-text.js';
import { checkLevel, toMonitorReport } from './to-monitor-report.js';
import type { Head, Tail, Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

/** By exit code: the service goes by the code, so the word must say the same. */
const WORDS = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** Readers of former days keep 4 KiB and drop the rest without a word. */
const MOST_BYTES = 4000;
const HEADLINE_BYTES = 600;
const PERFDATA_BYTES = 1800;
const LINE_BYTES = 400;

export function createNagiosWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'monitor'>,
): Writer<Row, Result> {
  return { row: () => '', end: (tail) => pluginOutput(spec, tail) };
}

/** What a plugin prints that came to nothing; the code beside it must be 3. */
export function nagiosFailure(message: string, remedy: string): string {
  const line = firstLine('UNKNOWN', message, [levelPerfdata(LEVEL_NUMBERS.unknown)]);
  return remedy === '' ? `${line}\n` : `${line}\n${longLine(remedy)}\n`;
}

function pluginOutput<Result>(
  spec: Pick<WriterSpec<never, Result>, 'head' | 'monitor'>,
  tail: Tail<Result>,
): string {
  const { headline, cases, notes = [] } = toMonitorReport(spec, tail);
  const level = checkLevel(tail.outcome.level);
  const word = WORDS[tail.outcome.exitCode] ?? 'UNKNOWN';
  const measured = perfdata(cases);
  const said = `${drillText(spec.head)}${word === level.toUpperCase() ? '' : `(${level}) `}${headline}`;
  const first = firstLine(word, said, [levelPerfdata(LEVEL_NUMBERS[level]), ...measured]);
  const lines = [...notes.map(longLine), ...cases.toSorted(byGravity).flatMap(caseLines)];
  return `${[first, ...fitting(lines, MOST_BYTES - bytesOf(first))].join('\n')}\n`;
}

function drillText({ drill }: Head): string {
  return drill === null ? '' : `DRILL ${drill}: `;
}

function firstLine(word: (typeof WORDS)[number], said: string, measured: readonly string[]): string {
  const text = fitBytes(withoutPipe(said, HEADLINE_BYTES), HEADLINE_BYTES);
  return `MAILCHECK ${word} - ${text === '' ? 'no more is known' : text} | ${measured.join(' ')}`;
}

/** Where a line holds the sign, what follows it is numbers. */
function withoutPipe(text: string, most: number): string {
  return monitorText(text, most).replaceAll('|', String.raw`\u{7c}`);
}

function caseLines({ id, level, says, details }: MonitorCase): readonly string[] {
  if (id === 'verdict') return details.map(longLine);
  const told = level === 'ok' || level === 'skipped' ? [] : details;
  return [
    longLine(`[${level}] ${monitorName(id, '-')}: ${says}`),
    ...told.map((text) => longLine(`  ${text}`)),
  ];
}

/** Build servers run plugins too. */
function longLine(text: string): string {
  const indent = text.startsWith('  ') ? '  ' : '';
  return safeLine(fitBytes(`${indent}${withoutPipe(text, LINE_BYTES)}`, LINE_BYTES));
}

function fitting(lines: readonly string[], most: number): readonly string[] {
  const kept: string[] = [];
  let left = most;
  for (const line of lines) {
    left -= bytesOf(line) + 1;
    if (left < 0)
      return [...kept, `and ${lines.length - kept.length} more lines: use another format to see them`];
    kept.push(line);
  }
  return kept;
}

/** Always there, so that a graph shows when it was which. */
function levelPerfdata(level: number): string {
  return `level=${level};;;0;3`;
}

function perfdata(cases: readonly MonitorCase[]): readonly string[] {
  const items: string[] = [];
  const labels = new Set(['level']);
  let left = PERFDATA_BYTES;
  for (const { id, measures } of cases) {
    for (const measure of measures) {
      const label = labelOf(measure, id, labels);
      const item = perfdataItem(label, measure);
      if (item === null || labels.has(label)) continue;
      left -= item.length + 1;
      if (left < 0) return items;
      labels.add(label);
      items.push(item);
    }
  }
  return items;
}

/** One name may stand behind two checks; then each says which. */
function labelOf({ name }: Measure, id: string, taken: ReadonlySet<string>): string {
  const label = monitorName(name, '_');
  return taken.has(label) ? `'${monitorName(id, '-')} ${label}'` : label;
}

/** `label=value[unit];warning;critical;least;most`. The one unit of time is seconds, and a share is told in percent. */
function perfdataItem(label: string, { unit, value, warning, critical }: Measure): string | null {
  const number = (figure: number | null): string =>
    figure === null ? '' : (plainNumber(unit === 'share' ? percentOf(figure) : figure) ?? '');
  const told = number(value);
  if (told === '') return null;
  // Less is worse where critical lies below warning, as with days that are left; then the range is what is well.
  const below = warning !== null && critical !== null && critical < warning ? ':' : '';
  const limit = (figure: number | null): string => {
    const text = number(figure);
    return text === '' ? '' : `${text}${below}`;
  };
  const least = value !== null && value < 0 ? '' : '0';
  return `${label}=${told}${SIGNS[unit]};${limit(warning)};${limit(critical)};${least};${unit === 'share' ? '100' : ''}`;
}

/** To the hundredth. */
function percentOf(share: number): number {
  return Math.round(share * 10_000) / 100;
}

const SIGNS: Readonly<Record<MeasureUnit, string>> = {
  ...{ deliveries: '', requests: '', count: '' },
  ...{ share: '%', seconds: 's' },
};
