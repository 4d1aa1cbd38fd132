/** What has to be known of an export before its first row is read: encoding, kind, columns, order and zone of dates. */
import { Failure } from '#failure.js';
import { fixedOffsetClock, isTimeZone, utcClock, type WallClock, zoneClock } from '#mailflow/time-zone.js';
import { readHeadRows } from '#sources/rows/csv-rows.js';
import { type DateOrder, DateText } from '#sources/rows/date-text.js';

import { cellAt } from './cell.js';
import { DateOrderEvidence } from './date-order.js';
import { ExportDates } from './export-dates.js';
import type { TableShape } from './export-kind.js';
import { type InputFile, spool } from './input-file.js';
import { readLayout, type TableLayout } from './table-layout.js';
import { type TablePlan, tableRows } from './table-rows.js';
import { decodeHead, detectEncoding, looksBinary, type TextEncoding } from './text-encoding.js';

export interface GraphPlan {
  readonly format: 'graph';
  readonly input: InputFile;
  readonly encoding: TextEncoding;
  readonly notes: readonly string[];
}

export type ExportPlan = TablePlan | GraphPlan;

export interface PlanOptions {
  /** IANA name of the zone of files that do not tell theirs; null when nobody said. */
  readonly fileTimeZone: string | null;
  /** The zone assumed then; the plan remarks on it. */
  readonly defaultTimeZone: string;
  readonly dateOrder: DateOrder | null;
  readonly temporaryDirectory: string;
  readonly signal: AbortSignal;
}

export async function planExport(input: InputFile, options: PlanOptions): Promise<ExportPlan> {
  const encoding = detectEncoding(input.head);
  const head = decodeHead(input.head, encoding);
  if (looksBinary(input.head, head)) throw binaryInput(input.name);
  if (/^\s*[[{]/.test(head)) return { format: 'graph', input, encoding, notes: [] };
  const layout = readLayout(input.name, head);
  const sample = sampleDates(head, layout, input.isWholeHead);
  const zone = zoneOf(layout.shape, sample, input.name, options);
  const draft = { format: 'table', input, encoding, layout, notes: [] } as const;
  const ordered = await orderOf(draft, sample, options);
  return {
    ...draft,
    input: ordered.input,
    dates: new ExportDates(ordered.order, zone.clock),
    notes: [...zone.notes, ...kindNotes(layout.shape, input.name)],
  };
}

interface DateSample {
  readonly dependsOnCulture: boolean;
  readonly lacksZone: boolean;
}

/** The dates of the first rows stand for those of the file: one program wrote it. Later rows that differ are reported. */
function sampleDates(head: string, layout: TableLayout, isWhole: boolean): DateSample {
  const date = new DateText();
  let dependsOnCulture = false;
  let lacksZone = false;
  for (const row of readHeadRows(head.slice(layout.skip), layout.dialect, isWhole)) {
    if (!date.scan(cellAt(row, layout.shape.places.date))) continue;
    dependsOnCulture ||= date.dependsOnCulture;
    lacksZone ||= !date.hasZone;
  }
  return { dependsOnCulture, lacksZone };
}

interface Zone {
  readonly clock: WallClock;
  readonly notes: readonly string[];
}

function zoneOf(shape: TableShape, sample: DateSample, name: string, options: PlanOptions): Zone {
  if (shape.statedOffsetMinutes !== null) {
    return { clock: fixedOffsetClock(shape.statedOffsetMinutes), notes: [] };
  }
  if (shape.zone === 'utc') {
    const ignored = options.fileTimeZone !== null && sample.lacksZone;
    const note = `${name}: a ${shape.title} is written in UTC, so the given file time zone was not applied to it.`;
    return { clock: utcClock, notes: ignored ? [note] : [] };
  }
  const zone = options.fileTimeZone ?? options.defaultTimeZone;
  const assumed = options.fileTimeZone === null && sample.lacksZone;
  const note = `${name}: its times do not name a zone and were taken as ${zone}; give --file-time-zone if that is wrong.`;
  return { clock: knownZoneClock(zone), notes: assumed ? [note] : [] };
}

interface OrderedInput {
  readonly input: InputFile;
  readonly order: DateOrder | null;
}

/** Reads the whole file once more where its dates depend on a culture and nobody said which. */
async function orderOf(
  draft: Omit<TablePlan, 'dates'>,
  sample: DateSample,
  options: PlanOptions,
): Promise<OrderedInput> {
  if (options.dateOrder !== null || !sample.dependsOnCulture) {
    return { input: draft.input, order: options.dateOrder };
  }
  const input = draft.input.rereadable ? draft.input : await spool(draft.input, options.temporaryDirectory);
  const evidence = new DateOrderEvidence();
  const date = new DateText();
  for await (const chunk of tableRows({ ...draft, input }, options.signal)) {
    for (const row of chunk.rows) {
      const text = cellAt(row, draft.layout.shape.places.date);
      if (date.scan(text)) evidence.add(date, text);
    }
  }
  return { input, order: evidence.decide(input.name) };
}

function kindNotes(shape: TableShape, name: string): readonly string[] {
  const missing =
    shape.missing.length === 0
      ? []
      : [
          `${name}: this ${shape.title} has no column ${shape.missing.join(', ')}; what they tell stays unknown.`,
        ];
  return [...missing, ...limitNotes(shape, name)];
}

function limitNotes(shape: TableShape, name: string): readonly string[] {
  switch (shape.kind) {
    case 'enhanced-summary':
      return [`${name}: an Enhanced summary lags by hours and cannot show mail that is pending now.`];
    case 'summary':
      return [`${name}: a Summary export holds only the rows that the page had loaded.`];
    case 'extended':
    case 'powershell-detail':
    case 'powershell-list':
    case 'tracking-log':
      return [];
  }
}

function binaryInput(name: string): Failure {
  return new Failure('input', `${name} is not a text file.`, {
    remedy: 'Unpack an archive first, and save a workbook as CSV.',
  });
}

function knownZoneClock(timeZone: string): WallClock {
  if (isTimeZone(timeZone)) return zoneClock(timeZone);
  throw new Failure('usage', `There is no time zone ${JSON.stringify(timeZone)}.`, {
    remedy: 'Give an IANA name, for example --file-time-zone Europe/Berlin.',
  });
}
