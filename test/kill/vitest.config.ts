/** Hundreds of kills: `npm run test:kill`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: { include: ['test/kill/**/*.test.ts'], env: { MAILCHECK_KILLS: '200' } },
});
