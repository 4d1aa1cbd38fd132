/** Cells, spans and instants as people read them. Data formats never use these. */
import { formatCount } from '#mailflow/quantity.js';
import { offsetReader, type TimeZone } from '#mailflow/time-zone.js';

import type { CellValue } from './writer.js';

export {
  counted,
  formatAge,
  formatCount,
  formatCountInterval,
  formatShare,
  formatShareInterval,
} from '#mailflow/quantity.js';

const QUARTER_HOUR_MS = 900_000;

export interface CellFormat {
  readonly instant: (instant: Date) => string;
  /** Makes remote text harmless. */
  readonly text: (remote: string) => string;
}

/** A cell for people. Blank is `-`: a hole at the start of a line would let the next cell begin it. */
export function formatCell(value: CellValue, format: CellFormat): string {
  if (value === null) return '-';
  if (typeof value === 'number') return formatCount(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value.trim() === '' ? '-' : format.text(value);
  return format.instant(value);
}

/** `2026-06-02 17:04 UTC`, or with the offset that held in `timeZone` at that instant. */
export function formatInstant(instant: Date, timeZone: TimeZone): string {
  return instantFormat(timeZone)(instant);
}

/** As `formatInstant`, for many instants: Intl is slow, so it is asked for the offset only, once a quarter of an hour. */
export function instantFormat(timeZone: TimeZone): (instant: Date) => string {
  const offsetAt = offsetReader(timeZone);
  const offsetByQuarter = new Map<number, number>();
  return (instant) => {
    const quarter = Math.floor(instant.getTime() / QUARTER_HOUR_MS);
    const offset = offsetByQuarter.get(quarter) ?? offsetAt(instant.getTime());
    offsetByQuarter.set(quarter, offset);
    const local = new Date(instant.getTime() + offset);
    if (Number.isNaN(local.getTime())) return '-';
    return `${local.toISOString().replace('T', ' ').slice(0, -':00.000Z'.length)} ${offsetName(offset)}`;
  };
}

export interface SpanFormat {
  /** `2026-06-02 13:30 to 17:30 UTC`: what both ends share is said once. */
  readonly text: string;
  /** The end alone, as short as it may be when the beginning is known. */
  readonly until: string;
}

/** Two instants that belong together. Where days or offsets differ, both are said in full. */
export function formatSpan(from: Date, to: Date, timeZone: TimeZone): SpanFormat {
  const format = instantFormat(timeZone);
  const [start, end] = [format(from), format(to)];
  const [startZone, endZone] = [start, end].map((text) => text.slice(CLOCK_END));
  if (startZone !== endZone) return { text: `${start} to ${end}`, until: end };
  const isOneDay = start.slice(0, DAY_END) === end.slice(0, DAY_END);
  const until = isOneDay ? end.slice(DAY_END + 1) : end;
  return { text: `${start.slice(0, CLOCK_END)} to ${until}`, until };
}

const DAY_END = '2026-06-02'.length;
const CLOCK_END = '2026-06-02 17:04'.length;

export interface ClockFormat {
  /** `2026-06-02, UTC` or with the offset. */
  readonly day: (instant: Date) => string;
  /** `17:04:11` */
  readonly time: (instant: Date) => string;
}

/** Day and time apart, for the steps of one message. */
export function clockFormat(timeZone: TimeZone): ClockFormat {
  const format = instantFormat(timeZone);
  return {
    day: (instant) => format(instant).replace(/ \d\d:\d\d /u, ', '),
    time: (instant) => `${format(instant).slice(11, 16)}:${String(instant.getUTCSeconds()).padStart(2, '0')}`,
  };
}

/** `UTC`, `+02:00`; seconds, which zones of former centuries have, are left out. */
function offsetName(offsetMs: number): string {
  const minutes = Math.floor(Math.abs(offsetMs) / 60_000);
  if (minutes === 0) return 'UTC';
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
