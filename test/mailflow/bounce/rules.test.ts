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

/** Somebody who can do it: a person, a team or Microsoft; `you` is the admin who reads it. */
const ACTOR =
  /\b(?:admins?|senders?|sending admin|recipients?|postmaster|owners?|operator|moderator|client|receiver|Microsoft|you|yours?|whoever)\b/i;
/** Nobody is sent back to himself, and nobody to a person without a name. */
const EMPTY_ADVICE =
  /\b(?:contact|ask|tell|call|inform)\b (?:your|the|an?) (?:[\w-]+ )?(?:administrator|admin|it department|support)\b|please|try again later/i;
/** Ends of advice: wait, send it again, or leave it. */
const WHAT_NOW = /do not resend|send it again|nothing to do|no mail of a person was lost|resend it/i;

describe('advice', () => {
  test.each(RULES.map(({ id, remedy }): [string, string] => [id, remedy]))('%s', (_, remedy) => {
    expect(remedy).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(ACTOR);
    expect(remedy).not.toMatch(EMPTY_ADVICE);
    expect(remedy.length).toBeLessThanOrEqual(260);
  });

  test.each(RULES.map(({ id, samples }): [string, string] => [id, samples[0]]))(
    '%s says what to do with the message',
    (_, text) => {
      for (const event of [undefined, 'Defer', 'Fail']) {
        const verdict = classify(event === undefined ? { text } : { text, event });
        if (verdict.class === 'unknown') continue;
        expect(verdict.remedy).toMatch(WHAT_NOW);
      }
    },
  );

  test('no two rules share a sentence', () => {
    const idsBySentence = new Map<string, string[]>();
    for (const { id, remedy } of RULES) {
      for (const sentence of remedy.split(/(?<=\.) (?=[A-Z])/)) {
        idsBySentence.set(sentence, [...(idsBySentence.get(sentence) ?? []), id]);
      }
    }
    expect([...idsBySentence].filter(([, ids]) => ids.length > 1)).toEqual([]);
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
