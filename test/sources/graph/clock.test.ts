import { afterEach, describe, expect, test } from 'vitest';

import { type Script, type ScriptedServer, startScriptedServer } from '../../fakes/scripted-server.js';
import { collect, NOW, openAt, page, query, row } from './opened.js';

const servers: ScriptedServer[] = [];

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const dateIn = (minutes: number): string => new Date(Date.parse(NOW) + minutes * 60_000).toUTCString();
const refused = {
  error: { code: 'BadRequest', message: '|System.ArgumentException|Invalid EndDate value.' },
};
const endOf = (url: string): string => /le%20(\S+Z)/.exec(url)?.[1] ?? '';

describe('a clock of ours that is wrong', () => {
  test.each<[number, string[], string[], string]>([
    [0.9, [], [], 'by less than a minute is good enough'],
    [1.5, ['2 min behind'], [], 'by a minute and more is told'],
    [-1.5, ['1 min ahead of'], [], 'also when it is ahead'],
    [4.9, ['5 min behind'], [], 'by nearly five minutes is told'],
    [5, [], ['5 min behind'], 'by five minutes leaves a gap'],
    [-6, [], ['6 min ahead of'], 'so does the other way'],
  ])('the service is %d min ahead: %s', async (minutes, notes, gaps) => {
    const server = await serve([{ headers: { date: dateIn(minutes) }, body: page([row(1)]) }]);
    const found = await collect(openAt(server.origin).source);
    const { host } = new URL(server.origin);
    const words = (which: string) =>
      expect.stringContaining(`the clock of this machine is ${which} that of ${host}`) as string;
    expect(found.entries).toHaveLength(1);
    expect(found.notes).toEqual(notes.map(words));
    expect(found.gaps).toEqual(
      gaps.map((which) => ({
        what: words(which),
        reason: 'clock',
        remedy: expect.stringContaining('NTP') as string,
        retryAfterSeconds: null,
      })),
    );
    expect(server.requests).toHaveLength(1);
  });

  test('runs ahead, and the end of the window is refused: asked once more by the clock of the service', async () => {
    const server = await serve([
      { status: 400, headers: { date: dateIn(-10) }, body: refused },
      { headers: { date: dateIn(-10) }, body: page([row(1)]) },
    ]);
    const { entries, gaps } = await collect(openAt(server.origin).source);
    expect(server.requests.map(({ url }) => decodeURIComponent(endOf(url)))).toEqual([
      '2026-06-30T12:00:00Z',
      '2026-06-30T11:50:01Z',
    ]);
    expect([entries.length, gaps.map(({ reason }) => reason)]).toEqual([1, ['clock']]);
  });

  test.each([
    ['the window ends before any clock of these', 10, { to: new Date('2026-06-30T11:00:00Z') }, 400],
    ['the clock is right', 0, {}, 400],
    ['the clock is behind', -10, {}, 400],
    ['the question was not refused, there is nothing at this address', 10, {}, 404],
  ])('a refusal for another reason is no reason to ask again: %s', async (_why, ahead, window, status) => {
    const server = await serve([{ status, headers: { date: dateIn(-ahead) }, body: refused }]);
    const asked = query();
    const source = openAt(server.origin).source;
    const question = { ...asked, window: { ...asked.window!, ...window } };
    await expect(collect(source, question)).rejects.toMatchObject({ kind: 'protocol' });
    expect(server.requests).toHaveLength(1);
  });
});
