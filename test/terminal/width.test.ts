import { expect, test } from 'vitest';

import { pageWidth } from '#terminal/width.js';

test.each<[number | null, boolean, number | undefined, string | undefined, number, string]>([
  [null, true, 132, undefined, 132, 'what the terminal says'],
  [null, false, 132, undefined, 80, 'a pipe has no width'],
  [null, false, undefined, '100', 100, 'an exported COLUMNS'],
  [null, true, 132, '100', 100, 'set on purpose, so it wins over the terminal'],
  [60, true, 132, '100', 60, 'the flag wins over all'],
  [null, true, 0, undefined, 80, 'a terminal that does not know'],
  [null, true, 132, '0', 132, 'no width'],
  [null, true, 132, 'wide', 132, 'no number'],
  [null, true, 132, '9999999', 132, 'no sensible number'],
  [null, true, 5, undefined, 20, 'nothing can be shown in less'],
  [5, false, undefined, undefined, 20, 'nothing can be shown in less'],
])('flag %s, terminal %s of %s, COLUMNS %s: %i, %s', (asked, isTty, columns, COLUMNS, width) => {
  expect(pageWidth({ asked, isTty, columns, env: { COLUMNS } })).toBe(width);
});
