/** The simulated DNS read by a reader that shares nothing with it, and the way from a name to a server. */
import { afterEach, describe, expect, test } from 'vitest';

import { readQuery } from '#simulator/mail-places/dns-message.js';
import { startMailPlaces } from '#simulator/mail-places/start-mail-places.js';
import type { RequestLogLine } from '#simulator/request-log.js';
import { smtpScript } from '#simulator/smtp/smtp-script.js';
import { openMailDns } from '#sources/dns/mail-dns.js';

const { signal } = new AbortController();
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function served(log: RequestLogLine[] = []) {
  const running = await startMailPlaces(
    {
      places: [
        { host: 'mail.contoso.example', address: '192.0.2.25', script: smtpScript() },
        { host: 'mail.contoso.example', address: '2001:db8::25', script: smtpScript() },
        { host: 'down.contoso.example', address: '192.0.2.26', script: null },
      ],
      mailHosts: [
        { domain: 'contoso.example', preference: 20, host: 'down.contoso.example' },
        { domain: 'contoso.example', preference: 10, host: 'mail.contoso.example' },
      ],
      control: 'mail.contoso.example',
    },
    { clock: () => new Date('2026-06-02T17:30:00Z'), log: (line) => void log.push(line) },
  );
  undo.push(running.close);
  const resolvers = (running.environment['MAILCHECK_DNS_SERVER'] ?? '').split(' ');
  const dns = openMailDns({ resolvers, allowPrivate: false, caPem: null, env: {} });
  return { running, dns };
}

describe('the simulated DNS', () => {
  test('addresses of both families', async () => {
    const { dns } = await served();
    const answer = await dns.addresses('MAIL.contoso.example', signal);
    expect(answer).toMatchObject({
      kind: 'found',
      records: [
        { address: '192.0.2.25', family: 4 },
        { address: '2001:db8::25', family: 6 },
      ],
    });
  });

  test('mail hosts with their preference', async () => {
    const { dns } = await served();
    expect(await dns.mailHosts('contoso.example', signal)).toMatchObject({
      kind: 'found',
      records: [
        { host: 'mail.contoso.example', preference: 10 },
        { host: 'down.contoso.example', preference: 20 },
      ],
    });
  });

  test('what is not there: two of them say so, name and record apart', async () => {
    const { dns } = await served();
    expect(await dns.addresses('gone.contoso.example', signal)).toMatchObject({
      kind: 'no-such-name',
      witnesses: 2,
    });
    expect(await dns.mailHosts('mail.contoso.example', signal)).toMatchObject({
      kind: 'no-such-record',
      witnesses: 2,
    });
  });

  test('each question is in the log', async () => {
    const log: RequestLogLine[] = [];
    const { dns } = await served(log);
    await dns.mailHosts('contoso.example', signal);
    expect(log.map(({ server, path }) => [server, path])).toEqual([
      ['dns', 'contoso.example'],
      ['dns', 'contoso.example'],
    ]);
  });
});

test.each([
  ['nothing', ''],
  ['a response', '000180000001000000000000' + '0161000001' + '0001'],
  ['a name that ends outside', '000101000001000000000000' + '3f61'],
  ['a name that points elsewhere', '000101000001000000000000' + 'c00c00010001'],
])('%s is no question', (_, hex) => {
  expect(readQuery(Buffer.from(hex, 'hex'))).toBeNull();
});

test('an address leads to this machine, and where nobody is, to a port that refuses', async () => {
  const { running } = await served();
  const detours = (running.environment['MAILCHECK_MAIL_DETOUR'] ?? '').split(' ');
  expect(detours.map((detour) => detour.replace(/\d+$/u, 'N'))).toEqual([
    '192.0.2.25:25=127.0.0.1:N',
    '[2001:db8::25]:25=127.0.0.1:N',
    '192.0.2.26:25=127.0.0.1:N',
  ]);
  expect(new Set(detours).size).toBe(3);
});
