/** The whole question on one screen: the verdict first, then what each source says, what to do, and what would change it. */
import type { Views } from '#cli/command.js';
import type { Advice, Assessment, Cause } from '#mailflow/incident/assessment.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { Signal, SignalQuality } from '#mailflow/incident/signal.js';
import { formatAge, formatSpan } from '#render/human-format.js';
import type { Block, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Style, Tail } from '#render/writer.js';

import { connectorLines } from './connector-block.js';
import { healthLines } from './health-block.js';
import { inboundLines } from './inbound-block.js';
import { mailFlowLines } from './mail-flow-block.js';
import { queueLines } from './queue-block.js';
import { reachText, shortReachText, signInText, statusPageText } from './reach-block.js';
import { ageOf, nowOf, SIGNAL_COLUMNS, type SignalRow } from './signal-row.js';
import type { StatusAnswer } from './status-answer.js';
import { statusMonitor } from './status-monitor.js';

export const statusViews: Views<SignalRow, StatusAnswer> = {
  columns: SIGNAL_COLUMNS,
  table: (_kept, tail, page) => statusText(tail, screenSheet(page), page.widthColumns >= WIDE_COLUMNS),
  // For a chat message, which is read on a telephone.
  markdown: (_kept, tail, page) => statusText(tail, markdownSheet(page), false),
  monitor: statusMonitor,
};

const WIDE_COLUMNS = 100;
/** Below that a screen is scrolled anyway. */
const NARROW_COLUMNS = 72;
/** A small terminal has 24 lines: a drill takes two for its name, and the prompt one; a wide one has more. */
const LINES = { narrow: 21, wide: 34 };
const LEAST_ADVICE_LINES = 3;
const MOST_ADVICE = 4;
const MOST_CHANGES = 2;
const LEAST_CHANGES = 1;

function statusText({ result }: Tail<StatusAnswer>, sheet: Sheet, isWide: boolean): string {
  if (result === null) return '';
  const verdict = `${verdictText(result, sheet)}\n`;
  const seen = sightBlocks(result, sheet, isWide);
  const textWith = (advice: readonly Block[], changes: number): string =>
    [verdict, sheet.blocks([...seen, ...advice, ...changeBlocks(result, sheet, changes)])].join('\n');
  const roomBeside = (changes: number): number =>
    LINES[isWide ? 'wide' : 'narrow'] - textWith([], changes).split('\n').length;
  // What to do now goes before what would change the verdict.
  const changes = roomBeside(MOST_CHANGES) < LEAST_ADVICE_LINES ? LEAST_CHANGES : MOST_CHANGES;
  const room = Math.max(LEAST_ADVICE_LINES, roomBeside(changes));
  return textWith(adviceBlocks(result, sheet, room), changes);
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
  const { now, trace, inbound, health } = sightings;
  const inflow = inboundLines(inbound, sheet, isWide);
  const { cause, badSignals } = assessment;
  return [
    {
      label: 'Mail flow',
      lines: seenLines(trace, sheet, (sight) => mailFlowLines(sight, badSignals, sheet, isWide)),
    },
    ...(inflow.length === 0 ? [] : [{ label: 'Inbound', lines: inflow }]),
    ...(trace.value === null ? [] : [{ label: 'Queue', lines: queueLines(trace.value, sheet) }]),
    {
      label: 'Health',
      lines: seenLines(health, sheet, (answer) => healthLines(answer, nowOf(health, now), sheet, isWide)),
    },
    ...causeBlocks(cause, sheet, isWide),
    { label: 'Connectors', lines: connectorLines(sightings.connectors, assessment.setUp, sheet, isWide) },
    { label: 'Reach', lines: [reachLine(sightings, sheet, isWide)] },
    ...(isWide ? [{ label: 'Layers', lines: [layersText(assessment.layers)] }] : []),
    {
      label: 'Age',
      lines: [`${agesText(sightings, isWide)}${alertText(assessment.alert, sightings, sheet)}`],
    },
  ];
}

/** From the outermost: what works, as far as it is known. */
function layersText(layers: Assessment['layers']): string {
  return layers.map(({ layer, state }) => `${LAYER_NAMES[layer]} ${state}`).join(', ');
}

const LAYER_NAMES: Readonly<Record<Assessment['layers'][number]['layer'], string>> = {
  'sign-in': 'sign-in',
  'mailbox-access': 'mailbox access',
  'mail-flow': 'mail flow',
  connector: 'connector',
  recipient: 'recipient',
};

/** Told while one is open, for it outlives a look that was fine. */
function alertText(alert: Assessment['alert'], { now }: Sightings, { page, tellsClock }: Sheet): string {
  if (alert === null || alert.state !== 'open') return '';
  const since = tellsClock
    ? `since ${formatSpan(now, alert.since, page.timeZone).until}`
    : `for ${briefAge((now.getTime() - alert.since.getTime()) / 1000)}`;
  return `; alert open ${since}${alert.isFlapping ? ', comes and goes' : ''}`;
}

/** Of an issue the title stands under health, so here is what ties it to the mail. */
function causeBlocks(cause: Cause | null, sheet: Sheet, isWide: boolean): readonly Block[] {
  if (cause === null) return [];
  const { kind, says, evidence } = cause;
  const [first = says, ...others] = kind === 'issue' ? evidence : [says, ...evidence];
  return [{ label: 'Cause', lines: [first, ...(isWide ? others : [])].map(sheet.sentence) }];
}

/** What could be seen, and over it why that is not all. */
function seenLines<Value>(
  signal: Signal<Value>,
  sheet: Sheet,
  linesOf: (value: Value) => readonly string[],
): readonly string[] {
  const { value, quality } = signal;
  const lines = value === null ? [] : linesOf(value);
  // What was said then must not be read as of now.
  const dated =
    quality === 'stale' ? lines.map((line, index) => (index === 0 ? `Then: ${line}` : line)) : lines;
  return [...troubleLines(signal, sheet), ...dated];
}

function troubleLines({ quality, reason, why, remedy }: Signal<unknown>, sheet: Sheet): readonly string[] {
  if (quality === 'fresh') return [];
  const told = [why, remedy].flatMap((text) => (text === null ? [] : [withStop(sheet.sentence(text))]));
  return [`${sheet.mark('warn', WORDS[quality])} (${reason ?? quality}): ${told.join(' ')}`];
}

function withStop(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
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
  const tellReach = isWide ? reachText : shortReachText;
  return [
    toldOr(signIn, 'sign-in', (reading) =>
      reading.kind === 'issued' && !isWide ? 'Signed in.' : signInText(reading, sheet),
    ),
    toldOr(reach, 'reach', (readings) => tellReach(readings, sheet)),
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
function agesText(sightings: Sightings, isWide: boolean): string {
  const { now, trace, health, connectors } = sightings;
  const newest = trace.value?.survey.newestReceivedAt ?? null;
  return [
    ageText('trace', trace, now),
    ...(newest === null
      ? []
      : [`newest row ${formatAge((nowOf(trace, now).getTime() - newest.getTime()) / 1000)}`]),
    ageText('health', health, now),
    ...(isWide || (ageOf(connectors, now) ?? 0) >= MINUTE ? connectorsAge(connectors, now) : []),
  ].join(', ');
}

/** On a small screen only where they were told to an earlier run. */
function connectorsAge(signal: Signal<unknown>, now: Date): readonly string[] {
  return signal.value === null ? [] : [ageText('connectors', signal, now)];
}

function ageText(name: string, signal: Signal<unknown>, now: Date): string {
  const seconds = ageOf(signal, now);
  if (signal.value === null) return `${name} none`;
  if (seconds === null) return `${name} of unknown age`;
  return seconds < MINUTE ? `${name} now` : `${name} ${formatAge(seconds)}`;
}

const MINUTE = 60;

/** Seconds tell how long the answer took, and nothing of mail. */
function briefAge(seconds: number): string {
  return seconds < MINUTE ? 'less than a minute' : formatAge(seconds);
}

/** The most urgent of it, as much as there is room for; a page that has no end, or is scrolled, gets it in full. */
function adviceBlocks({ assessment }: StatusAnswer, sheet: Sheet, room: number): readonly Block[] {
  const { widthColumns } = sheet.page;
  const { advice } = assessment;
  if (advice.length === 0) return [];
  const isCounted = widthColumns >= NARROW_COLUMNS && widthColumns < Infinity;
  const lines = isCounted
    ? fittingLines(shortAdvice(advice), sheet, room)
    : advice.slice(0, MOST_ADVICE).map(({ text }) => text);
  return [{ label: 'Do now', lines: lines.map(sheet.sentence) }];
}

/** What not to do comes together and without its reasons, behind the first thing to do. */
function shortAdvice(advice: readonly Advice[]): readonly string[] {
  const [first, ...others] = advice.filter(({ kind }) => kind === 'do').map(({ text }) => text);
  const dont = advice.filter(({ kind }) => kind === 'do-not').map(({ text }) => bareDont(text));
  return [
    ...(first === undefined ? [] : [first]),
    ...(dont.length === 0 ? [] : [`Do NOT ${eitherOf(dont.slice(0, MOST_DONTS))}.`]),
    ...others,
  ];
}

const MOST_DONTS = 3;

/** So that the last of them is never read as something to do. */
function eitherOf(dont: readonly string[]): string {
  const [last = '', ...before] = dont.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`;
}

/** `Do not move the MX: senders keep trying …` as `move the MX`. */
function bareDont(text: string): string {
  const [bare = text] = text.split(/: |, here or/u);
  return bare.replace(/^Do not /u, '').replace(/\.$/u, '');
}

/** Those that there is room for, in their order; the first in any case. */
function fittingLines(texts: readonly string[], sheet: Sheet, room: number): readonly string[] {
  const chosen: string[] = [];
  for (const text of texts.slice(0, MOST_ADVICE)) {
    if (chosen.length > 0 && heightOf([...chosen, text], sheet) > room) continue;
    chosen.push(text);
  }
  return chosen;
}

function heightOf(lines: readonly string[], sheet: Sheet): number {
  return sheet.blocks([{ label: '', lines: lines.map(sheet.sentence) }]).split('\n').length;
}

/** One line each where there are such; what is longer only when there is nothing else to say. */
function changeBlocks({ assessment }: StatusAnswer, sheet: Sheet, most: number): readonly Block[] {
  const texts = assessment.wouldChange.map(sheet.sentence);
  const short = texts.filter((text) => heightOf([text], sheet) === 1);
  const lines = short.length === 0 ? texts.slice(0, 1) : short.slice(0, most);
  return lines.length === 0 ? [] : [{ label: 'Changes', lines }];
}
