import { afterEach, describe, expect, test } from 'vitest';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { asked, LIST, openAt, page } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const ID = '5f0c3c1e-0000-4000-8000-000000000001';

async function ask(origin: string, recipient = 'r1@fabrikam.example') {
  const { source } = openAt(origin);
  return source.details?.(asked(ID, recipient), new AbortController().signal);
}

function detail(n: number): object {
  return {
    id: ID,
    messageId: '<m1@contoso.example>',
    dateTime: `2026-06-30T10:00:0${n}Z`,
    event: 'Defer',
    action: '',
    description: `Reason: [{LED=450 4.4.316 Connection refused};{FQDN=mx${n}.fabrikam.example}`,
    data: '<root><MEP Name="ServerHostName" String="AB1"/></root>',
  };
}

describe('the details of one delivery', () => {
  test('are events, over all pages', async () => {
    const server = await serve((request, index) => ({
      body:
        index === 0
          ? page([detail(1)], `http://${request.headers.host ?? ''}${LIST}/${ID}/x?$skiptoken=2`)
          : page([{ dateTime: '2026-06-30T10:00:02.5000000Z', event: 'Fail', description: null }]),
    }));
    expect(await ask(server.origin)).toEqual({
      kind: 'events',
      events: [
        {
          at: new Date('2026-06-30T10:00:01Z'),
          event: 'Defer',
          description: 'Reason: [{LED=450 4.4.316 Connection refused};{FQDN=mx1.fabrikam.example}',
          data: '<root><MEP Name="ServerHostName" String="AB1"/></root>',
        },
        { at: new Date('2026-06-30T10:00:02.500Z'), event: 'Fail', description: '', data: '' },
      ],
    });
    expect(server.requests).toHaveLength(2);
  });

  test('that the service does not know are no events', async () => {
    const server = await serve([{ body: page([]) }]);
    expect(await ask(server.origin)).toEqual({ kind: 'events', events: [] });
  });

  test.each([
    ['r1@fabrikam.example', "'r1%40fabrikam.example'", 'the plain case'],
    ["o'hara@fabrikam.example", "'o''hara%40fabrikam.example'", 'a quote is doubled'],
    [
      'a/b?c#d&e+f%g@fabrikam.example',
      "'a%2Fb%3Fc%23d%26e%2Bf%25g%40fabrikam.example'",
      'signs of an address',
    ],
    [
      'https://fabrikam.example/v1.0',
      "'https%3A%2F%2Ffabrikam.example%2Fv1.0'",
      'what looks like an address',
    ],
    ['jürgen@fabrikam.example', "'j%C3%BCrgen%40fabrikam.example'", 'beyond ASCII'],
  ])('%j is asked as %s: %s', async (recipient, argument) => {
    const server = await serve([{ body: page([]) }]);
    await ask(server.origin, recipient);
    expect(server.requests.map(({ url }) => url)).toEqual([
      `${LIST}/${ID}/getDetailsByRecipient(recipientAddress=${argument})`,
    ]);
  });

  test.each(['..', '../../users', 'a/b', '.'])(
    'the id %j stays one step of the path, or is not sent',
    async (id) => {
      const server = await serve(() => ({ body: page([]) }));
      await openAt(server.origin).source.details?.(asked(id, 'r'), new AbortController().signal);
      for (const { url } of server.requests)
        expect(url).toBe(`${LIST}/${encodeURIComponent(id)}/getDetailsByRecipient(recipientAddress='r')`);
    },
  );

  test('start again when a link has expired, without doubles', async () => {
    const server = await serve((request, index) => {
      if (index === 1) return { status: 400, body: { error: { code: 'BadRequest', message: 'x' } } };
      if (index === 3) return { body: page([detail(2)]) };
      return { body: page([detail(1)], `http://${request.headers.host ?? ''}${LIST}/${ID}/x?$skiptoken=2`) };
    });
    const answer = await ask(server.origin);
    expect(answer?.kind === 'events' ? answer.events.map((event) => event.at.getUTCSeconds()) : null).toEqual(
      [1, 2],
    );
  });
});
