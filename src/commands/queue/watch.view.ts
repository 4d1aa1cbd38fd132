import type { Views } from '#cli/command.js';
import { counted, formatAge, formatCount, formatInstant } from '#render/human-format.js';
import { safeText } from '#render/safe-text.js';
import type { Sheet } from '#render/sheet.js';
import { screenSheet } from '#render/sheet.js';
import { OUTCOME_TONES } from '#render/tones.js';
import type { Head, Page } from '#render/writer.js';

import type { QueueTick } from './queue-tick.js';
import { diffText, trendText } from './trend-text.js';

/** A screen takes each look in the place of the last one; a pipe gets them under each other. */
export const watchViews: Views<QueueTick, null> = {
  columns: [
    { key: 'at', title: 'At', value: ({ at }) => at },
    { key: 'kind', title: 'Kind', value: ({ kind }) => kind },
    { key: 'held', title: 'Held', value: (tick) => (tick.kind === 'look' ? tick.held : null) },
  ],
  table: () => '',
  line: tickText,
};

function tickText(tick: QueueTick, page: Page, head: Head): string {
  const sheet = screenSheet(page);
  const drill = head.drill === null ? [] : [`DRILL ${safeText(head.drill)}: simulated tenant`];
  const facts = tick.kind === 'look' ? sightLines(tick, sheet) : blindLines(tick, sheet);
  const next = `Next look ${formatInstant(tick.nextAt, page.timeZone)}${missedText(tick.missed)}; Ctrl-C ends it.`;
  return `${page.redraw ?? ''}${[...drill, ...facts, sheet.prose(next)].join('\n')}\n\n`;
}

function sightLines(tick: Extract<QueueTick, { kind: 'look' }>, sheet: Sheet): readonly string[] {
  const { at, level, held, oldestAt, expiringWithin4h, trend, diff, findings, incomplete } = tick;
  const { timeZone } = sheet.page;
  const word = sheet.heading(OUTCOME_TONES[level], level.toUpperCase());
  const oldest =
    oldestAt === null ? '' : `, the oldest for ${formatAge((at.getTime() - oldestAt.getTime()) / 1000)}`;
  const near = expiringWithin4h === 0 ? '' : `; ${counted(expiringWithin4h, 'expires', 'expire')} within 4 h`;
  return [
    `${formatInstant(at, timeZone)}  ${word}: ${counted(held, 'delivery is', 'deliveries are')} held (4.x)${oldest}${near}.`,
    ...(diff === null ? [] : [diffText(diff, timeZone)]),
    ...(trend === null ? [] : [trendText(trend, timeZone)]),
    ...findings.map((title) => `${sheet.remote(title)}.`),
    ...incomplete.map(({ what, reason }) => `Not seen: ${sheet.remote(what)} (${sheet.remote(reason)}).`),
  ].map(sheet.prose);
}

function blindLines(tick: Extract<QueueTick, { kind: 'blind' }>, sheet: Sheet): readonly string[] {
  const { at, reason, message, lastSeenAt } = tick;
  const { timeZone } = sheet.page;
  const word = sheet.heading('strong', 'UNKNOWN');
  const last = lastSeenAt === null ? 'never' : formatInstant(lastSeenAt, timeZone);
  return [
    `${formatInstant(at, timeZone)}  ${word}: the queue cannot be seen (${sheet.remote(reason)}). ${sheet.remote(message)}`,
    `Last seen: ${last}. That nothing is shown does not mean that it is over.`,
  ].map(sheet.prose);
}

function missedText(missed: number): string {
  return missed === 0
    ? ''
    : `; ${formatCount(missed)} before this one ${missed === 1 ? 'was' : 'were'} missed`;
}
