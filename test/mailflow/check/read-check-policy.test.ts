import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type CheckPolicy, DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';
import { faultText, type PolicyDocument } from '#mailflow/check/policy-document.js';
import { policySchema } from '#mailflow/check/policy-schema.js';
import { POLICY_SHAPE } from '#mailflow/check/policy-shape.js';
import { readCheckPolicy } from '#mailflow/check/read-check-policy.js';
import { isFields, type LeafShape, type ObjectShape, type Shape } from '#mailflow/check/shape.js';
import { createRandom, type Random } from '#mailflow/sampling/random.js';

/** As of one line, on which all stands. */
const written = (value: unknown): PolicyDocument => ({
  value,
  placeOf: (path) => ({ line: path.length + 1, column: 1 }),
});

function policyOf(value: unknown): CheckPolicy {
  const read = readCheckPolicy(written(value));
  if (!read.ok) throw new Error(read.faults.map((fault) => faultText('policy', fault)).join('\n'));
  return read.policy;
}

function faultsIn(value: unknown): readonly string[] {
  const read = readCheckPolicy(written(value));
  return read.ok ? [] : read.faults.map((fault) => faultText('policy', fault));
}

/** A policy with some checks changed. */
const checks = (given: unknown): unknown => ({ version: 1, checks: given });

describe('what a policy does not set is as usual', () => {
  test.each([
    ['only a version', { version: 1 }],
    ['checks of which all lines are comments', checks(null)],
    ['a check of which all lines are comments', checks({ 'held-mail': null })],
    ['limits of which all lines are comments', checks({ 'bounce-rate': { byParty: null } })],
    ['a rule of which all lines are comments', { version: 1, for: null }],
    ['a schema for the editor', { version: 1, $schema: './policy.schema.json' }],
  ])('%s', (_why, value) => {
    expect(policyOf(value)).toEqual(DEFAULT_CHECK_POLICY);
  });
});

describe('what it sets holds', () => {
  const { checks: usual } = DEFAULT_CHECK_POLICY;

  test('a limit, and beside it all as usual', () => {
    const { 'held-mail': held, ...others } = policyOf(checks({ 'held-mail': { warningHeld: 50 } })).checks;
    const { 'held-mail': usualHeld, ...usualOthers } = usual;
    expect(held).toEqual({ ...usualHeld, settings: { ...usualHeld.settings, warningHeld: 50 } });
    expect(others).toEqual(usualOthers);
  });

  test('which checks are looked at, and which are needed', () => {
    const read = policyOf(checks({ quota: { enabled: false }, 'inbound-volume': { required: true } }));
    expect(read.checks.quota.isEnabled).toBe(false);
    expect(read.checks['inbound-volume'].isRequired).toBe(true);
  });

  test('a rule for all, and one of a check’s own', () => {
    const read = policyOf({
      version: 1,
      for: { bad: 2, of: 4 },
      checks: { 'sign-in': { for: { bad: 1, of: 1, good: 1 } } },
    });
    expect(read.for).toEqual({ bad: 2, of: 4, good: 5, goodMinutes: 10 });
    expect(read.checks.quota.for).toEqual(read.for);
    expect(read.checks['sign-in'].for).toEqual({ bad: 1, of: 1, good: 1, goodMinutes: 10 });
  });

  test('limits for a party: one that is not named is none', () => {
    const read = policyOf(checks({ 'bounce-rate': { byParty: { service: { warningShare: 0.01 } } } }));
    expect(read.checks['bounce-rate'].settings.byParty).toEqual({
      service: { warningShare: 0.01, criticalShare: null },
    });
  });

  test('no limit where one would be', () => {
    expect(
      policyOf(checks({ quota: { criticalShare: null } })).checks.quota.settings.criticalShare,
    ).toBeNull();
    expect(policyOf(checks({ quota: { criticalShare: 1 } })).checks.quota.settings.criticalShare).toBe(1);
  });

  test.each([
    ['15m', 900],
    ['90m', 5_400],
    ['4h', 14_400],
    ['240h', 864_000],
    ['10d', 864_000],
  ])('a window of %s', (window, seconds) => {
    expect(policyOf({ version: 1, window }).windowSeconds).toBe(seconds);
  });

  test('requests and domains', () => {
    const read = policyOf({ version: 1, maxRequests: 30, ownDomains: ['contoso.example', 'bücher.example'] });
    expect(read.maxRequests).toBe(30);
    expect(read.ownDomains).toEqual(['contoso.example', 'bücher.example']);
  });
});

const faults: readonly (readonly [why: string, value: unknown, faults: readonly string[]])[] = [
  [
    'a slip in a setting',
    checks({ 'held-mail': { warningHold: 50 } }),
    [
      'policy:4:1: checks.held-mail.warningHold is no key that there is. Give warningHeld in its place, as warningHeld: 20',
    ],
  ],
  [
    'a slip in the id of a check',
    checks({ heldmail: {} }),
    [
      'policy:3:1: checks.heldmail is no key that there is. Give held-mail in its place, as held-mail: {enabled: true}',
    ],
  ],
  [
    'a setting of another check',
    checks({ 'expiring-mail': { newestRowMinutes: 50 } }),
    [
      'policy:4:1: checks.expiring-mail.newestRowMinutes is no key that there is. It belongs under checks.freshness.',
    ],
  ],
  [
    'a setting that belongs to a check, at the top',
    { version: 1, ignoreServices: ['Teams'] },
    ['policy:2:1: ignoreServices is no key that there is. It belongs under checks.service-health.'],
  ],
  [
    'a check at the top',
    { version: 1, 'held-mail': {} },
    ['policy:2:1: held-mail is no key that there is. It belongs under checks.'],
  ],
  [
    'a key that nobody knows',
    checks({ 'sign-in': { colour: 'blue' } }),
    [
      'policy:4:1: checks.sign-in.colour is no key that there is. sign-in has enabled, required, for, as enabled: true',
    ],
  ],
  [
    'a prototype',
    JSON.parse('{"version": 1, "__proto__": {"checks": {}}}'),
    [expect.stringContaining('__proto__ is no key that there is.')],
  ],
  [
    'a key of every object',
    { version: 1, toString: 1 },
    [expect.stringContaining('toString is no key that there is.')],
  ],
  [
    'a number in quotes',
    checks({ 'held-mail': { warningHeld: '50' } }),
    [
      'policy:4:1: checks.held-mail.warningHeld cannot be "50". Give a whole number from 1, without quotes, as warningHeld: 20',
    ],
  ],
  [
    'a word for a number',
    checks({ 'held-mail': { warningHeld: 'many' } }),
    [
      'policy:4:1: checks.held-mail.warningHeld cannot be "many". Give a whole number from 1, as warningHeld: 20',
    ],
  ],
  [
    'percent for a share',
    checks({ 'bounce-rate': { warningShare: 2 } }),
    [
      'policy:4:1: checks.bounce-rate.warningShare cannot be 2. Give a share from 0 to 1, as 0.05 for 5 %, as warningShare: 0.02',
    ],
  ],
  [
    'half a delivery',
    checks({ 'held-mail': { warningHeld: 0.5 } }),
    [
      'policy:4:1: checks.held-mail.warningHeld cannot be 0.5. Give a whole number from 1, as warningHeld: 20',
    ],
  ],
  [
    'no value',
    checks({ 'held-mail': { warningHeld: null } }),
    [
      'policy:4:1: checks.held-mail.warningHeld cannot be nothing. Give a whole number from 1, as warningHeld: 20',
    ],
  ],
  [
    'what is no number',
    checks({ 'held-mail': { warningMinutes: NaN } }),
    [
      expect.stringContaining(
        'cannot be NaN. Give a number of minutes above 0 to 129600, as warningMinutes: 30',
      ),
    ],
  ],
  [
    'a yes of YAML 1.1',
    checks({ quota: { enabled: 'yes' } }),
    ['policy:4:1: checks.quota.enabled cannot be "yes". Give true or false, as enabled: true'],
  ],
  [
    'one value where a list is wanted',
    checks({ 'service-health': { ignoreServices: 'Teams' } }),
    [
      'policy:4:1: checks.service-health.ignoreServices cannot be "Teams". Give a list of at most 200 texts, as ignoreServices: [Microsoft Teams]',
    ],
  ],
  [
    'a slip in a word',
    checks({ 'bounce-rate': { reasons: ['throtled'] } }),
    [
      expect.stringContaining(
        'checks.bounce-rate.reasons[0] cannot be "throtled". Give throttled in its place;',
      ),
    ],
  ],
  [
    'a slip in a party',
    checks({ 'bounce-rate': { byParty: { servise: { warningShare: 0.01 } } } }),
    [
      'policy:5:1: checks.bounce-rate.byParty.servise is no key that there is. Give service in its place, as service: {warningShare: 0.01}',
    ],
  ],
  [
    'no span at all',
    checks({ 'deferral-rate': { minutes: [] } }),
    [
      'policy:4:1: checks.deferral-rate.minutes cannot have 0 entries. Give a list of one to five numbers of minutes, as minutes: [15, 30]',
    ],
  ],
  [
    'more bad runs than runs',
    { version: 1, for: { bad: 5, of: 3 } },
    [
      'policy:2:1: for asks for more bad runs than it looks at. Give a "bad" that is not above "of", as for: {bad: 3, of: 5}',
    ],
  ],
  [
    'half a rule',
    { version: 1, for: { bad: 1 } },
    ['policy:2:1: for has no of. Give of, as {bad: 3, of: 5}'],
  ],
  [
    'a window of seconds',
    { version: 1, window: '90s' },
    [expect.stringContaining('window cannot be "90s".')],
  ],
  ['too long a window', { version: 1, window: '11d' }, [expect.stringContaining('window cannot be "11d".')]],
  [
    'a domain that is none',
    { version: 1, ownDomains: ['x@y'] },
    [expect.stringContaining('ownDomains[0] cannot be "x@y".')],
  ],
  ['another version', { version: 2 }, ['policy:2:1: version cannot be 2. Give 1, as version: 1']],
  [
    'no version',
    {},
    [
      'policy:1:1: the policy has no version. Give version, as {version: 1, checks: {held-mail: {warningHeld: 50}}}',
    ],
  ],
  [
    'a list in place of it all',
    [],
    [
      'policy:1:1: the policy cannot be a list. Give keys and values, as {version: 1, checks: {held-mail: {warningHeld: 50}}}',
    ],
  ],
  [
    'all faults at once',
    { version: 1, windw: '4h', checks: { quota: { enabled: 1 }, 'sign-in': { enabeld: true } } },
    [
      'policy:2:1: windw is no key that there is. Give window in its place, as window: 4h',
      'policy:4:1: checks.quota.enabled cannot be 1. Give true or false, as enabled: true',
      'policy:4:1: checks.sign-in.enabeld is no key that there is. Give enabled in its place, as enabled: true',
    ],
  ],
];
test.each(faults)('refuses %s', (_why, value, expected) => {
  expect(faultsIn(value)).toEqual(expected);
});

describe('the schema', () => {
  const accepts = new Ajv2020({ allErrors: false, strict: true, allowUnionTypes: true }).compile(
    policySchema(),
  );

  test.each(faults)('refuses as the reader does: %s', (_why, value) => {
    expect(accepts(value)).toBe(false);
  });

  test('and the reader accept and refuse the same', () => {
    let accepted = 0;
    fc.assert(
      fc.property(policies, (value) => {
        const isAccepted = faultsIn(value).length === 0;
        accepted += Number(isAccepted);
        expect(accepts(value)).toBe(isAccepted);
      }),
      { numRuns: 3_000 },
    );
    // Neither all nor none: the property would say nothing.
    expect(accepted).toBeGreaterThan(100);
    expect(accepted).toBeLessThan(2_900);
  });
});

test('whatever is written, there is a policy or a fault, and never a throw', () => {
  fc.assert(
    fc.property(fc.oneof(policies, fc.jsonValue(), fc.anything()), (value) => {
      const read = readCheckPolicy(written(value));
      expect(read.ok || read.faults.length > 0).toBe(true);
      if (read.ok) expect(Object.keys(read.policy.checks)).toEqual([...CHECK_IDS]);
    }),
    { numRuns: 1_000 },
  );
});

const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    1,
    -1,
    0.5,
    1.5,
    21,
    1e9,
    1e10,
    '',
    '1',
    'x',
    '4h',
    '10d',
    '241h',
    '15m',
    '14m',
    'a.b',
    [],
    {},
  ],
  ...[
    [1],
    ['x'],
    [null],
    'x'.repeat(200),
    'x'.repeat(201),
    '😀'.repeat(200),
    'line\nbreak',
    'bücher.example',
  ],
  ...['service', 'throttled', [15, 30], { bad: 3, of: 5 }, { bad: 6, of: 5 }],
];
const FITTING_TEXTS: readonly string[] = [
  '4h',
  '15m',
  '240h',
  'contoso.example',
  './policy.schema.json',
  'Teams',
];
const FITTING_NUMBERS: readonly number[] = [1, 1, 2, 3, 5, 20, 21, 0, 0.02, 0.5, 15, 60, 129_600, 129_601];

/** Policies by number: a chain of arbitraries would shrink for minutes. */
const policies = fc.integer().map((seed): unknown => valueOf(POLICY_SHAPE, createRandom(seed)));

function oneOf<Item>(items: readonly Item[], draw: Random): Item | undefined {
  return items[Math.floor(draw() * items.length)];
}

/** Mostly what fits a shape, now and then what does not. */
function valueOf(shape: Shape, draw: Random): unknown {
  if (draw() < 0.02) return oneOf(ODD, draw);
  switch (shape.kind) {
    case 'leaf':
      return leafOf(shape, draw);
    case 'list':
      return Array.from({ length: Math.floor(draw() * 4) + shape.least }, () => valueOf(shape.of, draw));
    case 'object':
      return Object.fromEntries(
        keysOf(shape, draw).map((key) => {
          const part = Object.hasOwn(shape.parts, key) ? shape.parts[key] : undefined;
          return [key, part === undefined ? oneOf(ODD, draw) : valueOf(part.shape, draw)];
        }),
      );
  }
}

function keysOf({ parts, required }: ObjectShape, draw: Random): readonly string[] {
  const some = Array.from(
    { length: Math.floor(draw() * 4) },
    () => oneOf(Object.keys(parts), draw) ?? 'enabled',
  );
  const strange = draw() < 0.02 ? ['', 'enabeld', '__proto__', 'toString', 'version'] : [];
  return [...new Set([...(draw() < 0.98 ? required : []), ...some, ...strange.slice(0, 1 + draw() * 4)])];
}

/** A value that is good by the reader where one of ours is; else any. */
function leafOf({ words, isGood }: LeafShape, draw: Random): unknown {
  if (words !== null) return oneOf(words, draw);
  const good = [...FITTING_TEXTS, ...FITTING_NUMBERS, true, false, null].filter(isGood);
  return draw() < 0.97 ? oneOf<unknown>(good, draw) : oneOf(FITTING_NUMBERS, draw);
}

test('a property over random policies reaches every check', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(policies, (value) => {
      const given = isFields(value) && isFields(value['checks']) ? value['checks'] : {};
      for (const key of Object.keys(given)) seen.add(key);
    }),
    { numRuns: 2_000 },
  );
  expect([...seen]).toEqual(expect.arrayContaining([...CHECK_IDS]));
});
