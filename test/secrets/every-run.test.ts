/** Nothing slips past the search: no run that is not watched, no variable that is not on the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { environment } from '#commands/topics/environment.js';
import { SECRET_VARIABLES } from '#settings/secret-variables.js';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** They measure and score by hand, and are no tests. */
const BY_HAND = /^(?:bench|score|stress)\//u;

test('the program is started in one place, where each run is searched', () => {
  const sources = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(?:ts|mjs|cjs)$/u.test(name) && !BY_HAND.test(name));
  const program = ['bin', 'mailcheck.js'].join('/');
  const starting = sources.filter((name) => readFileSync(TESTS + name, 'utf8').includes(program));
  expect(starting).toEqual(['scenarios/run-mailcheck.ts']);
});

/** They sound like secrets and are none. */
const NO_SECRETS: Readonly<Record<string, string>> = {
  MAILCHECK_KEEP_TOKEN: 'says whether tokens are kept',
};

test('each secret variable of the help is on the list, and nothing else', () => {
  const page = Array.isArray(environment.paragraphs) ? environment.paragraphs.join('\n') : '';
  const named = page.match(/\b[A-Z_]*(?:SECRET|PASSWORD|_\w*TOKEN)\b(?!_)/gu) ?? [];
  const secret = named.filter((name) => name.includes('_') && NO_SECRETS[name] === undefined);
  expect([...new Set(secret)].toSorted()).toEqual(SECRET_VARIABLES.toSorted());
});
