import { afterEach, describe, expect, test } from 'vitest';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { answer, askedBy, MORE, openExchangeAt, PLACE } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const KEY = { messageTraceId: '5f0c3c1e-0000-4000-8000-000000000001', recipient: "o'hara@fabrikam.example" };

async function ask(script: Script, receivedAt = '2026-06-30T10:00:00.5Z') {
  const server = await serve(script);
  const { source } = openExchangeAt({ exchangeUrl: server.origin });
  const details = await source.details?.(
    { ...KEY, receivedAt: new Date(receivedAt) },
    new AbortController().signal,
  );
  return { details, requests: server.requests };
}

test('an event as it came', async () => {
  const event = {
    'Date@data.type': 'System.DateTime',
    Date: '2026-06-30T10:00:01.0000000',
    Event: 'Defer',
    Action: '',
    Detail: 'Reason: [{LED=450 4.4.316 Connection refused}]',
    Data: '<root/>',
    MessageId: '<m1@contoso.example>',
    MessageTraceId: KEY.messageTraceId,
  };
  const { details, requests } = await ask([
    { body: answer([event, { ...event, Detail: null, Data: null }]) },
  ]);
  const told = { at: new Date('2026-06-30T10:00:01Z'), event: 'Defer' };
  expect(details).toEqual({
    kind: 'events',
    events: [
      { ...told, description: 'Reason: [{LED=450 4.4.316 Connection refused}]', data: '<root/>' },
      { ...told, description: '', data: '' },
    ],
  });
  expect(requests).toMatchObject([{ method: 'POST', url: PLACE }]);
});

describe('dates are always asked for, since without them the service looks at two days only', () => {
  test.each<[string, string, string, string]>([
    [
      'an hour before, and no later than now',
      '2026-06-30T10:00:00.5Z',
      '2026-06-30T09:00:00Z',
      '2026-06-30T12:00:00Z',
    ],
    ['at most ten days', '2026-06-01T10:00:00Z', '2026-06-01T09:00:00Z', '2026-06-10T10:00:00Z'],
    ['not before the ninety days', '2026-04-01T00:30:00Z', '2026-04-01T00:00:00Z', '2026-04-10T00:30:00Z'],
    [
      'older than that: as it is, for the service to refuse',
      '2026-03-01T00:30:00Z',
      '2026-03-01T00:30:00Z',
      '2026-03-10T00:30:00Z',
    ],
    ['a clock that is behind', '2026-06-30T14:00:00Z', '2026-06-30T13:00:00Z', '2026-06-30T13:00:00Z'],
  ])('%s', async (_why, receivedAt, from, to) => {
    const { requests } = await ask([{ body: answer([]) }], receivedAt);
    expect(requests.map(askedBy)).toEqual([
      {
        cmdlet: 'Get-MessageTraceDetailV2',
        parameters: {
          MessageTraceId: KEY.messageTraceId,
          RecipientAddress: KEY.recipient,
          StartDate: from,
          EndDate: to,
        },
      },
    ]);
  });
});

test('a part of the events is a gap: the one that decides may be missing', async () => {
  const { details } = await ask([{ body: answer([], [MORE]) }]);
  expect(details).toMatchObject({ kind: 'gap', gap: { reason: 'protocol' } });
});

test('another warning is none of our business', async () => {
  expect((await ask([{ body: answer([], ['Soon to retire.']) }])).details).toEqual({
    kind: 'events',
    events: [],
  });
});
