import type { Views } from '#cli/command.js';
import { ABSENCE_SENTENCES } from '#mailflow/trace/advice.js';
import type { Journey, JourneyStep } from '#mailflow/trace/journey.js';
import { formatAge, formatInstant } from '#render/human-format.js';
import { wrap } from '#render/layout.js';
import { prose } from '#render/prose.js';
import type { TableColumn } from '#render/row-table.js';
import { rowLines } from '#render/row-table.js';
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
    rowLines(STEP_COLUMNS, journey.steps, page).join('\n'),
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
      totalDelaySeconds === null ? '' : `${formatAge(totalDelaySeconds)} so far, ${attempts} attempts`,
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

const STEP_COLUMNS: readonly TableColumn<JourneyStep>[] = [
  { key: 'at', title: 'Time', value: (step) => step.at },
  { key: 'delay', title: 'After', value: (step) => delayText(step), align: 'right' },
  { key: 'event', title: 'Event', value: (step) => step.event },
  { key: 'what', title: 'Meaning', value: (step) => step.what },
  { key: 'hop', title: 'Next hop', value: (step) => step.hop },
  { key: 'text', title: 'Description', value: (step) => step.text },
];

function delayText(step: JourneyStep): string | null {
  return step.delaySincePreviousSeconds === null ? null : `+${formatAge(step.delaySincePreviousSeconds)}`;
}
