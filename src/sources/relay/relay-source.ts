/**
 * Queues and logs of relays as a source of mail. Knows which inputs there are, in which order they are read, and what
 * of them could not be read; the formats themselves are one file each. Queues come before logs, for they tell what is
 * held now; the files of one log are read as one, the oldest first.
 */
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import { isHeld, type RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayBatch, RelaySource } from '#mailflow/relay/relay-source.js';
import type { TimeZone } from '#mailflow/time-zone.js';

import { detectFormat, formatNamed } from './detect-format.js';
import { emptyInput, nothingReadable, recordGap, troubleOfProgram } from './input-trouble.js';
import { openQueueAndLog, type QueueAndLog } from './queue-and-log.js';
import type { RelayInput } from './relay-input.js';
import type { RelayContext, RelayFormat, RelayReader } from './relay-reader.js';

export interface RelayOptions {
  /** Inputs in the order of the user's words, each to be opened. */
  readonly inputs: readonly (() => Promise<RelayInput>)[];
  readonly formats: readonly RelayFormat[];
  /** Null: found out from each input. */
  readonly formatName: string | null;
  /** IANA name of the zone of times that name none; null when nobody said. */
  readonly timeZone: string | null;
  /** The zone assumed then. */
  readonly defaultTimeZone: TimeZone;
  readonly dateOrder: RelayContext['dateOrder'];
  readonly kind: RelaySource['kind'];
}

/** Opens every input and finds out what it is, so that a wrong one is refused before the first mail is told. */
export async function openRelaySource(options: RelayOptions): Promise<RelaySource> {
  const forced = options.formatName === null ? null : formatNamed(options.formatName, options.formats);
  const { opened, gaps } = await openAll(options, forced);
  const state: SourceState = { asOf: newestOf(queuesOf(opened).map(({ input }) => input.asOf)) };
  return {
    kind: options.kind,
    formats: () => [...new Set(opened.flatMap(({ format }) => format?.name ?? []))],
    asOf: () => state.asOf,
    mails: async function* (signal) {
      try {
        yield { ...NOTHING, gaps };
        yield* readAll(opened, options, state, signal);
      } finally {
        for (const { input } of opened) await input.close();
      }
    },
  };
}

interface Opened {
  readonly input: RelayInput;
  /** Null where there is nothing to read: an empty queue. */
  readonly format: RelayFormat | null;
}

interface SourceState {
  asOf: Date | null;
}

/** A program that is not there leaves a gap where something else can be read; alone it is a refusal. */
async function openAll(
  { inputs, formats }: RelayOptions,
  forced: RelayFormat | null,
): Promise<{ readonly opened: readonly Opened[]; readonly gaps: readonly Gap[] }> {
  const opened: Opened[] = [];
  const refusals: Failure[] = [];
  try {
    for (const open of inputs) {
      const input = await open().catch((error: unknown) => {
        if (!(error instanceof Failure) || error.kind !== 'configuration') throw error;
        refusals.push(error);
        return null;
      });
      if (input === null) continue;
      opened.push({ input, format: null });
      opened[opened.length - 1] = { input, format: formatOf(input, forced, formats) };
    }
    if (opened.length === 0 && refusals[0] !== undefined) throw refusals[0];
  } catch (error) {
    for (const { input } of opened) await input.close();
    throw error;
  }
  return { opened, gaps: refusals.map(refusalGap) };
}

function refusalGap({ message, remedy }: Failure): Gap {
  return {
    what: `one queue: ${message.replace(/\.$/u, '')}`,
    reason: 'refused',
    remedy,
    retryAfterSeconds: null,
  };
}

/** A program that ends well and says nothing tells of an empty queue; an empty file may be what a failed one left. */
function formatOf(
  input: RelayInput,
  forced: RelayFormat | null,
  formats: readonly RelayFormat[],
): RelayFormat | null {
  if (input.beginning.trim() !== '') return forced ?? detectFormat(input, formats);
  if (forced !== null) return forced;
  if (input.origin === 'program') return null;
  throw emptyInput(input.name);
}

/** A log tells what became of mail; a queue what is held. */
function isLog(format: RelayFormat | null): format is RelayFormat {
  return format?.name.endsWith('-log') === true;
}

function queuesOf(opened: readonly Opened[]): readonly Opened[] {
  return opened.filter(({ format }) => !isLog(format));
}

async function* readAll(
  opened: readonly Opened[],
  options: RelayOptions,
  state: SourceState,
  signal: AbortSignal,
): AsyncGenerator<RelayBatch> {
  const bench = openBench(opened, options, signal);
  const pairs = pairsOf(opened);
  for (const { input, format } of queuesOf(opened)) {
    const reader = format?.open(bench.context(input.asOf)) ?? null;
    const pair = format === null ? undefined : pairs.get(programOf(format));
    const readyOf: QueueAndLog['queued'] = pair?.queued ?? ((mails) => mails);
    for await (const batch of bench.read(input, reader)) yield { ...batch, mails: readyOf(batch.mails) };
    if (reader === null) continue;
    yield batchOf(readyOf(reader.end()));
    yield bench.report(reader, [input]);
  }
  const held: (readonly RelayMail[])[] = [];
  for (const { format, inputs } of logsOf(opened, bench.context)) {
    const pair = pairs.get(programOf(format));
    const leftIn = (told: readonly RelayMail[]): readonly RelayMail[] => {
      const mails = pair?.logged(told) ?? told;
      const heldOfThem = mails.filter(isHeld);
      if (heldOfThem.length > 0) held.push(heldOfThem);
      return mails.filter((mail) => !isHeld(mail));
    };
    const reader = format.open(bench.context(newestOf(inputs.map(({ asOf }) => asOf)) ?? new Date(0)));
    for (const input of inputs) {
      for await (const batch of bench.read(input, reader)) yield { ...batch, mails: leftIn(batch.mails) };
      // A log that was cut within a line must not join it with the first of the next file.
      yield batchOf(leftIn(reader.text('\n')));
    }
    yield batchOf(leftIn(reader.end()));
    yield bench.report(reader, inputs);
    if (pair !== undefined) yield { ...NOTHING, notes: pair.notes() };
    const { newestAt } = reader.report();
    state.asOf = newestOf([state.asOf, newestAt].flatMap((at) => at ?? []));
  }
  for (const pair of pairs.values()) yield batchOf(pair.rest());
  // What a log leaves held is told when the end of all logs is known, for its age counts from there.
  for (const mails of held) yield batchOf(mails);
  bench.refuseNothing();
}

/** Of each relay program of which both a queue and a log are read. */
function pairsOf(opened: readonly Opened[]): ReadonlyMap<string, QueueAndLog> {
  const formats = opened.flatMap(({ format }) => format ?? []);
  const withQueue = new Set(formats.filter((format) => !isLog(format)).map(programOf));
  const withBoth = formats
    .filter(isLog)
    .map(programOf)
    .filter((program) => withQueue.has(program));
  return new Map(withBoth.map((program) => [program, openQueueAndLog()]));
}

/** `exim` of `exim-queue`. */
function programOf({ name }: RelayFormat): string {
  return name.slice(0, name.indexOf('-'));
}

interface Bench {
  readonly context: (asOf: Date) => RelayContext;
  readonly read: (input: RelayInput, reader: RelayReader | null) => AsyncGenerator<RelayBatch>;
  readonly report: (reader: RelayReader, inputs: readonly RelayInput[]) => RelayBatch;
  /** Throws an input failure when of all records not one could be read. */
  readonly refuseNothing: () => void;
}

function openBench(opened: readonly Opened[], options: RelayOptions, signal: AbortSignal): Bench {
  const timeZone = options.timeZone ?? options.defaultTimeZone;
  const totals = { records: 0, broken: 0, mails: 0, first: '' };

  async function* read(input: RelayInput, reader: RelayReader | null): AsyncGenerator<RelayBatch> {
    for await (const piece of input.text()) {
      signal.throwIfAborted();
      const mails = reader?.text(piece) ?? [];
      totals.mails += mails.length;
      if (mails.length > 0) yield batchOf(mails);
    }
    const end = await input.ending?.();
    signal.throwIfAborted();
    const gap = end === undefined ? null : troubleOfProgram(input.name, end);
    if (gap !== null) yield { ...NOTHING, gaps: [gap] };
  }

  function report(reader: RelayReader, inputs: readonly RelayInput[]): RelayBatch {
    const { records, broken, firstBroken, notes } = reader.report();
    const name = inputs.map((input) => input.name).join(', ');
    totals.records += records;
    totals.broken += broken;
    if (broken > 0 && totals.first === '') totals.first = `${name}: ${firstBroken[0] ?? 'no record'}`;
    return {
      mails: [],
      queues: reader.queues?.() ?? [],
      gaps: broken === 0 ? [] : [recordGap(name, { records, broken, firstBroken })],
      notes: notes.map((note) => (opened.length > 1 ? `${name}: ${note}` : note)),
    };
  }

  return {
    context: (asOf) => ({ asOf, timeZone, dateOrder: options.dateOrder }),
    read,
    report,
    refuseNothing: () => {
      if (totals.records > 0 && totals.broken === totals.records) throw nothingReadable(totals.first);
    },
  };
}

interface Log {
  readonly format: RelayFormat;
  readonly inputs: readonly RelayInput[];
}

/** The files of one log, in the order of the first time that each of them tells. */
function logsOf(opened: readonly Opened[], context: Bench['context']): readonly Log[] {
  const byName = new Map<string, { readonly format: RelayFormat; readonly inputs: RelayInput[] }>();
  for (const { input, format } of opened) {
    if (!isLog(format)) continue;
    const log = byName.get(format.name);
    if (log === undefined) byName.set(format.name, { format, inputs: [input] });
    else log.inputs.push(input);
  }
  return [...byName.values()].map(({ format, inputs }) => ({
    format,
    inputs: inputs
      .map((input) => ({ input, first: firstTime(format, input, context) }))
      .toSorted((left, right) => left.first - right.first)
      .map(({ input }) => input),
  }));
}

const FIRST_CHARS = 8_192;

/** Read for itself, the beginning of a log tells when it begins; what tells no time stays where it was named. */
function firstTime(format: RelayFormat, input: RelayInput, context: Bench['context']): number {
  const head = input.beginning.slice(0, FIRST_CHARS);
  const lines = head.slice(0, head.lastIndexOf('\n') + 1);
  const reader = format.open(context(input.asOf));
  reader.text(lines === '' ? head : lines);
  reader.end();
  return reader.report().newestAt?.getTime() ?? input.asOf.getTime();
}

const NOTHING: RelayBatch = { mails: [], queues: [], gaps: [], notes: [] };

function batchOf(mails: readonly RelayMail[]): RelayBatch {
  return { ...NOTHING, mails };
}

function newestOf(times: readonly Date[]): Date | null {
  return times.length === 0 ? null : new Date(Math.max(...times.map((time) => time.getTime())));
}
