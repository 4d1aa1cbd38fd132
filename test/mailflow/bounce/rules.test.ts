import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { RULES } from '#mailflow/bounce/rules.js';

const SAMPLES = RULES.flatMap((rule) => rule.samples.map((sample): [string, string] => [rule.id, sample]));

test.each(SAMPLES)('%s decides %s', (id, sample) => {
  expect(classify({ text: sample }).rule).toBe(id);
});

test('ids are unique and in kebab-case', () => {
  const ids = RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

describe('advice', () => {
  test.each(RULES.map(({ id, remedy }): [string, string] => [id, remedy]))('%s', (_, remedy) => {
    expect(remedy).toMatch(/^[A-Z].*\.$/);
    expect(remedy).not.toMatch(/contact (?:your|the) (?:\w+ )?administrator/i);
    expect(remedy.length).toBeLessThanOrEqual(260);
  });
});

test('phrases are written as they are compared', () => {
  const phrases = RULES.flatMap(({ match }) => match.flatMap((matcher) => matcher.phrases ?? []));
  expect(
    phrases.filter(
      (phrase) => !/^[a-z0-9\u0080-\uffff ]+\*?(?: \+ [a-z0-9\u0080-\uffff ]+\*?)*$/.test(phrase),
    ),
  ).toEqual([]);
});

test('every way to match asks for something', () => {
  const empty = RULES.filter(({ match }) =>
    match.some(({ phrases, enhanced, replyCodes }) => !phrases && !enhanced && !replyCodes),
  );
  expect(empty.map(({ id }) => id)).toEqual([]);
});
