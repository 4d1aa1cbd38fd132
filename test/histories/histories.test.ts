/** No row lost, none doubled, none put back: seeded histories of a tenant against an oracle that knows all of it. */
import { describe, expect, test } from 'vitest';

import { memoryTraceHistory } from '../fakes/memory-trace-history.js';
import { type Play, playHistory } from './play-history.js';

const SEEDS = Number(process.env['MAILCHECK_HISTORIES'] ?? 1000);
const FIRST_SEED = Number(process.env['MAILCHECK_FIRST_SEED'] ?? 1);

function playOf(seed: number): Play {
  const isPunctual = seed % 2 === 0;
  const isOutage = seed % 10 === 4 || seed % 10 === 9;
  return {
    seed,
    habits: {
      rows: isOutage ? 300 : 10 + (seed % 50),
      hours: isOutage ? 96 : 24 + (seed % 72),
      latestHours: isPunctual ? 4 : 24,
      ties: seed % 7 === 0 ? 30 : 0,
      seconds: seed % 3 === 1 ? 1 + (seed % 8) : null,
      openShare: seed % 4 === 0 ? 0.02 : 0.4,
      isOutage,
      changesItsMind: !isPunctual,
    },
    rowsPerPage: isOutage ? 1 + (seed % 3) : 1 + (seed % 17),
    runs: 6 + (seed % 9),
    processes: 1 + (seed % 3),
    hasMisfortunes: seed % 5 !== 0,
    onlyFilter: seed % 6 < 2 ? seed % 5 : null,
    answersMustBeEqual: isPunctual,
  };
}

describe('histories in memory', () => {
  test(`${SEEDS} seeds: the store is the oracle, and no answer costs more than without it`, async () => {
    const sum = { requests: 0, kills: 0, remembered: 0, anew: 0 };
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
      const { faults, requests, kills, compared } = await playHistory(playOf(seed), memoryTraceHistory());
      expect(faults).toEqual([]);
      sum.requests += requests;
      sum.kills += kills;
      sum.remembered += compared.remembered;
      sum.anew += compared.anew;
    }
    // A proof in which nothing happens proves nothing.
    expect(sum.kills).toBeGreaterThan(SEEDS / 20);
    expect(sum.remembered).toBeLessThan(sum.anew);
    process.stdout.write(`${SEEDS} histories: ${JSON.stringify(sum)}\n`);
  }, 200_000);
});
