import { expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { REASONS } from '#mailflow/bounce/verdict.js';

import { PROVIDER_WORDINGS } from './provider-wordings.js';

const ROWS = Object.entries(PROVIDER_WORDINGS).flatMap(([who, wordings]) =>
  wordings.map(([text, reasons]): [string, string, readonly string[]] => [who, text, reasons.split('|')]),
);

test.each(ROWS)('%s: %s', (_who, text, reasons) => {
  expect(reasons).toContain(classify({ text }).reason);
});

test('each expectation is a word of the glossary', () => {
  const words = new Set(ROWS.flatMap(([, , reasons]) => reasons));
  expect([...words].filter((word) => !REASONS.some((reason) => reason === word))).toEqual([]);
});

test('the table is wide', () => {
  expect(Object.keys(PROVIDER_WORDINGS).length).toBeGreaterThanOrEqual(40);
  expect(ROWS.length).toBeGreaterThanOrEqual(500);
});
