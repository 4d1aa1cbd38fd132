import { expect, test } from 'vitest';

import { type ColourChoice, colourEnabled, createStyle } from '#terminal/style.js';

test.each<[ColourChoice, boolean, Record<string, string>, boolean, string]>([
  ['auto', true, {}, true, 'a terminal'],
  ['auto', false, {}, false, 'a pipe'],
  ['auto', true, { NO_COLOR: '1' }, false, 'the wish of the user'],
  ['auto', true, { NO_COLOR: '' }, true, 'an empty NO_COLOR is none'],
  ['auto', false, { FORCE_COLOR: '1' }, true, 'a build server that shows colour'],
  ['auto', true, { FORCE_COLOR: '0' }, false, 'FORCE_COLOR can say no'],
  ['auto', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false, 'no wins over yes'],
  ['auto', true, { TERM: 'dumb' }, false, 'a terminal that cannot'],
  ['always', false, { NO_COLOR: '1', TERM: 'dumb' }, true, 'the flag is nearer than the environment'],
  ['never', true, { FORCE_COLOR: '1' }, false, 'the flag is nearer than the environment'],
])('%s, terminal %s, %j: %s, %s', (choice, isTty, env, enabled) => {
  expect(colourEnabled({ choice, isTty, env })).toBe(enabled);
});

test('each mark has its own colour, and closes it', async () => {
  const style = await createStyle(true);
  const marks = [style.good, style.warn, style.bad, style.strong, style.faint].map((mark) => mark('x'));
  expect(marks).toEqual([
    '\u001b[32mx\u001b[39m',
    '\u001b[33mx\u001b[39m',
    '\u001b[31mx\u001b[39m',
    '\u001b[1mx\u001b[22m',
    '\u001b[2mx\u001b[22m',
  ]);
});

test('without colour text is text', async () => {
  const style = await createStyle(false);
  expect([style.good('x'), style.bad('y')]).toEqual(['x', 'y']);
});
