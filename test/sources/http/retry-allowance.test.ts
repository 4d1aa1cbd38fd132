import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createRetryAllowance } from '#sources/http/retry-allowance.js';

describe('the allowance of repeats', () => {
  test('is a tenth of the questions once there are 50 requests, and four before', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('question', 'repeat'), { maxLength: 400 }), (steps) => {
        const allowance = createRetryAllowance();
        let questions = 0;
        let repeats = 0;
        for (const step of steps) {
          if (step === 'question') {
            allowance.asked();
            questions += 1;
          } else if (allowance.take()) repeats += 1;
          if (questions + repeats >= 50) expect(repeats).toBeLessThanOrEqual(questions / 10);
          else expect(repeats).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  test.each([
    [1, 4, 'a short run may stumble all the same'],
    [40, 4, 'a tenth'],
    [49, 4, 'not yet five'],
    [50, 5, 'a tenth again'],
    [200, 20, 'a long run'],
  ])('after %i questions %i repeats are granted: %s', (questions, granted) => {
    const allowance = createRetryAllowance();
    for (let count = 0; count < questions; count += 1) allowance.asked();
    const takes = Array.from({ length: granted + 1 }, () => allowance.take());
    expect(takes).toEqual([...Array<boolean>(granted).fill(true), false]);
  });
});
