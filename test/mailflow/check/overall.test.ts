import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { outcomeOfAnswer } from '#cli/exit-code.js';
import type { CheckResult } from '#mailflow/check/check-result.js';
import {
  countsByLevel,
  findingsOf,
  gapsOf,
  LEVELS,
  overallLevel,
  sentenceOf,
} from '#mailflow/check/overall.js';

import { resultOf } from '../../commands/check/results.js';

const OK = resultOf();
const WARNING = resultOf({
  id: 'quota',
  title: 'Request quota',
  level: 'warning',
  says: '85 of 90 are used.',
});
const CRITICAL = resultOf({
  ...{ id: 'service-health', title: 'Service health', level: 'critical', says: 'MO1 is open.' },
});
const UNKNOWN = resultOf({ level: 'unknown', says: 'The trace was throttled.', reason: 'throttled' });
const BLIND_EXTRA = resultOf({
  ...{ id: 'connectors', title: 'Connectors', level: 'unknown', isRequired: false, reason: 'refused' },
});
const SKIPPED = resultOf({ id: 'mail-paths', title: 'Mail paths', level: 'skipped', reason: 'off' });
const HELD_BACK = resultOf({ level: 'ok', seen: 'critical', course: '1 of the last 5 runs was bad' });

describe('the whole of it', () => {
  test.each<[readonly CheckResult[], string, number, string]>([
    [[OK, OK], 'ok', 0, 'nothing is wrong'],
    [[OK, WARNING], 'warning', 1, 'the worst counts'],
    [[WARNING, CRITICAL], 'critical', 2, 'the worst counts'],
    [[UNKNOWN, CRITICAL], 'critical', 2, 'what is proven goes first'],
    [[UNKNOWN, WARNING], 'unknown', 3, 'what could not be seen may be worse than a warning'],
    [[OK, BLIND_EXTRA], 'ok', 0, 'what is not required and not seen only informs'],
    [[OK, SKIPPED], 'ok', 0, 'what was not asked counts for nothing'],
    [[SKIPPED, BLIND_EXTRA], 'unknown', 3, 'where nobody tells anything nothing is ok'],
    [[], 'unknown', 3, 'no check, no calm'],
    [[OK, HELD_BACK], 'ok', 0, 'one bad run is not told yet'],
  ])('%#: %s', (results, level, code) => {
    expect(overallLevel(results)).toBe(level);
    expect(outcomeOfAnswer(findingsOf(results), gapsOf(results), 'warning')).toEqual({
      level,
      exitCode: code,
    });
    expect(sentenceOf(results)).toMatch(new RegExp(`^${level.toUpperCase()}: `, 'u'));
  });

  test('the level is always that of the exit code, and its word begins the sentence', () => {
    const level = fc.constantFrom(...LEVELS);
    const result = fc.record({ level, seen: level, isRequired: fc.boolean() }).map((over) => resultOf(over));
    fc.assert(
      fc.property(fc.array(result, { maxLength: 14 }), (results) => {
        const outcome = outcomeOfAnswer(findingsOf(results), gapsOf(results), 'warning');
        expect(outcome.level).toBe(overallLevel(results));
        expect(sentenceOf(results).startsWith(`${outcome.level.toUpperCase()}: `)).toBe(true);
        const sum = Object.values(countsByLevel(results)).reduce((a, b) => a + b, 0);
        expect(sum).toBe(results.length);
      }),
    );
  });
});

describe('the sentence', () => {
  test.each<[readonly CheckResult[], string]>([
    [[OK, OK, SKIPPED], 'OK: 2 checks are ok; 1 skipped.'],
    [[OK, HELD_BACK], 'OK: 2 checks are ok; 1 bad in this run only.'],
    [[OK, CRITICAL, WARNING], 'CRITICAL: Service health; 1 warning, 1 ok. MO1 is open.'],
    [[OK, UNKNOWN, BLIND_EXTRA], 'UNKNOWN: Held mail; 1 could not tell, 1 ok. The trace was throttled.'],
    [[SKIPPED], 'UNKNOWN: no check could tell.'],
    [[], 'UNKNOWN: no check is enabled.'],
  ])('%#', (results, sentence) => {
    expect(sentenceOf(results)).toBe(sentence);
  });
});

test('what one run saw and is not told yet informs', () => {
  expect(findingsOf([HELD_BACK])).toMatchObject([{ id: 'held-mail', level: 'info' }]);
});

test('a gap says how long to wait', () => {
  expect(gapsOf([{ ...UNKNOWN, retryAfterSeconds: 120 }])).toMatchObject([
    { what: 'Held mail: The trace was throttled', reason: 'throttled', retryAfterSeconds: 120 },
  ]);
});
