/** Which formats a command takes, what each of them hides, and what can be told of argv that nobody understands. */
import { describe, expect, test } from 'vitest';

import { readCommonOptions, redacts, wishedFormat, wishesRedaction } from '#cli/common-options.js';
import { pluginCode } from '#cli/exit-code.js';
import { Failure } from '#failure.js';
import type { Format } from '#render/formats.js';

const CONTEXT = { now: new Date('2026-06-02T17:30:00Z'), localTimeZone: 'UTC' };

type Values = Readonly<Record<string, string>>;

function read(values: Values, judges = true): ReturnType<typeof readCommonOptions> {
  const valuesByFlag = new Map(Object.entries(values).map(([name, value]) => [name, [value]]));
  return readCommonOptions({ positionals: [], valuesByFlag }, CONTEXT, { judges });
}

describe('redaction', () => {
  test.each<[Values, Format, boolean, string]>([
    [{}, 'table', false, 'who looks at the screen may see'],
    [{}, 'json', false, 'as may a script'],
    [{}, 'nagios', true, 'a verdict goes to many'],
    [{}, 'openmetrics', true, 'a verdict goes to many'],
    [{ redact: '' }, 'table', true, 'asked for'],
    [{ 'no-redact': '' }, 'junit', false, 'asked for'],
    [{ 'no-redact': '', redact: '' }, 'github', false, 'the one that shows is the stronger'],
  ])('%j: %s %s: %s', (values, format, expected) => {
    expect(redacts(read(values), format)).toBe(expected);
  });
});

describe('formats', () => {
  test.each([
    [{ format: 'junit' }, 'format', 'junit'],
    [{ format: 'NAGIOS' }, 'format', 'nagios'],
    [{ output: 'openmetrics=a=b.prom' }, 'outputs', [{ format: 'openmetrics', path: 'a=b.prom' }]],
  ])('%j is for commands that judge', (values, name, expected) => {
    expect(read(values)).toMatchObject({ [name]: expected });
    const refused = (): unknown => read(values, false);
    expect(refused).toThrow(Failure);
    expect(refused).toThrow(/cannot be/u);
  });

  test('a plugin says nothing on standard error', () => {
    expect([read({ format: 'nagios' }).quiet, read({ format: 'junit' }).quiet]).toEqual([true, false]);
  });
});

test.each<[string, Format | null, boolean, string]>([
  ['status', null, false, 'who looks at the screen may see'],
  ['status --bogus', 'nagios', true, 'a verdict goes to many'],
  ['status', 'github', true, 'as does the log of a build'],
  ['status --no-redact', 'junit', false, 'asked for'],
  ['status --redact', 'json', true, 'asked for'],
  ['status --redact --no-redact', 'json', false, 'the one that shows is the stronger'],
  ['explain -- --redact', null, false, 'text'],
])('%s with %s withholds addresses of its own trouble: %s: %s', (line, format, expected) => {
  expect(wishesRedaction(line.split(' '), format)).toBe(expected);
});

test.each<[string, Format | null, string]>([
  ['status --format nagios', 'nagios', 'a word of its own'],
  ['status --format=NAGIOS', 'nagios', 'as the flag is read'],
  ['--format=json --format nagios', 'nagios', 'the last one counts'],
  ['status --format', null, 'none'],
  ['status --format xml', null, 'none of ours'],
  ['explain -- --format nagios', null, 'text'],
  ['status --output nagios=x', null, 'a file is not what is printed'],
])('%s wishes for %s: %s', (line, expected) => {
  expect(wishedFormat(line.split(' '))).toBe(expected);
});

test.each([
  [0, 0],
  [2, 2],
  [3, 3],
  [4, 3],
  [64, 3],
  [143, 3],
])('code %i is %i for a plugin', (code, expected) => {
  expect(pluginCode(code)).toBe(expected);
});
