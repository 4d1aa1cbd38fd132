/** What every look-up promises, whoever answers. One suite, run against a resolver that plays a zone and against real ones. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DnsAnswer, MailDns, MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';

export const DOMAIN = 'signed.test';
const KEY_HASH = 'ab'.repeat(32);

/** The signed zone, in the form of `test/fakes/fake-dns.ts`. */
export const SIGNED_ZONE = {
  'signed.test MX': ['20 second.signed.test', '10 mail.signed.test'],
  'mail.signed.test A': ['127.0.0.1', '127.0.0.2'],
  'mail.signed.test AAAA': ['::1'],
  'second.signed.test A': ['127.0.0.3'],
  'alias.signed.test CNAME': ['hop.signed.test'],
  'hop.signed.test CNAME': ['mail.signed.test'],
  'ring.signed.test CNAME': ['gnir.signed.test'],
  'gnir.signed.test CNAME': ['ring.signed.test'],
  'silent.signed.test MX': ['0 .'],
  'only-text.signed.test TXT': ['hello'],
  '_25._tcp.mail.signed.test TLSA': [`3 1 1 ${KEY_HASH}`, `2 0 2 ${'cd'.repeat(64)}`],
  '_mta-sts.signed.test TXT': ['v=STSv1; id=20260601'],
  'mta-sts.signed.test A': ['127.0.0.1'],
} as const;

export interface RunningResolver {
  /** A look-up by a resolver that is trusted, with private ranges allowed or not. */
  readonly open: (manners: { readonly allowPrivate: boolean }) => MailDns;
  readonly close: () => Promise<void>;
}

const SIGNAL = new AbortController().signal;

export function promisesOfMailDns(name: string, start: () => Promise<RunningResolver>): void {
  describe(`a look-up by ${name}`, () => {
    let running: RunningResolver;
    let dns: MailDns;
    beforeAll(async () => {
      running = await start();
      dns = running.open({ allowPrivate: true });
    });
    afterAll(async () => {
      await running.close();
    });

    test('finds the addresses of a host, of both families, authenticated', async () => {
      const answer = await dns.addresses('mail.signed.test', SIGNAL);
      expect(answer).toMatchObject({
        kind: 'found',
        isAuthenticated: true,
        aliases: [],
        leftOut: [],
        dissent: [],
      });
      expect(addressesIn(answer)).toEqual(['127.0.0.1', '127.0.0.2', '::1']);
      expect(answer).toMatchObject({ ttlSeconds: expect.any(Number) as number });
    });

    test('names the aliases on the way', async () => {
      const answer = await dns.addresses('alias.signed.test', SIGNAL);
      expect(answer).toMatchObject({ kind: 'found', aliases: ['hop.signed.test', 'mail.signed.test'] });
      expect(addressesIn(answer)).toEqual(['127.0.0.1', '127.0.0.2', '::1']);
    });

    test('does not follow aliases in a circle', async () => {
      const answer = await dns.addresses('ring.signed.test', SIGNAL);
      expect(answer).toMatchObject({ kind: 'refused', reason: 'alias-loop' });
    });

    test('finds mail hosts, the preferred first', async () => {
      expect(await dns.mailHosts(DOMAIN, SIGNAL)).toMatchObject({
        kind: 'found',
        isAuthenticated: true,
        records: [
          { host: 'mail.signed.test', preference: 10 },
          { host: 'second.signed.test', preference: 20 },
        ],
      });
    });

    test('knows a domain that takes no mail', async () => {
      expect(await dns.mailHosts('silent.signed.test', SIGNAL)).toEqual({
        kind: 'takes-no-mail',
        isAuthenticated: true,
      });
    });

    test.each<[string, (dns: MailDns) => Promise<DnsAnswer<unknown> | MailHostsAnswer>, string]>([
      ['a name that is not there', (each) => each.addresses('nobody.signed.test', SIGNAL), 'no-such-name'],
      [
        'a name without addresses',
        (each) => each.addresses('only-text.signed.test', SIGNAL),
        'no-such-record',
      ],
      [
        'a name without mail hosts',
        (each) => each.mailHosts('only-text.signed.test', SIGNAL),
        'no-such-record',
      ],
      ['a domain that is not there', (each) => each.mailHosts('nobody.signed.test', SIGNAL), 'no-such-name'],
      ['a port without TLSA', (each) => each.tlsa('mail.signed.test', 465, SIGNAL), 'no-such-name'],
    ])('%s', async (_why, question, kind) => {
      expect(await question(dns)).toEqual({ kind, isAuthenticated: true, witnesses: 1, dissent: [] });
    });

    test('finds TLSA records, authenticated', async () => {
      const answer = await dns.tlsa('mail.signed.test', 25, SIGNAL);
      expect(answer).toMatchObject({ kind: 'found', isAuthenticated: true });
      const records = answer.kind === 'found' ? answer.records : [];
      expect(records).toContainEqual(
        expect.objectContaining({ usage: 3, selector: 1, matchingType: 1, association: KEY_HASH }),
      );
      expect(records).toHaveLength(2);
    });

    test('leads nowhere into our own networks unless that is allowed', async () => {
      const answer = await running.open({ allowPrivate: false }).addresses('mail.signed.test', SIGNAL);
      expect(answer).toMatchObject({ kind: 'refused', reason: 'barred-address' });
      const text = answer.kind === 'refused' ? answer.text : '';
      // Resolvers let addresses take turns.
      expect(text.split(', ').toSorted()).toEqual([
        '127.0.0.1 (loopback)',
        '127.0.0.2 (loopback)',
        '::1 (loopback)',
      ]);
    });

    test('a signal that has aborted is no answer', async () => {
      const stopped = AbortSignal.abort();
      expect(await dns.addresses('mail.signed.test', stopped)).toMatchObject({
        kind: 'unanswered',
        reason: 'stopped',
      });
      expect(await dns.mtaSts(DOMAIN, stopped)).toMatchObject({ kind: 'unanswered', part: 'record' });
    });
  });
}

function addressesIn(answer: DnsAnswer<{ readonly address: string }>): readonly string[] {
  return answer.kind === 'found' ? answer.records.map(({ address }) => address).toSorted() : [];
}
