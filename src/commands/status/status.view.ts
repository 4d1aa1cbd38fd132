/** The whole question on one screen: the verdict first, then what each source says, what to do, and what would change it. */
import type { Views } from '#cli/command.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { Signal, SignalQuality } from '#mailflow/incident/signal.js';
import { formatAge } from '#render/human-format.js';
import type { Block, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Style, Tail } from '#render/writer.js';

import { healthLines } from './health-block.js';
import { mailFlowLines } from './mail-flow-block.js';
import { queueLines } from './queue-block.js';
import { reachText, signInText, statusPageText } from './reach-block.js';
import { ageOf, SIGNAL_COLUMNS, type SignalRow } from './signal-row.js';
import type { StatusAnswer } from './status-answer.js';

export const statusViews: Views<SignalRow, StatusAnswer> = {
  columns: SIGNAL_COLUMNS,
  table: (_kept, tail, page) => statusText(tail, screenSheet(page), page.widthColumns >= WIDE_COLUMNS),
  // For a chat message, which is read on a telephone.
  markdown: (_kept, tail, page) => statusText(tail, markdownSheet(page), false),
};

const WIDE_COLUMNS = 100;
/** Below that a screen is scrolled anyway. */
const NARROW_COLUMNS = 72;
/** With the line of a drill and the prompt this fills the 24 lines of a small terminal. */
const LINES_OF_SCREEN = 20;
const LEAST_ADVICE_LINES = 2;
const MOST_ADVICE = 4;

function statusText({ result }: Tail<StatusAnswer>, sheet: Sheet, isWide: boolean): string {
  if (result === null) return '';
  const verdict = `${verdictText(result, sheet)}\n`;
  const seen = sightBlocks(result, sheet, isWide);
  const change = changeBlocks(result, sheet);
  const textWith = (advice: readonly Block[]): string =>
    [verdict, sheet.blocks([...seen, ...advice, ...change])].join('\n');
  const room = LINES_OF_SCREEN - textWith([]).split('\n').length;
  return textWith(adviceBlocks(result, sheet, Math.max(LEAST_ADVICE_LINES, room)));
}

const TONES: Readonly<Record<StatusAnswer['assessment']['level'], keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  critical: 'bad',
  unknown: 'strong',
};

/** The sentence begins with its word. */
function verdictText({ assessment }: StatusAnswer, sheet: Sheet): string {
  const { level, sentence } = assessment;
  const word = level.toUpperCase();
  const rest = sentence.startsWith(`${word}:`) ? sentence.slice(word.length + 1).trimStart() : sentence;
  return sheet.prose(`${sheet.heading(TONES[level], word)}: ${sheet.sentence(rest)}`);
}

function sightBlocks(
  { sightings, assessment }: StatusAnswer,
  sheet: Sheet,
  isWide: boolean,
): readonly Block[] {
  const { now, trace, health } = sightings;
  const { cause, badSignals } = assessment;
  return [
    {
      label: 'Mail flow',
      lines: seenLines(trace, sheet, (sight) => mailFlowLines(sight, badSignals, sheet, isWide)),
    },
    ...(trace.value === null ? [] : [{ label: 'Queue', lines: queueLines(trace.value, now, sheet) }]),
    { label: 'Health', lines: seenLines(health, sheet, (answer) => healthLines(answer, now, sheet, isWide)) },
    ...(cause === null ? [] : [{ label: 'Cause', lines: [sheet.sentence(cause.says)] }]),
    { label: 'Reach', lines: [reachLine(sightings, sheet, isWide)] },
    { label: 'Age', lines: [agesText(sightings)] },
  ];
}

/** What could be seen, and over it why that is not all. */
function seenLines<Value>(
  signal: Signal<Value>,
  sheet: Sheet,
  linesOf: (value: Value) => readonly string[],
): readonly string[] {
  const { value } = signal;
  return [...troubleLines(signal, sheet), ...(value === null ? [] : linesOf(value))];
}

function troubleLines({ quality, reason, why, remedy }: Signal<unknown>, sheet: Sheet): readonly string[] {
  if (quality === 'fresh') return [];
  const word = WORDS[quality];
  const text = [why, remedy].flatMap((sentence) => (sentence === null ? [] : [sheet.sentence(sentence)]));
  return [`${sheet.mark('warn', word)} (${reason ?? quality}): ${text.join(' ')}`];
}

const WORDS: Readonly<Record<Exclude<SignalQuality, 'fresh'>, string>> = {
  stale: 'STALE',
  partial: 'ONLY IN PART',
  missing: 'NOT SEEN',
  error: 'NOT SEEN',
};

/** The status page speaks of the portal alone, so it is told where there is room, or where the portal failed. */
function reachLine({ signIn, reach, statusPage, health }: Sightings, sheet: Sheet, isWide: boolean): string {
  const isPageTold = isWide || health.quality !== 'fresh';
  return [
    toldOr(signIn, 'sign-in', (reading) => signInText(reading, sheet)),
    toldOr(reach, 'reach', (readings) => reachText(readings, sheet)),
    ...(isPageTold ? [toldOr(statusPage, 'status page', (reading) => statusPageText(reading, sheet))] : []),
  ].join(' ');
}

function toldOr<Value>(
  { value, reason }: Signal<Value>,
  name: string,
  tell: (value: Value) => string,
): string {
  return value === null ? `No answer on ${name} (${reason ?? 'missing'}).` : tell(value);
}

/** How old each answer is, by the clock of its source. */
function agesText(sightings: Sightings): string {
  const { now, trace, health } = sightings;
  const newest = trace.value?.survey.newestReceivedAt ?? null;
  return [
    ageText('trace', trace, now),
    ...(newest === null ? [] : [`its newest row ${formatAge((now.getTime() - newest.getTime()) / 1000)}`]),
    ageText('health', health, now),
  ].join(', ');
}

function ageText(name: string, signal: Signal<unknown>, now: Date): string {
  const seconds = ageOf(signal, now);
  if (signal.value === null) return `${name} none`;
  return seconds === null ? `${name} of unknown age` : `${name} ${formatAge(seconds)}`;
}

/** The most urgent of it, as much as there is room for; on a narrow page that is not counted. */
function adviceBlocks({ assessment }: StatusAnswer, sheet: Sheet, room: number): readonly Block[] {
  const { widthColumns } = sheet.page;
  const isCounted = widthColumns >= NARROW_COLUMNS && widthColumns < Infinity;
  const texts = assessment.advice.slice(0, MOST_ADVICE).map(({ text }) => sheet.sentence(text));
  const block = (count: number): Block => ({ label: 'Do now', lines: texts.slice(0, count) });
  let count = texts.length;
  while (isCounted && count > 1 && sheet.blocks([block(count)]).split('\n').length > room) count -= 1;
  return count === 0 ? [] : [block(count)];
}

function changeBlocks({ assessment }: StatusAnswer, sheet: Sheet): readonly Block[] {
  const [first, second] = assessment.wouldChange.map(sheet.sentence);
  if (first === undefined) return [];
  return [{ label: 'Changes if', lines: second === undefined ? [first] : [first, second] }];
}
