/** Whether the estimate of the end of a drain holds, over 200 populations: `npm run test:drain`. A few run among the other tests. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/drain/**/*.test.ts'],
    setupFiles: ['test/loopback-only.ts'],
    testTimeout: 1_800_000,
    env: { MAILCHECK_DRAIN: 'whole' },
  },
});
