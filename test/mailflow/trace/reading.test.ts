import { expect, test } from 'vitest';

import type { CoveredSpan } from '#mailflow/trace/coverage.js';
import { openReading } from '#mailflow/trace/reading.js';

import { numbered } from './rows.js';

const at = (time: string): Date => new Date(`2026-06-02T${time}Z`);
const WINDOW = { from: at('08:00:00'), to: at('12:00:00') };

interface Page {
  readonly rows: readonly string[];
  readonly began?: string;
  readonly last?: boolean;
}

/** Where the proof of each page begins, after the page before it. */
function proofs(pages: readonly Page[]): readonly string[] {
  const prove = openReading();
  return pages.map(({ rows, began = '12:00:05', last = false }) => {
    const place = { window: WINDOW, beganAt: at(began), seenAt: at(began), isLast: last };
    const proven = prove(
      place,
      rows.map((time, number) => numbered(number, { receivedAt: at(time) })),
    );
    const complete = proven.find(({ state }: CoveredSpan) => state === 'complete');
    return complete === undefined ? 'nothing' : new Date(complete.fromMs).toISOString().slice(11, 19);
  });
}

test.each<[string, readonly Page[], readonly string[]]>([
  [
    'page after page, down to the end',
    [
      { rows: ['11:30:00', '11:00:00'] },
      { rows: ['11:00:00', '10:00:00'] },
      { rows: ['09:00:00'], last: true },
    ],
    ['11:00:01', '10:00:01', '08:00:00'],
  ],
  ['an empty page proves what was proven', [{ rows: ['11:00:00'] }, { rows: [] }], ['11:00:01', '11:00:01']],
  ['an empty page at the start proves nothing', [{ rows: [] }], ['nothing']],
  [
    'within a page rows may come in any order',
    [{ rows: ['11:00:00', '11:30:00'] }, { rows: ['10:00:00'] }],
    ['11:00:01', '10:00:01'],
  ],
  [
    'once a page is newer than the one before, nothing more is proven until the end',
    [{ rows: ['11:00:00'] }, { rows: ['11:30:00'] }, { rows: ['10:00:00'] }, { rows: [], last: true }],
    ['11:00:01', 'nothing', 'nothing', '08:00:00'],
  ],
  [
    'a page that comes twice stops it as well',
    [{ rows: ['11:30:00', '11:00:00'] }, { rows: ['11:30:00', '11:00:00'] }],
    ['11:00:01', 'nothing'],
  ],
  [
    'a list that is begun again begins at the top',
    [{ rows: ['10:00:00'] }, { rows: ['11:30:00', '11:00:00'], began: '12:00:09' }],
    ['10:00:01', '11:00:01'],
  ],
])('%s', (_, pages, expected) => {
  expect(proofs(pages)).toEqual(expected);
});
