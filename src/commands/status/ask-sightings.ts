/** Asks everything that `status` looks at, at once. Each source keeps the one deadline by itself, so none waits for another. */
import { isRefusal } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import { inventoryOf } from '#mailflow/connector/kept-set-up.js';
import type {
  HealthAnswer,
  HealthHistory,
  HealthSource,
  KeptHealth,
} from '#mailflow/health/health-source.js';
import { gapsOfHealth } from '#mailflow/health/judge-health.js';
import type { StatusPageReading } from '#mailflow/health/status-page.js';
import type { Look, LookHistory } from '#mailflow/incident/look.js';
import type { Sightings, TraceSight } from '#mailflow/incident/sightings.js';
import type { Glimpse, Signal, SignalName, Trouble } from '#mailflow/incident/signal.js';
import { failedSignal, missingSignal, seenSignal } from '#mailflow/incident/signal.js';
import { openTraceWatch, traceSignal } from '#mailflow/incident/trace-watch.js';
import type { InboundRules } from '#mailflow/queue/inbound-volume.js';
import type { QueueThresholds } from '#mailflow/queue/thresholds.js';
import type { ReachReading, SignInReading } from '#mailflow/reach/reach-source.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import { keptExpiration, openExpirationDesk } from '../trace/ask-expiration.js';
import { askSurvey, momentOf } from '../trace/ask-survey.js';
import { askConnectors, type AskedConnectors } from './ask-connectors.js';
import { askInbound } from './ask-inbound.js';
import type { Attempt } from './attempt.js';
import { attempt } from './attempt.js';
import type { StatusOptions } from './status-options.js';
import { troubleOf } from './trouble-of.js';

export interface Asked {
  readonly sightings: Sightings;
  /** Null when it could not be opened. */
  readonly trace: TraceSource | null;
  readonly health: HealthSource | null;
  readonly connectors: ConnectorSource | null;
  /** A whole answer of just now, to be kept. */
  readonly wholeHealth: HealthAnswer | null;
  readonly kept: Kept;
}

/** What is kept of earlier runs; null where nothing may be. */
interface Kept {
  readonly health: HealthHistory | null;
  readonly looks: LookHistory | null;
}

/** What of it is asked, and how; without it all, as `status` does. */
export interface Wanted {
  readonly signals: ReadonlySet<SignalName>;
  readonly connectors: Promise<AskedConnectors>;
  readonly thresholds: QueueThresholds;
  readonly inbound: InboundRules;
}

/** Throws a Failure when none of those that the verdict needs may be asked, and one about the question itself. */
export async function askSightings(
  options: StatusOptions,
  ports: Ports,
  wanted: Wanted | null = null,
): Promise<Asked> {
  const ifWanted = <Value>(name: SignalName, ask: () => Promise<Value>): Promise<Value | null> =>
    wanted === null || wanted.signals.has(name) ? ask() : Promise.resolve(null);
  const asking = ifWanted('trace', () => askTrace(options, ports, wanted?.thresholds));
  const [trace, inbound, health, signIn, statusPage, reach, connectors, kept] = await Promise.all([
    asking,
    asking.then((asked) =>
      asked === null || wanted?.signals.has('inbound') === false
        ? null
        : askInbound(asked, options, ports, wanted?.inbound),
    ),
    ifWanted('health', () => askHealth(options, ports)),
    ifWanted('sign-in', () => askSignIn(options, ports)),
    ifWanted('status-page', () => askStatusPage(options, ports)),
    ifWanted('reach', () => askReach(options, ports)),
    wanted?.connectors ?? askConnectors(options, ports),
    readKept(options, ports),
  ]);
  refuseWhenAllDid([trace?.attempt, health?.attempt]);
  const now = ports.now();
  return {
    sightings: {
      now,
      trace: trace === null ? unasked('trace', now) : signalOfTrace(trace, now),
      inbound: inbound ?? unasked('inbound', now),
      health: health === null ? unasked('health', now) : healthSignal(health.attempt, kept.lastHealth, now),
      signIn: signIn === null ? unasked('sign-in', now) : plainSignal('sign-in', signIn, now),
      statusPage:
        statusPage === null ? unasked('status-page', now) : plainSignal('status-page', statusPage, now),
      reach: reach === null ? unasked('reach', now) : plainSignal('reach', reach, now),
      connectors: connectorsSignal(connectors, now),
      looks: looksSignal(kept.looked, now),
    },
    trace: trace?.source() ?? null,
    health: health?.source() ?? null,
    connectors: connectors.kind === 'asked' ? connectors.source : null,
    wholeHealth: health?.attempt.kind === 'answered' ? health.attempt.value : null,
    kept: kept.histories,
  };
}

/** What was asked, by which source. The source is there as soon as it is open, whatever came of the question. */
interface AskedSource<Source, Value> {
  readonly source: () => Source | null;
  readonly attempt: Attempt<Value>;
}

async function askTrace(
  options: StatusOptions,
  ports: Ports,
  thresholds?: QueueThresholds,
): Promise<AskedSource<TraceSource, TraceSight>> {
  const opened: { source: TraceSource | null } = { source: null };
  const listing = async (): Promise<TraceSight> => {
    // Nobody is asked for it here: what is kept is near enough, and `queue` asks.
    const expiration = openExpirationDesk(() => keptExpiration(options.request, ports));
    const { source, walk } = await askSurvey(options, ports, { expiration });
    opened.source = source;
    const watch = openTraceWatch({
      now: source.asOf() ?? momentOf(options.query, ports),
      ...(thresholds === undefined ? {} : { thresholds }),
    });
    let step = await walk.next();
    for (; step.done !== true; step = await walk.next()) {
      for (const delivery of step.value) watch.observe(delivery);
    }
    for (const note of step.value.notes) ports.note(note);
    return watch.sight(step.value);
  };
  return { attempt: await attempt(listing, ports), source: () => opened.source };
}

async function askHealth(
  { timeoutSeconds }: StatusOptions,
  ports: Ports,
): Promise<AskedSource<HealthSource, HealthAnswer>> {
  const opened: { source: HealthSource | null } = { source: null };
  const asking = async (): Promise<HealthAnswer> => {
    opened.source = await ports.health({ timeoutSeconds });
    return opened.source.health({ resolvedToo: false, since: null }, ports.signal);
  };
  return { attempt: await attempt(asking, ports), source: () => opened.source };
}

function askSignIn(options: StatusOptions, ports: Ports): Promise<Attempt<SignInReading>> {
  return attempt(async () => (await ports.reach(reachRequest(options))).signIn(ports.signal), ports);
}

function askReach(options: StatusOptions, ports: Ports): Promise<Attempt<readonly ReachReading[]>> {
  return attempt(async () => (await ports.reach(reachRequest(options))).probe(ports.signal), ports);
}

function askStatusPage({ timeoutSeconds }: StatusOptions, ports: Ports): Promise<Attempt<StatusPageReading>> {
  return attempt(async () => (await ports.statusPage({ timeoutSeconds })).read(ports.signal), ports);
}

function reachRequest({ timeoutSeconds, ownDomains }: StatusOptions): {
  readonly timeoutSeconds: number;
  readonly ownDomains: readonly string[];
} {
  return { timeoutSeconds, ownDomains: ownDomains ?? [] };
}

interface ReadKept {
  readonly histories: Kept;
  readonly lastHealth: KeptHealth | null;
  readonly looked: Attempt<readonly Look[] | null>;
}

/** What is usual is told by the same hours of some weeks. */
const LOOKS_DAYS = 35;

async function readKept({ request }: StatusOptions, ports: Ports): Promise<ReadKept> {
  const { keepsHistory } = request;
  const health = await attempt(() => ports.healthHistory(keepsHistory), ports);
  const looks = await attempt(() => ports.looks(keepsHistory), ports);
  const histories = { health: valueOf(health), looks: valueOf(looks) };
  const since = new Date(ports.now().getTime() - LOOKS_DAYS * 86_400_000);
  const last = await attempt(async () => (await histories.health?.last()) ?? null, ports);
  return {
    histories,
    lastHealth: valueOf(last),
    looked:
      looks.kind === 'failed'
        ? looks
        : await attempt(async () => (await histories.looks?.since(since)) ?? null, ports),
  };
}

function valueOf<Value>(tried: Attempt<Value | null>): Value | null {
  return tried.kind === 'answered' ? tried.value : null;
}

/** None of them will answer the next time either. */
function refuseWhenAllDid(tried: readonly (Attempt<unknown> | undefined)[]): void {
  const asked = tried.filter((each) => each !== undefined);
  const refusals = asked.flatMap((each) =>
    each.kind === 'failed' && isRefusal(each.failure) ? [each.failure] : [],
  );
  const [first] = refusals;
  if (first !== undefined && refusals.length === asked.length) throw first;
}

function unasked<Value>(name: SignalName, now: Date): Signal<Value> {
  return missingSignal(
    { name, observedAt: now, sourceTime: null, maxAgeSeconds: 0 },
    {
      ...{ why: 'nothing needs it', reason: 'not-asked', retryAfterSeconds: null },
      remedy: 'Enable a check that looks at it.',
    },
  );
}

const MINUTE = 60;

/** Older than this is not now. Health is as old as its answer, for an issue that goes on is not posted about each minute. */
const MAX_AGE_SECONDS: Readonly<Record<Exclude<SignalName, 'inbound'>, number>> = {
  trace: 15 * MINUTE,
  health: 15 * MINUTE,
  'sign-in': 15 * MINUTE,
  'status-page': 15 * MINUTE,
  reach: 15 * MINUTE,
  connectors: 15 * MINUTE,
  looks: LOOKS_DAYS * 24 * 60 * MINUTE,
};

/** A quarter of an hour when it is taken, and the others may take as long as for any answer. */
const KEPT_CONNECTORS_SECONDS = 2 * MAX_AGE_SECONDS.connectors;

function glimpse(
  name: keyof typeof MAX_AGE_SECONDS,
  { at }: Attempt<unknown>,
  sourceTime: Date | null,
): Glimpse {
  return { name, observedAt: at, sourceTime, maxAgeSeconds: MAX_AGE_SECONDS[name] };
}

function signalOfTrace(
  { attempt: tried, source }: AskedSource<TraceSource, TraceSight>,
  now: Date,
): Signal<TraceSight> {
  const seen = glimpse('trace', tried, source()?.asOf() ?? null);
  return tried.kind === 'failed'
    ? failedSignal(seen, troubleOf(tried.failure))
    : traceSignal(seen, tried.value, now);
}

/** When the service cannot be asked, what it said last is shown, as old as it is. */
function healthSignal(
  tried: Attempt<HealthAnswer>,
  last: KeptHealth | null,
  now: Date,
): Signal<HealthAnswer> {
  if (tried.kind === 'answered') {
    const { value } = tried;
    return seenSignal(glimpse('health', tried, value.asOf), value, {
      now,
      gaps: gapsOfHealth(value),
      clockAheadMs: value.clockAheadMs,
    });
  }
  const trouble = troubleOf(tried.failure);
  if (last === null) return failedSignal(glimpse('health', tried, null), trouble);
  const value = { ...last.answer, gaps: [], asOf: last.seenAt, clockAheadMs: 0 };
  const seen = seenSignal(glimpse('health', tried, last.seenAt), value, { now });
  return { ...seen, quality: 'stale', ...trouble };
}

function plainSignal<Value>(
  name: keyof typeof MAX_AGE_SECONDS,
  tried: Attempt<Value>,
  now: Date,
): Signal<Value> {
  const seen = glimpse(name, tried, tried.at);
  return tried.kind === 'failed'
    ? failedSignal(seen, troubleOf(tried.failure))
    : seenSignal(seen, tried.value, { now });
}

function connectorsSignal(asked: AskedConnectors, now: Date): Signal<ConnectorInventory> {
  if (asked.kind === 'not-asked') {
    const seen: Glimpse = {
      ...{ name: 'connectors', observedAt: asked.at, sourceTime: null },
      maxAgeSeconds: MAX_AGE_SECONDS.connectors,
    };
    return missingSignal(seen, {
      ...{ why: asked.why, reason: 'not-asked', retryAfterSeconds: null },
      remedy: 'Ask by itself: `mailcheck connectors`.',
    });
  }
  const { attempt: tried, source, kept } = asked;
  const seen = glimpse('connectors', tried, kept?.seenAt ?? source?.asOf() ?? tried.at);
  if (tried.kind === 'answered') {
    const maxAgeSeconds = kept === null ? seen.maxAgeSeconds : KEPT_CONNECTORS_SECONDS;
    return seenSignal({ ...seen, maxAgeSeconds }, tried.value, { now, gaps: tried.value.gaps });
  }
  const trouble = troubleOf(tried.failure);
  if (kept === null) return failedSignal(seen, trouble);
  return { ...seenSignal(seen, inventoryOf(kept), { now }), quality: 'stale', ...trouble };
}

function looksSignal(tried: Attempt<readonly Look[] | null>, now: Date): Signal<readonly Look[]> {
  if (tried.kind === 'failed') return failedSignal(glimpse('looks', tried, null), troubleOf(tried.failure));
  const seen = glimpse('looks', tried, tried.value?.at(-1)?.at ?? null);
  return tried.value === null ? missingSignal(seen, NOTHING_KEPT) : seenSignal(seen, tried.value, { now });
}

const NOTHING_KEPT: Trouble = {
  why: 'nothing is kept of earlier looks',
  reason: 'not-kept',
  remedy: 'Leave out --no-history and name the tenant, then later looks know what is usual.',
  retryAfterSeconds: null,
};
