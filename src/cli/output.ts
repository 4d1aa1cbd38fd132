/** Carries one answer to all its writers: the screen or pipe, and files. Rows flow through; only the writers keep any. */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type { Format } from '#render/formats.js';
import { isForEveryone, isJudging, tellsFailure, WRITERS } from '#render/formats.js';
import { createJsonWriter } from '#render/json.js';
import { wrap } from '#render/layout.js';
import { countingShown, limitRows } from '#render/limit-rows.js';
import type { KeyedHash } from '#render/redact.js';
import { safeText } from '#render/safe-text.js';
import type { ErrorNote, Page, Tail, Writer } from '#render/writer.js';
import type { WriterFactory } from '#render/writer-spec.js';

import type { Answer, Command, Conclusion, Drain, OutputHabits, Views } from './command.js';
import { rowsOf } from './command.js';
import type { CommonOptions } from './common-options.js';
import { redacts } from './common-options.js';
import type { FailOn, JudgedOutcome } from './exit-code.js';
import { outcomeOfAnswer, outcomeOfFailure, REFUSED } from './exit-code.js';
import type { FileSink, TextSink, World } from './world.js';

export interface DrainContext {
  readonly command: Command;
  readonly common: CommonOptions;
  readonly world: World;
  readonly drill: string | null;
  readonly report: (failure: Failure) => Promise<number>;
}

interface Output<Row, Result> {
  readonly format: Format;
  readonly writer: Writer<Row, Result>;
  readonly sink: TextSink;
  readonly file: FileSink | null;
  /** Each row is written at once: somebody is watching a command that runs until it is stopped. */
  readonly isLive: boolean;
  pending: string;
}

/** Texts are gathered to this many characters before they are written. */
const CHUNK = 65_536;
const SCREEN_ROWS = 20;

export function openDrain(context: DrainContext): Drain {
  return async (answer, views, habits) => {
    const outputs = await openOutputs(context, views, habits);
    try {
      const { tail, failure } = await pump(answer, outputs, context);
      await finish(outputs, tail);
      if (failure !== null) return await context.report(failure);
      if (formatOf(context.common, habits) === 'csv') await tellGaps(tail.incomplete, context);
      return tail.outcome.exitCode;
    } catch (error) {
      for (const output of outputs) await output.file?.discard();
      throw error;
    }
  };
}

async function pump<Row, Result>(
  answer: Answer<Row, Result>,
  outputs: readonly Output<Row, Result>[],
  context: DrainContext,
): Promise<{ readonly tail: Tail<Result>; readonly failure: Failure | null }> {
  try {
    const conclusion = await writeRows(answer, outputs);
    return { tail: tailOf(conclusion, context), failure: conclusion?.failure ?? null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { tail: tailOfFailure(error, context.world.now()), failure: error };
  }
}

/** Null when all readers left before the end. By hand, for `for await` drops what a generator returns. */
async function writeRows<Row, Result>(
  answer: Answer<Row, Result>,
  outputs: readonly Output<Row, Result>[],
): Promise<Conclusion<Result> | null> {
  const steps: AsyncIterator<Row | readonly Row[], Conclusion<Result>> = answer;
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return step.value;
      for (const row of rowsOf(step.value)) {
        for (const output of outputs) {
          output.pending += output.writer.row(row);
          if (isDue(output)) await flush(output);
        }
      }
      if (outputs.every((output) => output.sink.isClosed())) return null;
    }
  } finally {
    // After an early end, whoever makes the rows gives up what it holds.
    await steps.return?.();
  }
}

function isDue<Row, Result>({ pending, isLive }: Output<Row, Result>): boolean {
  return pending.length >= CHUNK || (isLive && pending !== '');
}

async function flush<Row, Result>(output: Output<Row, Result>): Promise<void> {
  if (output.pending === '') return;
  const chunk = output.pending;
  output.pending = '';
  await output.sink.write(chunk);
}

async function finish<Row, Result>(
  outputs: readonly Output<Row, Result>[],
  tail: Tail<Result>,
): Promise<void> {
  // Files first: where one cannot be kept, standard output does not say that all went well.
  for (const output of outputs.toReversed()) {
    output.pending += output.writer.end(tail);
    await flush(output);
    if (tail.error === null || tellsFailure(output.format)) await output.file?.commit();
    else await output.file?.discard();
  }
}

function formatOf(common: CommonOptions, habits: OutputHabits): Format {
  return common.format ?? habits.defaultFormat ?? 'table';
}

/** CSV has no place for what is missing, so it is said where a person looks. */
async function tellGaps(gaps: readonly Gap[], { common, world }: DrainContext): Promise<void> {
  if (common.quiet) return;
  for (const gap of gaps) {
    const text = safeText(`Not seen: ${gap.what} (${gap.reason}). ${gap.remedy}`);
    await world.stderr.write(`${wrap(text, world.widthColumns).join('\n')}\n`);
  }
}

async function openOutputs<Row, Result>(
  context: DrainContext,
  views: Views<Row, Result>,
  habits: OutputHabits,
): Promise<Output<Row, Result>[]> {
  const { common, world } = context;
  const asked = formatOf(common, habits);
  const formats = [asked, ...common.outputs.map(({ format }) => format)];
  refuseVerdict(formats, context, habits);
  const page = await world.page(common);
  const isLive = views.line !== undefined;
  const open = async (format: Format, { sink, file, factory }: Target): Promise<Output<Row, Result>> => {
    const paper = file === undefined ? page : onPaper(page);
    const create = factory ?? (await WRITERS[format]());
    const writer = await openWriter({ format, create, page: paper }, context, views, habits);
    return { format, writer, sink, file: file ?? null, isLive, pending: '' };
  };
  const outputs = [await open(asked, { sink: world.stdout })];
  try {
    for (const { format, path } of common.outputs) {
      const file = await world.createFile(path, isForEveryone(format) ? 'everyone' : 'owner');
      outputs.push(await open(format, { sink: file, file }));
    }
    for (const { file, factory } of formats.includes('github') ? await stepTargets(world) : []) {
      outputs.push(await open('github', { sink: file, file, factory }));
    }
  } catch (error) {
    for (const output of outputs) await output.file?.discard();
    throw error;
  }
  return outputs;
}

interface Target {
  readonly sink: TextSink;
  readonly file?: FileSink;
  /** Where it is not the writer of the format. */
  readonly factory?: WriterFactory;
}

/** Beside the annotations a step has a summary for people and outputs for the steps after it. */
async function stepTargets(
  world: World,
): Promise<readonly { readonly file: FileSink; readonly factory: WriterFactory }[]> {
  const { createStepOutputsWriter, createStepSummaryWriter } = await import('#render/github.js');
  const { summary, outputs } = await world.stepFiles();
  return [
    ...(summary === null ? [] : [{ file: summary, factory: createStepSummaryWriter }]),
    ...(outputs === null ? [] : [{ file: outputs, factory: createStepOutputsWriter }]),
  ];
}

/** A plan, and what runs until it is stopped, says nothing of the mail; a monitor would take it for green. */
function refuseVerdict(
  formats: readonly Format[],
  { command }: DrainContext,
  { schema }: OutputHabits,
): void {
  const format = formats.find(isJudging);
  if (format === undefined || schema === undefined || schema === command.schema) return;
  throw new Failure('usage', `${format} tells a verdict, and this answer is none (${schema}).`, {
    remedy: 'Give --format table, json, ndjson, csv or markdown, or leave out the flag that asks for it.',
  });
}

/** A file keeps what was written. */
function onPaper(page: Page): Page {
  return { ...page, redraw: '' };
}

/** People see the rows that matter most; a script that sets no limit gets all, as they come. */
async function openWriter<Row, Result>(
  { format, create, page }: { readonly format: Format; readonly create: WriterFactory; readonly page: Page },
  context: DrainContext,
  views: Views<Row, Result>,
  habits: OutputHabits,
): Promise<Writer<Row, Result>> {
  const { common, command, drill, world } = context;
  const hash = redacts(common, format) || isJudging(format) ? await world.keyedHash() : noHash;
  const rank = views.rank ?? ((): number => 0);
  const plain = create<Row, Result>({
    head: { schema: habits.schema ?? command.schema, drill: habits.asksNoTenant === true ? null : drill },
    page,
    run: {
      ...{ command: command.words.join(' '), failOn: failOnOf(context) },
      ...{ tenantAsked: common.tenant, unguessable: hash },
    },
    columns: views.columns,
    limit: common.limit ?? habits.screenRows ?? SCREEN_ROWS,
    rank,
    view: { table: views.table, ...(views.markdown === undefined ? {} : { markdown: views.markdown }) },
    ...(views.line === undefined ? {} : { line: views.line }),
    ...(views.monitor === undefined ? {} : { monitor: views.monitor }),
    ...(habits.groupsInCsv === true && views.groups !== undefined ? { groups: views.groups } : {}),
    endLine: habits.endLine ?? true,
  });
  const writer = redacts(common, format) ? await redacted(plain, hash) : plain;
  const human = format === 'table' || format === 'markdown';
  const limited = human || common.limit === null ? writer : limitRows(writer, common.limit, rank);
  return countingShown(limited, common.limit ?? Infinity);
}

/** For formats that withhold nothing and need no secret word. */
function noHash(): never {
  throw new Error('a format asked for a secret that was not made');
}

/** Loaded for those who ask for it: what knows an address in every script takes as long to load as an answer to give. */
async function redacted<Row, Result>(
  plain: Writer<Row, Result>,
  hash: KeyedHash,
): Promise<Writer<Row, Result>> {
  const { createRedactor, redacting } = await import('#render/redact.js');
  return redacting(plain, createRedactor(hash));
}

function tailOf<Result>(conclusion: Conclusion<Result> | null, context: DrainContext): Tail<Result> {
  const { world } = context;
  const outcome = outcomeOf(conclusion, failOnOf(context));
  return {
    generatedAt: world.now(),
    tenant: conclusion?.tenant ?? null,
    source: conclusion?.source ?? null,
    window: conclusion?.window ?? null,
    result: conclusion?.result ?? null,
    summary: conclusion?.summary ?? null,
    findings: conclusion?.findings ?? [],
    incomplete: conclusion?.incomplete ?? [],
    outcome: ofDrill(outcome, context),
    error: null,
  };
}

function failOnOf({ common, command }: Pick<DrainContext, 'common' | 'command'>): FailOn {
  return common.failOn ?? (command.judges ? 'warning' : 'never');
}

/** Null: the reader left before the end, which is no failure. */
function outcomeOf(conclusion: Conclusion<unknown> | null, failOn: FailOn): JudgedOutcome {
  if (conclusion === null) return outcomeOfAnswer([], [], 'never');
  if (conclusion.failure !== undefined) return outcomeOfFailure(conclusion.failure.kind);
  if (conclusion.isRefused === true) return REFUSED;
  return outcomeOfAnswer(conclusion.findings, conclusion.incomplete, failOn);
}

/** A drill that ran has succeeded, whatever its simulated tenant suffers. */
function ofDrill(outcome: JudgedOutcome, context: DrainContext): JudgedOutcome {
  const rehearsal = context.drill !== null && !context.common.drillExit;
  return rehearsal ? { ...outcome, exitCode: 0 } : outcome;
}

function tailOfFailure<Result>(failure: Failure, now: Date): Tail<Result> {
  return {
    generatedAt: now,
    tenant: null,
    source: null,
    window: null,
    result: null,
    summary: null,
    findings: [],
    incomplete: [],
    outcome: outcomeOfFailure(failure.kind),
    error: errorNoteOf(failure),
  };
}

export function errorNoteOf(failure: Failure): ErrorNote {
  return {
    kind: failure.kind,
    message: failure.message,
    remedy: failure.remedy,
    ...(failure.details.length === 0 ? {} : { details: failure.details }),
    requestId: failure.requestId ?? null,
    retryAfterSeconds: failure.retryAfterSeconds ?? null,
  };
}

/** The JSON answer of a command line that could not be understood; `error` is what may be told of the failure. */
export function errorEnvelope(failure: Failure, error: ErrorNote, now: Date): string {
  const writer = createJsonWriter({ head: { schema: 'mailcheck.error/1', drill: null } });
  return writer.end({ ...tailOfFailure(failure, now), error });
}
