/** A kill at any moment costs one page at most: `npm run test:kill` for many. Needs a build. */
import { expect, test } from 'vitest';

import { runKills } from './run-kills.js';

const KILLS = Number(process.env['MAILCHECK_KILLS'] ?? 10);
const KILLS_PER_STORE = 10;
const FIRST_SEED = Number(process.env['MAILCHECK_FIRST_SEED'] ?? 1);

test(`${KILLS} kills: nothing kept is lost, nothing proven has a hole, and the next run ends with all of it`, async () => {
  const figures = { kills: 0, pagesKept: 0, requestsAfter: 0 };
  for (let seed = FIRST_SEED; figures.kills < KILLS; seed += 1) {
    const found = await runKills(Math.min(KILLS_PER_STORE, KILLS - figures.kills), seed);
    expect(found.faults).toEqual([]);
    figures.kills += found.kills;
    figures.pagesKept += found.pagesKept;
    figures.requestsAfter += found.requestsAfter;
  }
  // Kills that hit nothing prove nothing.
  expect(figures.pagesKept).toBeGreaterThan(KILLS);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}, 1_800_000);
