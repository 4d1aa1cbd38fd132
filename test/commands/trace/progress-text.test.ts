import { expect, test } from 'vitest';

import type { Pace } from '#commands/trace/progress-text.js';
import { progressText } from '#commands/trace/progress-text.js';
import { GRAPH_TERMS } from '#mailflow/trace/question.js';

const LISTING: Pace = {
  ...{ deliveries: 0, held: 0, failed: 0, detailsRead: 0, detailsWanted: 0 },
  ...{ elapsedSeconds: 0, quotaLeft: null, quota: GRAPH_TERMS.quota },
};
const READING: Pace = { ...LISTING, deliveries: 808, held: 209, failed: 15, detailsWanted: 60 };

test.each<[Partial<Pace>, string, string]>([
  [{}, 'Listing: 0 deliveries, 0 held, 0 failed', 'at the start'],
  [
    { deliveries: 10_000, held: 209, failed: 15, elapsedSeconds: 0.4 },
    'Listing: 10,000 deliveries, 209 held, 15 failed',
    'a rate of the first moment is chance',
  ],
  [
    { deliveries: 10_000, held: 209, failed: 15, elapsedSeconds: 8, quotaLeft: 88 },
    'Listing: 10,000 deliveries, 209 held, 15 failed; 1,250/s; 88 requests left',
    'count, rate, quota',
  ],
  [{ deliveries: 5, elapsedSeconds: 2 }, 'Listing: 5 deliveries, 0 held, 0 failed; 2.5/s', 'a slow list'],
  [{ quotaLeft: 1 }, 'Listing: 0 deliveries, 0 held, 0 failed; 1 request left', 'one request'],
])('%j: %s: %s', (pace, text) => {
  expect(progressText({ ...LISTING, ...pace })).toBe(text);
});

test.each<[Partial<Pace>, string, string]>([
  [{}, 'Reading reasons: 0 of 60; 209 held, 15 failed', 'nothing read yet: no pace'],
  [
    { detailsRead: 20, elapsedSeconds: 5, quotaLeft: 68 },
    'Reading reasons: 20 of 60; about 10 s left; 4.0/s; 68 requests left; 209 held, 15 failed',
    'the rest at the pace of those before',
  ],
  [
    { detailsRead: 20, elapsedSeconds: 5, quotaLeft: 10 },
    'Reading reasons: 20 of 60; about 5 min left; 4.0/s; 10 requests left; 209 held, 15 failed',
    'the quota will be waited for',
  ],
  [
    { detailsRead: 100, detailsWanted: 400, elapsedSeconds: 25, quotaLeft: null },
    'Reading reasons: 100 of 400; about 16 min left; 4.0/s; 209 held, 15 failed',
    'three spans of the quota',
  ],
  [
    { detailsRead: 60, elapsedSeconds: 15 },
    'Reading reasons: 60 of 60; 4.0/s; 209 held, 15 failed',
    'nothing is left to wait for',
  ],
])('%j: %s: %s', (pace, text) => {
  expect(progressText({ ...READING, ...pace })).toBe(text);
});
