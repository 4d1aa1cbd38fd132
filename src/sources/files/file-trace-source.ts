/**
 * Message trace exports as a source of deliveries. Knows every kind of export that an admin can hand over, tells them
 * by their header, and reads them as a stream. Refuses to guess: what cannot be read for sure is a failure with the
 * flag that helps, or a gap that counts the rows. Knows nothing of what a status or an event means for a verdict.
 */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import type { TraceBatch, TraceSource } from '#mailflow/trace/trace-source.js';
import type { DateOrder } from '#sources/rows/date-text.js';

import { EventLedger } from './event-ledger.js';
import { isEventKind } from './export-kind.js';
import { type ExportPlan, planExport, type PlanOptions } from './export-plan.js';
import { readEvents, readList } from './export-reading.js';
import { type ByteStream, type InputFile, openRegularFile, openStandardInput } from './input-file.js';
import { RowReport } from './row-report.js';

export interface FileTraceOptions {
  /** As given by the user; `-` is standard input, at most once. */
  readonly paths: readonly string[];
  readonly standardInput: ByteStream;
  /** IANA name of the zone of files that do not tell theirs; null when nobody said. */
  readonly fileTimeZone: string | null;
  /** The zone assumed then, with a remark; `UTC` unless there is a better guess. */
  readonly defaultTimeZone: string;
  /** Null: found out from each file, or refused. */
  readonly dateOrder: DateOrder | null;
  /** Where standard input is spooled when it has to be read twice. */
  readonly temporaryDirectory: string;
  readonly signal: AbortSignal;
}

/** Entries with their events weigh more than rows of a list: small batches die young, and the heap stays small. */
const BATCH_SIZE = 250;

/** Opens every file and finds out how to read it, so that a wrong file is refused before the first row is told. */
export async function openFileTraceSource(options: FileTraceOptions): Promise<TraceSource> {
  if (options.paths.filter((path) => path === '-').length > 1) throw standardInputTwice();
  const plans: ExportPlan[] = [];
  for (const path of options.paths) plans.push(await planPath(path, options));
  const newest = newestOf(plans.map((plan) => plan.input));
  return {
    kind: 'file',
    requestCount: () => 0,
    tenant: null,
    asOf: () => newest,
    deliveries: async function* (_query, signal) {
      yield* readPlans(plans, signal);
    },
  };
}

async function planPath(path: string, options: FileTraceOptions & PlanOptions): Promise<ExportPlan> {
  const input = path === '-' ? await openStandardInput(options.standardInput) : await openRegularFile(path);
  return planExport(input, options);
}

/** Files of events come first, so that the rows of lists can carry their events; what no list names follows them. */
async function* readPlans(plans: readonly ExportPlan[], signal: AbortSignal): AsyncGenerator<TraceBatch> {
  const ledger = new EventLedger();
  const reports: RowReport[] = [];
  yield { entries: [], gaps: [], notes: plans.flatMap((plan) => plan.notes) };
  try {
    for (const plan of plans.filter(isEventPlan)) {
      const report = openReport(plan, reports);
      await readEvents(plan, ledger, report, signal);
    }
    for (const plan of plans.filter((each) => !isEventPlan(each))) {
      const report = openReport(plan, reports);
      for await (const entries of readList(plan, ledger, report, signal)) yield batchOf(entries);
    }
    for (const entries of inBatches(ledger.leftovers())) yield batchOf(entries);
    yield { entries: [], gaps: remainingGaps(reports, ledger), notes: [] };
  } finally {
    for (const plan of plans) await plan.input.close();
  }
}

function isEventPlan(plan: ExportPlan): plan is Extract<ExportPlan, { format: 'table' }> {
  return plan.format === 'table' && isEventKind(plan.layout.shape.kind);
}

function openReport(plan: ExportPlan, reports: RowReport[]): RowReport {
  const report = new RowReport(plan.input.name);
  reports.push(report);
  return report;
}

function remainingGaps(reports: readonly RowReport[], ledger: EventLedger): readonly Gap[] {
  const orphans = ledger.orphanCount();
  const read = reports.reduce((sum, report) => sum + report.readCount, 0);
  const worst = reports.find((report) => report.unreadableCount > 0);
  if (read === 0 && worst !== undefined) throw nothingReadable(worst);
  return [...reports.flatMap((report) => report.gaps()), ...(orphans === 0 ? [] : [orphanGap(orphans)])];
}

function orphanGap(count: number): Gap {
  return {
    what: `the events of ${count} messages, which name no recipient`,
    reason: 'unreadable-rows',
    remedy:
      'Give the list of messages as well, or export the events with their recipients joined by semicolons.',
    retryAfterSeconds: null,
  };
}

function batchOf(entries: readonly TraceEntry[]): TraceBatch {
  return { entries, gaps: [], notes: [] };
}

function* inBatches(entries: Iterable<TraceEntry>): Generator<readonly TraceEntry[]> {
  let batch: TraceEntry[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < BATCH_SIZE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function newestOf(inputs: readonly InputFile[]): Date | null {
  const times = inputs.flatMap((input) => input.modifiedAt?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times));
}

function standardInputTwice(): Failure {
  return new Failure('usage', 'Standard input was named more than once.', {
    remedy: 'Give --file - once, and other files by their paths.',
  });
}

function nothingReadable(report: RowReport): Failure {
  return new Failure('input', `Nothing could be read: ${report.describe()}.`, {
    remedy: 'Look at that line, and export the trace again if the file was cut or edited.',
  });
}
