/** Resolvers that are slow, old, broken or lying, and zones that lead astray: each gives the answer that mail can live with. */
import { once } from 'node:events';
import { createServer } from 'node:net';

import { afterEach, describe, expect, test } from 'vitest';

import type { MailDns } from '#mailflow/connector/dns/mail-dns.js';
import { TCP_MS, UDP_MS } from '#sources/dns/ask-resolver.js';
import { openMailDns } from '#sources/dns/mail-dns.js';
import { namedResolvers, systemResolvers } from '#sources/dns/resolver.js';

import { type FakeDns, type Reply, startFakeDns, type Zone } from '../../fakes/fake-dns.js';
import { impatientClock } from '../../fakes/impatient-clock.js';

const HOST = 'mail.contoso.example';
const signal = new AbortController().signal;

let running: FakeDns[] = [];
afterEach(async () => {
  for (const dns of running) await dns.close();
  running = [];
});

async function resolver(zone: Zone, options: Parameters<typeof startFakeDns>[1] = {}): Promise<FakeDns> {
  const dns = await startFakeDns(zone, options);
  running.push(dns);
  return dns;
}

interface Manners {
  readonly allowPrivate?: boolean;
  readonly overMs?: number;
}

function lookUp(servers: readonly string[], { allowPrivate = false, overMs }: Manners = {}): MailDns {
  const clock = overMs === undefined ? {} : { clock: impatientClock(overMs) };
  return openMailDns({ resolvers: servers, allowPrivate, caPem: null, env: {}, ...clock });
}

const A = `${HOST} A`;
const AAAA = `${HOST} AAAA`;
const found = (...addresses: readonly string[]) => ({
  kind: 'found',
  records: addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
});

describe('one resolver', () => {
  test.each<[why: string, reply: Reply, manners: Manners, answer: object]>([
    ['answers', ['192.0.2.25'], {}, found('192.0.2.25')],
    ['SERVFAIL is no absence', { rcode: 'SERVFAIL' }, {}, { kind: 'unanswered', reason: 'server-failed' }],
    ['SERVFAIL for a moment', { turns: [{ rcode: 'SERVFAIL' }, ['192.0.2.25']] }, {}, found('192.0.2.25')],
    [
      'an answer that nobody believes is told from none',
      { bogus: ['192.0.2.25'] },
      {},
      { kind: 'unanswered', reason: 'dnssec-failed' },
    ],
    ['so is the proof of an absence', { bogus: [] }, {}, { kind: 'unanswered', reason: 'dnssec-failed' }],
    ['REFUSED is no absence', { rcode: 'REFUSED' }, {}, { kind: 'unanswered', reason: 'server-refused' }],
    [
      'silence is no absence',
      { silent: true },
      { overMs: UDP_MS },
      { kind: 'unanswered', reason: 'timeout' },
    ],
    [
      'a lost datagram is sent again',
      { turns: [{ silent: true }, ['192.0.2.25']] },
      { overMs: UDP_MS },
      found('192.0.2.25'),
    ],
    ['too long for UDP comes over TCP', { long: ['192.0.2.25'] }, {}, found('192.0.2.25')],
    [
      'too long, and silent over TCP',
      { long: { silent: true } },
      { overMs: TCP_MS },
      { kind: 'unanswered', reason: 'timeout' },
    ],
    ['bytes that are no message', { odd: true }, {}, { kind: 'unanswered', reason: 'odd-answer' }],
    [
      'forged answers before the true one are passed over',
      { forged: ['203.0.113.66'], afterForged: ['192.0.2.25'] },
      {},
      found('192.0.2.25'),
    ],
    ['no record', [], {}, { kind: 'no-such-record', witnesses: 1, isAuthenticated: false }],
    ['no name', { rcode: 'NXDOMAIN' }, {}, { kind: 'no-such-name', witnesses: 1, isAuthenticated: false }],
  ])('%s', async (_why, reply, manners, answer) => {
    const { server } = await resolver({
      [A]: reply,
      [AAAA]: Array.isArray(reply) && reply.length > 0 ? [] : reply,
    });
    const heard = await lookUp([server], manners).addresses(HOST, signal);
    if (heard.kind === 'found') {
      expect({ ...heard, records: heard.records.filter(({ family }) => family === 4) }).toMatchObject(answer);
    } else expect(heard).toMatchObject(answer);
  });

  test('one that is older than EDNS is asked as they were then', async () => {
    const dns = await resolver({ [A]: ['192.0.2.25'] }, { knowsEdns: false });
    expect(await lookUp([dns.server]).addresses(HOST, signal)).toMatchObject(found('192.0.2.25'));
    expect(dns.asked.toSorted()).toEqual([`udp ${A}`, `udp ${A}`, `udp ${AAAA}`, `udp ${AAAA}`]);
  });

  test('a shut port is our own trouble', async () => {
    const answer = await lookUp([`127.0.0.1:${await shutPort()}`]).addresses(HOST, signal);
    expect(answer).toMatchObject({ kind: 'unanswered', reason: 'no-name-server' });
  });

  test('none at all is our own trouble', async () => {
    const dns = openMailDns({ resolvers: [], systemServers: [], allowPrivate: false, caPem: null, env: {} });
    expect(await dns.mailHosts('contoso.example', signal)).toMatchObject({
      kind: 'unanswered',
      reason: 'no-name-server',
    });
  });

  test('one family that nobody answers for takes nothing from the other, and is told', async () => {
    const { server } = await resolver({ [A]: ['192.0.2.25'], [AAAA]: { rcode: 'SERVFAIL' } });
    expect(await lookUp([server]).addresses(HOST, signal)).toMatchObject({
      ...found('192.0.2.25'),
      leftOut: [{ text: 'AAAA: server-failed', why: 'unanswered', range: null }],
    });
  });

  test('stopping ends the waiting', async () => {
    const { server } = await resolver({ [A]: { silent: true }, [AAAA]: { silent: true } });
    const controller = new AbortController();
    const answer = lookUp([server]).addresses(HOST, controller.signal);
    controller.abort();
    expect(await answer).toMatchObject({ kind: 'unanswered', reason: 'stopped' });
  });
});

describe('several resolvers', () => {
  const pair = async (first: Zone, second: Zone, manners?: Manners): Promise<MailDns> =>
    lookUp([(await resolver(first)).server, (await resolver(second)).server], manners);
  const here: Zone = { [A]: ['192.0.2.25'] };
  const absent: Zone = {};
  const failing: Zone = { [A]: { rcode: 'SERVFAIL' }, [AAAA]: { rcode: 'SERVFAIL' } };
  const silent: Zone = { [A]: { silent: true }, [AAAA]: { silent: true } };

  test.each<[why: string, first: Zone, second: Zone, manners: Manners, answer: object]>([
    ['both find the same', here, here, {}, { ...found('192.0.2.25'), dissent: [] }],
    [
      'they know other addresses',
      here,
      { [A]: ['198.51.100.7'] },
      {},
      { ...found('192.0.2.25'), dissent: [{ said: 'other-records', records: ['198.51.100.7'] }] },
    ],
    [
      'one address in common: they take turns',
      { [A]: ['192.0.2.25', '192.0.2.26'] },
      { [A]: ['192.0.2.26', '192.0.2.27'] },
      {},
      { kind: 'found', dissent: [] },
    ],
    [
      'the first is behind',
      absent,
      here,
      {},
      { ...found('192.0.2.25'), dissent: [{ said: 'no-such-name', records: [] }] },
    ],
    ['the first fails', failing, here, {}, { ...found('192.0.2.25'), dissent: [{ said: 'server-failed' }] }],
    ['both say no', absent, absent, {}, { kind: 'no-such-name', witnesses: 2, dissent: [] }],
    ['one no is not proof', absent, failing, {}, { kind: 'unanswered', reason: 'server-failed' }],
    ['nor beside silence', silent, absent, { overMs: UDP_MS }, { kind: 'unanswered', reason: 'timeout' }],
  ])('%s', async (_why, first, second, manners, answer) => {
    expect(await (await pair(first, second, manners)).addresses(HOST, signal)).toMatchObject(answer);
  });

  test('a proven no is proof, whatever others fail to say', async () => {
    const proving = await resolver(absent, { isAuthentic: true });
    const dns = lookUp([(await resolver(failing)).server, proving.server]);
    expect(await dns.addresses(HOST, signal)).toMatchObject({
      kind: 'no-such-name',
      isAuthenticated: true,
      dissent: [{ said: 'server-failed' }],
    });
  });

  test('those of the system: each once, three at most, trusted on this machine alone', () => {
    const listed = [
      '127.0.0.53',
      '127.0.0.53:53',
      '0.0.0.0',
      'fec0:0:0:ffff::1',
      '192.0.2.1',
      '[2001:db8::1]:5353',
      '192.0.2.2',
    ];
    expect(systemResolvers(listed)).toEqual([
      { address: '127.0.0.53', port: 53, isTrusted: true },
      { address: '192.0.2.1', port: 53, isTrusted: false },
      { address: '2001:db8::1', port: 5353, isTrusted: false },
    ]);
  });

  test.each(['dns.contoso.example', '', '192.0.2.1:0', '192.0.2.1:70000', '192.0.2.300', 'fe80::1%eth0'])(
    '%j is refused as a resolver',
    (given) => {
      expect(() => namedResolvers([given])).toThrow(/is no address of a resolver/);
    },
  );
});

describe('names that lead astray', () => {
  test('addresses in our own networks are left out beside good ones, and refused alone', async () => {
    const { server } = await resolver({
      [A]: ['10.0.0.5', '192.0.2.25'],
      [AAAA]: ['::ffff:169.254.169.254', '2001:db8::25'],
      'inside.contoso.example A': ['192.168.1.7'],
      'metadata.contoso.example A': ['169.254.169.254'],
    });
    const strict = lookUp([server]);
    expect(await strict.addresses(HOST, signal)).toMatchObject({
      ...found('192.0.2.25', '2001:db8::25'),
      leftOut: [
        { text: '10.0.0.5', why: 'barred-address', range: 'private use' },
        { why: 'barred-address', range: 'link-local, cloud metadata' },
      ],
    });
    expect(await strict.addresses('inside.contoso.example', signal)).toEqual({
      kind: 'refused',
      reason: 'barred-address',
      text: '192.168.1.7 (private use)',
    });
    const mild = lookUp([server], { allowPrivate: true });
    expect(await mild.addresses('inside.contoso.example', signal)).toMatchObject(found('192.168.1.7'));
    expect(await mild.addresses('metadata.contoso.example', signal)).toMatchObject({
      reason: 'barred-address',
    });
  });

  test('an answer that flips is taken as it was checked', async () => {
    const dns = await resolver({ [A]: { turns: [['192.0.2.25'], ['127.0.0.1']] }, [AAAA]: [] });
    expect(await lookUp([dns.server]).addresses(HOST, signal)).toMatchObject(found('192.0.2.25'));
    expect(dns.asked.toSorted()).toEqual([`udp ${A}`, `udp ${AAAA}`]);
    expect(await lookUp([dns.server]).addresses(HOST, signal)).toMatchObject({ reason: 'barred-address' });
  });

  test('an address is its own answer, and nobody is asked', async () => {
    const dns = await resolver({});
    expect(await lookUp([dns.server]).addresses('192.0.2.9', signal)).toMatchObject(found('192.0.2.9'));
    expect(await lookUp([dns.server]).addresses('127.0.0.1', signal)).toMatchObject({
      reason: 'barred-address',
    });
    expect(dns.asked).toEqual([]);
  });

  test.each([
    ['mail.contoso.example\r\nX', 'a second line'],
    ['', 'nothing'],
    ['a..b', 'an empty label'],
    [`${'a'.repeat(64)}.example`, 'a label that is too long'],
    [`${'abcdefg.'.repeat(40)}example`, 'a name that is too long'],
    ['*.contoso.example', 'a pattern'],
    ['a b.example', 'a gap'],
  ])('%j never reaches a socket: %s', async (name) => {
    const dns = await resolver({});
    const strict = lookUp([dns.server]);
    const refused = { kind: 'refused', reason: 'no-host-name' };
    expect(await strict.addresses(name, signal)).toMatchObject(refused);
    expect(await strict.mailHosts(name, signal)).toMatchObject(refused);
    expect(await strict.mtaSts(name, signal)).toMatchObject({ kind: 'unusable', reason: 'record' });
    expect(dns.asked).toEqual([]);
  });

  test('names are absolute: nothing is added to them, and letters of other scripts become A-labels', async () => {
    const dns = await resolver({});
    await lookUp([dns.server]).addresses('mail', signal);
    await lookUp([dns.server]).mailHosts('BÜCHER.example.', signal);
    expect(dns.asked.toSorted()).toEqual(['udp mail A', 'udp mail AAAA', 'udp xn--bcher-kva.example MX']);
  });

  test('a hundred mail hosts: the twenty preferred, and how many more', async () => {
    const records = Array.from({ length: 100 }, (_, index) => `${100 - index} mx${index}.contoso.example`);
    const dns = await resolver({ 'contoso.example MX': { long: records } });
    const answer = await lookUp([dns.server]).mailHosts('contoso.example', signal);
    expect(answer).toMatchObject({ leftOut: [{ text: '80 more', why: 'too-many' }] });
    const hosts = answer.kind === 'found' ? answer.records : [];
    expect(hosts).toHaveLength(20);
    expect(hosts[0]).toEqual({ host: 'mx99.contoso.example', preference: 1 });
    expect(dns.asked).toEqual(['udp contoso.example MX', 'tcp contoso.example MX']);
  });

  test('mail hosts that are no names are left out', async () => {
    const { server } = await resolver({ 'contoso.example MX': ['10 \u001b[2J', '5 .', `20 ${HOST}`] });
    expect(await lookUp([server]).mailHosts('contoso.example', signal)).toMatchObject({
      kind: 'found',
      records: [{ host: HOST }],
      leftOut: [{ why: 'no-host-name' }, { why: 'no-host-name' }],
    });
  });

  test('more aliases in turn than anybody follows', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `a${index}.contoso.example`);
    const zone = Object.fromEntries(
      names.slice(1).map((name, index) => [`${names[index] ?? ''} CNAME`, [name]]),
    );
    const { server } = await resolver({ ...zone, [`${names.at(-1) ?? ''} A`]: ['192.0.2.25'] });
    expect(await lookUp([server]).addresses('a0.contoso.example', signal)).toMatchObject({
      kind: 'refused',
      reason: 'too-many-aliases',
    });
    expect(await lookUp([server]).addresses('a3.contoso.example', signal)).toMatchObject(found('192.0.2.25'));
  });

  test('a resolver that was led in a circle and says only that it failed', async () => {
    const { server } = await resolver({
      [A]: { rcode: 'SERVFAIL' },
      [AAAA]: { rcode: 'SERVFAIL' },
      [`${HOST} CNAME`]: ['ring.contoso.example'],
      'ring.contoso.example CNAME': [HOST],
    });
    expect(await lookUp([server]).addresses(HOST, signal)).toMatchObject({
      kind: 'refused',
      reason: 'alias-loop',
      text: `ring.contoso.example, ${HOST}`,
    });
  });
});

/** One that was free a moment ago. */
async function shutPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 1;
}
