/** Held and failed mail laid out by destination, sender, hour, reason or side. */
import type { Estimate } from '#mailflow/sampling/estimate-reasons.js';
import type { CountedGrouping, GroupCounts } from '#mailflow/trace/group-tally.js';
import type { EstimatedGroup, EstimatedGrouping, GroupedBy } from '#mailflow/trace/grouping.js';
import type { Survey } from '#mailflow/trace/survey.js';
import type { Cells } from '#render/cells.js';
import { formatAge, formatCount, formatCountInterval } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import type { CellValue, Page } from '#render/writer.js';

import type { TraceAnswer } from './trace-answer.js';

const KEY_TITLES: Readonly<Record<CountedGrouping | EstimatedGrouping, string>> = {
  domain: 'To',
  sender: 'Sender',
  hour: 'Hour from',
  reason: 'Reason',
  party: 'Side',
};

const DESTINATIONS_SHOWN = 3;

/** Where the trouble is addressed to, the largest first. */
export function destinationBlock({ destinations }: Survey, sheet: Sheet): string {
  if (destinations.length === 0) return '';
  const shown = destinations.slice(0, DESTINATIONS_SHOWN);
  const beyond = destinations.length - shown.length;
  const more = beyond === 0 ? [] : [sheet.prose(`${formatCount(beyond)} more: --by domain`)];
  return [sheet.bare(countedColumns('domain', sheet.page), shown), ...more].join('\n');
}

/** The groups alone, as many as the user wants. */
export function groupBlock(by: GroupedBy, { survey, shownGroups }: TraceAnswer, sheet: Sheet): string {
  const beyond = by.groups.length - shownGroups;
  const more =
    beyond <= 0 ? [] : [sheet.prose(`${formatCount(beyond)} more: --limit, or all with --format csv`)];
  if (by.kind === 'counted') {
    const shown = by.groups.slice(0, shownGroups);
    return [sheet.bare(countedColumns(by.grouping, sheet.page), shown), ...more].join('\n');
  }
  const { held, failed } = survey.reasons;
  const title = `Read: ${readText(held)} held and ${readText(failed)} failed. Numbers are estimates with their 95 % range.`;
  if (by.groups.length === 0) return sheet.prose(title);
  return [sheet.summary(title, estimatedColumns(by.grouping), by.groups.slice(0, shownGroups)), ...more].join(
    '\n',
  );
}

function readText({
  examined,
  population,
}: {
  readonly examined: number;
  readonly population: number;
}): string {
  return `${formatCount(examined)} of ${formatCount(population)}`;
}

function countedColumns(grouping: CountedGrouping, page: Page): readonly TableColumn<GroupCounts>[] {
  return [
    { key: 'key', title: KEY_TITLES[grouping], value: (row) => shownKey(grouping, row) },
    { key: 'held', title: 'Held', value: (row) => row.held, tone: (row) => (row.held > 0 ? 'warn' : null) },
    {
      key: 'failed',
      title: 'Failed',
      value: (row) => row.failed,
      tone: (row) => (row.failed > 0 ? 'bad' : null),
    },
    { key: 'deliveries', title: 'Of', value: (row) => row.deliveries },
    { key: 'oldest', title: 'Oldest held', value: (row) => ageOf(row, page), align: 'right' },
    { key: 'mostly', title: 'Mostly', value: mostlyText },
    { key: 'party', title: 'Side', value: (row) => row.mostly?.party ?? null },
  ];
}

function shownKey(grouping: CountedGrouping, { key }: GroupCounts): CellValue {
  if (key === null) return '(all others)';
  if (grouping === 'hour') return new Date(key);
  return key === '' ? '<>' : key;
}

function ageOf({ oldestHeldAt }: GroupCounts, { now }: Page): string | null {
  return oldestHeldAt === null ? null : formatAge((now.getTime() - oldestHeldAt.getTime()) / 1000);
}

function mostlyText({ mostly }: GroupCounts): string | null {
  if (mostly === null) return null;
  const { reason, share, examined } = mostly;
  return `${Math.round(share * examined)}/${examined} ${reason}`;
}

function estimatedColumns(grouping: EstimatedGrouping): readonly TableColumn<EstimatedGroup>[] {
  return [
    { key: 'key', title: KEY_TITLES[grouping], value: (row) => row.key },
    { key: 'held', title: 'Held', value: (row) => row.held?.estimate ?? null, align: 'right' },
    { key: 'heldRange', title: 'range', value: (row) => rangeOf(row.held), align: 'right' },
    { key: 'failed', title: 'Failed', value: (row) => row.failed?.estimate ?? null, align: 'right' },
    { key: 'failedRange', title: 'range', value: (row) => rangeOf(row.failed), align: 'right' },
  ];
}

function rangeOf(estimate: Estimate | null): string | null {
  return estimate === null ? null : formatCountInterval(estimate.low, estimate.high);
}

/** For CSV: the same as in `summary.by`. */
export function groupCells(by: GroupedBy | null): Cells {
  if (by === null) return { columns: [], rows: [] };
  const cellsOf = (columns: readonly string[], rows: Cells['rows']): Cells => ({
    columns: columns.map((key) => ({ key, title: key })),
    rows,
  });
  if (by.kind === 'estimated') {
    const ends = ['', 'Low', 'High'];
    return cellsOf(
      [by.grouping, ...ends.map((end) => `held${end}`), ...ends.map((end) => `failed${end}`)],
      by.groups.map(({ key, held, failed }) => [key, ...estimateCells(held), ...estimateCells(failed)]),
    );
  }
  return cellsOf(
    [
      by.grouping,
      'held',
      'failed',
      'deliveries',
      'oldestHeldAt',
      'mostlyReason',
      'mostlyParty',
      'mostlyShare',
      'mostlyExamined',
    ],
    by.groups.map(({ key, held, failed, deliveries, oldestHeldAt, mostly }) => [
      ...[key, held, failed, deliveries, oldestHeldAt],
      ...[mostly?.reason ?? null, mostly?.party ?? null, mostly?.share ?? null, mostly?.examined ?? null],
    ]),
  );
}

function estimateCells(estimate: Estimate | null): CellValue[] {
  return [estimate?.estimate ?? null, estimate?.low ?? null, estimate?.high ?? null];
}
