import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

// `mc-src` makes the `#folder/file.js` names of package.json lead to the TypeScript sources.
export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/large/**', 'test/bench/**'],
    setupFiles: ['test/loopback-only.ts'],
    globalSetup: ['test/secrets/tell-tally.ts'],
    sequence: { shuffle: true },
    // Scenarios wait more than they work: one question a second is the pace of Exchange.
    maxWorkers: Math.max(3, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
