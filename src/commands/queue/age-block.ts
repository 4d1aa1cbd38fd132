/** Held mail laid out by age and key, as `qshape` shows a queue: the sum first, then the keys that have most. */
import type { AgeTableRow, QueueGrouping } from '#mailflow/queue/age-table.js';
import { isCounted } from '#mailflow/queue/age-table.js';
import type { AgeBucket, HeldTally } from '#mailflow/queue/held-tally.js';
import type { Likely } from '#mailflow/trace/delivery.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { formatAge, formatCount, formatCountInterval } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';

import type { QueueAnswer } from './queue-answer.js';

const LINES_SHOWN = 8;
/** On a narrower page young and old ages are laid together, or the old ones would have no room. */
const NARROWEST_WHOLE = 60;

interface Line {
  readonly key: string;
  readonly held: number;
  /** Null where it is counted. */
  readonly range: string | null;
  readonly byBucket: readonly number[];
  readonly oldestAt: Date | null;
  readonly mostly: Likely | null;
}

/** What a table by age is made of, whether a trace or a relay tells of the mail. */
export interface AgeAnswer extends Pick<QueueAnswer, 'by' | 'times' | 'top' | 'examined'> {
  readonly tally: Pick<HeldTally, 'asOf'>;
  readonly survey: {
    readonly destinations: readonly Pick<Survey['destinations'][number], 'key' | 'mostly'>[];
  };
}

export function ageBlock(answer: AgeAnswer, sheet: Sheet): string {
  const { by, times, top, examined } = answer;
  if (times.total === 0) return '';
  const shown = by.rows.slice(0, top ?? LINES_SHOWN);
  const lines = [...totalLines(answer), ...shown.map((row) => lineOf(row, answer))];
  const beyond = by.rows.length - shown.length;
  const more = beyond === 0 ? [] : [`${formatCount(beyond)} more: --top, or --format json, summary.by`];
  const table = sheet.summary(titleOf(by.grouping, times.total, examined), columnsOf(answer, sheet), lines);
  return sheet.below(table, more);
}

const GROUPING_WORDS: Readonly<Record<QueueGrouping, { readonly title: string; readonly column: string }>> = {
  domain: { title: 'recipient domain', column: 'To' },
  'next-hop': { title: 'next hop', column: 'Next hop' },
  reason: { title: 'reason', column: 'Reason' },
  sender: { title: 'sender', column: 'From' },
};

function titleOf(grouping: QueueGrouping, total: number, examined: number): string {
  const by = `By ${GROUPING_WORDS[grouping].title} and age, each held up to so long`;
  if (isCounted(grouping)) return `${by}.`;
  if (examined === 0) return `${by}; no detail was read.`;
  const read = `${by}; ${formatCount(examined)} of ${formatCount(total)} read`;
  return examined >= total ? `${read}.` : `${read}, so these are estimates with their 95 % range.`;
}

function totalLines({ times }: AgeAnswer): readonly Line[] {
  const line = { range: null, oldestAt: null, mostly: null };
  const { total, buckets, expiringWithin4h, oldest } = times;
  const all: Line = {
    ...{ ...line, key: 'TOTAL', held: total, byBucket: buckets.map(({ held }) => held) },
    oldestAt: oldest?.receivedAt ?? null,
  };
  if (expiringWithin4h === 0) return [all];
  const expiring = buckets.map((bucket) => bucket.expiringWithin4h);
  return [
    all,
    { ...line, key: `expire in ${EXPIRY_NEAR_HOURS} h`, held: expiringWithin4h, byBucket: expiring },
  ];
}

function lineOf({ key, held, byBucket, oldestAt }: AgeTableRow, { survey, by, examined }: AgeAnswer): Line {
  const mostly =
    by.grouping === 'domain'
      ? (survey.destinations.find((group) => group.key === key)?.mostly ?? null)
      : null;
  return {
    key: shownKey(by.grouping, key, examined),
    held: held.estimate,
    range: formatCountInterval(held.low, held.high),
    byBucket: byBucket.map(({ estimate }) => estimate),
    ...{ oldestAt, mostly },
  };
}

function shownKey(grouping: QueueGrouping, key: string | null, examined: number): string {
  if (key === null) {
    if (isCounted(grouping)) return '(all others)';
    return examined === 0 ? '(not read)' : '(none named)';
  }
  if (key !== '') return key;
  return grouping === 'sender' ? '<>' : '(none)';
}

/** Ages that nothing has are left out. */
function columnsOf(answer: AgeAnswer, { page }: Sheet): readonly TableColumn<Line>[] {
  const { by, times, tally, examined } = answer;
  const ages = page.widthColumns < NARROWEST_WHOLE ? FOLDED : WHOLE;
  const heldIn = (indexes: readonly number[], held: readonly number[]): number =>
    indexes.reduce((sum, index) => sum + (held[index] ?? 0), 0);
  const all = times.buckets.map(({ held }) => held);
  // Where nothing was read there is one row, of all, and no range.
  const isEstimated = !isCounted(by.grouping) && examined > 0 && examined < times.total;
  return [
    { key: 'key', title: GROUPING_WORDS[by.grouping].column, value: ({ key }) => key },
    { key: 'held', title: 'Held', value: ({ held }) => held },
    ...(isEstimated
      ? [{ key: 'range', title: '95 %', value: ({ range }: Line) => range, align: 'right' as const }]
      : []),
    ...ages
      .filter((indexes) => heldIn(indexes, all) > 0)
      .map((indexes) => ({
        key: `age${indexes.join('')}`,
        title: ageTitle(times.buckets[indexes.at(-1) ?? 0]),
        value: ({ byBucket }: Line) => heldIn(indexes, byBucket),
      })),
    {
      key: 'oldest',
      title: 'Oldest',
      value: ({ oldestAt }) =>
        oldestAt === null ? null : formatAge((tally.asOf.getTime() - oldestAt.getTime()) / 1000),
      align: 'right',
    },
    ...(by.grouping === 'domain' ? MOSTLY_COLUMNS : []),
  ];
}

const MOSTLY_COLUMNS: readonly TableColumn<Line>[] = [
  { key: 'mostly', title: 'Mostly', value: ({ mostly }) => mostly?.reason ?? null },
  { key: 'party', title: 'Side', value: ({ mostly }) => mostly?.party ?? null },
];

/** Of the buckets, which are one column. */
const WHOLE = [[0], [1], [2], [3], [4], [5], [6]];
const FOLDED = [[0, 1, 2], [3], [4, 5], [6]];

/** The upper end, as `15m` or `4h`; of the last one the lower, as `24h+`. */
function ageTitle(bucket: AgeBucket | undefined): string {
  if (bucket === undefined) return '';
  const { fromMinutes, toMinutes } = bucket;
  return toMinutes === null ? `${shortAge(fromMinutes)}+` : shortAge(toMinutes);
}

function shortAge(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
