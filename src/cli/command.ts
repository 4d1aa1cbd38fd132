/**
 * A command is data: words, examples, flags, a pure `parse`, a `run` that asks ports, and views. `defineCommand` closes
 * over its types so that the frame can hold all commands in one list.
 */
import type { Failure } from '#failure.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import type { Cells } from '#render/cells.js';
import type { MonitorReport } from '#render/monitor-report.js';
import type { Column, Head, Page, SourceNote, Tail, WindowNote } from '#render/writer.js';
import type { Via } from '#settings/clouds.js';

import type { Flag, RawArguments } from './flag.js';
import type { ParseContext } from './parse-context.js';
import type { Ports } from './ports.js';

export interface Example {
  /** What it is for, as a person would put it. */
  readonly does: string;
  /** The words after `mailcheck`, as typed in a shell. A test runs each of them. */
  readonly line: string;
  /** Text that the test gives to standard input. */
  readonly input?: string;
}

/** What a command knows when its last row has been given. */
export interface Conclusion<Result> {
  readonly result: Result;
  /** The JSON `summary`. */
  readonly summary: object | null;
  readonly tenant: string | null;
  readonly source: SourceNote | null;
  readonly window: WindowNote | null;
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Gap[];
  /** Set when all was answered and it is no success all the same, as for broken lines of input. */
  readonly failure?: Failure;
  /** Judged, and the verdict is that nothing can be asked before somebody cures it: exit code 4, whatever was found beside it. */
  readonly isRefused?: boolean;
}

/**
 * Rows as they come, then the conclusion: a million rows and their sum fit through in constant memory. Rows that are at
 * hand together come as a list, for to wait for each of them costs more than the row; so no row is itself a list.
 */
export type Answer<Row, Result> = AsyncGenerator<Row | readonly Row[], Conclusion<Result>, undefined>;

/** The rows of one step of an answer. */
export function rowsOf<Row>(step: Row | readonly Row[]): readonly Row[] {
  return isList(step) ? step : [step];
}

function isList<Row>(step: Row | readonly Row[]): step is readonly Row[] {
  return Array.isArray(step);
}

export interface Views<Row, Result> {
  /** Columns of CSV and Markdown, the most telling first. */
  readonly columns: readonly Column<Row>[];
  /** The screen. `kept` holds at most `limit` rows, highest `rank` first. */
  readonly table: (kept: readonly Row[], tail: Tail<Result>, page: Page) => string;
  /** The same for Markdown; without it the rows and columns alone. */
  readonly markdown?: (kept: readonly Row[], tail: Tail<Result>, page: Page) => string;
  readonly rank?: (row: Row) => number;
  /** What CSV holds in place of the rows where the habits say so: the groups that the rows fall into. */
  readonly groups?: (result: Result) => Cells;
  /** What monitors and builds are told; without it a case for each finding and gap. */
  readonly monitor?: (tail: Tail<Result>) => MonitorReport;
  /** For commands that run until stopped: text that the screen shows as soon as the row is there. */
  readonly line?: (row: Row, page: Page, head: Head) => string;
}

export interface OutputHabits {
  /** Used when `--format` is not given. */
  readonly defaultFormat?: 'table' | 'ndjson';
  /** False where each output line must answer one input line. */
  readonly endLine?: boolean;
  /** Rows shown on the screen when `--limit` is not given. */
  readonly screenRows?: number;
  /** CSV holds the groups of the views in place of the rows. */
  readonly groupsInCsv?: boolean;
  /** Where the answer is another one than the command's own, as a plan; such a one is no verdict. */
  readonly schema?: string;
  /** No tenant is asked, a simulated one neither: the answer may be a file for other programs, as a policy. */
  readonly asksNoTenant?: boolean;
}

export interface CommandSpec<Options, Row, Result> {
  readonly words: readonly string[];
  readonly summary: string;
  /** Positional arguments as the usage line shows them, as `[TEXT|-]`. */
  readonly positional?: string;
  /** What may stand there, where it can be listed; shells offer it. */
  readonly positionalChoices?: readonly string[];
  /** Least permissions, one sentence each; empty when none are needed. */
  readonly permissions: readonly string[];
  readonly examples: readonly Example[];
  readonly flags: readonly Flag<unknown>[];
  /** Of the flags of every command those that do something here; without it all. The others are understood, not listed. */
  readonly commonFlags?: readonly Flag<unknown>[];
  /** The one service that can be asked for it, whatever `--via` says of traces. */
  readonly asksOnly?: Via;
  /** Service health is in Graph, also for who asks Exchange for traces. */
  readonly asksGraphAlways?: boolean;
  /** It makes and removes profiles, so that none is to be in force before. */
  readonly managesProfiles?: boolean;
  /** Exit codes of its own, as the help lists them. */
  readonly exitCodes?: string;
  /** A paragraph under the examples, where the summary is not enough. */
  readonly about?: string;
  /** Judging commands exit 1 or 2 by what they find. */
  readonly judges: boolean;
  readonly schema: string;
  readonly habits?: (options: Options) => OutputHabits;
  readonly parse: (raw: RawArguments, context: ParseContext) => Options;
  readonly run: (options: Options, ports: Ports) => Answer<Row, Result>;
  readonly views: Views<Row, Result>;
  /** Other answers of the same words, for flags that ask for one; the first that is asked for is given. */
  readonly variants?: readonly Variant<Options>[];
}

/** Null when the options do not ask for it. */
export type Variant<Options> = (options: Options) => Work | null;

/** The work that is left when the words are understood. Gives the exit code. */
export type Work = (ports: Ports, drain: Drain) => Promise<number>;

interface VariantSpec<Options, Row, Result> extends Pick<
  CommandSpec<Options, Row, Result>,
  'schema' | 'run' | 'views'
> {
  readonly isAsked: (options: Options) => boolean;
  readonly habits?: OutputHabits;
}

/** An answer with rows, views and a schema of its own, as the plan of a command in place of what it does. */
export function defineVariant<Options, Row, Result>(
  spec: VariantSpec<Options, Row, Result>,
): Variant<Options> {
  const { isAsked, schema, run, views, habits = {} } = spec;
  return (options) => {
    if (!isAsked(options)) return null;
    return (ports, drain) => drain(run(options, ports), views, { ...habits, schema });
  };
}

/** Opens the writers of one run. Generic, so that rows keep their type from `run` to the view. */
export type Drain = <Row, Result>(
  answer: Answer<Row, Result>,
  views: Views<Row, Result>,
  habits: OutputHabits,
) => Promise<number>;

export interface Command extends Omit<
  CommandSpec<never, never, never>,
  'parse' | 'run' | 'views' | 'habits' | 'variants'
> {
  /** Parses, and gives back the work that is left. Throws a usage failure. */
  readonly prepare: (raw: RawArguments, context: ParseContext) => Work;
}

export function defineCommand<Options, Row, Result>(spec: CommandSpec<Options, Row, Result>): Command {
  const { parse, run, views, habits, variants = [], ...description } = spec;
  return {
    ...description,
    prepare: (raw, context) => {
      const options = parse(raw, context);
      const asked = variants.map((variant) => variant(options)).find((work) => work !== null);
      if (asked !== undefined) return asked;
      return (ports, drain) => drain(run(options, ports), views, habits?.(options) ?? {});
    },
  };
}
