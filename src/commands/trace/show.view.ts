import type { Views } from '#cli/command.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Journey, JourneyStep } from '#mailflow/trace/journey.js';
import { clockFormat, formatAge, formatInstant } from '#render/human-format.js';
import { pad, widthOf, wrap } from '#render/layout.js';
import { prose } from '#render/prose.js';
import { safeText } from '#render/safe-text.js';
import type { Page, Tail } from '#render/writer.js';

import { verdictText } from '../explain/explain.view.js';
import { DELIVERY_COLUMNS } from './trace.view.js';

export const showViews: Views<Journey, null> = {
  columns: [
    ...DELIVERY_COLUMNS.map((column) => ({
      ...column,
      value: (row: Journey) => column.value(row.delivery),
      tone: () => null,
    })),
    { key: 'attempts', title: 'Attempts', value: (row) => row.attempts },
    { key: 'totalDelaySeconds', title: 'Delay', value: (row) => row.totalDelaySeconds },
  ],
  table: (kept, tail, page) =>
    [...kept.map((journey) => journeyText(journey, page)), ...gapLines(kept, tail, page)].join('\n\n'),
};

function gapLines(kept: readonly Journey[], tail: Tail<null>, page: Page): string[] {
  const absence = kept.length === 0 ? ABSENCE_SENTENCES : [];
  const gaps = tail.incomplete.map(
    (gap) => `Not seen: ${safeText(gap.what)} (${gap.reason}). ${safeText(gap.remedy)}`,
  );
  const texts = [...absence, ...gaps];
  return texts.length === 0 ? [] : [texts.map((text) => prose(text, page)).join('\n')];
}

function journeyText(journey: Journey, page: Page): string {
  const { delivery } = journey;
  const parts = [
    fieldLines(journey, page),
    stepLines(journey.steps, page),
    delivery.verdict === null ? '' : verdictText(delivery.verdict, page),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

const LABEL_COLUMNS = 13;

function fieldLines({ delivery, attempts, totalDelaySeconds }: Journey, page: Page): string {
  const instant = (at: Date | null): string => (at === null ? '' : formatInstant(at, page.timeZone));
  const left = delivery.expiresAt === null ? 0 : (delivery.expiresAt.getTime() - page.now.getTime()) / 1000;
  const basis = delivery.expiresAtBasis === 'assumed-24h' ? ', assuming the usual 24 h' : '';
  const fields: readonly (readonly [string, string])[] = [
    ['message', safeText(delivery.messageId ?? '')],
    ['from', safeText(delivery.sender)],
    ['to', safeText(delivery.recipient)],
    ['subject', safeText(delivery.subject ?? '')],
    ['received', instant(delivery.receivedAt)],
    ['state', `${delivery.state} (the service says ${safeText(delivery.status)})`],
    [
      'took',
      totalDelaySeconds === null
        ? ''
        : `${formatAge(totalDelaySeconds)}${delivery.held ? ' so far' : ''}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    ],
    ['last attempt', instant(delivery.lastAttemptAt)],
    ['next hop', safeText(delivery.nextHop ?? '')],
    [
      'expires',
      delivery.expiresAt === null ? '' : `${instant(delivery.expiresAt)}, ${remaining(left)}${basis}`,
    ],
  ];
  return fields
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) => labelled(label, wrap(text, page.widthColumns - LABEL_COLUMNS), page))
    .join('\n');
}

function remaining(seconds: number): string {
  return seconds > 0 ? `in ${formatAge(seconds)}` : `${formatAge(-seconds)} ago`;
}

function labelled(label: string, lines: readonly string[], page: Page): string[] {
  return lines.map(
    (line, index) =>
      (index === 0 ? page.style.faint(label.padEnd(LABEL_COLUMNS)) : ' '.repeat(LABEL_COLUMNS)) + line,
  );
}

const DELAY_COLUMNS = 10;
const EVENT_COLUMNS = 13;
const STEP_INDENT = '            ';

/** A line a step; what went wrong stands under it in the words of the server that said it, once for a run of alike. */
function stepLines(steps: readonly JourneyStep[], page: Page): string {
  const clock = clockFormat(page.timeZone);
  return steps
    .flatMap((step, index) => {
      const before = steps[index - 1];
      const day = clock.day(step.at);
      const isNewDay = before === undefined || day !== clock.day(before.at);
      const isRepeated = before !== undefined && troubleOf(before) === troubleOf(step);
      return [
        ...(isNewDay ? [page.style.faint(day)] : []),
        ...stepHead(step, clock.time(step.at), page),
        ...(isRepeated ? [] : stepTrouble(step, page)),
      ];
    })
    .join('\n');
}

function stepHead(step: JourneyStep, time: string, page: Page): string[] {
  const delay =
    step.delaySincePreviousSeconds === null ? '' : `+${formatAge(step.delaySincePreviousSeconds)}`;
  const left = `${time} ${pad(delay, DELAY_COLUMNS, 'right')}  ${pad(safeText(step.event), EVENT_COLUMNS)} `;
  const room = page.widthColumns - widthOf(left);
  const meaning = wrap(step.what ?? '', Math.max(room, 12));
  return meaning.map((line, index) => (index === 0 ? left + line : ' '.repeat(widthOf(left)) + line));
}

/** Next hop and reply of a step that did not get through; empty for all others. */
function troubleOf({ verdict, hop }: JourneyStep): string {
  if (verdict?.class !== 'transient' && verdict?.class !== 'permanent') return '';
  return `${hop === null ? '' : `${safeText(hop)}: `}${safeText(verdict.text)}`;
}

function stepTrouble(step: JourneyStep, page: Page): string[] {
  const trouble = troubleOf(step);
  if (trouble === '') return [];
  const tone = step.verdict?.class === 'permanent' ? 'bad' : 'warn';
  return wrap(STEP_INDENT + trouble, page.widthColumns, STEP_INDENT).map(page.style[tone]);
}
