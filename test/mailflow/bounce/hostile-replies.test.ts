/** Replies that are cut, turned round, repeated without end or made of bytes: each gets a verdict in the known words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { RULES } from '#mailflow/bounce/rules.js';
import { PARTIES, REASONS, VERDICT_CLASSES, VERDICT_STATES } from '#mailflow/bounce/verdict.js';
import { findReplies } from '#mailflow/smtp/reply.js';

import { HOSTILE_REPLIES } from '../../stress/hostile-replies.mjs';

const SAMPLES = RULES.flatMap(({ samples }) => samples);

function expectKnownWords(text: string): void {
  const verdict = classify({ text });
  expect(VERDICT_CLASSES).toContain(verdict.class);
  expect(VERDICT_STATES).toContain(verdict.state);
  expect(REASONS).toContain(verdict.reason);
  expect(PARTIES).toContain(verdict.party);
}

test('samples cut at every length', () => {
  const cuts = SAMPLES.flatMap((sample) => Array.from(sample, (_, length) => sample.slice(0, length)));
  const reasons = new Set(cuts.map((text) => classify({ text }).reason));
  expect([...reasons].filter((reason) => !REASONS.includes(reason))).toEqual([]);
});

test('samples turned round', () => {
  for (const sample of SAMPLES) expectKnownWords(Array.from(sample).reverse().join(''));
});

test('samples carried by others', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SAMPLES), { minLength: 2, maxLength: 6 }), (texts) => {
      expectKnownWords(texts.join(' said: '));
      expectKnownWords(texts.map((text) => `[{LED=${text}};{MSG=`).join(''));
    }),
  );
});

test('bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expectKnownWords(String.fromCharCode(...bytes));
    }),
  );
});

test('the pieces of each reply lie in the text, in order', () => {
  const piece = fc.constantFrom('550', '-', ' ', '5.1.1', "'", ': ', '\n', '421', '4.4.1', '[Message=', 'x');
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (text) => {
        for (const { spans } of findReplies(text)) {
          expect(spans.length % 2).toBe(0);
          expect(spans).toEqual([...spans].sort((a, b) => a - b));
          expect(spans.every((place) => place >= 0 && place <= text.length)).toBe(true);
        }
      },
    ),
  );
});

describe('a mebibyte comes to an end', () => {
  test.each(HOSTILE_REPLIES)('%j', (unit) => {
    expectKnownWords(unit.repeat(Math.ceil(1_048_576 / unit.length)));
  });
});
