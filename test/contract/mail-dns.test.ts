/** The promises of `MailDns`, kept with a resolver that plays a zone and with a real one that proves a signed zone alike. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openMailDns } from '#sources/dns/mail-dns.js';

import { startFakeDns } from '../fakes/fake-dns.js';
import { type RealResolver, startResolver, whyNoResolver } from '../fakes/real-resolver.js';
import { DOMAIN, promisesOfMailDns, SIGNED_ZONE } from './mail-dns.contract.js';

function lookUpBy(server: string, allowPrivate: boolean) {
  return openMailDns({ resolvers: [server], allowPrivate, caPem: null, env: {} });
}

promisesOfMailDns('a resolver that plays a zone', async () => {
  const { server, close } = await startFakeDns(SIGNED_ZONE, { isAuthentic: true });
  return { open: ({ allowPrivate }) => lookUpBy(server, allowPrivate), close };
});

const why = whyNoResolver();

describe.skipIf(why !== null)(`with real servers${why === null ? '' : `: skipped, ${why}`}`, () => {
  promisesOfMailDns('unbound, which proves what knot signed', async () => {
    const { server, close } = await startResolver(DOMAIN, SIGNED_ZONE);
    return { open: ({ allowPrivate }) => lookUpBy(server, allowPrivate), close };
  });

  describe('unbound that was told another key', () => {
    let resolver: RealResolver;
    beforeAll(async () => {
      resolver = await startResolver(DOMAIN, SIGNED_ZONE);
    });
    afterAll(async () => {
      await resolver.close();
    });
    const signal = new AbortController().signal;

    test('a signature that does not hold is no answer, and no absence', async () => {
      const dns = lookUpBy(resolver.misled, true);
      const failed = { kind: 'unanswered', reason: 'dnssec-failed' };
      expect(await dns.tlsa('mail.signed.test', 25, signal)).toMatchObject(failed);
      expect(await dns.mailHosts(DOMAIN, signal)).toMatchObject(failed);
      expect(await dns.addresses('nobody.signed.test', signal)).toMatchObject(failed);
    });

    test('beside one that can prove it, it is a dissent', async () => {
      const dns = openMailDns({
        resolvers: [resolver.misled, resolver.server],
        allowPrivate: true,
        caPem: null,
        env: {},
      });
      expect(await dns.tlsa('mail.signed.test', 25, signal)).toMatchObject({
        kind: 'found',
        isAuthenticated: true,
        dissent: [{ resolver: '127.0.0.1', said: 'dnssec-failed', records: [] }],
      });
    });
  });
});
