/**
 * A survey of a trace: lists everything once, counts it in full, reads the details of a sample of held and failed
 * deliveries, and says how sure their reasons are. Knows no service, no clock and no chance of its own; memory
 * grows with the deliveries that wait for their reasons, and by a few bytes for every other.
 */
import { normalizeDomain } from '../address/address.js';
import type { Gap } from '../finding.js';
import {
  type Estimate,
  estimateReasons,
  estimateShare,
  type ExaminedStratum,
  type ReasonShare,
} from '../sampling/estimate-reasons.js';
import type { TimeWindow } from '../time-window.js';
import type { Chance } from './chance-of.js';
import type { Delivery, DeliveryState, Likely, TraceEntry } from './delivery.js';
import {
  type DetailPlan,
  type KeptRows,
  planDetails,
  type SampleSize,
  strataOf,
  wantsDetails,
} from './detail-plan.js';
import { createGroupTally, type GroupCounts, type GroupTally } from './group-tally.js';
import { type GroupedBy, groupEstimates, type Grouping, isCounted } from './grouping.js';
import { createHeldClock, type HeldClock, type HeldTimes } from './held-clock.js';
import { createIntake, type Intake, type IntakeCounts } from './intake.js';
import type { Judgement, LateJudge } from './judgement.js';
import { likelyByEntry } from './likely.js';
import { type DetailOrder, type DetailReadings, isTraceable, readDetails } from './read-details.js';
import { createReasonTally, type ReasonTally } from './reason-tally.js';
import { createRemarks, type Remarks } from './remarks.js';
import { isHeld, toDelivery } from './to-delivery.js';
import type { TraceQuery, TraceSource } from './trace-source.js';

export interface SurveyOptions {
  readonly query: TraceQuery;
  readonly judge: LateJudge;
  readonly sample: SampleSize;
  /** Whose details are read, where not both populations matter. */
  readonly examines?: readonly Population[];
  /** How to lay out held and failed mail beside its sums. */
  readonly groupBy?: Grouping;
  /** Our domains as they were given; null when they are not known. */
  readonly ownDomains: readonly string[] | null;
  /** The tenant's MessageExpiration; null when it is not known. Asked for once, as soon as a held row is there. */
  readonly expirationHours: number | null | (() => Promise<number | null>);
  /** Told of each held or failed delivery whose detail is known, before it is given out. */
  readonly onExamined?: (examined: ExaminedDelivery) => void;
  readonly chance: Chance;
  /** Any non-negative safe integer; another one in each run keeps senders from crafting doubles. */
  readonly hashSeed: number;
  readonly now: Date;
  readonly onProgress?: (progress: SurveyProgress) => void;
}

export interface ExaminedDelivery {
  readonly delivery: Delivery;
  /** How many like it one speaks for that was drawn; null for one whose detail was known without. */
  readonly standsFor: number | null;
  /** The events end with the message in the hands of its moderators. */
  readonly waitsForModerator: boolean;
}

/** Where a survey stands. */
export interface SurveyProgress {
  readonly deliveries: number;
  readonly held: number;
  readonly failed: number;
  readonly detailsRead: number;
  /** 0 until the list is complete. */
  readonly detailsWanted: number;
}

/** What a survey has found, when all deliveries have been given out. */
export interface Survey extends Omit<IntakeCounts, 'span' | 'anonymousDoubles'>, HeldTimes {
  readonly held: number;
  readonly failed: number;
  readonly reasons: { readonly held: ReasonShare; readonly failed: ReasonShare };
  /** The part of the held mail that waits though nothing is broken; null when no detail was read, or nothing is held. */
  readonly heldInnocent: Estimate | null;
  /** Where held and failed mail is addressed to, by domain; most trouble first, and only where there is some. */
  readonly destinations: readonly GroupCounts[];
  readonly by: GroupedBy | null;
  /** What was asked for, or what the rows span when everything was; null for no rows at all. */
  readonly window: TimeWindow | null;
  readonly newestReceivedAt: Date | null;
  /** False when pages of the list are missing; a detail that could not be read does not count here. */
  readonly isListedWhole: boolean;
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}

/**
 * Gives out each matching delivery once, those that are ready together in one list. Held and failed ones come last,
 * with their verdicts, when the source can look up details and a sample is wanted; all others come as they are listed.
 * Failures of the source pass through.
 */
export async function* survey(
  source: TraceSource,
  options: SurveyOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly Delivery[], Survey, void> {
  const desk = openDesk(options);
  const lookup = wantsDetails(options.sample) ? source.details : undefined;
  const examines = options.examines ?? POPULATIONS;
  const kept: Record<Population, TraceEntry[]> = { held: [], failed: [] };
  let isListedWhole = true;
  for await (const batch of source.deliveries(options.query, signal)) {
    signal.throwIfAborted();
    desk.remarks.add(batch);
    isListedWhole &&= batch.gaps.length === 0;
    let ready: Delivery[] = [];
    for (const entry of batch.entries) {
      const state = desk.intake.admit(entry);
      if (state === null) continue;
      for (const tally of desk.tallies) tally.add(entry, state);
      const population = populationOf(state);
      const canWait = lookup !== undefined && entry.events === null;
      const isKept = canWait && population !== null && examines.includes(population);
      if (population === 'held') desk.expiration.ask();
      if (population === 'held' && !isKept) await desk.expiration.wait();
      if (isKept) {
        kept[population].push(entry);
        continue;
      }
      const judgement = entry.events === null ? null : await options.judge(entry.events, entry.status);
      if (population !== null) desk.reasons[population].add(judgement);
      ready.push(desk.deliver(entry, { judgement }));
      if (ready.length < ROWS_TOGETHER) continue;
      yield ready;
      ready = [];
    }
    if (ready.length > 0) yield ready;
    desk.report(0, 0);
  }
  const plan = planDetails(kept, options.sample, options.chance);
  const readings =
    lookup === undefined
      ? nothingRead()
      : await readPlanned(plan, { lookup, kept: source.keptDetails }, options, desk, signal);
  await desk.expiration.wait();
  for (const population of POPULATIONS) {
    const likely = likelyByEntry(plan[population], readings.judgements);
    const weights = new Map<TraceEntry, number>(
      plan[population].drawn.map(({ unit, weight }) => [unit, weight]),
    );
    for (const entry of kept[population]) {
      const judgement = readings.judgements.get(entry) ?? null;
      const known = { judgement, likely: likely.get(entry) ?? null, standsFor: weights.get(entry) ?? null };
      yield [desk.deliver(entry, known)];
    }
  }
  return conclude({ desk, kept, plan, readings, isListedWhole, options });
}

/** Few enough to be gone before memory is swept; a page of them would be carried along. */
const ROWS_TOGETHER = 200;

export type Population = 'held' | 'failed';

const POPULATIONS: readonly Population[] = ['held', 'failed'];

function populationOf(state: DeliveryState): Population | null {
  if (isHeld(state)) return 'held';
  return state === 'bounced' ? 'failed' : null;
}

/** What is known of a row beside itself. */
interface Known {
  readonly judgement: Judgement | null;
  readonly likely?: Likely | null;
  readonly standsFor?: number | null;
}

/** Everything that counts along while the rows go by. */
interface Desk {
  readonly intake: Intake;
  readonly remarks: Remarks;
  readonly clock: HeldClock;
  readonly destinations: GroupTally;
  /** By what the list tells, when that is asked for; else null. */
  readonly grouped: GroupTally | null;
  /** All tallies that count every row. */
  readonly tallies: readonly GroupTally[];
  readonly reasons: Readonly<Record<Population, ReasonTally>>;
  readonly deliver: (entry: TraceEntry, known: Known) => Delivery;
  readonly expiration: AskedExpiration;
  readonly report: (detailsRead: number, detailsWanted: number) => void;
}

function openDesk(options: SurveyOptions): Desk {
  const { onExamined, onProgress } = options;
  const intake = createIntake(options.query, options.hashSeed);
  const clock = createHeldClock(options.now);
  const reasons = { held: createReasonTally(), failed: createReasonTally() };
  const ownDomains = options.ownDomains === null ? null : new Set(options.ownDomains.map(normalizeDomain));
  const destinations = createGroupTally('domain');
  const grouped = tallyFor(options.groupBy);
  const tallies = grouped === null ? [destinations] : [destinations, grouped];
  const expiration = openExpiration(options.expirationHours);
  return {
    intake,
    remarks: createRemarks(),
    clock,
    destinations,
    grouped,
    tallies,
    reasons,
    expiration,
    deliver: (entry, { judgement, likely = null, standsFor = null }) => {
      const delivery = clock.observe(
        toDelivery(entry, judgement, { ownDomains, expirationHours: expiration.hours() }),
      );
      const { verdict, state } = delivery;
      if (verdict !== null && populationOf(state) !== null) {
        for (const tally of tallies) tally.addVerdict(entry, verdict);
        const waitsForModerator = judgement?.waitsForModerator === true;
        onExamined?.({ delivery, standsFor, waitsForModerator });
      }
      return likely === null ? delivery : { ...delivery, likely };
    },
    report: (detailsRead, detailsWanted) => {
      if (onProgress === undefined) return;
      const { counts, deliveries } = intake.counts();
      onProgress({ deliveries, held: counts.pending, failed: counts.bounced, detailsRead, detailsWanted });
    },
  };
}

interface AskedExpiration {
  /** The first time; the answer comes meanwhile. */
  readonly ask: () => void;
  /** For the answer, where it was asked for. */
  readonly wait: () => Promise<void>;
  readonly hours: () => number | null;
}

function openExpiration(given: SurveyOptions['expirationHours']): AskedExpiration {
  let hours = typeof given === 'function' ? null : given;
  let asked: Promise<void> | null = null;
  return {
    ask: () => {
      if (typeof given !== 'function' || asked !== null) return;
      asked = given().then((answer) => {
        hours = answer;
      });
      // Whoever waits for it hears of it; a survey that ends before need not.
      asked.catch(() => undefined);
    },
    wait: async () => {
      await asked;
    },
    hours: () => hours,
  };
}

function tallyFor(grouping: Grouping | undefined): GroupTally | null {
  return grouping !== undefined && isCounted(grouping) ? createGroupTally(grouping) : null;
}

function nothingRead(): DetailReadings {
  return { judgements: new Map(), gaps: [] };
}

async function readPlanned(
  { wanted }: DetailPlan,
  details: Pick<DetailOrder, 'lookup' | 'kept'>,
  { judge }: SurveyOptions,
  desk: Desk,
  signal: AbortSignal,
): Promise<DetailReadings> {
  const onRead = (count: number): void => desk.report(count, wanted.length);
  const readings = await readDetails({ ...details, wanted, judge, onRead }, signal);
  const silent = [...readings.judgements.values()].filter(({ verdict }) => verdict === null).length;
  desk.remarks.add({ gaps: readings.gaps, notes: silent > 0 ? [silentNote(silent)] : [] });
  return readings;
}

interface Findings {
  readonly desk: Desk;
  readonly kept: KeptRows;
  readonly plan: DetailPlan;
  readonly readings: DetailReadings;
  readonly isListedWhole: boolean;
  readonly options: SurveyOptions;
}

function conclude(findings: Findings): Survey {
  const { desk, isListedWhole, options } = findings;
  const { span, anonymousDoubles, ...counted } = desk.intake.counts();
  const strata = { held: knownOf('held', findings), failed: knownOf('failed', findings) };
  return {
    ...counted,
    ...desk.clock.times(),
    held: counted.counts.pending,
    failed: counted.counts.bounced,
    reasons: { held: estimateReasons(strata.held), failed: estimateReasons(strata.failed) },
    heldInnocent: estimateShare(strata.held, (examined) => examined.isInnocent === true),
    destinations: desk.destinations.groups().filter(({ held, failed }) => held + failed > 0),
    by: groupedBy(options.groupBy, desk, strata),
    window: options.query.window ?? span,
    newestReceivedAt: span?.to ?? null,
    isListedWhole,
    gaps: desk.remarks.gaps(),
    notes: [...desk.remarks.notes(), ...(anonymousDoubles > 0 ? [anonymousNote(anonymousDoubles)] : [])],
  };
}

/** What is known of a population: rows that brought their events, rows that were looked up, rows that cannot be. */
function knownOf(population: Population, { desk, plan, readings, kept }: Findings): ExaminedStratum[] {
  return [
    ...desk.reasons[population].strata(),
    ...strataOf(plan[population], readings.judgements),
    { size: kept[population].filter((entry) => !isTraceable(entry)).length, examined: [] },
  ];
}

function groupedBy(
  grouping: Grouping | undefined,
  { grouped }: Desk,
  strata: Readonly<Record<Population, readonly ExaminedStratum[]>>,
): GroupedBy | null {
  if (grouping === undefined) return null;
  if (!isCounted(grouping)) return { kind: 'estimated', grouping, groups: groupEstimates(grouping, strata) };
  return { kind: 'counted', grouping, groups: grouped?.groups() ?? [] };
}

function silentNote(count: number): string {
  return `The service had no events for ${count} of the deliveries that were looked up; they are not counted as examined.`;
}

function anonymousNote(count: number): string {
  return `${count} rows without any message id looked exactly like another row and were counted once.`;
}
