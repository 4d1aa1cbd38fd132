/** Runs a command in this process on fakes, and shows its answer as any writer would. */
import { createHash } from 'node:crypto';

import { parseArguments } from '#cli/arguments.js';
import type { Answer, Command, Conclusion, Drain, Views } from '#cli/command.js';
import { rowsOf } from '#cli/command.js';
import { outcomeOfAnswer, outcomeOfFailure, REFUSED } from '#cli/exit-code.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { COMMANDS } from '#commands/index.js';
import type { MonitorReport } from '#render/monitor-report.js';
import { createRedactor } from '#render/redact.js';
import { toMonitorReport } from '#render/to-monitor-report.js';
import type { Page, Tail } from '#render/writer.js';

import { secretIn } from '../secrets/search.js';

export const NOW = new Date('2026-06-02T17:30:00Z');
export const CONTEXT: ParseContext = { now: NOW, localTimeZone: 'UTC' };

export interface CommandRun {
  readonly rows: readonly unknown[];
  readonly conclusion: Conclusion<unknown>;
  readonly notes: readonly string[];
  readonly text: (format: 'table' | 'markdown', page: Page, options?: ShowOptions) => string;
  /** What monitors and builds are told. */
  readonly report: MonitorReport;
}

/** By name; null for what could not be told. */
export function measuresOf({ report }: CommandRun): Readonly<Record<string, number | null>> {
  const measures = report.cases.flatMap((each) => each.measures);
  return Object.fromEntries(measures.map(({ name, value }) => [name, value]));
}

interface ShowOptions {
  readonly limit?: number;
  readonly redact?: boolean;
}

interface RunOptions {
  readonly onRow?: (row: unknown) => void;
  readonly context?: ParseContext;
}

/** `args` as they are typed behind the words of the command. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  ports: Partial<Ports> = {},
  { onRow = () => undefined, context = CONTEXT }: RunOptions = {},
): Promise<CommandRun> {
  const request = await parseArguments([...command.words, ...args], COMMANDS);
  if (request.kind !== 'command') throw new Error('the arguments ask for help');
  const notes: string[] = [];
  const held: { run: CommandRun | null } = { run: null };
  const drain: Drain = async (answer, views) => {
    const rows: (typeof answer extends Answer<infer Row, unknown> ? Row : never)[] = [];
    let step = await answer.next();
    for (; step.done !== true; step = await answer.next()) {
      for (const row of rowsOf(step.value)) {
        rows.push(row);
        onRow(row);
      }
    }
    const conclusion = step.value;
    const text: CommandRun['text'] = (format, page, options = {}) =>
      withoutSecret(shown(views, rows, tailOf(conclusion), format, page, options));
    const report = toMonitorReport(views, tailOf(conclusion));
    held.run = { rows, conclusion, notes, text, report };
    return 0;
  };
  const work = request.command.prepare(request.raw, context);
  await work({ ...BARE_PORTS, note: (text) => void notes.push(withoutSecret(text)), ...ports }, drain);
  if (held.run === null) throw new Error('the command gave no answer');
  return held.run;
}

/** Whatever a port of a test hands over: what holds the mark of a secret is for nobody's eyes. */
function withoutSecret(text: string): string {
  const secret = secretIn(text);
  if (secret !== null) throw new Error(`the command told ${secret}`);
  return text;
}

function shown<Row, Result>(
  views: Views<Row, Result>,
  rows: readonly Row[],
  tail: Tail<Result>,
  format: 'table' | 'markdown',
  page: Page,
  { limit = 20, redact = false }: ShowOptions,
): string {
  const rank = views.rank ?? ((): number => 0);
  const kept = rows.toSorted((a, b) => rank(b) - rank(a)).slice(0, limit);
  const view = format === 'table' ? views.table : (views.markdown ?? views.table);
  if (!redact) return view(kept, tail, page);
  const redactor = createRedactor((text) => createHash('sha256').update(text).digest('hex'));
  return view(redactor.value(kept), redactor.value(tail), page);
}

export function tailOf<Result>(conclusion: Conclusion<Result>): Tail<Result> {
  const { findings, incomplete, failure, isRefused = false } = conclusion;
  const answered = isRefused ? REFUSED : outcomeOfAnswer(findings, incomplete, 'warning');
  const outcome = failure === undefined ? answered : outcomeOfFailure(failure.kind);
  return { ...conclusion, generatedAt: NOW, outcome, error: null };
}

function notDeclared(): never {
  throw new Error('a port that the test did not declare');
}

const BARE_PORTS: Ports = {
  now: () => NOW,
  random: notDeclared,
  signal: new AbortController().signal,
  traces: notDeclared,
  health: notDeclared,
  statusPage: notDeclared,
  reach: notDeclared,
  doctor: notDeclared,
  connectors: notDeclared,
  paths: notDeclared,
  relays: notDeclared,
  // Asked beside a trace, and never needed.
  expiration: () => Promise.resolve(null),
  expirationHistory: () => Promise.resolve(null),
  setUpHistory: () => Promise.resolve(null),
  healthHistory: notDeclared,
  looks: notDeclared,
  queueLooks: () => Promise.resolve(null),
  checkRuns: () => Promise.resolve(null),
  pause: notDeclared,
  quotaUses: notDeclared,
  signIn: notDeclared,
  inputLines: notDeclared,
  inputFile: notDeclared,
  policyFile: notDeclared,
  writeFile: notDeclared,
  inputMail: notDeclared,
  inputMails: notDeclared,
  shellWords: notDeclared,
  startDrill: notDeclared,
  note: notDeclared,
  progress: () => undefined,
};
