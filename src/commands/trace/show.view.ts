import type { Views } from '#cli/command.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';
import { ABSENCE_SENTENCES, UNSEARCHED_SENTENCES } from '#mailflow/trace/advice.js';
import type { DeliveryState } from '#mailflow/trace/delivery.js';
import type { Journey, JourneyStep } from '#mailflow/trace/journey.js';
import { counted, formatAge, formatCount, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Page, Tail } from '#render/writer.js';

import { verdictMarkdown, verdictText } from '../explain/explain.view.js';
import { DELIVERY_COLUMNS } from './delivery-columns.js';
import { gapLines } from './gap-lines.js';
import { delayText, replyOf, timeline, type Way } from './timeline.js';

/** Beside the ways that are shown: what the list tells of all recipients. */
export interface ShowResult {
  readonly recipients: number;
  readonly states: readonly (readonly [DeliveryState, number])[];
}

export const showViews: Views<Journey, ShowResult> = {
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
    showText(kept, tail, {
      sheet: screenSheet(page),
      verdictIn: verdictText,
      wayIn: (way) => timeline(way, page),
    }),
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
  readonly wayIn: (way: Way, sheet: Sheet) => string;
}

function showText(kept: readonly Journey[], tail: Tail<ShowResult>, look: Look): string {
  const { sheet } = look;
  const absence = kept.length === 0 ? absenceOf(tail, sheet).map(sheet.prose) : [];
  const gaps = [...absence, ...gapLines(tail, sheet)].join('\n');
  const fates = alikeFates(kept);
  const texts = [
    recipientsText(fates, tail, sheet),
    ...fates.map((fate, index) => fateText(fate, fates[index - 1], look)),
    gaps,
  ];
  return texts.filter((text) => text !== '').join('\n\n');
}

/** Recipients whose mail fared alike; the first stands for all. */
type Fate = readonly [Journey, ...(readonly Journey[])];

/** By how they stand and why: a message to a hundred recipients that wait for one server is one thing to read. */
function alikeFates(journeys: readonly Journey[]): readonly Fate[] {
  const fates = new Map<string, Fate>();
  for (const journey of journeys) {
    const { state, status, verdict, nextHop, messageTraceId } = journey.delivery;
    const words =
      verdict === null ? [] : [verdict.class, verdict.reason, verdict.party, verdict.enhancedStatus];
    const key = JSON.stringify([messageTraceId, state, status.toLowerCase(), words, nextHop]);
    const [first, ...others] = fates.get(key) ?? [journey];
    fates.set(key, first === journey ? [journey] : [first, ...others, journey]);
  }
  return [...fates.values()];
}

function recipientsText(fates: readonly Fate[], { result }: Tail<ShowResult>, sheet: Sheet): string {
  if (result === null || result.recipients < 2) return '';
  const states = result.states.map(([state, count]) => `${formatCount(count)} ${state}`).join(', ');
  const shown =
    fates.length === 1 ? 'They fared alike' : `${formatCount(fates.length)} ways they fared are shown`;
  return sheet.prose(`${formatCount(result.recipients)} recipients: ${states}. ${shown}.`);
}

const ALIKE_NAMED = 5;

function absenceOf(tail: Tail<ShowResult>, sheet: Sheet): readonly string[] {
  if (tail.window?.complete === false) return UNSEARCHED_SENTENCES;
  return [searchedText(tail, sheet), ...ABSENCE_SENTENCES];
}

function searchedText({ window }: Tail<ShowResult>, { page }: Sheet): string {
  if (window === null) return 'Searched all that the export holds.';
  const [from, to] = [formatInstant(window.from, page.timeZone), formatInstant(window.to, page.timeZone)];
  return `Searched ${from} to ${to}; --since 90d searches all that Microsoft keeps.`;
}

function fateText(
  [journey, ...others]: Fate,
  before: Fate | undefined,
  { sheet, verdictIn, wayIn }: Look,
): string {
  const { verdict, messageTraceId } = journey.delivery;
  const isNewMessage = before === undefined || before[0].delivery.messageTraceId !== messageTraceId;
  const parts = [
    sheet.fields([
      ...(isNewMessage ? messageFields(journey, sheet) : []),
      ...fieldsOf(journey, others, sheet),
    ]),
    journey.steps.length === 0 ? '' : wayIn(wayOf(journey), sheet),
    verdict === null ? '' : verdictIn(verdict, sheet.page),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function wayOf({ steps, delivery }: Journey): Way {
  const { held, expiresAt, expiresAtBasis } = delivery;
  return { steps, held: held ? { expiresAt, isAssumed: expiresAtBasis === 'assumed-24h' } : null };
}

/** Who else fared like the one that is shown; a screen is not filled with names. */
function alikeText(others: readonly Journey[], { remote }: Sheet): string {
  const named = others.slice(0, ALIKE_NAMED).map(({ delivery }) => remote(delivery.recipient));
  const beyond = others.length - named.length;
  return [...named, ...(beyond === 0 ? [] : [`and ${formatCount(beyond)} more`])].join(', ');
}

/** What all recipients of a message share is said once. */
function messageFields({ delivery }: Journey, { page, remote }: Sheet): Field[] {
  const fields: readonly Field[] = [
    ['message', remote(delivery.messageId ?? '')],
    ['from', remote(delivery.sender)],
    ['subject', remote(delivery.subject ?? '')],
    ['received', formatInstant(delivery.receivedAt, page.timeZone)],
  ];
  return fields.filter(([, text]) => text !== '');
}

function fieldsOf(journey: Journey, others: readonly Journey[], sheet: Sheet): Field[] {
  const { page, remote } = sheet;
  const { delivery } = journey;
  const instant = (at: Date | null): string => (at === null ? '' : formatInstant(at, page.timeZone));
  const left = delivery.expiresAt === null ? 0 : (delivery.expiresAt.getTime() - page.now.getTime()) / 1000;
  const basis = delivery.expiresAtBasis === 'assumed-24h' ? ', assuming the usual 24 h' : '';
  const fields: readonly Field[] = [
    ['to', remote(delivery.recipient)],
    ['alike', alikeText(others, sheet)],
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
  { key: 'try', title: 'Try', value: (step) => step.attempt },
  { key: 'what', title: 'What happened', value: (step) => replyOf(step) ?? step.what ?? step.text },
  { key: 'hop', title: 'Next hop', value: (step) => step.hop },
];

function stepTable({ steps }: Way, sheet: Sheet): string {
  return sheet.rows('The way', STEP_COLUMNS, steps);
}
