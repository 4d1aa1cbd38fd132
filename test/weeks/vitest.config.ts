/** A month of hours and many outages: `npm run test:weeks`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/weeks/**/*.test.ts'],
    setupFiles: ['test/loopback-only.ts'],
    testTimeout: 900_000,
    hookTimeout: 120_000,
    env: { MAILCHECK_WEEKS: 'whole' },
  },
});
