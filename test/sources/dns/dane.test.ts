/** DANE from end to end: a mail host with TLS, its TLSA records in DNS, and the judgement. OpenSSL reads the same records beside us. */
import { spawn } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { judgeDane } from '#mailflow/connector/dns/judge-dane.js';
import { PROBE_DEADLINES } from '#mailflow/connector/probe/smtp-prober.js';
import type { TlsSight } from '#mailflow/connector/probe/tls-facts.js';
import { type MailAuthority, openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { type SmtpHost, startSmtpHost } from '#simulator/smtp/smtp-host.js';
import { smtpScript } from '#simulator/smtp/smtp-script.js';
import { openMailDns } from '#sources/dns/mail-dns.js';
import { openSmtpProber } from '#sources/probe/smtp-prober.js';

import { startFakeDns } from '../../fakes/fake-dns.js';

const HOST = 'mail.fabrikam.example';
const signal = new AbortController().signal;
const authority = openMailAuthority();
/** Sends itself along, as a host must whose records name an authority. */
const sending: MailAuthority = {
  ...authority,
  issue: (name, word) => {
    const issued = authority.issue(name, word);
    return { ...issued, certificatePem: issued.certificatePem + authority.caPem };
  },
};

let host: SmtpHost;
let sight: TlsSight;
let own: Named;
const above = namedBy(new X509Certificate(authority.caPem));
beforeAll(async () => {
  const issued = sending.issue(HOST, 'good');
  own = namedBy(new X509Certificate(issued.certificatePem));
  host = await startSmtpHost(smtpScript({ name: HOST }), { ...sending, issue: () => issued });
  sight = await seenBy(null, host);
});
afterAll(async () => {
  await host.close();
});

async function seenBy(caPem: string | null, { port }: SmtpHost): Promise<TlsSight> {
  const prober = openSmtpProber({ machineName: 'admin.contoso.example', anyPort: true, caPem });
  const where = { name: HOST, address: '127.0.0.1', port, security: 'starttls' } as const;
  const question = { ...where, stopAfter: 'tls', recipient: null, deadlines: PROBE_DEADLINES } as const;
  return (await prober.probe(question, signal)).tls;
}

interface Named {
  readonly certificate: Buffer;
  readonly publicKey: Buffer;
}

/** By Node's own reading of the key, which is not the program's. */
function namedBy({ raw, publicKey }: X509Certificate): Named {
  return { certificate: raw, publicKey: publicKey.export({ type: 'spki', format: 'der' }) };
}

interface Row {
  readonly usage: 2 | 3;
  readonly selector: 0 | 1;
  readonly matchingType: 0 | 1 | 2;
  readonly names: 'own' | 'above';
}

function recordOf({ usage, selector, matchingType, names }: Row): string {
  const named = names === 'own' ? own : above;
  const bytes = selector === 0 ? named.certificate : named.publicKey;
  const hashed =
    matchingType === 0
      ? bytes
      : createHash(matchingType === 1 ? 'sha256' : 'sha512')
          .update(bytes)
          .digest();
  return `${usage} ${selector} ${matchingType} ${hashed.toString('hex')}`;
}

const ROWS = ([2, 3] as const).flatMap((usage) =>
  ([0, 1] as const).flatMap((selector) =>
    ([0, 1, 2] as const).flatMap((matchingType) =>
      (['own', 'above'] as const).map((names): Row => ({ usage, selector, matchingType, names })),
    ),
  ),
);

async function judged(record: string, tls = sight) {
  const { server, close } = await startFakeDns(
    { [`_25._tcp.${HOST} TLSA`]: [record] },
    { isAuthentic: true },
  );
  try {
    const dns = openMailDns({ resolvers: [server], allowPrivate: true, caPem: null, env: {} });
    const answer = await dns.tlsa(HOST, 25, signal);
    const path = { subject: HOST, hosts: [HOST], domain: null, isNeeded: true, isWayAuthenticated: true };
    return judgeDane(answer, tls, { ...path, now: new Date('2026-06-02T17:30:00Z') });
  } finally {
    await close();
  }
}

const openssl = ['/usr/bin/openssl', '/usr/local/bin/openssl'].find((path) => existsSync(path)) ?? null;

describe.each(ROWS)('$usage $selector $matchingType for $names', (row) => {
  const isRight = (row.usage === 3) === (row.names === 'own');

  test(isRight ? 'passes' : 'does not pass', async () => {
    const { status } = await judged(recordOf(row));
    // Given whole, an authority that was not sent may still be one.
    const wrong = row.usage === 2 && row.matchingType === 0 ? 'temperror' : 'fail';
    expect(status).toBe(isRight ? 'pass' : wrong);
  });

  test.skipIf(openssl === null)(
    `OpenSSL says the same${openssl === null ? ': skipped, not installed' : ''}`,
    async () => {
      expect(await isVerified(recordOf(row))).toBe(isRight);
    },
  );
});

test('an authority that we know and the host does not send is not taken for one that senders see', async () => {
  const quiet = await startSmtpHost(smtpScript({ name: HOST }), authority);
  try {
    const record = recordOf({ usage: 2, selector: 1, matchingType: 1, names: 'above' });
    expect((await judged(record, await seenBy(null, quiet))).status).toBe('fail');
    expect((await judged(record, await seenBy(authority.caPem, quiet))).status).toBe('temperror');
  } finally {
    await quiet.close();
  }
});

async function isVerified(record: string): Promise<boolean> {
  const where = ['-connect', `127.0.0.1:${host.port}`, '-starttls', 'smtp', '-servername', HOST];
  const dane = ['-dane_tlsa_domain', HOST, '-dane_tlsa_rrdata', record, '-verify_return_error'];
  const child = spawn(openssl ?? '', ['s_client', '-brief', ...where, ...dane], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return said.includes('Verification: OK');
}
