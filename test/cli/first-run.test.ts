import { expect, test } from 'vitest';

import { firstRunHint } from '#cli/first-run.js';
import { COMMANDS } from '#commands/index.js';
import { Failure, type FailureKind } from '#failure.js';

test.each<[FailureKind, readonly string[] | null, boolean, string]>([
  ['sign-in', ['PATH', 'HOME'], true, 'nothing is set up'],
  ['sign-in', ['PATH', 'AZURE_HTTP_USER_AGENT'], true, 'a variable that signs nobody in'],
  ['sign-in', null, false, 'nobody watches'],
  ['sign-in', ['AZURE_TENANT_ID'], false, 'somebody has begun'],
  ['sign-in', ['MAILCHECK_GRAPH_TOKEN'], false, 'a token that did not do'],
  ['permission', ['PATH'], false, 'signed in already'],
  ['usage', ['PATH'], false, 'another trouble'],
])('%s with %j: hint %s, for %s', (kind, variables, isShown) => {
  const failure = new Failure(kind, 'No.', { remedy: 'Do.' });
  const hint = firstRunHint({ failure, entries: COMMANDS, variables });
  expect(hint !== null).toBe(isShown);
  if (hint !== null) expect(hint).toContain('mailcheck trace --drill=june-2026\n');
});

test.each([
  [true, 'mailcheck login\n', 'the command is there'],
  [false, 'mailcheck help permissions', 'it is not'],
])('login %s: the second line names %s, for %s', (hasLogin, named) => {
  const failure = new Failure('sign-in', 'No.', { remedy: 'Do.' });
  const entry = { words: ['login'], summary: '', load: () => Promise.reject(new Error('not loaded')) };
  const hint = firstRunHint({ failure, entries: hasLogin ? [entry] : [], variables: [] });
  expect(hint?.split('\n')[1]).toContain(named.trim());
  expect(hint?.split('\n')).toHaveLength(3);
});
