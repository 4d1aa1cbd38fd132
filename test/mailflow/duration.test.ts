import { expect, test } from 'vitest';

import { parseDuration } from '#mailflow/duration.js';

test.each([
  ['90s', 90, 'seconds'],
  ['30m', 1800, 'm is minutes'],
  ['4h', 14_400, 'hours'],
  ['2d', 172_800, 'days'],
  ['1w', 604_800, 'weeks'],
  ['1h30m', 5400, 'a sum'],
  [' 4H ', 14_400, 'case and blanks do not matter'],
])('%s is %i seconds: %s', (text, seconds) => {
  expect(parseDuration(text)).toEqual({ ok: true, seconds });
});

test.each([
  ['', 'nothing'],
  ['4', 'a number without unit could be anything'],
  ['0h', 'no time at all'],
  ['-4h', 'the past is meant anyway'],
  ['4 hours', 'words'],
  ['1.5h', 'fractions have smaller units'],
  ['9999999h', 'beyond any trace'],
])('%j is refused: %s', (text) => {
  expect(parseDuration(text)).toMatchObject({ ok: false });
});
