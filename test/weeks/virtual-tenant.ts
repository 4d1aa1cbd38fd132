/** A simulated tenant and the real client beside it, both on one clock that a test moves: weeks pass in a minute. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'vitest';

import type { Command } from '#cli/command.js';
import { outcomeOfAnswer } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import { openTraceStore } from '#history/trace/open-trace-store.js';
import { sqliteTraceHistory } from '#history/trace/sqlite-trace-history.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import { createRandom } from '#mailflow/sampling/random.js';
import type { TraceEntry } from '#mailflow/trace/delivery.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';
import { ALL_MAIL } from '#mailflow/trace/question-shape.js';
import { rememberingSource } from '#mailflow/trace/remembering-source.js';
import { spanOf } from '#mailflow/trace/span.js';
import type { TraceHistory } from '#mailflow/trace/trace-history.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';
import { type Drill, startDrill } from '#simulator/drill.js';
import { type Sighting, sightingAt } from '#simulator/population/delivery.js';
import { populate } from '#simulator/scenario/populate.js';
import { scenarioMinute } from '#simulator/scenario/scenario.js';
import { findScenario } from '#simulator/scenario/scenarios.js';
import { openExchangeConnectorSource } from '#sources/exchange/exchange-connector-source.js';
import { parseExchangeUrl } from '#sources/exchange/exchange-origin.js';
import { openGraphHealthSource } from '#sources/graph/graph-health-source.js';
import { parseGraphUrl } from '#sources/graph/graph-origin.js';
import { openGraphTraceSource } from '#sources/graph/graph-trace-source.js';
import { openReachSource, parseControlUrl } from '#sources/reach/reach-source.js';
import { readyToken } from '#sources/sign-in/ready-token.js';
import { openStatusPageSource, parseStatusPageUrl } from '#sources/status-page/status-page-source.js';

import { runCommand } from '../commands/run-command.js';
import { memoryHealthHistory } from '../fakes/memory-health-history.js';
import { memoryLookHistory } from '../fakes/memory-look-history.js';
import { type VirtualClock, virtualClock } from '../fakes/virtual-clock.js';

export interface VirtualTenant {
  readonly clock: VirtualClock;
  readonly drill: Drill;
  /** Runs a judging command as of now. */
  readonly judge: (command: Command, args?: readonly string[]) => Promise<Judged>;
  readonly close: () => Promise<void>;
}

export interface Judged {
  readonly exitCode: number;
  /** What `status` says of inbound mail; null where it could not compare. */
  readonly inbound: string | null;
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Gap[];
}

interface Scene extends Pick<
  Parameters<typeof startDrill>[0],
  'scenario' | 'at' | 'seed' | 'rows' | 'weeks' | 'announcementFaults'
> {
  /** So many weeks before are kept, as if they had been listed just now, and so is all that is listed; nothing when absent. */
  readonly keptWeeks?: number;
}

/** A Monday. */
const START = '2026-06-01T06:00:00Z';

export async function virtualTenant({ keptWeeks = 0, ...scene }: Scene): Promise<VirtualTenant> {
  const clock = virtualClock(START);
  const drill = await startDrill({ ...scene, clock: clock.now, log: null, tokenChecks: 'any' });
  const past = keptWeeks === 0 ? null : await keptPast(scene, keptWeeks, clock.now());
  const ports = portsOf(drill, { clock, seed: scene.seed, past });
  return {
    clock,
    drill,
    judge: async (command, args = []) => {
      const context = { now: clock.now(), localTimeZone: 'UTC' };
      const { conclusion } = await runCommand(command, args, ports, { context });
      const { findings, incomplete } = conclusion;
      const { exitCode } = outcomeOfAnswer(findings, incomplete, 'warning');
      return { findings, incomplete, exitCode, inbound: inboundIn(conclusion.summary) };
    },
    close: async () => {
      await drill.close();
      await past?.close();
    },
  };
}

function inboundIn(summary: object | null): string | null {
  if (
    summary === null ||
    !('inbound' in summary) ||
    typeof summary.inbound !== 'object' ||
    summary.inbound === null
  )
    return null;
  return 'kind' in summary.inbound ? String(summary.inbound.kind) : null;
}

interface Past {
  readonly history: TraceHistory;
  readonly close: () => Promise<void>;
}

/** A store on the disk, as the program has it. What it holds the tenant shows as well, as far as it goes back. */
async function keptPast(
  { scenario: name, at, seed, rows = 6_000 }: Scene,
  weeks: number,
  now: Date,
): Promise<Past> {
  const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
  const database = await openTraceStore({ path: join(folder, 'traces.db'), onNote: () => undefined });
  // What a power cut would cost is not the question here.
  database.exec('PRAGMA synchronous = OFF');
  const history = sqliteTraceHistory(() => Promise.resolve(database), 'one');
  const scenario = findScenario(name) ?? expect.fail(`no scenario ${name}`);
  const reading = at === null ? null : scenarioMinute(scenario, at);
  const minute = reading?.ok === true ? reading.value : scenario.tellingMinute;
  const hoursBefore = weeks * 7 * 24 + 6;
  const { deliveries } = populate(scenario, {
    seed,
    minute,
    now,
    rows,
    weeks: { hoursBefore, hoursAfter: 0 },
  });
  const entries = deliveries.flatMap((delivery): readonly TraceEntry[] => {
    const sighting = sightingAt(delivery, now);
    return sighting === null ? [] : [entryOf(sighting)];
  });
  const from = new Date(now.getTime() - hoursBefore * 3_600_000);
  const proven = [{ ...spanOf({ from, to: now }), observedAtMs: now.getTime(), state: 'complete' } as const];
  await history.keepPage({ shape: ALL_MAIL, entries, seenAt: now, proven });
  return {
    history,
    close: async () => {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function entryOf({ delivery, status: word }: Sighting): TraceEntry {
  const { id: messageTraceId, messageId, sender, recipient, subject, receivedAt } = delivery;
  const { sizeBytes, fromIp, toIp } = delivery;
  return {
    ...{ messageTraceId, messageId, sender, recipient, subject, receivedAt, sizeBytes, fromIp, toIp },
    ...{ status: word, directionHint: null, events: null },
  };
}

interface PortOptions {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly past: Past | null;
}

function portsOf(drill: Drill, { clock, seed, past }: PortOptions): Partial<Ports> {
  const looks = memoryLookHistory();
  const healthHistory = memoryHealthHistory();
  const shared = {
    ...{ clock, env: {}, caPem: drill.caPem, tenant: drill.tenantId, tokens: readyToken('x') },
    ...{ maxRequests: null, deadlineMs: null, patienceMs: Infinity, onNotice: () => undefined },
    origin: parseGraphUrl(drill.graphUrl),
  };
  const newLedger = () =>
    processLedger({ rules: quotaRules(SERVICE_QUOTA), isAttended: false, monotonicMs: clock.monotonicMs });
  const [ledger, healthLedger] = [newLedger(), newLedger()];
  const traces = (): TraceSource => {
    const source = openGraphTraceSource({ ...shared, ledger });
    if (past === null) return source;
    const { history } = past;
    return rememberingSource({
      ...{ source, history, terms: GRAPH_TERMS, now: clock.now, gapOf: () => null },
      onHistoryTrouble: (error) => {
        throw error;
      },
    });
  };
  return {
    now: clock.now,
    random: createRandom(seed),
    traces: () => Promise.resolve(traces()),
    health: () => Promise.resolve(openGraphHealthSource({ ...shared, ledger: healthLedger })),
    connectors: () =>
      Promise.resolve(
        openExchangeConnectorSource({
          ...shared,
          ...{ origin: parseExchangeUrl(drill.exchangeUrl), ledger: newLedger(), paceMs: 0 },
          tenantGuid: () => Promise.resolve(drill.tenantId),
        }),
      ),
    statusPage: () =>
      Promise.resolve(openStatusPageSource({ ...shared, origin: parseStatusPageUrl(drill.statusUrl) })),
    reach: () =>
      Promise.resolve(
        openReachSource({
          web: [
            { target: 'control', origin: parseControlUrl(drill.controlUrl) },
            { target: 'graph', origin: shared.origin },
          ],
          mail: { server: serverOf(drill.mailHost) },
          tokens: null,
          scope: '',
          caPem: drill.caPem,
          env: {},
          monotonicMs: () => performance.now(),
          deadlineMs: Infinity,
        }),
      ),
    healthHistory: () => Promise.resolve(healthHistory),
    looks: () => Promise.resolve(looks),
  };
}

function serverOf(mailHost: string): { readonly host: string; readonly port: number } {
  const [host = '', port] = mailHost.split(':');
  return { host, port: Number(port) };
}
