import { defineConfig } from 'vitest/config';

import base from './vitest.config.mjs';

// Only what tests pure code: whole programs run the built files, which are not mutated.
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/mailflow/**/*.test.ts', 'test/render/**/*.test.ts'] },
});
