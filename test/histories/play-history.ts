/** One seeded history: a tenant, runs of a client at odd times with misfortunes and kills, and an oracle that knows all. */
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { deliveryKey, messageKey } from '#mailflow/trace/delivery-key.js';
import { createMatcher } from '#mailflow/trace/matches.js';
import type { TraceQuestion } from '#mailflow/trace/question.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import type { TraceBatch, TraceQuery, TraceSource } from '#mailflow/trace/trace-source.js';
import { type NonEmpty, type Random, randomOf } from '#simulator/population/random.js';

import { keptRows } from '../fakes/memory-trace-history.js';
import { gapOfModel, type Misfortune, ModelFailure, modelSource, termsOf } from './model-source.js';
import {
  HOUR_MS,
  type ModelRow,
  modelTenant,
  oracleAt,
  START_MS,
  statusAt,
  type TenantHabits,
} from './tenant-model.js';

export interface Play {
  readonly seed: number;
  readonly habits: TenantHabits;
  readonly rowsPerPage: number;
  readonly runs: number;
  /** Clients that work at the same time on one history. */
  readonly processes: number;
  readonly hasMisfortunes: boolean;
  /** The question that is asked each time; null for a different one each time. */
  readonly onlyFilter: number | null;
  /** Answers must be what asking for everything anew would say, row by row. */
  readonly answersMustBeEqual: boolean;
}

export interface Outcome {
  /** What is wrong, in words; empty when nothing is. */
  readonly faults: readonly string[];
  readonly requests: number;
  /** What the same questions cost without a history, where that was compared. */
  readonly compared: { readonly remembered: number; readonly anew: number };
  readonly kills: number;
}

const NEVER = new AbortController().signal;
const QUIET_HOURS = 49;
const LATE_RUNS = 4;
const DAYS_HELD_OPEN = 2;

export async function playHistory(play: Play, history: TraceHistory): Promise<Outcome> {
  const { seed, habits } = play;
  const rows = modelTenant(seed, habits);
  const random = randomOf(seed, 'runs');
  const faults: string[] = [];
  const seenAtMs = new Map<string, number>();
  const compared = { remembered: 0, anew: 0 };
  let [nowMs, requests, kills] = [START_MS + HOUR_MS, 0, 0];
  const lastMs = START_MS + (habits.hours + 24 * DAYS_HELD_OPEN) * HOUR_MS;
  const clock = { nowMs: () => nowMs, pass: () => undefined, dawdle: () => 0 };

  const open = (chance: Random | null): TraceSource => {
    const misfortune = (): Misfortune => (chance === null ? 'none' : fateOf(chance));
    const passing = {
      ...clock,
      pass: (): void => {
        nowMs += chance === null ? 0 : chance.between(0, 3) * 1000;
      },
    };
    const terms = termsOf(play.rowsPerPage);
    return rememberingSource({
      source: modelSource({ rows, clock: passing, terms, misfortune }),
      ...{ history, terms, now: () => new Date(nowMs), gapOf: gapOfModel },
      onHistoryTrouble: (error) => faults.push(`history: ${String(error)}`),
    });
  };

  for (let run = 0; run < play.runs + LATE_RUNS; run += 1) {
    const isLate = run >= play.runs;
    const stepMs = isLate ? HOUR_MS : (2 * (lastMs - START_MS)) / play.runs;
    nowMs += Math.floor((random.next() * stepMs) / 1000) * 1000;
    // From now on nothing changes any more, so nothing heals what was kept wrongly.
    if (run === play.runs) nowMs = Math.max(nowMs, lastMs) + QUIET_HOURS * HOUR_MS;
    const clean = !isLate && (!play.hasMisfortunes || random.chance(0.4));
    const clients = Array.from({ length: clean ? 1 : random.between(1, play.processes) }, () => {
      const source = open(clean ? null : random);
      const question =
        isLate || (habits.isOutage && random.chance(0.6))
          ? questionOver(START_MS, nowMs)
          : questionAt(random, nowMs, play.onlyFilter);
      return { source, question, answers: source.deliveries(question, NEVER)[Symbol.asyncIterator]() };
    });
    const askedMs = nowMs;
    const answer = new Map<string, TraceEntry>();
    const isWhole = await interleaved(clients, random, clean, answer, seenAtMs);
    kills += isWhole ? 0 : 1;
    requests += clients.reduce((sum, { source }) => sum + source.requestCount(), 0);
    faults.push(...(await pastFaults(history, rows, seenAtMs)));
    const [only] = clients;
    if (only === undefined || !clean) continue;
    const { question } = only;
    if (play.answersMustBeEqual) faults.push(...answerFaults(answer, rows, question, askedMs));
    const plain = modelSource({ rows, clock, terms: termsOf(play.rowsPerPage), misfortune: () => 'none' });
    await drained(plain.deliveries(question, NEVER));
    compared.remembered += only.source.requestCount();
    compared.anew += plain.requestCount();
    if (only.source.requestCount() > plain.requestCount())
      faults.push(`run ${run}: ${only.source.requestCount()} requests in place of ${plain.requestCount()}`);
  }

  const final = open(null);
  const everything = questionOver(START_MS, nowMs);
  await drained(final.deliveries(everything, NEVER));
  faults.push(...(await finalFaults(history, rows, nowMs)));
  return { faults: faults.map((fault) => `seed ${seed}: ${fault}`), requests, compared, kills };
}

async function drained(answers: AsyncIterable<unknown>): Promise<void> {
  const steps = answers[Symbol.asyncIterator]();
  while ((await steps.next()).done !== true);
}

function fateOf(random: Random): Misfortune {
  return random.weighted(FATES).fate;
}

const FATES: NonEmpty<{ readonly weight: number; readonly fate: Misfortune }> = [
  { weight: 80, fate: 'none' },
  { weight: 6, fate: 'stopped' },
  { weight: 8, fate: 'poisoned-token' },
  { weight: 6, fate: 'repeated-link' },
];

type Conditions = Pick<TraceQuery, 'senders' | 'statuses'>;

const FILTERS: NonEmpty<{ readonly weight: number; readonly filter: Partial<Conditions> }> = [
  { weight: 70, filter: {} },
  { weight: 8, filter: { statuses: ['failed'] } },
  { weight: 8, filter: { statuses: ['pending'] } },
  { weight: 8, filter: { statuses: ['failed', 'Pending'] } },
  { weight: 8, filter: { senders: ['ANA@contoso.example'] } },
  { weight: 6, filter: { senders: ['*@fabrikam.example'], statuses: ['delivered'] } },
];

interface Client {
  readonly question: TraceQuestion;
  readonly answers: AsyncIterator<TraceBatch>;
}

/** Some of them at a time, each a page further; some are killed between two pages. True when all came to their end. */
async function interleaved(
  clients: readonly Client[],
  random: Random,
  clean: boolean,
  answer: Map<string, TraceEntry>,
  seenAtMs: Map<string, number>,
): Promise<boolean> {
  let waiting = [...clients];
  let isWhole = true;
  while (waiting.length > 0) {
    const moving = waiting.filter(() => waiting.length === 1 || random.chance(0.6));
    const killed = moving.filter(() => !clean && random.chance(0.05));
    isWhole &&= killed.length === 0;
    const steps = moving
      .filter((client) => !killed.includes(client))
      .map(async (client) => ({ client, step: await client.answers.next().catch(asStopped) }));
    const ended = [...killed];
    for (const { client, step } of await Promise.all(steps)) {
      if (step === null || step.done === true) ended.push(client);
      else {
        take(step.value.entries, client.question, answer);
        remember(step.value, seenAtMs);
      }
    }
    waiting = waiting.filter((client) => !ended.includes(client));
  }
  return isWhole;
}

/** When each row was shown last: what is kept may not be older, in whichever order pages were kept. */
function remember({ entries, page }: TraceBatch, seenAtMs: Map<string, number>): void {
  for (const entry of page === undefined ? [] : entries) {
    const name = deliveryKey(messageKey(entry), entry.recipient);
    seenAtMs.set(name, Math.max(seenAtMs.get(name) ?? 0, page?.seenAt.getTime() ?? 0));
  }
}

/** As every caller does: of rows that come twice the first counts. */
function take(
  entries: readonly TraceEntry[],
  question: TraceQuestion,
  answer: Map<string, TraceEntry>,
): void {
  for (const entry of entries.filter(createMatcher(question))) {
    const name = deliveryKey(messageKey(entry), entry.recipient);
    if (!answer.has(name)) answer.set(name, entry);
  }
}

function asStopped(failure: unknown): null {
  if (failure instanceof ModelFailure) return null;
  throw failure;
}

function questionAt(random: Random, nowMs: number, only: number | null): TraceQuestion {
  const hours = random.pick([1, 4, 4, 12, 24, 48, 72, 200]);
  const isPast = random.chance(0.25);
  const endMs = isPast ? nowMs - random.between(0, 48) * HOUR_MS : nowMs;
  const { filter } = (only === null ? undefined : FILTERS[only]) ?? random.weighted(FILTERS);
  return { ...questionOver(Math.max(START_MS - HOUR_MS, endMs - hours * HOUR_MS), endMs), ...filter };
}

function questionOver(fromMs: number, toMs: number): TraceQuestion {
  return {
    window: { from: new Date(Math.min(fromMs, toMs)), to: new Date(toMs) },
    senders: [],
    recipients: [],
    subject: null,
    messageIds: [],
    messageTraceIds: [],
    statuses: [],
  };
}

/** Each kept row must be as the service showed it at the instant at which it was seen. */
async function pastFaults(
  history: TraceHistory,
  rows: readonly ModelRow[],
  seenAtMs: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const kept = await keptRows(history);
  const rowByName = new Map([...modelNames(rows)]);
  const faults: string[] = [];
  for (const [name, entry] of kept) {
    const row = rowByName.get(name);
    const seen = await history.row({
      messageTraceId: entry.messageTraceId ?? '',
      recipient: entry.recipient,
    });
    const then = row === undefined || seen === null ? null : statusAt(row, seen.observedAt.getTime());
    if (then !== entry.status)
      faults.push(`${name} is kept as ${entry.status}, and was ${String(then)} when seen`);
    if ((seen?.observedAt.getTime() ?? 0) < (seenAtMs.get(name) ?? 0)) faults.push(`${name} was put back`);
  }
  const lost = [...seenAtMs.keys()].filter((name) => !kept.has(name));
  faults.push(...lost.map((name) => `${name} was given and is not kept`));
  return faults;
}

function* modelNames(rows: readonly ModelRow[]): Iterable<readonly [string, ModelRow]> {
  for (const row of rows) yield [deliveryKey(messageKey(row.entry), row.entry.recipient), row];
}

function answerFaults(
  answer: ReadonlyMap<string, TraceEntry>,
  rows: readonly ModelRow[],
  question: TraceQuestion,
  atMs: number,
): readonly string[] {
  const matches = createMatcher(question);
  const truth = new Map([...oracleAt(rows, atMs)].filter(([, entry]) => matches(entry)));
  return differences(answer, truth).map((fault) => `answer at ${new Date(atMs).toISOString()}: ${fault}`);
}

async function finalFaults(
  history: TraceHistory,
  rows: readonly ModelRow[],
  atMs: number,
): Promise<readonly string[]> {
  const truth = oracleAt(rows, atMs);
  return differences(await keptRows(history), truth).map((fault) => `after all: ${fault}`);
}

function differences(
  found: ReadonlyMap<string, TraceEntry>,
  truth: ReadonlyMap<string, TraceEntry>,
): readonly string[] {
  const lost = [...truth.keys()].filter((name) => !found.has(name)).map((name) => `lost ${name}`);
  const invented = [...found.keys()].filter((name) => !truth.has(name)).map((name) => `invented ${name}`);
  const wrong = [...truth].flatMap(([name, entry]) => {
    const other = found.get(name);
    return other === undefined || JSON.stringify(sorted(other)) === JSON.stringify(sorted(entry))
      ? []
      : [`${name} is ${other.status}, should be ${entry.status}`];
  });
  return [...lost, ...invented, ...wrong];
}

function sorted(entry: TraceEntry): readonly (readonly [string, unknown])[] {
  return Object.entries(entry).toSorted(([one], [other]) => (one < other ? -1 : 1));
}
