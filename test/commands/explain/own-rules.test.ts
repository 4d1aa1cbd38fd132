import { expect, test } from 'vitest';

import { rulesFor } from '#commands/explain/own-rules.js';
import { Failure } from '#failure.js';
import { RULE_EXAMPLE } from '#mailflow/bounce/parse-rules.js';
import { RULES } from '#mailflow/bounce/rules.js';

/** A world with one file. */
function worldWith(text: string) {
  return { inputFile: () => Promise.resolve(new TextEncoder().encode(text)) };
}

async function refusalOf(text: string): Promise<readonly string[]> {
  const failure: unknown = await rulesFor('own.json', worldWith(text)).catch((error: unknown) => error);
  if (!(failure instanceof Failure)) throw new Error('not refused');
  return [failure.kind, failure.message, failure.remedy];
}

test('the rules of the file come first', async () => {
  const rules = await rulesFor('own.json', worldWith(RULE_EXAMPLE));
  expect(rules.map(({ id }) => id)).toEqual(['our-gateway-holds', ...RULES.map(({ id }) => id)]);
});

test.each([
  ['{', 'own.json is not JSON.', /^Give an array of rules, as \[\{"id"/, 'no JSON'],
  ['{}', 'own.json: the file is not right.', /^Give an array of at most 1000 rules, as /, 'no array'],
  ['[{"id":"a"}]', 'own.json: rule 1 (a), "match" is not right.', /as \{"phrases"/, 'a key is missing'],
])('%s', async (text, message, remedy) => {
  expect(await refusalOf(text)).toEqual(['input', message, expect.stringMatching(remedy)]);
});
