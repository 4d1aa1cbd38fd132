import { describe, expect, test } from 'vitest';

import type { OutboundConnector } from '#mailflow/connector/connector.js';
import { sample } from '#mailflow/connector/lint/sample.js';
import { demandOf, planRoutes, type RouteWishes } from '#mailflow/connector/path/plan-routes.js';

const NOTHING: RouteWishes = { connectors: [], domains: [], hosts: [], stopAfter: null, recipient: null };

function outbound(different: Partial<OutboundConnector>): OutboundConnector {
  const [connector] = sample({ outbound: [different] }).inventory.outbound;
  if (connector === undefined) throw new Error('one was given');
  return connector;
}

describe('a connector', () => {
  test.each<[string, Partial<OutboundConnector>, object]>([
    ['is needed', {}, { role: 'smart-host', isNeeded: true, stopAfter: 'tls', recipient: null }],
    ['whose state is not told may be on', { enabled: null }, { role: 'smart-host', isNeeded: true }],
    ['in test mode carries no mail', { testMode: true }, { role: 'smart-host', isNeeded: false }],
    ['that is off is not walked', { enabled: false }, { why: 'off' }],
    [
      'by MX goes where the MX of its recipients lead',
      { usesMx: true, smartHosts: [], recipientDomains: ['Fabrikam.example'] },
      { role: 'partner-mx', mxOf: 'fabrikam.example', hosts: [], stopAfter: 'tls', isNeeded: true },
    ],
    [
      'by MX for whatever domain leads to strangers',
      { usesMx: true, smartHosts: [], recipientDomains: ['*'] },
      { why: 'by-mx' },
    ],
    [
      'by MX without domains of its own leads to strangers',
      { usesMx: true, smartHosts: [], recipientDomains: null },
      { why: 'by-mx' },
    ],
    ['without a host leads nowhere', { usesMx: false, smartHosts: [] }, { why: 'no-smart-host' }],
  ])('%s', (_, different, expected) => {
    const { routes, unprobed } = planRoutes({
      ...NOTHING,
      connectors: [outbound({ name: 'Out', ...different })],
    });
    expect([...routes, ...unprobed]).toEqual([expect.objectContaining({ name: 'Out', ...expected })]);
  });

  test('by MX is walked for each of its domains, and says where there are more', () => {
    const wishes = { ...NOTHING, stopAfter: 'rcpt', recipient: 'probe@contoso.example' } as const;
    const probed = (recipientDomains: readonly string[]) => {
      const connectors = [outbound({ name: 'Out', usesMx: true, recipientDomains })];
      const { routes, unprobed } = planRoutes({ ...wishes, connectors });
      return [
        routes.map(({ mxOf, stopAfter, recipient }) => [mxOf, stopAfter, recipient]),
        unprobed.map(({ why }) => why),
      ];
    };
    const two = [
      ['a.example', 'mail', null],
      ['b.example', 'mail', null],
    ];
    expect(probed(['a.example', 'b.example', 'A.example'])).toEqual([two, []]);
    expect(probed(['a.example', '*.c.example', 'b.example'])).toEqual([two, ['by-mx-in-part']]);
    const many = Array.from({ length: 12 }, (_, n) => `d${n}.example`);
    expect(probed(many).map((each) => each.length)).toEqual([10, 1]);
  });

  test('keeps its hosts in order, once each, without brackets', () => {
    const smartHosts = ['[192.0.2.7]', 'B.contoso.example', 'a.contoso.example', 'b.contoso.example.'];
    const { routes } = planRoutes({ ...NOTHING, connectors: [outbound({ usesMx: false, smartHosts })] });
    expect(routes[0]?.hosts.map(({ host, port }) => `${host}:${port}`)).toEqual([
      '192.0.2.7:25',
      'b.contoso.example:25',
      'a.contoso.example:25',
    ]);
  });

  test.each([
    [null, null, { kind: 'opportunistic' }],
    ['EncryptionOnly', 'mail.contoso.example', { kind: 'encrypted' }],
    ['CertificateValidation', null, { kind: 'trusted' }],
    ['DomainValidation', '*.contoso.example', { kind: 'named', domain: '*.contoso.example' }],
    ['DomainValidation', null, { kind: 'trusted' }],
    ['AWordOfTomorrow', null, { kind: 'trusted' }],
  ])('TlsSettings %s with %s asks for %j', (tlsSettings, tlsDomain, expected) => {
    expect(demandOf({ tlsSettings, tlsDomain })).toEqual(expected);
  });
});

describe('how far', () => {
  const domains = ['contoso.example', 'fabrikam.example'].map((name) => ({ name, isDefault: false }));
  const hosts = [{ host: 'relay.contoso.example', port: 25 }];
  const connectors = [outbound({ usesMx: false, smartHosts: ['mail.contoso.example'] })];
  const recipient = 'probe@contoso.example';

  test.each<[string, Partial<RouteWishes>, readonly string[]]>([
    ['up to TLS where nothing is said', {}, ['tls', 'tls', 'tls', 'tls']],
    [
      'the recipient is asked for where its mail goes, and nowhere else',
      { recipient },
      ['tls', 'rcpt', 'tls', 'tls'],
    ],
    ['less where less is wished for', { stopAfter: 'banner' }, ['banner', 'banner', 'banner', 'banner']],
    [
      'RCPT everywhere but at the MX of another domain',
      { stopAfter: 'rcpt', recipient },
      ['rcpt', 'rcpt', 'mail', 'rcpt'],
    ],
  ])('%s', (_, wishes, expected) => {
    const { routes } = planRoutes({ ...NOTHING, connectors, domains, hosts, ...wishes });
    expect(routes.map(({ stopAfter }) => stopAfter)).toEqual(expected);
    for (const { stopAfter, recipient: named } of routes) expect(named !== null).toBe(stopAfter === 'rcpt');
  });
});
