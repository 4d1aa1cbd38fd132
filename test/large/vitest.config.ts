/** Files of hundreds of megabytes: `npm run build && npx vitest run --config test/large/vitest.config.ts`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['mc-src'] },
  ssr: { resolve: { conditions: ['mc-src'] } },
  test: { include: ['test/large/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 900_000 },
});
