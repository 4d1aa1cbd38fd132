import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { parseRules, RULE_EXAMPLE } from '#mailflow/bounce/parse-rules.js';
import type { Rule } from '#mailflow/bounce/rule.js';
import { RULES } from '#mailflow/bounce/rules.js';

const GOOD = {
  id: 'our-gateway-holds',
  match: { phrases: ['held by our gateway'] },
  reason: 'policy',
  party: 'recipient-policy',
  retry: 'after-fix',
  remedy: 'The gateway team releases it.',
};

function rulesOf(value: unknown): readonly Rule[] {
  const parsed = parseRules(value);
  if (!parsed.ok) throw new Error(`${parsed.at}: ${parsed.expected}`);
  return parsed.rules;
}

test('the example that errors show is itself a good file', () => {
  expect(rulesOf(JSON.parse(RULE_EXAMPLE))).toHaveLength(1);
});

describe('own rules go before ours', () => {
  test.each<[match: object, text: string, decides: boolean, why: string]>([
    [{ phrases: ['held by our gateway'] }, '550 5.1.1 User unknown, held by our gateway', true, 'words'],
    [{ enhanced: ['5.1.1'] }, '550 5.1.1 User unknown', true, 'a code beats our words'],
    [{ enhanced: ['5.7.606-649'] }, '550 5.7.610 Access denied, banned sending IP', true, 'a range'],
    [{ enhanced: ['x.4.x'] }, '450 4.4.316 Connection refused', true, 'a family of both classes'],
    [{ replyCodes: ['4xx'] }, '450 4.4.316 Connection refused', true, 'a class of reply codes'],
    [{ phrases: ['gateway'], replyCodes: ['4xx'] }, '550 gateway', false, 'words of another class'],
    [
      [{ phrases: ['moon'] }, { phrases: ['gateway + held'] }],
      '550 held at a gateway',
      true,
      'any way to match',
    ],
    [{ phrases: ['next hop'] }, '550 next hop said: 550 5.1.1 User unknown', true, 'on an outer reply'],
    [{ phrases: ['Grüße'] }, '550 GRUSSE', false, 'another word'],
    [{ phrases: ['Postfach: voll!'] }, '550 postfach voll', true, 'marks and case do not count'],
  ])('%j on %s', (match, text, decides) => {
    const rules = [...rulesOf([{ ...GOOD, match }]), ...RULES];
    expect(classify({ text }, rules).rule === 'our-gateway-holds').toBe(decides);
  });
});

describe('what is wrong is named', () => {
  test.each<[value: unknown, at: string, expected: RegExp, why: string]>([
    [{}, 'the file', /array of at most 1000 rules/, 'no array'],
    [['x'], 'rule 1', /an object/, 'no object'],
    [[GOOD, { ...GOOD, id: 'Our Rule' }], 'rule 2 (Our Rule), "id"', /small letters/, 'a bad id'],
    [[GOOD, GOOD], 'rule 2 (our-gateway-holds), "id"', /no other rule/, 'the same id twice'],
    [
      [{ ...GOOD, part: 'x' }],
      'rule 1 (our-gateway-holds), "part"',
      /a rule has id, match/,
      'a slip in a key',
    ],
    [[{ ...GOOD, party: 'me' }], 'rule 1 (our-gateway-holds), "party"', /one of service, sender/, 'a party'],
    [[{ ...GOOD, reason: 7 }], 'rule 1 (our-gateway-holds), "reason"', /recipient-unknown/, 'a reason'],
    [
      [{ ...GOOD, retry: 'automatic' }],
      'rule 1 (our-gateway-holds), "retry"',
      /after-fix/,
      'not of a final failure',
    ],
    [[{ ...GOOD, remedy: ' ' }], 'rule 1 (our-gateway-holds), "remedy"', /one line/, 'no advice'],
    [[{ ...GOOD, remedy: 'a\u001b[31m' }], 'rule 1 (our-gateway-holds), "remedy"', /one line/, 'an escape'],
    [
      [{ ...GOOD, match: {} }],
      'rule 1 (our-gateway-holds), "match"',
      /phrases, enhanced or replyCodes/,
      'nothing',
    ],
    [
      [{ ...GOOD, match: { words: ['x'] } }],
      'rule 1 (our-gateway-holds), "match"',
      /phrases/,
      'a strange key',
    ],
    [[{ ...GOOD, match: [] }], 'rule 1 (our-gateway-holds), "match"', /phrases/, 'no way to match'],
    [
      [{ ...GOOD, match: { phrases: ['- + x'] } }],
      'rule 1 (our-gateway-holds), "phrases"',
      /letter or digit/,
      'marks',
    ],
    [[{ ...GOOD, match: { phrases: 'x' } }], 'rule 1 (our-gateway-holds), "phrases"', /texts/, 'no list'],
    [
      [{ ...GOOD, match: { enhanced: ['5.7'] } }],
      'rule 1 (our-gateway-holds), "enhanced"',
      /5\.7\.606-649/,
      'half a code',
    ],
    [
      [{ ...GOOD, match: { enhanced: ['5.7.9-1'] } }],
      'rule 1 (our-gateway-holds), "enhanced"',
      /ranges/,
      'backwards',
    ],
    [
      [{ ...GOOD, match: { replyCodes: [550] } }],
      'rule 1 (our-gateway-holds), "replyCodes"',
      /as texts/,
      'a number',
    ],
  ])('%j', (value, at, expected) => {
    expect(parseRules(value)).toEqual({
      ok: false,
      at,
      expected: expect.stringMatching(expected) as unknown,
    });
  });
});

test('any value gives rules or says what is wrong', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.array(fc.record({ ...fieldsOf(GOOD) }, { requiredKeys: [] }))),
      (value) => {
        const parsed = parseRules(value);
        if (parsed.ok) expect(classify({ text: '550 5.1.1 x' }, parsed.rules).class).toBe('permanent');
        else expect(parsed.at).not.toBe('');
      },
    ),
  );
});

/** Each key with its good value or any other. */
function fieldsOf(good: object): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(good).map(([key, value]) => [key, fc.oneof(fc.constant<unknown>(value), fc.jsonValue())]),
  );
}
