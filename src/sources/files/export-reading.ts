/** Reads one export as planned: lists give entries, files of events fill the ledger. */
import type { Gap } from '#mailflow/finding.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { lineOfRow, type Row, type RowChunk } from '#sources/rows/csv-rows.js';
import { JsonRowSplitter } from '#sources/rows/json-rows.js';

import type { EventLedger } from './event-ledger.js';
import { eventRowReader } from './event-rows.js';
import { isEventKind } from './export-kind.js';
import type { ExportPlan, GraphPlan } from './export-plan.js';
import { graphRowReader } from './graph-rows.js';
import { type AcceptEntry, listRowReader, type RowProblem } from './list-rows.js';
import type { RowReport } from './row-report.js';
import { isRepeatedHeader, isSilent, shapeProblem, type TablePlan, tableRows } from './table-rows.js';
import { decodeText } from './text-encoding.js';

export async function readEvents(
  plan: TablePlan,
  ledger: EventLedger,
  report: RowReport,
  signal: AbortSignal,
): Promise<void> {
  const { kind, places } = plan.layout.shape;
  if (!isEventKind(kind)) return;
  const read = eventRowReader(kind, places, plan.dates, ledger);
  for await (const chunk of tableRows(plan, signal)) readChunk(chunk, plan, report, read);
}

/** Entries as they come, with the events that the ledger has for them. */
export async function* readList(
  plan: ExportPlan,
  ledger: EventLedger,
  report: RowReport,
  signal: AbortSignal,
): AsyncGenerator<readonly TraceEntry[]> {
  const pieces =
    plan.format === 'graph' ? graphEntries(plan, report, signal) : tableEntries(plan, report, signal);
  for await (const entries of pieces) {
    if (entries.length > 0)
      yield ledger.isEmpty ? entries : entries.map((entry) => withEvents(entry, ledger));
  }
}

async function* tableEntries(
  plan: TablePlan,
  report: RowReport,
  signal: AbortSignal,
): AsyncGenerator<TraceEntry[]> {
  const { kind, places } = plan.layout.shape;
  if (isEventKind(kind)) return;
  const read = listRowReader(kind, places, plan.dates);
  for await (const chunk of tableRows(plan, signal)) {
    const entries: TraceEntry[] = [];
    const accept: AcceptEntry = (entry) => entries.push(entry);
    readChunk(chunk, plan, report, (row) => read(row, accept));
    yield entries;
  }
}

function readChunk(
  chunk: RowChunk,
  plan: TablePlan,
  report: RowReport,
  read: (row: Row) => RowProblem,
): void {
  for (const line of chunk.leftOut)
    report.countUnreadable('it is too long, or a quote never ends', () => line);
  chunk.rows.forEach((row, place) => {
    if (isSilent(row, plan.layout)) return;
    const problem = shapeProblem(chunk, place, plan.layout) ?? read(row);
    if (problem === null) report.countRead();
    else if (!isRepeatedHeader(row, plan.layout))
      report.countUnreadable(problem, () => lineOfRow(chunk, place));
  });
}

async function* graphEntries(
  plan: GraphPlan,
  report: RowReport,
  signal: AbortSignal,
): AsyncGenerator<TraceEntry[]> {
  const splitter = new JsonRowSplitter();
  const read = graphRowReader();
  for await (const text of decodeText(plan.input.blocks(), plan.encoding)) {
    signal.throwIfAborted();
    const entries: TraceEntry[] = [];
    for (const row of splitter.push(text)) {
      const problem = read(row.text, (entry) => entries.push(entry));
      if (problem === null) report.countRead();
      else report.countUnreadable(problem, () => row.line);
    }
    yield entries;
  }
  for (const line of splitter.leftOut) report.countUnreadable('it is too long', () => line);
  const cutRow = splitter.cutRowLine;
  if (cutRow !== null) report.countUnreadable('the file ends inside it', () => cutRow);
  if (splitter.hasNextLink) report.addGap(nextPageGap(plan.input.name));
  if (splitter.isCut) report.addGap(cutGap(plan.input.name));
}

function withEvents(entry: TraceEntry, ledger: EventLedger): TraceEntry {
  const id = entry.messageTraceId ?? entry.messageId;
  const events = id === null ? null : ledger.take(id, entry.recipient);
  if (events === null) return entry;
  return { ...entry, events };
}

function nextPageGap(name: string): Gap {
  return {
    what: `the pages after ${name}: it names a next page that is not in the file`,
    reason: 'cut-export',
    remedy: 'Fetch the answer again, following @odata.nextLink to the end.',
    retryAfterSeconds: null,
  };
}

function cutGap(name: string): Gap {
  return {
    what: `the rest of ${name}: its text ends in the middle`,
    reason: 'cut-export',
    remedy: 'Save the answer again as a whole.',
    retryAfterSeconds: null,
  };
}
