/** Ninety times as many runs, over 100,000 records in each format: `npm run test:monitors`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/monitors/**/*.test.ts'],
    testTimeout: 3_600_000,
    env: { MAILCHECK_MONITORS: '15000' },
  },
});
