/** The queue of a large tenant: `npm run test:queue`. Without this a tenth of it runs among the other tests. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/queue/**/*.test.ts'],
    setupFiles: ['test/loopback-only.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { MAILCHECK_QUEUE: 'whole' },
  },
});
