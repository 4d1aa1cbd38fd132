import type { Views } from '#cli/command.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Journey, JourneyStep } from '#mailflow/trace/journey.js';
import { clockFormat, counted, formatAge, formatInstant } from '#render/human-format.js';
import { pad, widthOf, wrap } from '#render/layout.js';
import type { TableColumn } from '#render/row-table.js';
import { safeText } from '#render/safe-text.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Page, Tail } from '#render/writer.js';

import { verdictMarkdown, verdictText } from '../explain/explain.view.js';
import { DELIVERY_COLUMNS, gapLines } from './trace.view.js';

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
    showText(kept, tail, { sheet: screenSheet(page), verdictIn: verdictText, wayIn: stepLines }),
  markdown: (kept, tail, page) =>
    showText(kept, tail, {
      sheet: markdownSheet(page),
      verdictIn: (verdict) => verdictMarkdown(verdict),
      wayIn: stepTable,
    }),
};

/** Where the screen and Markdown differ by more than their marks. */
interface Look {
  readonly sheet: Sheet;
  readonly verdictIn: (verdict: Verdict, page: Page) => string;
  readonly wayIn: (steps: readonly JourneyStep[], sheet: Sheet) => string;
}

function showText(kept: readonly Journey[], tail: Tail<null>, look: Look): string {
  const { sheet } = look;
  const absence = kept.length === 0 ? [searchedText(tail, sheet), ...ABSENCE_SENTENCES].map(sheet.prose) : [];
  const gaps = [...absence, ...gapLines(tail, sheet)].join('\n');
  const texts = [...kept.map((journey) => journeyText(journey, look)), gaps];
  return texts.filter((text) => text !== '').join('\n\n');
}

function searchedText({ window }: Tail<null>, { page }: Sheet): string {
  if (window === null) return 'Searched all that the export holds.';
  const [from, to] = [formatInstant(window.from, page.timeZone), formatInstant(window.to, page.timeZone)];
  return `Searched ${from} to ${to}; --since 90d searches all that Microsoft keeps.`;
}

function journeyText(journey: Journey, { sheet, verdictIn, wayIn }: Look): string {
  const { verdict } = journey.delivery;
  const parts = [
    sheet.fields(fieldsOf(journey, sheet)),
    journey.steps.length === 0 ? '' : wayIn(journey.steps, sheet),
    verdict === null ? '' : verdictIn(verdict, sheet.page),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function fieldsOf(journey: Journey, { page, remote }: Sheet): Field[] {
  const { delivery } = journey;
  const instant = (at: Date | null): string => (at === null ? '' : formatInstant(at, page.timeZone));
  const left = delivery.expiresAt === null ? 0 : (delivery.expiresAt.getTime() - page.now.getTime()) / 1000;
  const basis = delivery.expiresAtBasis === 'assumed-24h' ? ', assuming the usual 24 h' : '';
  const fields: readonly Field[] = [
    ['message', remote(delivery.messageId ?? '')],
    ['from', remote(delivery.sender)],
    ['to', remote(delivery.recipient)],
    ['subject', remote(delivery.subject ?? '')],
    ['received', instant(delivery.receivedAt)],
    ['state', `${delivery.state} (the service says ${remote(delivery.status)})`],
    tookText(journey, page.now),
    ['last attempt', instant(delivery.lastAttemptAt)],
    ['next hop', remote(delivery.nextHop ?? '')],
    [
      'expires',
      delivery.expiresAt === null ? '' : `${instant(delivery.expiresAt)}, ${remaining(left)}${basis}`,
    ],
  ];
  return fields.filter(([, text]) => text !== '');
}

/** Held mail has waited until now; all other mail took what its events say. */
function tookText({ delivery, attempts, totalDelaySeconds }: Journey, now: Date): Field {
  const tries = counted(attempts, 'attempt', 'attempts');
  if (!delivery.held)
    return ['took', totalDelaySeconds === null ? '' : `${formatAge(totalDelaySeconds)}, ${tries}`];
  return ['waiting', `for ${formatAge((now.getTime() - delivery.receivedAt.getTime()) / 1000)}, ${tries}`];
}

function remaining(seconds: number): string {
  return seconds > 0 ? `in ${formatAge(seconds)}` : `${formatAge(-seconds)} ago`;
}

const STEP_COLUMNS: readonly TableColumn<JourneyStep>[] = [
  { key: 'at', title: 'Time', value: (step) => step.at },
  { key: 'delay', title: 'After', value: (step) => delayText(step), align: 'right' },
  { key: 'event', title: 'Event', value: (step) => step.event },
  { key: 'what', title: 'What happened', value: (step) => replyOf(step) ?? step.what ?? step.text },
  { key: 'hop', title: 'Next hop', value: (step) => step.hop },
];

function stepTable(steps: readonly JourneyStep[], sheet: Sheet): string {
  return sheet.rows('The way', STEP_COLUMNS, steps);
}

function delayText(step: JourneyStep): string | null {
  return step.delaySincePreviousSeconds === null ? null : `+${formatAge(step.delaySincePreviousSeconds)}`;
}

/** What was answered to a step that did not get through. */
function replyOf({ verdict }: JourneyStep): string | null {
  return verdict?.class === 'transient' || verdict?.class === 'permanent' ? verdict.text : null;
}

const DELAY_COLUMNS = 11;
const EVENT_COLUMNS = 13;
const STEP_INDENT = '            ';

/** A line a step; what went wrong stands under it in the words of the server that said it, once for a run of alike. */
function stepLines(steps: readonly JourneyStep[], { page }: Sheet): string {
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
  const left = `${time} ${pad(delayText(step) ?? '', DELAY_COLUMNS, 'right')}  ${pad(safeText(step.event), EVENT_COLUMNS)}`;
  const room = page.widthColumns - widthOf(left) - 1;
  if (room < 12) return wrap(`${left.trimEnd()}: ${step.what ?? ''}`, page.widthColumns, '  ');
  const meaning = wrap(step.what ?? '', room);
  return meaning.map((line, index) => `${index === 0 ? left : ' '.repeat(widthOf(left))} ${line}`.trimEnd());
}

/** Next hop and reply of a step that did not get through; empty for all others. */
function troubleOf(step: JourneyStep): string {
  const reply = replyOf(step);
  if (reply === null) return '';
  return `${step.hop === null ? '' : `${safeText(step.hop)}: `}${safeText(reply)}`;
}

function stepTrouble(step: JourneyStep, page: Page): string[] {
  const trouble = troubleOf(step);
  if (trouble === '') return [];
  const tone = step.verdict?.class === 'permanent' ? 'bad' : 'warn';
  return wrap(STEP_INDENT + trouble, page.widthColumns, STEP_INDENT).map(page.style[tone]);
}
