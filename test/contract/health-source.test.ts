/** The promises of `HealthSource`, kept by the fake that tests lean on and by Graph, whatever its habits. */
import { Failure } from '#failure.js';

import { memoryHealthSource } from '../fakes/memory-health-source.js';
import { startScriptedServer } from '../fakes/scripted-server.js';
import { virtualClock } from '../fakes/virtual-clock.js';
import { healthServer, type ServerHabits } from '../sources/graph/health-server.js';
import { openHealthAt } from '../sources/graph/opened-health.js';
import type { HealthFacts, HealthPart, HealthUnderTest, OpenedHealth } from './health-source.contract.js';
import { promisesOfHealthSource } from './health-source.contract.js';

function graph(habits: Partial<ServerHabits>): HealthUnderTest {
  const open = async (facts: HealthFacts, now: Date, more: Partial<ServerHabits>): Promise<OpenedHealth> => {
    const server = await startScriptedServer(healthServer(facts, { now, ...habits, ...more }));
    const clock = virtualClock(now.toISOString());
    return { source: openHealthAt(server.origin, { clock }).source, close: server.close };
  };
  return {
    kind: 'graph',
    open: (facts, now) => open(facts, now, {}),
    openWithout: (missing, facts, now) => open(facts, now, { missing }),
  };
}

const GAP = { what: 'a list', reason: 'unreachable', remedy: 'Ask again.', retryAfterSeconds: null };

function inMemory(missing: readonly HealthPart[], facts: HealthFacts, now: Date): Promise<OpenedHealth> {
  const source = memoryHealthSource({
    ...{ ...facts, asOf: now, gaps: missing.map(() => GAP) },
    ...(missing.includes('services') ? { services: [] } : {}),
    ...(missing.includes('issues') ? { issues: [] } : {}),
    ...(missing.length < 2
      ? {}
      : { failure: new Failure('unreachable', 'Nobody there.', { remedy: 'Wait.' }) }),
  });
  return Promise.resolve({ source, close: () => Promise.resolve() });
}

promisesOfHealthSource('the fake in memory', {
  kind: 'graph',
  open: (facts, now) => inMemory([], facts, now),
  openWithout: inMemory,
});

promisesOfHealthSource('Graph', graph({}));
promisesOfHealthSource('Graph, two rows at a time', graph({ rowsPerPage: 2 }));
promisesOfHealthSource('Graph that ignores filters', graph({ filters: 'ignored', rowsPerPage: 3 }));
promisesOfHealthSource('Graph that refuses filters', graph({ filters: 'refused' }));
