/** Fifty times as many histories: `npm run test:histories`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: {
    include: ['test/histories/**/*.test.ts'],
    testTimeout: 7_200_000,
    env: { MAILCHECK_HISTORIES: '50000' },
  },
});
