import type { Views } from '#cli/command.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Delivery } from '#mailflow/trace/delivery.js';
import type { Journey, JourneyStep } from '#mailflow/trace/journey.js';
import { formatAge, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
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
  table: (kept, tail, page) => showText(kept, tail, screenSheet(page), verdictText),
  markdown: (kept, tail, page) => showText(kept, tail, markdownSheet(page), verdictMarkdown),
};

type VerdictText = (verdict: Verdict, page: Page) => string;

function showText(kept: readonly Journey[], tail: Tail<null>, sheet: Sheet, verdictIn: VerdictText): string {
  const absence = kept.length === 0 ? ABSENCE_SENTENCES.map(sheet.prose) : [];
  const gaps = [...absence, ...gapLines(tail, sheet)].join('\n');
  const texts = [...kept.map((journey) => journeyText(journey, sheet, verdictIn)), gaps];
  return texts.filter((text) => text !== '').join('\n\n');
}

function journeyText(journey: Journey, sheet: Sheet, verdictIn: VerdictText): string {
  const { verdict } = journey.delivery;
  const parts = [
    sheet.fields(fieldsOf(journey, sheet)),
    journey.steps.length === 0 ? '' : sheet.rows('The way', STEP_COLUMNS, journey.steps),
    verdict === null ? '' : verdictIn(verdict, sheet.page),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function fieldsOf({ delivery, attempts, totalDelaySeconds }: Journey, { page, remote }: Sheet): Field[] {
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
    ['took', totalDelaySeconds === null ? '' : tookText(delivery, totalDelaySeconds, attempts)],
    ['last attempt', instant(delivery.lastAttemptAt)],
    ['next hop', remote(delivery.nextHop ?? '')],
    [
      'expires',
      delivery.expiresAt === null ? '' : `${instant(delivery.expiresAt)}, ${remaining(left)}${basis}`,
    ],
  ];
  return fields.filter(([, text]) => text !== '');
}

function tookText({ held }: Delivery, seconds: number, attempts: number): string {
  const soFar = held ? ' so far' : '';
  return `${formatAge(seconds)}${soFar}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
}

function remaining(seconds: number): string {
  return seconds > 0 ? `in ${formatAge(seconds)}` : `${formatAge(-seconds)} ago`;
}

/** What a narrow screen cannot hold goes from the end. */
const STEP_COLUMNS: readonly TableColumn<JourneyStep>[] = [
  { key: 'at', title: 'Time', value: (step) => step.at },
  { key: 'delay', title: 'After', value: (step) => delayText(step), align: 'right' },
  { key: 'event', title: 'Event', value: (step) => step.event },
  { key: 'what', title: 'What happened', value: (step) => step.reply ?? step.what ?? step.text },
  { key: 'hop', title: 'Next hop', value: (step) => step.hop },
];

function delayText(step: JourneyStep): string | null {
  return step.delaySincePreviousSeconds === null ? null : formatAge(step.delaySincePreviousSeconds);
}
