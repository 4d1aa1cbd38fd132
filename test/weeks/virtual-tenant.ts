/** A simulated tenant and the real client beside it, both on one clock that a test moves: weeks pass in a minute. */
import type { Command } from '#cli/command.js';
import { outcomeOfAnswer } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import { createRandom } from '#mailflow/sampling/random.js';
import { type Drill, startDrill } from '#simulator/drill.js';
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
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Gap[];
}

type Scene = Pick<
  Parameters<typeof startDrill>[0],
  'scenario' | 'at' | 'seed' | 'rows' | 'weeks' | 'announcementFaults'
>;

/** A Monday. */
const START = '2026-06-01T06:00:00Z';

export async function virtualTenant(scene: Scene): Promise<VirtualTenant> {
  const clock = virtualClock(START);
  const drill = await startDrill({ ...scene, clock: clock.now, log: null, tokenChecks: 'any' });
  const ports = portsOf(drill, clock, scene.seed);
  return {
    clock,
    drill,
    judge: async (command, args = []) => {
      const context = { now: clock.now(), localTimeZone: 'UTC' };
      const { conclusion } = await runCommand(command, args, ports, { context });
      const { findings, incomplete } = conclusion;
      return { findings, incomplete, exitCode: outcomeOfAnswer(findings, incomplete, 'warning').exitCode };
    },
    close: drill.close,
  };
}

function portsOf(drill: Drill, clock: VirtualClock, seed: number): Partial<Ports> {
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
  return {
    now: clock.now,
    random: createRandom(seed),
    traces: () => Promise.resolve(openGraphTraceSource({ ...shared, ledger })),
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
