import { defineConfig } from 'vitest/config';

import base from './vitest.config.mjs';

// Only what tests pure code: whole programs run the built files, which are not mutated. The hostile ones ask for any answer
// at all, of megabytes: they notice little, and would run for minutes for each mutant.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/mailflow/**/*.test.ts', 'test/render/**/*.test.ts'],
    exclude: [...base.test.exclude, 'test/**/hostile*.test.ts', 'test/mailflow/patterns.test.ts'],
  },
});
