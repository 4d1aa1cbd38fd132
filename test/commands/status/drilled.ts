/**
 * `status` and `queue` on a scenario: the real adapters over sockets to the simulated tenant, whose clock stands still, and
 * chance that can be repeated, so that a screen is the same each time.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

import type { Command } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import type { ReachReading } from '#mailflow/reach/reach-source.js';
import { startDrill } from '#simulator/drill.js';
import { randomOf } from '#simulator/population/random.js';

import { memoryConnectorSource } from '../../fakes/memory-connector-source.js';
import { memoryLookHistory } from '../../fakes/memory-look-history.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { openConnectorsAt } from '../../sources/exchange/opened.js';
import { openAt } from '../../sources/graph/opened.js';
import { openHealthAt } from '../../sources/graph/opened-health.js';
import { IN_ORDER } from '../connectors/set-ups.js';
import type { CommandRun } from '../run-command.js';
import { NOW, runCommand } from '../run-command.js';

/** All that is tried, reached within a few milliseconds; mail hosts greet in these words. */
function reachedWith(greeting: string): readonly ReachReading[] {
  const targets = ['control', 'sign-in', 'graph', 'exchange', 'inbound-mail'] as const;
  return targets.map((target, index) => ({
    target,
    host: `${target}.example`,
    port: target === 'inbound-mail' ? 25 : 443,
    outcome: {
      kind: 'reached',
      firstByteMs: 20 + 11 * index,
      greeting: target === 'inbound-mail' ? greeting : null,
    },
  }));
}

export const REACHED = reachedWith('220 mail.example ESMTP');

/** What a mail host says first. */
async function greetingOf(address: string): Promise<string> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return first.toString('latin1').split('\r\n')[0] ?? '';
}

export const CALM_SURROUNDINGS: Pick<
  Ports,
  'statusPage' | 'reach' | 'connectors' | 'healthHistory' | 'looks' | 'quotaUses'
> = {
  connectors: () => Promise.resolve(memoryConnectorSource({ inventory: IN_ORDER })),
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
  quotaUses: () => Promise.resolve([]),
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
    const readings = reachedWith(await greetingOf(tenant.mailHost));
    return await runCommand(command, args, {
      ...CALM_SURROUNDINGS,
      reach: async (request) => ({
        ...(await CALM_SURROUNDINGS.reach(request)),
        probe: () => Promise.resolve(readings),
      }),
      looks: () => Promise.resolve(memoryLookHistory()),
      note: () => undefined,
      random: randomOf(1, 'the choice of details').next,
      connectors: () => Promise.resolve(openConnectorsAt(tenant, { clock, kind: 'drill', paceMs: 0 }).source),
      traces: () => Promise.resolve(openAt(tenant.graphUrl, { clock, kind: 'drill' }).source),
      health: () => Promise.resolve(openHealthAt(tenant.graphUrl, { clock, kind: 'drill' }).source),
    });
  } finally {
    await tenant.close();
  }
}
