/** The verdict first, then a line for each check, the worst first; what is bad or not seen with what to do about it. */
import type { Views } from '#cli/command.js';
import type { CheckLevel, CheckResult, Measure } from '#mailflow/check/check-result.js';
import { byLevel, isBad } from '#mailflow/check/overall.js';
import { formatAge, formatCount, formatLimit } from '#mailflow/quantity.js';
import { pad, wrap } from '#render/layout.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';
import type { Column, Page, Style, Tail } from '#render/writer.js';

import type { CheckAnswer } from './check-answer.js';
import { monitorReport } from './check-monitor.js';

export const checkViews: Views<CheckResult, CheckAnswer> = {
  columns: columnsOfChecks(),
  table: (_kept, tail, page) => textOf(tail, (answer) => screenText(answer, page)),
  markdown: (_kept, tail, page) => textOf(tail, (answer) => markdownOf(answer, page)),
  monitor: ({ result }) => (result === null ? { headline: '', cases: [] } : monitorReport(result)),
};

function textOf({ result }: Tail<CheckAnswer>, tell: (answer: CheckAnswer) => string): string {
  if (result === null || (result.noticesOnly && result.notices.length === 0)) return '';
  return tell(result);
}

const TONES: Readonly<Record<CheckLevel, keyof Style>> = {
  critical: 'bad',
  unknown: 'strong',
  warning: 'warn',
  ok: 'good',
  skipped: 'faint',
};

/** `CRITICAL` is the widest. */
const WORD_COLUMNS = 10;
/** On a narrower page there is no room beside the words. */
const NARROWEST_BESIDE = 60;
const WIDEST_LINE = 120;

function screenText(answer: CheckAnswer, page: Page): string {
  const sheet = screenSheet(page);
  const { results } = answer;
  return [
    sheet.prose(verdictText(answer, sheet)),
    ...(results.length === 0 ? [] : ['']),
    ...toldChecks(results).flatMap((told) => resultLines(told, page, sheet)),
    ...skippedLines(results, page, sheet),
    ...belowLines(answer, page, sheet),
  ].join('\n');
}

/** The sentence begins with its word. */
function verdictText({ level, sentence }: CheckAnswer, sheet: Sheet): string {
  const word = level.toUpperCase();
  const rest = sentence.startsWith(`${word}:`) ? sentence.slice(word.length + 1).trimStart() : sentence;
  return `${sheet.heading(TONES[level], word)}: ${sheet.sentence(rest)}`;
}

interface ToldCheck {
  readonly result: CheckResult;
  readonly sentences: readonly string[];
}

/** The worst first. What to do is said once, where several checks ask for the same. */
function toldChecks(results: readonly CheckResult[]): readonly ToldCheck[] {
  const said = new Set<string>();
  return byLevel(results)
    .filter(({ level }) => level !== 'skipped')
    .map((result) => {
      const [first = '', ...more] = sentencesOf(result);
      const sentences = [first, ...more.filter((text) => !said.has(text))];
      for (const text of more) said.add(text);
      return { result, sentences };
    });
}

function resultLines({ result, sentences }: ToldCheck, page: Page, sheet: Sheet): readonly string[] {
  const { level, title } = result;
  const width = Math.min(page.widthColumns, WIDEST_LINE);
  const word = level === 'ok' ? 'ok' : level.toUpperCase();
  const [says, ...more] = sentences.map(sheet.sentence);
  if (width < NARROWEST_BESIDE) {
    const [named = '', ...others] = wrap(sheet.sentence(title), width - word.length - 1, '  ');
    return [
      `${sheet.heading(TONES[level], word)} ${page.style.strong(named)}`,
      ...others.map((line) => page.style.strong(line)),
      ...[says ?? '', ...more].flatMap((text) => wrap(`  ${text}`, width, '  ')),
    ];
  }
  const room = width - WORD_COLUMNS;
  const lines = [
    ...wrap(`${sheet.sentence(title)}: ${says ?? ''}`, room, '  '),
    ...more.flatMap((text) => wrap(`  ${text}`, room, '  ')),
  ];
  const head = page.style[TONES[level]](word) + ' '.repeat(WORD_COLUMNS - word.length);
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(WORD_COLUMNS)) + line);
}

/** What it says with its limits; and for what is not well, why, by which rule, and what to do. */
export function sentencesOf(result: CheckResult): readonly string[] {
  const { level, seen, says, course, remedy, reason } = result;
  const limits = level === 'unknown' || level === 'skipped' ? null : limitsText(result.measures);
  const first = limits === null ? says : `${says.replace(/\.$/u, '')} (${limits}).`;
  if (level === 'ok' && !isBad(seen)) return [first];
  const why = level === 'unknown' && reason !== null ? [`Why: ${reason}.`] : [];
  const isPending = level === 'ok';
  const told = course === null ? [] : [sentence(course)];
  return [first, ...told, ...(isPending || remedy === null ? [] : [[...why, sentence(remedy)].join(' ')])];
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/u.test(begun) ? begun : `${begun}.`;
}

/** Of the first numbers that have any: `warning 20, critical 200`. */
export function limitsText(measures: readonly Measure[]): string | null {
  const texts = LIMIT_KINDS.flatMap((kind) => {
    const limited = measures.find((measure) => measure[kind] !== null && !isAnyEnough(measure, kind));
    return limited === undefined ? [] : [`${kind} ${amount(limited[kind] ?? 0, limited)}`];
  });
  return texts.length === 0 ? null : texts.join(', ');
}

const LIMIT_KINDS = ['warning', 'critical'] as const;

/** What is wrong with one of them already is no matter of numbers. */
function isAnyEnough({ unit, ...measure }: Measure, kind: (typeof LIMIT_KINDS)[number]): boolean {
  return unit === 'count' && measure[kind] === 1;
}

function amount(value: number, { unit }: Measure): string {
  if (unit === 'share') return formatLimit(value);
  return unit === 'seconds' ? formatAge(value) : formatCount(value);
}

/** In one line, for nothing is to be done about most of them. */
function skippedLines(results: readonly CheckResult[], page: Page, sheet: Sheet): readonly string[] {
  const skipped = results.filter(({ level }) => level === 'skipped');
  if (skipped.length === 0) return [];
  const texts = skipped.map(({ title, reason }) => `${title} (${reason ?? 'not asked'})`);
  const width = Math.min(page.widthColumns, WIDEST_LINE);
  const [label, blank] =
    width < NARROWEST_BESIDE ? ['skipped ', ''] : [pad('skipped', WORD_COLUMNS), ' '.repeat(WORD_COLUMNS)];
  const lines = wrap(sheet.sentence(texts.join(', ')), width - label.length);
  return lines.map((line, index) => (index === 0 ? page.style.faint(label) : blank) + line);
}

function belowLines({ notices, memory }: CheckAnswer, page: Page, sheet: Sheet): readonly string[] {
  const texts = [...notices.map(({ says }) => `News: ${says}`), memory];
  return [
    '',
    ...texts.flatMap((text) => wrap(sheet.sentence(text), Math.min(page.widthColumns, WIDEST_LINE))),
  ];
}

function markdownOf(answer: CheckAnswer, page: Page): string {
  const sheet = markdownSheet(page);
  const { results, notices, memory } = answer;
  const rest = toldChecks(results)
    .map(({ result, sentences }) => ({
      label: sheet.sentence(result.title),
      lines: sentences.slice(1).map(sheet.sentence),
    }))
    .filter(({ lines }) => lines.length > 0);
  const below = [
    ...(rest.length === 0 ? [] : [sheet.blocks(rest)]),
    ...[...notices.map(({ says }) => `News: ${says}`), memory].map(sheet.sentence),
  ];
  return [verdictText(answer, sheet), sheet.bare(MARKDOWN_COLUMNS, byLevel(results)), ...below].join('\n\n');
}

const MARKDOWN_COLUMNS: readonly Column<CheckResult>[] = [
  { key: 'level', title: 'Level', value: ({ level }) => level },
  { key: 'title', title: 'Check', value: ({ title }) => title },
  { key: 'says', title: 'Says', value: (result) => sentencesOf(result)[0] ?? '' },
];

function columnsOfChecks(): readonly Column<CheckResult>[] {
  return [
    { key: 'id', title: 'Check', value: ({ id }) => id },
    { key: 'level', title: 'Level', value: ({ level }) => level },
    { key: 'seen', title: 'Seen', value: ({ seen }) => seen },
    { key: 'says', title: 'Says', value: ({ says }) => says },
    { key: 'course', title: 'Course', value: ({ course }) => course },
    { key: 'remedy', title: 'Remedy', value: ({ remedy }) => remedy },
    { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
    { key: 'retryAfterSeconds', title: 'Retry after', value: (row) => row.retryAfterSeconds },
    { key: 'isRequired', title: 'Required', value: ({ isRequired }) => isRequired },
    { key: 'evidence', title: 'Evidence', value: ({ evidence }) => evidence.join(' ') },
    { key: 'measures', title: 'Measures', value: ({ measures }) => measures.map(measureText).join('; ') },
  ];
}

/** `held_overdue=312 of 20, 200`; a number that could not be told is left blank. */
function measureText({ name, value, warning, critical }: Measure): string {
  return `${name}=${[value, warning, critical].map((number) => number ?? '').join(',')}`;
}
