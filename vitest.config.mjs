import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

const seed = process.env.MAILCHECK_TEST_SEED;

// `mc-src` makes the `#folder/file.js` names of package.json lead to the TypeScript sources.
export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/large/**', 'test/bench/**'],
    setupFiles: ['test/loopback-only.ts', 'test/own-chance.ts'],
    globalSetup: ['test/secrets/tell-tally.ts'],
    sequence: { shuffle: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    // Scenarios wait more than they work: one question a second is the pace of Exchange.
    maxWorkers: Math.max(3, availableParallelism()),
    // Against a test that hangs, not against a slow machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
