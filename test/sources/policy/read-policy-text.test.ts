import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { faultText, type PolicyText } from '#mailflow/check/policy-document.js';
import { readPolicyText } from '#sources/policy/read-policy-text.js';

const read = (text: string): PolicyText => readPolicyText(new TextEncoder().encode(text));

function said(read: PolicyText): readonly string[] {
  return read.ok ? [] : read.faults.map((fault) => faultText('policy.yaml', fault));
}

const values: readonly (readonly [why: string, text: string, value: unknown])[] = [
  [
    'YAML',
    'version: 1\nchecks:\n  quota:\n    enabled: false\n',
    { version: 1, checks: { quota: { enabled: false } } },
  ],
  [
    'JSON',
    '{"version": 1, "checks": {"quota": {"enabled": false}}}',
    { version: 1, checks: { quota: { enabled: false } } },
  ],
  [
    'JSON that is indented with tabs',
    '{\n\t"version": 1,\n\t"window": "4h"\n}\n',
    { version: 1, window: '4h' },
  ],
  ['lines that end as on Windows', 'version: 1\r\nwindow: 4h\r\n', { version: 1, window: '4h' }],
  ['a mark in front', '\uFEFFversion: 1\n', { version: 1 }],
  ['no and yes are texts in YAML 1.2', 'a: no\nb: yes\n', { a: 'no', b: 'yes' }],
  ['a number in quotes stays a text', 'a: "1"\n', { a: '1' }],
  ['a value that is left out', 'a:\n', { a: null }],
  ['a number as key is a text', '1: 2\n', { 1: 2 }],
  ['an anchor that nobody names', 'a: &x 1\n', { a: 1 }],
  ['comments and blank lines', '# one\n\nversion: 1 # two\n', { version: 1 }],
  ['a document that begins and ends', '---\nversion: 1\n...\n', { version: 1 }],
  ['no object at all', '[1, 2]', [1, 2]],
];
test.each(values)('reads %s', (_why, text, value) => {
  const got = read(text);
  expect(got.ok && got.document.value).toEqual(value);
});

test('a prototype is a key like any other', () => {
  const got = read('__proto__:\n  polluted: 1\nconstructor: 2\n');
  expect(got.ok && JSON.stringify(got.document.value)).toBe('{"__proto__":{"polluted":1},"constructor":2}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test.each([
  ['utf-16le', [0xff, 0xfe], (code: number): readonly number[] => [code, 0]],
  ['utf-16be', [0xfe, 0xff], (code: number): readonly number[] => [0, code]],
] as const)('reads %s with its mark, as PowerShell writes it', (_name, mark, unit) => {
  const text = 'version: 1\n';
  const bytes = Uint8Array.from([
    ...mark,
    ...Array.from(text).flatMap((letter) => unit(letter.charCodeAt(0))),
  ]);
  const got = readPolicyText(bytes);
  expect(got.ok && got.document.value).toEqual({ version: 1 });
});

const WHOLE = '`mailcheck check init -` prints a policy whole.';
const hostile: readonly (readonly [why: string, text: string, said: readonly string[]])[] = [
  ['nothing', '', [`policy.yaml: the policy is empty. ${WHOLE}`]],
  ['blanks', ' \n \n', [`policy.yaml: the policy is empty. ${WHOLE}`]],
  ['comments alone', '# version: 1\n', [`policy.yaml: the policy is empty. ${WHOLE}`]],
  [
    'a key twice',
    'version: 1\nchecks:\n  quota: {enabled: true, enabled: false}\n',
    ['policy.yaml:3:26: checks.quota.enabled is given twice. Leave one of them; the first is in line 3.'],
  ],
  [
    'a key twice in JSON',
    '{"version": 1,\n"version": 2}',
    ['policy.yaml:2:1: version is given twice. Leave one of them; the first is in line 1.'],
  ],
  [
    'an alias, which may stand for a million values',
    'a: &a [x, x]\nb: &b [*a, *a]\n',
    [
      'policy.yaml:2:8: b[0] is an alias (*). Write the value out.',
      'policy.yaml:2:12: b[1] is an alias (*). Write the value out.',
    ],
  ],
  [
    'a merge key',
    'checks:\n  <<: {a: 1}\n',
    ['policy.yaml:2:3: checks has a merge key (<<). Write the settings out.'],
  ],
  [
    'a tag that would run code elsewhere',
    'a: !!js/function "function () { return 1 }"\n',
    ['policy.yaml:1:18: a has a tag (!). Leave the tag out: a policy has none.'],
  ],
  [
    'a tag of a type',
    'a: !!str 1\n',
    ['policy.yaml:1:10: a has a tag (!). Leave the tag out: a policy has none.'],
  ],
  [
    'a tagged key',
    '!!str a: 1\n',
    ['policy.yaml:1:7: the policy has a key that is no text. Write it as name: value.'],
  ],
  [
    'a tag on all of it',
    '!!map\na: 1\n',
    ['policy.yaml:2:1: the policy has a tag (!). Leave the tag out: a policy has none.'],
  ],
  [
    'a key that is a list',
    '? [a, b]\n: 1\n',
    [`policy.yaml:1:3: the policy has a key that is no text. Write it as name: value. ${WHOLE}`],
  ],
  [
    'two documents',
    'a: 1\n---\nb: 2\n',
    ['policy.yaml:2:1: the policy ends before a second document. Leave one document in the file.'],
  ],
  [
    'a directive that would make yes true',
    '%YAML 1.1\n---\na: yes\n',
    ['policy.yaml:1:1: the policy begins with a directive. Leave the line with % out; it is YAML 1.2.'],
  ],
  [
    'a tab in front',
    'a:\n\tb: 1\n',
    ['policy.yaml:2:1: the policy is indented with a tab. Indent with spaces.'],
  ],
  [
    'NUL',
    'a: 1\nb: \0\n',
    [
      'policy.yaml:2:4: the policy holds a control character (U+0000). Take it out, and save the file as text.',
    ],
  ],
  [
    'an escape sequence',
    'a: "\u001B[2J"\n',
    [
      'policy.yaml:1:5: the policy holds a control character (U+001B). Take it out, and save the file as text.',
    ],
  ],
  [
    'a quote without an end',
    'a: "b\n',
    [`policy.yaml:2:1: the policy is not YAML here: Missing closing "quote. Mend this line. ${WHOLE}`],
  ],
  [
    'JSON that is cut',
    '{"version": 1, "checks": {',
    [
      `policy.yaml:1:27: the policy is not YAML here: Flow map in block collection must be sufficiently indented and end with a }. Mend this line. ${WHOLE}`,
    ],
  ],
];
test.each(hostile)('refuses %s, with its place', (_why, text, expected) => {
  expect(said(read(text))).toEqual(expected);
});

test('refuses bytes that are no text', () => {
  expect(said(readPolicyText(Uint8Array.from([0x61, 0xff, 0xc3])))).toEqual([
    'policy.yaml: the policy is not UTF-8 text. Save it as UTF-8.',
  ]);
});

// Each of these took the library alone half a minute or the whole process.
const endless: readonly (readonly [why: string, text: string])[] = [
  ['lists in lists, in brackets', '['.repeat(1_000_000)],
  ['lists in lists, in lines', '- '.repeat(500_000)],
  ['keys of keys', '? '.repeat(500_000)],
  ['objects in objects', '{a: '.repeat(250_000)],
  [
    'objects in objects, indented',
    Array.from({ length: 1_300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
  ],
  ['keys without end', Array.from({ length: 100_000 }, (_, index) => `k${index}: 1\n`).join('')],
  ['commas', `[${','.repeat(1_000_000)}`],
  ['documents', '---\n'.repeat(250_000)],
];
test.each(endless)('refuses %s before they are worked out', (_why, text) => {
  expect(said(read(text))).toEqual([
    expect.stringMatching(
      /^policy\.yaml:\d+:\d+: the policy is (?:nested deeper than any|far too long for a) policy\./u,
    ),
  ]);
});

describe('places', () => {
  const got = read(
    'version: 1\nchecks:\n  held-mail:\n    # why\n    warningHeld: 50\n  bounce-rate: {reasons: [throttled, expired]}\n',
  );
  const placeOf = got.ok ? got.document.placeOf : (): null => null;

  test.each([
    [['checks', 'held-mail', 'warningHeld'], 'key', { line: 5, column: 5 }],
    [['checks', 'held-mail', 'warningHeld'], 'value', { line: 5, column: 18 }],
    [['checks', 'bounce-rate', 'reasons', 1], 'value', { line: 6, column: 38 }],
    [['checks', 'held-mail', 'criticalHeld'], 'value', null],
    [[], 'key', { line: 1, column: 1 }],
  ] as const)('of %j, %s', (path, part, expected) => {
    expect(placeOf(path, part)).toEqual(expected);
  });
});

test('never throws, whatever the bytes', () => {
  const piece = fc.constantFrom(
    ...[
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '!!',
      '? ',
      '|',
      '>',
      '#',
      '%',
      '---',
      '\t',
      '1',
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => pieces.join('')),
        fc.string(),
      ),
      (text) => {
        expect(typeof read(text).ok).toBe('boolean');
      },
    ),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(typeof readPolicyText(bytes).ok).toBe('boolean');
    }),
  );
});

test('reads any JSON as JSON does, but for what a policy may not hold', () => {
  const isPlain = (text: string): boolean => !/[\u0000-\u001F\u007F]|__proto__|<</u.test(text);
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }).filter((json) => isPlain(json) && json.length > 0),
      (json) => {
        const got = read(json);
        const value: unknown = JSON.parse(json);
        if (value === null) expect(got.ok).toBe(false);
        else expect(got.ok ? got.document.value : said(got)).toEqual(value);
      },
    ),
    { numRuns: 1_000 },
  );
});
