/**
 * `status` and `queue` on a scenario: the real adapters over sockets to the simulated tenant, whose clock stands still, and
 * chance that can be repeated, so that a screen is the same each time.
 */
import type { Command } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import type { ReachReading } from '#mailflow/reach/reach-source.js';
import { startDrill } from '#simulator/drill.js';
import { randomOf } from '#simulator/population/random.js';

import { virtualClock } from '../../fakes/virtual-clock.js';
import { openAt } from '../../sources/graph/opened.js';
import { openHealthAt } from '../../sources/graph/opened-health.js';
import type { CommandRun } from '../run-command.js';
import { NOW, runCommand } from '../run-command.js';

/** All that is tried, reached within a few milliseconds. */
export const REACHED: readonly ReachReading[] = (
  ['control', 'sign-in', 'graph', 'exchange', 'inbound-mail'] as const
).map((target, index) => ({
  target,
  host: `${target}.example`,
  port: target === 'inbound-mail' ? 25 : 443,
  outcome: {
    kind: 'reached',
    firstByteMs: 20 + 11 * index,
    greeting: target === 'inbound-mail' ? '220 mail.example ESMTP' : null,
  },
}));

export const CALM_SURROUNDINGS: Pick<Ports, 'statusPage' | 'reach' | 'healthHistory' | 'looks'> = {
  statusPage: () =>
    Promise.resolve({
      read: () =>
        Promise.resolve({
          ...{ kind: 'answered', status: 'Available', title: 'Admin center', message: '' },
          authoredAt: null,
        }),
    }),
  reach: () =>
    Promise.resolve({
      probe: () => Promise.resolve(REACHED),
      signIn: () => Promise.resolve({ kind: 'issued', tookMs: 84 }),
    }),
  healthHistory: () => Promise.resolve(null),
  looks: () => Promise.resolve(null),
};

export async function drilled(
  command: Command,
  [scenario, at]: readonly [scenario: string, at: string | null],
  args: readonly string[] = [],
): Promise<CommandRun> {
  const clock = virtualClock(NOW.toISOString());
  const tenant = await startDrill({
    ...{ scenario, at, seed: 1, clock: clock.now, log: null },
    tokenChecks: 'any',
  });
  try {
    return await runCommand(command, args, {
      ...CALM_SURROUNDINGS,
      note: () => undefined,
      random: randomOf(1, 'the choice of details').next,
      traces: () => Promise.resolve(openAt(tenant.graphUrl, { clock, kind: 'drill' }).source),
      health: () => Promise.resolve(openHealthAt(tenant.graphUrl, { clock, kind: 'drill' }).source),
    });
  } finally {
    await tenant.close();
  }
}
