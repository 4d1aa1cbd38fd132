/** The way of one message, drawn in ASCII: a line a step with a bar for its delay, and a scale from start to expiry. */
import type { JourneyStep } from '#mailflow/trace/journey.js';
import { clockFormat, counted, formatAge } from '#render/human-format.js';
import { pad, widthOf, wrap } from '#render/layout.js';
import { safeText } from '#render/safe-text.js';
import type { Page, Style } from '#render/writer.js';

export interface Way {
  readonly steps: readonly JourneyStep[];
  /** Set while the message is held: the way goes on to now, and to its expiry. */
  readonly held: { readonly expiresAt: Date | null; readonly isAssumed: boolean } | null;
}

/** One line of the drawing. */
interface Mark {
  readonly at: Date;
  readonly sign: string;
  readonly tone: keyof Style | null;
  readonly delaySeconds: number | null;
  readonly name: string;
  /** Ours; safe already. */
  readonly meaning: string;
  /** What the other side said: made safe; empty for nothing, or nothing new. */
  readonly trouble: string;
}

export function timeline(way: Way, page: Page): string {
  const marks = marksOf(way, page);
  const longest = marks.reduce((most, { delaySeconds }) => Math.max(most, delaySeconds ?? 0), 0);
  const clock = clockFormat(page.timeZone);
  const lines = marks.flatMap((mark, index) => {
    const day = clock.day(mark.at);
    const before = marks[index - 1];
    const isNewDay = before === undefined || day !== clock.day(before.at);
    return [
      ...(isNewDay ? [page.style.faint(day)] : []),
      ...markLines(mark, { longest, time: clock.time(mark.at), page }),
    ];
  });
  const scale = scaleOf(way, page);
  return [...(scale === null ? [] : [scale]), ...lines].join('\n');
}

/** More tries alike than this are drawn as the first and the last of them. */
const FEW_ALIKE = 3;

function marksOf({ steps, held }: Way, page: Page): Mark[] {
  const marks: Mark[] = [];
  for (const run of runsOf(steps)) {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) continue;
    marks.push(markOf(first, troubleOf(first)));
    if (run.length > FEW_ALIKE) {
      marks.push(foldedOf(run.slice(1, -1)), markOf(last, ''));
    } else {
      marks.push(...run.slice(1).map((step) => markOf(step, '')));
    }
  }
  if (held === null) return marks;
  // An expiry that has passed stands among the tries that came after it.
  return [...marks, ...outlook(steps, held, page)].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** Steps one after the other that were put off for one reason are a run; every other step stands alone. */
function runsOf(steps: readonly JourneyStep[]): JourneyStep[][] {
  const runs: JourneyStep[][] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    const before = run?.[0];
    const isAlike = before !== undefined && troubleOf(before) !== '' && troubleOf(before) === troubleOf(step);
    if (isAlike && before.event === step.event) run?.push(step);
    else runs.push([step]);
  }
  return runs;
}

function markOf(step: JourneyStep, trouble: string): Mark {
  const kind = kindOf(step);
  return {
    at: step.at,
    sign: SIGNS[kind],
    tone: TONES[kind],
    delaySeconds: step.delaySincePreviousSeconds,
    name: safeText(step.event),
    meaning: meaningOf(step, kind),
    trouble,
  };
}

function meaningOf({ attempt, what }: JourneyStep, kind: Kind): string {
  if (attempt === null || kind === 'done') return what ?? '';
  return kind === 'deferred'
    ? `try ${attempt}: put off, retried later`
    : `try ${attempt}: ${what ?? 'failed'}`;
}

type Kind = 'passed' | 'deferred' | 'failed' | 'done';

const SIGNS: Readonly<Record<Kind, string>> = { passed: ' ', deferred: 'x', failed: '!', done: '*' };
const TONES: Readonly<Record<Kind, keyof Style | null>> = {
  passed: null,
  deferred: 'warn',
  failed: 'bad',
  done: 'good',
};

function kindOf({ verdict }: JourneyStep): Kind {
  if (verdict?.state === 'delivered' || verdict?.state === 'relayed') return 'done';
  if (verdict?.class === 'transient') return 'deferred';
  return verdict?.class === 'permanent' ? 'failed' : 'passed';
}

function foldedOf(steps: readonly JourneyStep[]): Mark {
  const delays = steps
    .map(({ delaySincePreviousSeconds }) => delaySincePreviousSeconds ?? 0)
    .sort((left, right) => left - right);
  const [least, most] = [delays.at(0), delays.at(-1)].map((seconds) => formatAge(seconds ?? 0));
  const apart = least === most ? `${least ?? ''} apart` : `${least ?? ''} to ${most ?? ''} apart`;
  return {
    at: steps.at(-1)?.at ?? new Date(NaN),
    sign: ':',
    tone: 'warn',
    delaySeconds: null,
    name: '',
    meaning: `${counted(steps.length, 'more try', 'more tries')} with the same answer, ${apart}`,
    trouble: '',
  };
}

function outlook(steps: readonly JourneyStep[], held: NonNullable<Way['held']>, page: Page): Mark[] {
  const { now } = page;
  const last = steps.at(-1);
  const waiting: Mark = {
    at: now,
    sign: '>',
    tone: null,
    delaySeconds: last === undefined ? null : Math.max(0, (now.getTime() - last.at.getTime()) / 1000),
    name: 'now',
    meaning: 'held; the next try is not told',
    trouble: '',
  };
  if (held.expiresAt === null) return [waiting];
  const leftSeconds = (held.expiresAt.getTime() - now.getTime()) / 1000;
  const basis = held.isAssumed ? ' (24 h assumed)' : '';
  const expiry: Mark = {
    at: held.expiresAt,
    sign: '|',
    tone: leftSeconds > 0 ? null : 'bad',
    delaySeconds: null,
    name: 'expires',
    meaning: `${leftSeconds > 0 ? `in ${formatAge(leftSeconds)}` : `${formatAge(-leftSeconds)} ago`}${basis}`,
    trouble: '',
  };
  return [waiting, expiry];
}

/** What was answered to a step that did not get through. */
export function replyOf({ verdict }: JourneyStep): string | null {
  return verdict?.class === 'transient' || verdict?.class === 'permanent' ? verdict.text : null;
}

/** Next hop and reply of a step that did not get through; empty for all others. */
function troubleOf(step: JourneyStep): string {
  const reply = replyOf(step);
  if (reply === null) return '';
  return `${step.hop === null ? '' : `${safeText(step.hop)}: `}${safeText(reply)}`;
}

export function delayText(step: Pick<JourneyStep, 'delaySincePreviousSeconds'>): string | null {
  return step.delaySincePreviousSeconds === null ? null : `+${formatAge(step.delaySincePreviousSeconds)}`;
}

const DELAY_COLUMNS = 11;
const EVENT_COLUMNS = 13;
const NARROW = 60;
const WIDE = 100;

interface Drawing {
  /** Seconds that fill the bar. */
  readonly longest: number;
  readonly time: string;
  readonly page: Page;
}

function markLines(mark: Mark, { longest, time, page }: Drawing): string[] {
  const bar = pad(barOf(mark, longest, barColumns(page)), barColumns(page));
  const delay = pad(
    delayText({ delaySincePreviousSeconds: mark.delaySeconds }) ?? '',
    DELAY_COLUMNS,
    'right',
  );
  // A line for many tries stands for a span, not for a moment.
  const shownTime = mark.name === '' ? ' '.repeat(time.length) : time;
  const start = `${shownTime} ${mark.sign} ${bar} `;
  const left = `${start}${delay}  ${pad(mark.name, EVENT_COLUMNS)} `;
  const lines =
    page.widthColumns < NARROW
      ? narrowLines(mark, `${start}${delay.trimStart()}`, page)
      : wideLines(mark, left, page);
  const trouble = wrap(TROUBLE_INDENT + mark.trouble, page.widthColumns, TROUBLE_INDENT);
  const tone = mark.tone === null ? (text: string): string => text : page.style[mark.tone];
  return [
    ...lines.map((line) => toned(line, start, mark, page)),
    ...(mark.trouble === '' ? [] : trouble.map(tone)),
  ];
}

const TROUBLE_INDENT = '           ';

/** The sign alone is coloured. Lines that continue begin with blanks. */
function toned(line: string, start: string, { sign, tone }: Mark, { style }: Page): string {
  if (tone === null || !line.startsWith(start.trimEnd())) return line;
  const at = start.indexOf(` ${sign} `) + 1;
  return line.slice(0, at) + style[tone](sign) + line.slice(at + sign.length);
}

function wideLines({ meaning }: Mark, left: string, page: Page): string[] {
  const indent = ' '.repeat(widthOf(left));
  const room = page.widthColumns - widthOf(left);
  const texts = wrap(meaning, room);
  return texts.map((text, index) => `${index === 0 ? left : indent}${text}`.trimEnd());
}

function narrowLines({ name, meaning }: Mark, start: string, page: Page): string[] {
  const head = `${start} ${name}`.trimEnd();
  const isTooLong = widthOf(head) > page.widthColumns;
  const texts = [...(isTooLong ? [name] : []), ...(meaning === '' ? [] : [meaning])];
  return [
    isTooLong ? start.trimEnd() : head,
    ...texts.flatMap((text) => wrap(TROUBLE_INDENT + text, page.widthColumns, TROUBLE_INDENT)),
  ];
}

function barColumns({ widthColumns }: Page): number {
  if (widthColumns < NARROW) return 6;
  return widthColumns < WIDE ? 10 : 24;
}

/** As long as the delay is beside the longest one; a second at least is seen. */
function barOf({ delaySeconds }: Mark, longest: number, columns: number): string {
  if (delaySeconds === null || delaySeconds < 1 || longest === 0) return '';
  return '='.repeat(Math.max(1, Math.round((delaySeconds / longest) * columns)));
}

const WIDEST_SCALE = 60;
const LEAST_SCALE = 12;
const LEAST_SCALE_MS = 60_000;

/** From acceptance to the end, the last step or the expiry: where the tries fell, and how much of the time is gone. */
function scaleOf({ steps, held }: Way, page: Page): string | null {
  const [first] = steps;
  const end = held?.expiresAt ?? steps.at(-1)?.at;
  if (first === undefined || end === undefined) return null;
  const spanMs = end.getTime() - first.at.getTime();
  if (spanMs < LEAST_SCALE_MS) return null;
  const clock = clockFormat(page.timeZone);
  const [from, to] = [first.at, end].map((at) => clock.time(at).slice(0, -':00'.length));
  const columns = Math.min(WIDEST_SCALE, page.widthColumns) - 2 * '17:04 '.length;
  if (columns < LEAST_SCALE) return null;
  // The first place is the start's.
  const placeOf = (at: Date): number =>
    Math.min(columns - 1, Math.max(1, Math.floor(((at.getTime() - first.at.getTime()) / spanMs) * columns)));
  const gone = held === null ? columns : placeOf(page.now);
  const cells = Array.from({ length: columns }, (_, index): string => (index < gone ? '-' : ' '));
  for (const step of steps) {
    const kind = kindOf(step);
    if (kind !== 'passed') cells[placeOf(step.at)] = SIGNS[kind];
  }
  cells[0] = 'o';
  if (held !== null) {
    cells[columns - 1] = '|';
    if (page.now < end) cells[gone] = '>';
  }
  return `${from ?? ''} ${cells.join('')} ${to ?? ''}`;
}
