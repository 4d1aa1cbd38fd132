import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { CheckAnswer } from '#commands/check/check-answer.js';
import { monitorReport } from '#commands/check/check-monitor.js';
import type { CheckResult } from '#mailflow/check/check-result.js';
import { LEVELS, overallLevel, sentenceOf } from '#mailflow/check/overall.js';

import { resultOf } from './results.js';

function answerOf(results: readonly CheckResult[]): CheckAnswer {
  return {
    ...{ results, level: overallLevel(results), sentence: sentenceOf(results) },
    ...{ notices: [], memory: 'No runs are kept.', policyPath: null, noticesOnly: false },
  };
}

const level = fc.constantFrom(...LEVELS);
const results = fc.array(
  fc.record({ level, seen: level, isRequired: fc.boolean() }).map((over) => resultOf(over)),
  { minLength: 1, maxLength: 12 },
);

test('the worst case that counts is the verdict, so that a monitor counts as the exit code does', () => {
  fc.assert(
    fc.property(results, (given) => {
      const { headline, cases } = monitorReport(answerOf(given));
      const worst = LEVELS.find((each) => cases.some((one) => one.level === each)) ?? 'skipped';
      expect(worst === 'skipped' ? 'unknown' : worst).toBe(overallLevel(given));
      expect(headline).toBe(sentenceOf(given));
      expect(cases).toHaveLength(given.length);
      expect(cases.filter((one) => one.level === 'skipped' && one.reason === null)).toEqual([]);
    }),
  );
});

test.each<[Partial<CheckResult>, readonly string[], string]>([
  [{ evidence: ['a.', 'b.'] }, ['a.', 'b.'], 'what it rests on'],
  [
    { level: 'warning', evidence: ['a.'], course: '3 of 5', remedy: 'Mend.' },
    ['a.', '3 of 5', 'Mend.'],
    'and what to do last',
  ],
])('%j: %j, %s', (over, details) => {
  const [only] = monitorReport(answerOf([resultOf(over)])).cases;
  expect(only?.details).toEqual(details);
});
