/** Connectors over the wire: what is asked, how each quirk is read, and what each refusal costs. */
import { afterEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';

import type { Reply, ScriptedServer, SeenRequest } from '../../fakes/scripted-server.js';
import { startScriptedServer } from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { NOW, TOKEN } from '../graph/opened.js';
import { answer, askedBy, openConnectorsAt, PLACE } from './opened.js';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const INBOUND = { Name: 'In', Guid: 'a1', Enabled: true, ConnectorType: 'OnPremises' };
const OUTBOUND = { Name: 'Out', Guid: 'b1', Enabled: true, ConnectorType: 'Partner' };
const DOMAIN = { DomainName: 'contoso.example', DomainType: 'Authoritative' };
const TRANSPORT = { MessageExpiration: '1.00:00:00' };
const RULE = { Name: 'Route', State: 'Enabled', RouteMessageOutboundConnector: 'Out' };
const SERVER = { ServerFQDN: 'ex1.contoso.example', RecommendedBuildVersions: '15.2.1, 15.2.2' };

const USUAL: Readonly<Record<string, readonly unknown[]>> = {
  'Get-InboundConnector': [INBOUND],
  'Get-OutboundConnector': [OUTBOUND],
  'Get-AcceptedDomain': [DOMAIN],
  'Get-TransportConfig': [TRANSPORT],
  'Get-TransportRule': [RULE],
  'Get-OnPremServerReportInfo': [SERVER],
};

type Replies = (cmdlet: string, request: SeenRequest) => Reply | null;

/** Answers as usual where the replies say nothing else. */
async function serve(replies: Replies = () => null): Promise<ScriptedServer> {
  const server = await startScriptedServer((request) => {
    const { cmdlet } = askedBy(request);
    return replies(cmdlet, request) ?? { body: answer(USUAL[cmdlet] ?? []) };
  });
  servers.push(server);
  return server;
}

type Opened = Parameters<typeof openConnectorsAt>[1];

async function ask(
  replies?: Replies,
  changes?: Opened,
): Promise<{ inventory: ConnectorInventory; server: ScriptedServer }> {
  const server = await serve(replies);
  const { source } = openConnectorsAt({ exchangeUrl: server.origin }, changes);
  return { inventory: await source.inventory(new AbortController().signal), server };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

const only =
  (wanted: string, reply: Reply): Replies =>
  (cmdlet) =>
    cmdlet === wanted ? reply : null;

function thrown(message: string): object {
  const internalexception = { message, type: 'System.ArgumentException', stacktrace: '   at X()' };
  return { error: { code: 'BadRequest', message: 'Invalid Operation', innererror: { internalexception } } };
}

const NUL: Reply = {
  status: 403,
  headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  body: Buffer.alloc(2048),
};

describe('what is asked', () => {
  test('nine questions, one by one, a second apart; no Identity, since one that is not there gives all', async () => {
    const clock = virtualClock(NOW);
    const { server } = await ask(undefined, { clock });
    expect(server.requests.map(askedBy)).toEqual([
      { cmdlet: 'Get-InboundConnector', parameters: { ResultSize: 'Unlimited' } },
      { cmdlet: 'Get-OutboundConnector', parameters: { ResultSize: 'Unlimited' } },
      {
        cmdlet: 'Get-OutboundConnector',
        parameters: { IsTransportRuleScoped: true, ResultSize: 'Unlimited' },
      },
      {
        cmdlet: 'Get-OutboundConnector',
        parameters: { IncludeTestModeConnectors: true, ResultSize: 'Unlimited' },
      },
      {
        cmdlet: 'Get-OutboundConnector',
        parameters: { IsTransportRuleScoped: true, IncludeTestModeConnectors: true, ResultSize: 'Unlimited' },
      },
      { cmdlet: 'Get-AcceptedDomain', parameters: { ResultSize: 'Unlimited' } },
      { cmdlet: 'Get-TransportConfig', parameters: {} },
      { cmdlet: 'Get-TransportRule', parameters: { ResultSize: 'Unlimited' } },
      { cmdlet: 'Get-OnPremServerReportInfo', parameters: {} },
    ]);
    expect(server.requests.map(({ method, url }) => [method, url])).toEqual(Array(9).fill(['POST', PLACE]));
    expect(clock.monotonicMs()).toBe(8000);
  });

  test.each<[string, readonly object[], boolean]>([
    ['a connector for servers of our own', [INBOUND], true],
    ['one that is off: nothing comes over it', [{ ...INBOUND, Enabled: false }], false],
    ['partners only', [{ ...INBOUND, ConnectorType: 'Partner' }], false],
    ['none', [], false],
  ])('the report on servers, where there may be some: %s', async (_why, inbound, isAsked) => {
    const { inventory, server } = await ask(only('Get-InboundConnector', { body: answer(inbound) }));
    const cmdlets = server.requests.map((request) => askedBy(request).cmdlet);
    expect(cmdlets.includes('Get-OnPremServerReportInfo')).toBe(isAsked);
    expect(inventory.sight.servers).toBe(isAsked ? 'whole' : 'not-needed');
    expect(inventory.gaps).toEqual([]);
  });
});

describe('what is read', () => {
  test('connectors, each once though four answers hold it; sidecars dropped, zone-less dates as UTC', async () => {
    const { inventory } = await ask(
      only('Get-OutboundConnector', {
        body: answer([
          {
            ...OUTBOUND,
            'SmartHosts@odata.type': '#Collection(String)',
            SmartHosts: ['[192.0.2.7]'],
            'LastValidationTimestamp@data.type': 'System.DateTime',
            LastValidationTimestamp: '2026-07-24T18:59:12.0000000',
            TlsSettings: 'QuantumValidation',
            UseMXRecord: false,
          },
        ]),
      }),
    );
    expect(inventory.outbound).toEqual([
      {
        ...{ direction: 'outbound', name: 'Out', guid: 'b1', enabled: true, type: 'Partner', madeBy: null },
        ...{ comment: null, cloudServicesMail: null, changedAt: null, testMode: null, ruleScoped: null },
        ...{ recipientDomains: null, allAcceptedDomains: null, routesAllViaOnPremises: null, usesMx: false },
        ...{ smartHosts: ['[192.0.2.7]'], tlsSettings: 'QuantumValidation', tlsDomain: null },
        ...{ mtaStsMode: null, daneMode: null, validationRecipients: null, validated: null },
        lastValidatedAt: new Date('2026-07-24T18:59:12Z'),
      },
    ]);
  });

  test('without a GUID they are told apart by name', async () => {
    const named = (...names: readonly string[]) => answer(names.map((Name) => ({ Name })));
    const { inventory } = await ask(only('Get-OutboundConnector', { body: named('One', 'Two', 'ONE') }));
    expect(inventory.outbound.map(({ name }) => name)).toEqual(['One', 'Two']);
  });

  test.each<[string, string | null, number | null]>([
    ['a day', '1.00:00:00', 86_400],
    ['hours', '0.12:30:00', 45_000],
    ['without days, with fractions', '18:00:00.0000000', 64_800],
    ['not told', null, null],
  ])('the time to expiry: %s', async (_why, MessageExpiration, seconds) => {
    const { inventory } = await ask(only('Get-TransportConfig', { body: answer([{ MessageExpiration }]) }));
    expect(inventory.transport?.messageExpirationSeconds).toBe(seconds);
  });

  test("what was never is null, as .NET's first day", async () => {
    const row = { ...OUTBOUND, LastValidationTimestamp: '0001-01-01T00:00:00', TlsDomain: '' };
    const { inventory } = await ask(only('Get-OutboundConnector', { body: answer([row]) }));
    expect(inventory.outbound).toMatchObject([{ lastValidatedAt: null, tlsDomain: null }]);
  });

  test('builds that stand in one text', async () => {
    const { inventory } = await ask();
    expect(inventory.servers).toMatchObject([{ recommendedBuilds: ['15.2.1', '15.2.2'], build: null }]);
  });
});

describe('a list that may not be whole is a gap', () => {
  const LINK = `${PLACE}?$skiptoken=1`;
  const linked = (value: readonly unknown[], link: string): object => ({
    ...answer(value),
    '@odata.nextLink': link,
  });

  test('a warning, whatever it says', async () => {
    const warning = 'Es wurden nur die ersten 1000 Objekte gelesen.';
    const { inventory } = await ask(only('Get-AcceptedDomain', { body: answer([DOMAIN], [warning]) }));
    expect(inventory.gaps).toMatchObject([
      {
        what: expect.stringMatching(
          /^Accepted domains, perhaps in part: .*"Es wurden nur die ersten 1000 Objekte/,
        ) as string,
        reason: 'warning',
        remedy: expect.stringContaining('Get-AcceptedDomain -ResultSize Unlimited') as string,
      },
    ]);
    expect([inventory.sight.domains, inventory.domains.length]).toEqual(['in-part', 1]);
  });

  test('a warning in place of a value', async () => {
    const { inventory } = await ask(only('Get-TransportRule', { body: answer(null, ['Nothing.']) }));
    expect([inventory.rules, inventory.sight.rules]).toEqual([[], 'in-part']);
    expect(inventory.gaps).toMatchObject([{ reason: 'warning' }]);
  });

  test('a link is followed with the same question', async () => {
    const server: { origin: string } = { origin: '' };
    const replies: Replies = (cmdlet, { url }) => {
      if (cmdlet !== 'Get-AcceptedDomain') return null;
      return {
        body:
          url === PLACE
            ? linked([DOMAIN], server.origin + LINK)
            : answer([{ ...DOMAIN, DomainName: 'b.example' }]),
      };
    };
    const served = await serve(replies);
    server.origin = served.origin;
    const { source } = openConnectorsAt({ exchangeUrl: served.origin });
    const inventory = await source.inventory(new AbortController().signal);
    expect(inventory.domains.map(({ name }) => name)).toEqual(['contoso.example', 'b.example']);
    expect([inventory.sight.domains, inventory.gaps]).toEqual(['whole', []]);
    const asked = served.requests.filter((request) => askedBy(request).cmdlet === 'Get-AcceptedDomain');
    expect(asked.map(({ method, url, body }) => [method, url, body === asked[0]?.body])).toEqual([
      ['POST', PLACE, true],
      ['POST', LINK, true],
    ]);
  });

  test('a link that is refused: what came is kept', async () => {
    const refused = thrown('Expired or Invalid pagination request. Default Expiry time is 00:30:00');
    const { inventory } = await ask((cmdlet, { url }) => {
      if (cmdlet !== 'Get-AcceptedDomain') return null;
      return url === PLACE ? { body: linked([DOMAIN], LINK) } : { status: 400, body: refused };
    });
    expect(inventory.domains).toHaveLength(1);
    expect(inventory.sight.domains).toBe('in-part');
    expect(inventory.gaps).toMatchObject([
      {
        what: expect.stringMatching(/^Accepted domains, in part: .*Expired or Invalid pagination/) as string,
        reason: 'protocol',
      },
    ]);
  });

  test.each([
    ['https://outlook.fabrikam.example/adminapi?x=1', 'foreign-link'],
    ['http://[', 'foreign-link'],
    ['//fabrikam.example/x', 'foreign-link'],
    [LINK, 'link-loop'],
  ])('a link to %s is a gap (%s), and nobody else sees the token', async (link, reason) => {
    const { inventory, server } = await ask(only('Get-AcceptedDomain', { body: linked([DOMAIN], link) }));
    expect(inventory.gaps).toMatchObject([{ reason }]);
    expect(server.requests.length).toBeLessThanOrEqual(10);
  });

  test('rows that cannot be read are named by their place, and the others are kept', async () => {
    const rows = [OUTBOUND, { ...OUTBOUND, Guid: 'b2', Enabled: 'yes' }, { Guid: 'b3' }];
    const { inventory } = await ask((cmdlet, request) => {
      if (cmdlet !== 'Get-OutboundConnector') return null;
      const { parameters } = askedBy(request);
      return { body: answer(Object.keys(parameters).length === 1 ? rows : []) };
    });
    expect(inventory.outbound.map(({ guid }) => guid)).toEqual(['b1']);
    expect(inventory.sight.outbound).toBe('in-part');
    expect(inventory.gaps).toMatchObject([
      {
        what: 'Outbound connectors, those in use, 2 of 3 that cannot be read: In the answer of Get-OutboundConnector, true or false was expected at value[1].Enabled.',
        reason: 'protocol',
      },
    ]);
  });
});

describe('a refusal', () => {
  test('of one cmdlet costs that part, asks once, and names the role and how to find it', async () => {
    const { inventory, server } = await ask(only('Get-OutboundConnector', NUL));
    expect(inventory.sight).toMatchObject({ outbound: 'not-seen', inbound: 'whole', rules: 'whole' });
    expect(inventory.gaps).toEqual([
      {
        what: expect.stringMatching(
          /^Outbound connectors: \S+ lets the app in, and no role of it allows Get-OutboundConnector \(status 403\)\.$/,
        ) as string,
        reason: 'refused',
        remedy: expect.stringMatching(
          /Global Reader, or an Exchange role group with View-Only Configuration;.*Get-ManagementRole -Cmdlet Get-OutboundConnector\.$/,
        ) as string,
        retryAfterSeconds: null,
      },
    ]);
    expect(server.requests).toHaveLength(6);
  });

  test('of one of four outbound questions leaves the others', async () => {
    const { inventory } = await ask((cmdlet, request) => {
      const isThat =
        cmdlet === 'Get-OutboundConnector' && 'IsTransportRuleScoped' in askedBy(request).parameters;
      return isThat ? { status: 400, body: thrown('A parameter cannot be found.') } : null;
    });
    expect(inventory.sight.outbound).toBe('in-part');
    expect(inventory.outbound).toHaveLength(1);
    expect(inventory.gaps.map(({ what, remedy }) => [what, remedy])).toEqual([
      [
        expect.stringMatching(/^Outbound connectors, those of mail flow rules: .*400; A parameter cannot/),
        expect.stringMatching(/update mailcheck.*PowerShell/),
      ],
      [
        expect.stringMatching(/^Outbound connectors, those of mail flow rules in test mode: /),
        expect.anything(),
      ],
    ]);
  });

  test('of every cmdlet is a failure of permission', async () => {
    const server = await serve(() => NUL);
    const { source } = openConnectorsAt({ exchangeUrl: server.origin });
    const failure = await failureOf(source.inventory(new AbortController().signal));
    expect(failure).toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('Get-InboundConnector') as string,
      remedy: expect.stringContaining('View-Only Configuration') as string,
    });
    expect(server.requests).toHaveLength(6);
  });

  test('of the token ends it at once: nobody is let in, whatever is asked', async () => {
    const server = await serve(() => ({ status: 401 }));
    const { source } = openConnectorsAt({ exchangeUrl: server.origin });
    const failure = await failureOf(source.inventory(new AbortController().signal));
    expect(failure.kind).toMatch(/permission|sign-in/);
    expect(failure.remedy + failure.message).not.toContain(TOKEN);
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  test('to answer at all ends it, and leaves a gap for what was not asked for', async () => {
    const { inventory, server } = await ask(
      (cmdlet) => (cmdlet === 'Get-AcceptedDomain' ? { reset: true } : null),
      { maxRequests: 6 },
    );
    expect(inventory.sight).toMatchObject({
      ...{ inbound: 'whole', outbound: 'whole' },
      ...{ domains: 'not-seen', transport: 'not-seen', rules: 'not-seen', servers: 'not-seen' },
    });
    expect(inventory.gaps.map(({ what, remedy }) => [what.split(':')[0], remedy])).toEqual([
      ['Accepted domains', expect.stringMatching(/^Raise --max-requests: all of it is nine/)],
      [
        'Transport settings, mail flow rules, out-of-date servers of your own',
        expect.stringMatching(/^Raise --max-requests/),
      ],
    ]);
    expect(server.requests).toHaveLength(6);
  });

  test('a deadline in the middle of a part leaves that part incomplete, and its cure knows of no window', async () => {
    const clock = virtualClock(NOW);
    const { inventory } = await ask(undefined, { clock, deadlineMs: 2500 });
    expect(inventory.sight).toMatchObject({ inbound: 'whole', outbound: 'in-part', domains: 'not-seen' });
    expect(inventory.gaps.map(({ what, reason, remedy }) => [what.split(':')[0], reason, remedy])).toEqual(
      [
        'Outbound connectors, in part',
        'Accepted domains, transport settings, mail flow rules, out-of-date servers of your own',
      ].map((what) => [what, 'timeout', 'Raise --timeout: all of it is nine questions, one a second.']),
    );
  });

  test('a budget that others have used up says when to come again', async () => {
    const ledger = {
      take: () => Promise.resolve({ granted: false, waitMs: 41_000, because: 'budget' } as const),
      pauseFor: () => Promise.resolve(),
      left: () => 0,
    };
    const server = await serve();
    const { source } = openConnectorsAt({ exchangeUrl: server.origin }, { ledger, patienceMs: 0 });
    expect(await failureOf(source.inventory(new AbortController().signal))).toMatchObject({
      ...{ kind: 'throttled', retryAfterSeconds: 41 },
      remedy: 'Try again in 41 s, or wait with --wait; mailcheck quota tells who used it.',
    });
  });

  test('when nobody answers it is a failure that may pass', async () => {
    const server = await serve(() => ({ reset: true }));
    const { source } = openConnectorsAt({ exchangeUrl: server.origin });
    expect(await failureOf(source.inventory(new AbortController().signal))).toMatchObject({
      kind: 'unreachable',
    });
  });

  test('to be asked so much is sat out', async () => {
    let asked = 0;
    const tooMany = 'You have reached the maximum number of concurrent requests per tenant.';
    const { inventory } = await ask((cmdlet) => {
      asked += cmdlet === 'Get-TransportRule' ? 1 : 0;
      return cmdlet === 'Get-TransportRule' && asked === 1 ? { status: 400, body: tooMany } : null;
    });
    expect([inventory.gaps, inventory.rules.length]).toEqual([[], 1]);
  });
});

test('the clock of the service is the one that ages are counted to, and ours where it tells none', async () => {
  const date = 'Wed, 01 Jul 2026 09:00:00 GMT';
  const dated = await ask((cmdlet) => ({ headers: { date }, body: answer(USUAL[cmdlet] ?? []) }));
  expect(dated.inventory.asOf).toEqual(new Date(date));
  const clock = virtualClock(NOW);
  const bare = await ask(undefined, { clock });
  expect(bare.inventory.asOf).toEqual(clock.now());
});

test.each<[string, unknown, object]>([
  ['as it has been seen', SERVER, { name: 'ex1.contoso.example', recommendedBuilds: ['15.2.1', '15.2.2'] }],
  ['named in another field', { Name: 'EX1', Build: '15.1' }, { name: 'EX1', build: '15.1' }],
  ['named nowhere', { Build: '15.1' }, { name: 'a server that is not named', build: '15.1' }],
  [
    'with values of other kinds',
    { ServerFQDN: 'ex1.contoso.example', Build: 15, ThrottleEnabledDate: 'in May', BlockingEnabledDate: 20 },
    { name: 'ex1.contoso.example', build: null, slowedFrom: null, blockedFrom: null },
  ],
])('the report on servers, %s, is read as far as it goes', async (_why, row, read) => {
  const { inventory } = await ask(only('Get-OnPremServerReportInfo', { body: answer([row]) }));
  expect(inventory.servers).toMatchObject([read]);
  expect([inventory.sight.servers, inventory.gaps]).toEqual(['whole', []]);
});
