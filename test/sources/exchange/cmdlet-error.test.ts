import fc from 'fast-check';
import { expect, test } from 'vitest';

import { cmdletError } from '#sources/exchange/cmdlet-error.js';

const inner = (message: string, type = '') => ({
  internalexception: { message, type, stacktrace: '   at X()' },
});

test.each<[string, object, string, string]>([
  [
    'the innermost message first',
    {
      message: 'Invalid Operation',
      details: [{ message: '|T|outer' }],
      innererror: inner('real', 'Some.Type'),
    },
    'real',
    'Some.Type',
  ],
  [
    'then the detail without its prefix',
    { message: 'Invalid Operation', details: [{ message: '|System.ArgumentException|outer' }] },
    'outer',
    'System.ArgumentException',
  ],
  [
    'a prefix of three parts',
    { message: 'Invalid Operation', details: [{ message: 'Ex4A1B2C|Some.Type|outer|with a bar' }] },
    'outer|with a bar',
    'Some.Type',
  ],
  ['then the useless one', { message: 'Invalid Operation' }, 'Invalid Operation', ''],
  ['a prefix before the innermost message', { innererror: inner('|Some.Type|real') }, 'real', ''],
  [
    'lines of the stack that came along',
    { innererror: inner('real\r\n   at Exchange.Run() in AB1PR01\n   at Go()') },
    'real',
    '',
  ],
  ['an innermost message of nothing', { innererror: inner(' '), message: 'outer' }, 'outer', ''],
  ['details that are no list', { details: { message: 'x' }, message: 'outer' }, 'outer', ''],
])('%s', (_why, error, said, type) => {
  expect(cmdletError(JSON.stringify({ error }))).toEqual({ said, type });
});

test('whatever comes, it says text or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.constant('\0'.repeat(2048))), (body) => {
      const { said, type } = cmdletError(body);
      expect([typeof said, typeof type]).toEqual(['string', 'string']);
    }),
  );
});
