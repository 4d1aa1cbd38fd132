import fc from 'fast-check';
import { expect, test } from 'vitest';

import { failureText } from '#render/failure-text.js';
import { widthOf } from '#render/layout.js';

import { buildCommandsIn, hostileText, invisibleIn } from './hostile.js';

const failure = { message: 'the service answered 403', remedy: 'Grant the role.', requestId: null };

test('is a line of cause and a line of cure', () => {
  expect(failureText(failure, 80)).toBe('mailcheck: the service answered 403\n  Grant the role.\n');
});

test('names the request, for a support case', () => {
  expect(failureText({ ...failure, requestId: 'a1\u001b[2J' }, 80)).toBe(
    `mailcheck: the service answered 403 (request a1${String.raw`\u{1b}[2J`})\n  Grant the role.\n`,
  );
});

test('wraps to the page and indents what continues', () => {
  expect(failureText(failure, 24)).toBe('mailcheck: the service\n  answered 403\n  Grant the role.\n');
});

test('needs no second line without a remedy', () => {
  expect(failureText({ ...failure, remedy: '' }, 80)).toBe('mailcheck: the service answered 403\n');
});

test('lets no text of a server reach the terminal as it is', () => {
  fc.assert(
    fc.property(hostileText, hostileText, fc.integer({ min: 20, max: 120 }), (message, remedy, width) => {
      const text = failureText({ message, remedy, requestId: message }, width);
      expect(invisibleIn(text)).toEqual([]);
      expect(buildCommandsIn(text)).toEqual([]);
      expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(width);
    }),
    { numRuns: 1000 },
  );
});

test('details stand between cause and cure, each on lines of its own', () => {
  const details = ['policy.yaml:4:5: one.', 'policy.yaml:9:1: \u001b[2Jtwo, which is longer.'];
  expect(failureText({ ...failure, details }, 40)).toBe(
    'mailcheck: the service answered 403\n  policy.yaml:4:5: one.\n  policy.yaml:9:1: \\u{1b}[2Jtwo, which\n    is longer.\n  Grant the role.\n',
  );
});
