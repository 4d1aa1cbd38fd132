/** Every rule of the lint by its own samples, what it may not judge, and how bad an ordinary tenant looks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { InventoryPart, Sight } from '#mailflow/connector/connector.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import { judgeConnectors, unjudgedRules } from '#mailflow/connector/judge-connectors.js';
import type { LintFacts } from '#mailflow/connector/lint/lint-rule.js';
import { LINT_NEEDS } from '#mailflow/connector/lint/lint-rule.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import { EMPTY_INVENTORY, sample, sampleRule, sampleServer } from '#mailflow/connector/lint/sample.js';

import { hostileText } from '../../render/hostile.js';

function idsOf({ inventory, mailHosts }: LintFacts): readonly string[] {
  return judgeConnectors(inventory, mailHosts).map(({ id }) => id);
}

describe.each(LINT_RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds its sample, and leaves the other one alone', () => {
    expect(idsOf(rule.samples.hits)).toContain(id);
    expect(idsOf(rule.samples.misses)).not.toContain(id);
  });

  test('says what it is, what it does to mail, what to do, and where that comes from', () => {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
    expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
    expect(rule.why).toMatch(/^[A-Z].*\.$/);
    expect(rule.remedy).toMatch(/^[A-Z].*\.$/);
    expect(rule.reference).toMatch(/^https:\/\//);
    expect(LINT_NEEDS.some((need) => rule.needs[need] !== undefined)).toBe(true);
  });

  test('is silent, and named as such, where what it needs was not seen', () => {
    const { inventory, mailHosts } = rule.samples.hits;
    for (const need of LINT_NEEDS.filter((each) => rule.needs[each] !== undefined)) {
      const blind: LintFacts =
        need === 'mailHosts'
          ? { inventory, mailHosts: null }
          : { inventory: seeing(inventory, { [need]: 'not-seen' }), mailHosts };
      expect(idsOf(blind)).not.toContain(id);
      const unjudged = unjudgedRules(blind.inventory, blind.mailHosts).find((each) => each.id === id);
      expect(unjudged).toMatchObject({ title: rule.title, unseen: [need] });
    }
  });
});

function seeing(
  inventory: ConnectorInventory,
  changes: Partial<Record<InventoryPart, Sight>>,
): ConnectorInventory {
  return { ...inventory, sight: { ...inventory.sight, ...changes } };
}

test('no two rules have one id', () => {
  const ids = LINT_RULES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('what is seen in part is judged, unless the judgement is that something is missing', () => {
  const inPart = (facts: LintFacts): readonly string[] =>
    idsOf({ ...facts, inventory: seeing(facts.inventory, { outbound: 'in-part', domains: 'in-part' }) });
  const [stranded, single] = ['relay-domain-connector-off', 'single-smart-host'].map((id) => {
    const rule = LINT_RULES.find((each) => each.id === id);
    return inPart(rule?.samples.hits ?? sample({})).includes(id);
  });
  expect([stranded, single]).toEqual([false, true]);
});

describe('an ordinary hybrid tenant', () => {
  const hybrid = sample({
    inbound: [{ name: 'Inbound from 5f0c3c1e' }],
    outbound: [
      {
        ...{ name: 'Outbound to 5f0c3c1e', recipientDomains: ['contoso.example'] },
        ...{ smartHosts: ['mail.contoso.example'], lastValidatedAt: new Date('2024-02-01T00:00:00Z') },
      },
    ],
    domains: [
      { name: 'contoso.example', isDefault: true, type: 'InternalRelay' },
      { name: 'contoso.onmicrosoft.example', isInitial: true },
    ],
  });

  test('is neither red nor yellow', () => {
    const levels = judgeConnectors(hybrid.inventory).map(({ id, level }) => [id, level]);
    expect(levels).toEqual([
      ['single-smart-host', 'info'],
      ['validation-old', 'info'],
    ]);
  });

  test('is yellow when the connector of its relay domain is off, for mail may still go by MX', () => {
    const off = {
      ...hybrid.inventory,
      outbound: hybrid.inventory.outbound.map((each) => ({ ...each, enabled: false })),
    };
    expect(judgeConnectors(off)).toEqual([
      expect.objectContaining({
        id: 'relay-domain-connector-off',
        level: 'warning',
        subject: 'Outbound to 5f0c3c1e',
        source: 'exchange',
        evidence: [
          'It is disabled, and takes the mail for contoso.example (InternalRelay).',
          'No other outbound connector that is on takes mail for contoso.example.',
        ],
      }),
    ]);
  });

  test('is red when DNS proves that its mail comes back', () => {
    const off = {
      ...hybrid.inventory,
      outbound: hybrid.inventory.outbound.map((each) => ({ ...each, enabled: false })),
    };
    const mailHosts = new Map([['contoso.example', ['contoso-example.mail.protection.outlook.com']]]);
    expect(judgeConnectors(off, mailHosts)).toEqual([
      expect.objectContaining({
        id: 'relay-domain-loops',
        level: 'critical',
        subject: 'Outbound to 5f0c3c1e',
        evidence: [
          'It is disabled, and takes the mail for contoso.example (InternalRelay).',
          'No other outbound connector that is on takes mail for contoso.example.',
          'The MX record of contoso.example names contoso-example.mail.protection.outlook.com.',
        ],
      }),
    ]);
  });
});

describe('a relay domain whose connector is off', () => {
  const RELAY = [{ name: 'plants.contoso.example', type: 'InternalRelay' }] as const;
  const OFF = { enabled: false, recipientDomains: ['plants.contoso.example'] };

  test.each<[string, LintFacts, 'red' | 'yellow' | 'not said']>([
    ['ends nowhere', sample({ outbound: [OFF], domains: RELAY }), 'yellow'],
    [
      'in test mode as well',
      sample({ outbound: [{ ...OFF, enabled: true, testMode: true }], domains: RELAY }),
      'yellow',
    ],
    [
      'external relay as well',
      sample({ outbound: [OFF], domains: [{ ...RELAY[0], type: 'ExternalRelay' }] }),
      'yellow',
    ],
    [
      'all accepted domains: the relay domain is one',
      sample({
        outbound: [{ enabled: false, recipientDomains: [], allAcceptedDomains: true }],
        domains: RELAY,
      }),
      'yellow',
    ],
    [
      'another one for everything takes it over',
      sample({ outbound: [OFF, { name: 'All', recipientDomains: ['*'] }], domains: RELAY }),
      'not said',
    ],
    [
      'one that rules alone use takes nothing over',
      sample({
        outbound: [OFF, { name: 'By rule', recipientDomains: ['*'], ruleScoped: true }],
        domains: RELAY,
      }),
      'yellow',
    ],
    [
      'a connector for everything was not made for it',
      sample({ outbound: [{ enabled: false, recipientDomains: ['*'] }], domains: RELAY }),
      'not said',
    ],
    [
      'mailboxes are here',
      sample({ outbound: [OFF], domains: [{ ...RELAY[0], type: 'Authoritative' }] }),
      'not said',
    ],
    [
      'a type that nobody knows',
      sample({ outbound: [OFF], domains: [{ ...RELAY[0], type: 'Tidal' }] }),
      'not said',
    ],
    [
      'whether it is on was not told',
      sample({ outbound: [{ ...OFF, enabled: null }], domains: RELAY }),
      'not said',
    ],
    [
      'its MX leads elsewhere: mail goes there',
      sample(
        { outbound: [OFF], domains: RELAY },
        { 'plants.contoso.example': ['mx.plants.contoso.example'] },
      ),
      'not said',
    ],
    [
      'its MX leads to Exchange Online: mail goes round',
      sample(
        { outbound: [OFF], domains: RELAY },
        { 'plants.contoso.example': ['plants-contoso-example.mail.protection.outlook.com'] },
      ),
      'red',
    ],
    [
      'its MX names a host of each kind: it may go either way',
      sample(
        { outbound: [OFF], domains: RELAY },
        { 'plants.contoso.example': ['mx.fabrikam.example', 'plants.mail.protection.outlook.com'] },
      ),
      'yellow',
    ],
    [
      "its MX names a filter that is gone, and was never Microsoft's",
      sample({ outbound: [OFF], domains: RELAY }, { 'plants.contoso.example': ['plants.psmtp.com'] }),
      'not said',
    ],
    [
      'a name without mail hosts: inside, others may answer',
      sample({ outbound: [OFF], domains: RELAY }, { 'plants.contoso.example': [] }),
      'yellow',
    ],
    [
      'DNS told of other domains only',
      sample({ outbound: [OFF], domains: RELAY }, { 'contoso.example': ['mx.contoso.example'] }),
      'yellow',
    ],
  ])('%s', (_why, facts, said) => {
    const ids = idsOf(facts);
    expect([ids.includes('relay-domain-loops'), ids.includes('relay-domain-connector-off')]).toEqual([
      said === 'red',
      said === 'yellow',
    ]);
  });
});

test.each<[string, LintFacts, string, readonly string[]]>([
  [
    'a rule that routes by GUID to a connector in good order',
    sample({
      outbound: [{ guid: '7A1E0000-0000-4000-8000-000000000001', ruleScoped: true }],
      rules: [sampleRule({ routesTo: '7a1e0000-0000-4000-8000-000000000001' })],
    }),
    'rule-to-connector-off',
    [],
  ],
  [
    'a rule that routes to nobody is named itself',
    sample({ rules: [sampleRule({ routesTo: 'Gone' })] }),
    'rule-to-connector-off',
    ['Route invoices'],
  ],
  [
    'a rule that only watches routes nothing',
    sample({ rules: [sampleRule({ routesTo: 'Gone', mode: 'Audit' })] }),
    'rule-to-connector-off',
    [],
  ],
  [
    'overlapping spellings of one domain',
    sample({
      outbound: [
        { name: 'One', recipientDomains: ['Fabrikam.example.', 'a.example'] },
        { name: 'Two', recipientDomains: ['smtp:fabrikam.example;1'] },
        { name: 'Three', recipientDomains: ['fabrikam.example'], enabled: false },
        { name: 'Four', recipientDomains: ['*.fabrikam.example'] },
      ],
    }),
    'domains-overlap',
    ['One', 'Two'],
  ],
  [
    'one certificate, two connectors of two kinds',
    sample({ inbound: [{ name: 'One' }, { name: 'Two', type: 'Partner' }] }),
    'senders-overlap',
    [],
  ],
  [
    'our own servers may be known by address alone',
    sample({ inbound: [{ senderCertificate: null, senderAddresses: ['192.0.2.10'] }] }),
    'inbound-unrestricted',
    [],
  ],
  [
    'our own servers known by nothing',
    sample({ inbound: [{ senderCertificate: null, senderAddresses: [] }] }),
    'inbound-unrestricted',
    ['From our servers'],
  ],
  [
    'a certificate that is insisted on and not named',
    sample({ inbound: [{ senderCertificate: null, restrictsToCertificate: true }] }),
    'inbound-restriction-empty',
    ['From our servers'],
  ],
  [
    'enhanced filtering for some only',
    sample({
      inbound: [
        {
          ...{ type: 'Partner', restrictsToCertificate: true },
          enhancedFiltering: {
            ...{ skipsLastAddress: true, skippedAddresses: [], testMode: false },
            users: ['ann@contoso.example'],
          },
        },
      ],
    }),
    'enhanced-filtering-gap',
    ['From our servers'],
  ],
  [
    'enhanced filtering that looks and does not act',
    sample({
      inbound: [
        {
          ...{ type: 'Partner', restrictsToCertificate: true },
          enhancedFiltering: { skipsLastAddress: true, skippedAddresses: [], testMode: true, users: [] },
        },
      ],
    }),
    'enhanced-filtering-gap',
    ['From our servers'],
  ],
  [
    'our own servers are no gateway of somebody else, however they are restricted',
    sample({ inbound: [{ type: 'OnPremises', restrictsToCertificate: true }] }),
    'enhanced-filtering-gap',
    [],
  ],
  [
    'enhanced filtering that was not told',
    sample({
      inbound: [
        {
          ...{ type: 'Partner', restrictsToCertificate: true },
          enhancedFiltering: { skipsLastAddress: null, skippedAddresses: null, testMode: null, users: null },
        },
      ],
    }),
    'enhanced-filtering-gap',
    [],
  ],
  [
    'one host twice is one host',
    sample({ outbound: [{ smartHosts: ['[192.0.2.7]', '192.0.2.7'] }] }),
    'single-smart-host',
    ['To our servers'],
  ],
  [
    'an address in IPv6',
    sample({ outbound: [{ smartHosts: ['[2001:db8::7]', 'mail.contoso.example'] }] }),
    'smart-host-address',
    ['To our servers'],
  ],
  [
    'a validation of which only the day is told',
    sample({ outbound: [{ validated: null, lastValidatedAt: new Date('2025-01-01T00:00:00Z') }] }),
    'validation-old',
    ['To our servers'],
  ],
  [
    'no validation: it is not old, it is none',
    sample({ outbound: [{ validated: false, lastValidatedAt: new Date('2025-01-01T00:00:00Z') }] }),
    'validation-old',
    [],
  ],
  [
    'a host in front of the mailboxes, and nobody who knows it',
    sample({ domains: [{}] }, { 'contoso.example': ['mx.filter.example'] }),
    'mx-host-without-connector',
    ['contoso.example'],
  ],
  [
    'mail that comes through servers of our own',
    sample({ inbound: [{}], domains: [{}] }, { 'contoso.example': ['mail.contoso.example'] }),
    'mx-host-without-connector',
    [],
  ],
  [
    'a gateway that only backs Microsoft up',
    sample(
      { domains: [{}] },
      { 'contoso.example': ['contoso-example.mail.protection.outlook.com', 'mx.filter.example'] },
    ),
    'mx-host-without-connector',
    [],
  ],
  [
    'a domain without MX, which takes mail itself or none',
    sample(
      { domains: [{}, { name: 'web.contoso.example' }] },
      { 'web.contoso.example': ['web.contoso.example'] },
    ),
    'mx-host-without-connector',
    [],
  ],
  [
    'half of a hybrid pair',
    sample({ inbound: [{ enabled: false }], outbound: [{ enabled: false }] }),
    'inbound-connector-off',
    [],
  ],
])('%s', (_why, { inventory, mailHosts }, id, subjects) => {
  const found = judgeConnectors(inventory, mailHosts).filter((finding) => finding.id === id);
  expect(found.map(({ subject }) => subject)).toEqual(subjects);
});

test('the stages of an old server are told by the clock of the service', () => {
  const slowedFrom = new Date('2026-05-01T00:00:00Z');
  const blockedFrom = new Date('2026-07-01T00:00:00Z');
  const [finding] = judgeConnectors(
    sample({ servers: [sampleServer({ slowedFrom, blockedFrom })] }).inventory,
  );
  expect(finding).toMatchObject({
    subject: 'ex1.contoso.example',
    evidence: [
      'ExchangeServer2016 build 15.1.2507.16; recommended: 15.1.2507.39.',
      'It is slowed down since 2026-05-01.',
      'It will be blocked from 2026-07-01.',
    ],
  });
});

test('the worst comes first', () => {
  const levels = judgeConnectors(
    sample({
      outbound: [{ tlsSettings: null }],
      domains: [{ isDefault: true, sendingFromStopped: true }],
      rules: [sampleRule({ errorAction: 'Defer' })],
    }).inventory,
  ).map(({ level }) => level);
  expect(levels).toEqual(['critical', 'warning', 'info']);
});

const word = fc.oneof(
  hostileText,
  fc.constantFrom('*', 'contoso.example', 'Partner', 'InternalRelay', 'Enabled'),
);
const words = fc.option(fc.array(word, { maxLength: 4 }));
const flag = fc.option(fc.boolean());
const name = fc.oneof(hostileText, fc.constant('One'));

test('whatever is set up, it is judged: no word of it breaks the lint', () => {
  const part = {
    inbound: fc.array(
      fc.record({
        ...{ name, type: fc.option(word), enabled: flag, requireTls: flag, senderDomains: words },
        ...{ senderAddresses: words, senderCertificate: fc.option(word) },
        ...{ restrictsToAddresses: flag, restrictsToCertificate: flag },
      }),
      { maxLength: 3 },
    ),
    outbound: fc.array(
      fc.record({
        ...{ name, guid: fc.option(word), type: fc.option(word), enabled: flag, testMode: flag },
        ...{ recipientDomains: words, smartHosts: words, usesMx: flag, ruleScoped: flag },
        ...{ tlsSettings: fc.option(word), tlsDomain: fc.option(word), allAcceptedDomains: flag },
        lastValidatedAt: fc.option(fc.date({ noInvalidDate: true })),
      }),
      { maxLength: 3 },
    ),
    domains: fc.array(fc.record({ name, type: fc.option(word), isDefault: flag, sendingToStopped: flag }), {
      maxLength: 3,
    }),
    rules: fc.array(
      fc.record({ name, routesTo: fc.option(name), errorAction: fc.option(word) }).map(sampleRule),
      { maxLength: 3 },
    ),
  };
  fc.assert(
    fc.property(fc.record(part), (parts) => {
      const { inventory } = sample(parts);
      const subjects = new Set(
        [inventory.inbound, inventory.outbound, inventory.domains, inventory.rules].flatMap((list) =>
          list.map((each) => each.name),
        ),
      );
      for (const { subject, evidence } of judgeConnectors(inventory)) {
        expect(subjects.has(subject)).toBe(true);
        expect(evidence.length).toBeGreaterThan(0);
      }
    }),
  );
});

test('of nothing nothing is said, and of nothing seen neither', () => {
  expect(judgeConnectors(EMPTY_INVENTORY)).toEqual([]);
  const blind = seeing(EMPTY_INVENTORY, {
    ...{ inbound: 'not-seen', outbound: 'not-seen', domains: 'not-seen', rules: 'not-seen' },
    servers: 'not-seen',
  });
  expect(judgeConnectors(blind)).toEqual([]);
  expect(unjudgedRules(blind)).toHaveLength(LINT_RULES.length);
  expect(unjudgedRules(EMPTY_INVENTORY).map(({ id }) => id)).toEqual([
    ...['relay-domain-loops', 'legacy-mx', 'mx-host-without-connector'],
  ]);
});
