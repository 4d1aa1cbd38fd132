/**
 * Why: what a path is must come out right from servers that nobody here wrote. Tenant: none. Debian's Postfix takes the
 * mail, knot signs the zone and unbound proves it, a web server shows MTA-STS policies; all on high ports of this machine,
 * and reached by settings that everybody has. Requests: as Postfix counts them, and DATA is none of them.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createWebServer, type Server as WebServer } from 'node:http';
import { createServer as createPolicyServer, type Server as PolicyServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type MailAuthority, openMailAuthority } from '#simulator/smtp/mail-certificate.js';

import { type RealPostfix, startPostfix, whyNoPostfix } from '../fakes/real-postfix.js';
import { type RealResolver, startResolver, whyNoResolver } from '../fakes/real-resolver.js';
import { cellsOf } from './read-csv.js';
import { type Run, runMailcheck } from './run-mailcheck.js';

const why = whyNoPostfix() ?? whyNoResolver();

const DOMAIN = 'signed.test';
const HOST = 'mail.signed.test';
/** A name of the same server, of which the records name another key. */
const ROTATED = 'rotated-mail.signed.test';
const ALIAS = 'alias-mail.signed.test';
/** Before these Postfix puts the address, and that it is rejected. */
const PUT_OFF = '451 4.3.2 System not accepting network messages';
const REFUSED = '550 5.7.1 Access denied';
const UNKNOWN = '550 5.1.1 User unknown';

const keys = openMailAuthority();
const good = keys.issue(HOST, 'good', [ROTATED, ALIAS]);
/** The sound certificate is known beforehand: the zone names its key. */
const authority: MailAuthority = {
  ...keys,
  issue: (name, word) => (word === 'good' ? good : keys.issue(name, word)),
};
const policyHost = keys.issue('mta-sts.signed.test', 'good', ['mta-sts.strict.signed.test']);

/** By Node's own reading of the key, which is not the program's. */
const GOOD_KEY = createHash('sha256')
  .update(new X509Certificate(good.certificatePem).publicKey.export({ type: 'spki', format: 'der' }))
  .digest('hex');
const OTHER_KEY = 'ab'.repeat(32);

const ZONE = {
  'signed.test MX': [`10 ${HOST}`],
  'mail.signed.test A': ['127.0.0.1'],
  '_25._tcp.mail.signed.test TLSA': [`3 1 1 ${GOOD_KEY}`],
  '_mta-sts.signed.test TXT': ['v=STSv1; id=20260601'],
  'mta-sts.signed.test A': ['127.0.0.1'],
  'strict.signed.test MX': [`10 ${HOST}`],
  '_mta-sts.strict.signed.test TXT': ['v=STSv1; id=20260601'],
  'mta-sts.strict.signed.test A': ['127.0.0.1'],
  'rotated.signed.test MX': [`10 ${ROTATED}`],
  'rotated-mail.signed.test A': ['127.0.0.1'],
  '_25._tcp.rotated-mail.signed.test TLSA': [`3 1 1 ${OTHER_KEY}`],
  'alias.signed.test MX': [`10 ${ALIAS}`],
  'alias-mail.signed.test CNAME': [HOST],
  'pair.signed.test MX': ['10 gone-mail.signed.test', `20 ${HOST}`],
  'gone-mail.signed.test A': ['127.0.0.9'],
} as const;

const POLICIES: ReadonlyMap<string, string> = new Map([
  ['mta-sts.signed.test', HOST],
  ['mta-sts.strict.signed.test', 'another.signed.test'],
]);

let postfix: RealPostfix;
let dns: RealResolver;
let policies: PolicyServer;
let control: WebServer;
let folder: string;
let caFile: string;

beforeAll(async () => {
  if (why !== null) return;
  [folder, postfix, dns] = await Promise.all([
    mkdtemp(join(tmpdir(), 'mailcheck-real-')),
    startPostfix({
      ...{ name: HOST, authority, domain: DOMAIN, certificates: ['wrong-name', 'expired', 'self-signed'] },
      access: { [`late@${DOMAIN}`]: PUT_OFF, [`barred@${DOMAIN}`]: REFUSED, [`gone@${DOMAIN}`]: UNKNOWN },
    }),
    startResolver(DOMAIN, ZONE),
  ]);
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, keys.caPem);
  policies = createPolicyServer(
    { cert: policyHost.certificatePem, key: policyHost.privateKeyPem },
    ({ url, headers }, response) => {
      const host = POLICIES.get(headers.host ?? '');
      const isAsked = url === '/.well-known/mta-sts.txt' && host !== undefined;
      response.writeHead(isAsked ? 200 : 404, { 'content-type': 'text/plain' });
      response.end(`version: STSv1\r\nmode: enforce\r\nmx: ${host ?? ''}\r\nmax_age: 86400\r\n`);
    },
  );
  control = createWebServer((_request, response) => void response.writeHead(204).end());
  await Promise.all([listen(policies), listen(control)]);
}, 60_000);

afterAll(async () => {
  if (why !== null) return;
  policies.close();
  control.close();
  await Promise.all([postfix.close(), dns.close(), rm(folder, { recursive: true, force: true })]);
});

function listen(server: WebServer | PolicyServer): Promise<void> {
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: WebServer | PolicyServer): number {
  return (server.address() as AddressInfo).port;
}

interface ProbeJson {
  readonly summary: {
    readonly furthest: string | null;
    readonly routes: readonly { readonly worksAt: number | null; readonly secondWorks: boolean | null }[];
  };
  readonly data: readonly {
    readonly host: string | null;
    readonly port: number | null;
    readonly status: string;
    readonly reason: string | null;
    readonly phases: readonly {
      readonly phase: string;
      readonly tookMs: number;
      readonly text: string | null;
    }[];
    readonly dane: string;
    readonly mtaSts: string;
  }[];
  readonly findings: readonly {
    readonly id: string;
    readonly level: string;
    readonly evidence: readonly string[];
  }[];
  readonly incomplete: readonly { readonly reason: string; readonly remedy: string }[];
  readonly outcome: { readonly exitCode: number };
}

interface Setting {
  readonly resolvers?: readonly ('server' | 'misled')[];
  /** In place of the detours to where the hosts of the zone really are. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Port 25 and 443 of the names in the zone, where they really are. */
function detours(): string {
  return [`127.0.0.1:25=127.0.0.1:${postfix.port}`, `127.0.0.1:443=127.0.0.1:${portOf(policies)}`].join(' ');
}

function probe(args: readonly string[], { resolvers = ['server'], env }: Setting = {}): Promise<Run> {
  const [first = '', ...others] = resolvers.map((name) => dns[name]);
  // One by the flag, several by the environment: both ways are public.
  const asked = others.length === 0 ? ['--resolver', first] : [];
  return runMailcheck(['connectors', 'probe', '--allow-private', ...asked, ...args], {
    env: {
      MAILCHECK_CONTROL_URL: `http://127.0.0.1:${portOf(control)}`,
      MAILCHECK_DNS_SERVER: [first, ...others].join(' '),
      ...(env ?? {
        MAILCHECK_CONTROL_MAIL_HOST: '127.0.0.1:25',
        MAILCHECK_MAIL_DETOUR: detours(),
        NODE_EXTRA_CA_CERTS: caFile,
      }),
    },
  });
}

async function probed(args: readonly string[], setting: Setting = {}): Promise<ProbeJson> {
  const { stdout, exitCode } = await probe([...args, '--format', 'json'], setting);
  const json = JSON.parse(stdout) as ProbeJson;
  expect(exitCode).toBe(json.outcome.exitCode);
  return json;
}

/** All that matters of it, short enough to be read in a table. */
function tell({ data, findings, incomplete, outcome }: ProbeJson) {
  return {
    exit: outcome.exitCode,
    paths: data.map(({ status, reason }) => (reason === null ? status : `${status} ${reason}`)),
    findings: findings.map(({ level, id }) => `${level} ${id}`),
    gaps: incomplete.map(({ reason }) => reason),
  };
}

const SOUND = { exit: 0, paths: ['pass'], findings: [], gaps: [] };

describe.skipIf(why !== null)(`with real servers${why === null ? '' : `: skipped, ${why}`}`, () => {
  test('a sound path: every phase with its time, the certificate, DANE and MTA-STS', async () => {
    const json = await probed(['--domain', DOMAIN]);
    expect(tell(json)).toEqual(SOUND);
    const [row] = json.data;
    expect(row?.phases.map(({ phase }) => phase)).toEqual([
      ...['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'quit'],
    ]);
    for (const { tookMs } of row?.phases ?? []) expect(Number.isInteger(tookMs) && tookMs >= 0).toBe(true);
    expect(row).toMatchObject({
      ...{ role: 'mx', route: DOMAIN, host: HOST, address: '127.0.0.1', preference: 10, proven: 'tls' },
      tls: { sight: 'established', protocol: 'TLSv1.3', nameCheck: 'matches', chain: 'trusted' },
      certificate: {
        ...{ subject: `CN=${HOST}`, issuer: 'CN=Simulated mail authority', names: [HOST, ROTATED, ALIAS] },
        fingerprint: new X509Certificate(good.certificatePem).fingerprint256,
      },
      ...{ dane: 'pass', mtaSts: 'pass' },
    });
    expect(json.summary.furthest).toBe('tls');
  });

  describe('RCPT', () => {
    test.each<[string, string, ReturnType<typeof tell>]>([
      ['taken', 'probe', SOUND],
      [
        'put off: mail is late, the path is not broken',
        'late',
        { exit: 1, paths: ['temperror path-defers'], findings: ['warning probe-path-defers'], gaps: [] },
      ],
      [
        'refused by policy: no mailbox is at fault, and mail depends on the path',
        'barred',
        { exit: 2, paths: ['permerror path-refuses'], findings: ['critical probe-path-refuses'], gaps: [] },
      ],
      [
        'a mailbox that is not there says nothing of the path',
        'gone',
        { exit: 3, paths: ['temperror probe-recipient'], findings: [], gaps: ['probe-recipient'] },
      ],
    ])('%s', async (_why, name, expected) => {
      const json = await probed(['--domain', DOMAIN, '--probe-recipient', `${name}@${DOMAIN}`]);
      expect(tell(json)).toEqual(expected);
    });

    test('where the host does not take mail for the domain, its MX is wrong', async () => {
      const json = await probed([
        ...['--domain', 'alias.signed.test', '--probe-recipient', 'probe@alias.signed.test'],
      ]);
      expect(tell(json).exit).toBe(2);
      expect(json.data[0]?.phases.find(({ phase }) => phase === 'rcpt')?.text).toContain(
        'Relay access denied',
      );
    });
  });

  test('Postfix itself counts what it heard: a few words in good order, and never DATA', async () => {
    await probed(['--domain', DOMAIN, '--probe-recipient', `probe@${DOMAIN}`]);
    const counts = async (): Promise<readonly string[]> =>
      (await postfix.log()).match(/(?<=disconnect from \S+ )ehlo=\d.*/g) ?? [];
    await expect.poll(counts).toContain('ehlo=2 starttls=1 mail=1 rcpt=1 quit=1 commands=6');
    expect((await counts()).filter((line) => /data|auth|vrfy|unknown/.test(line))).toEqual([]);
  });

  describe('names and what they demand', () => {
    test.each<[string, string, ReturnType<typeof tell>, { readonly dane: string; readonly mtaSts: string }]>([
      [
        'TLSA records name another key, and DNSSEC proves them',
        'rotated.signed.test',
        { exit: 2, paths: ['fail dane-mismatch'], findings: ['critical dns-dane-mismatch'], gaps: [] },
        { dane: 'fail', mtaSts: 'skipped' },
      ],
      [
        'an alias goes by the records of the host at its end',
        'alias.signed.test',
        { ...SOUND, findings: ['info path-mail-host-alias'] },
        { dane: 'pass', mtaSts: 'skipped' },
      ],
      [
        'a policy that enforces, and does not list the host',
        'strict.signed.test',
        { exit: 2, paths: ['fail mta-sts-host'], findings: ['critical dns-mta-sts-host'], gaps: [] },
        { dane: 'pass', mtaSts: 'fail' },
      ],
    ])('%s', async (_why, domain, expected, marks) => {
      const json = await probed(['--domain', domain]);
      expect(tell(json)).toEqual(expected);
      expect(json.data[0]).toMatchObject(marks);
    });

    test('the second host takes over where the first one is gone', async () => {
      const json = await probed(['--domain', 'pair.signed.test']);
      expect(tell(json)).toMatchObject({
        exit: 1,
        paths: ['fail path-unreachable', 'pass'],
        findings: ['warning probe-path-unreachable', 'warning path-failover-in-use'],
      });
      expect(json.summary.routes).toMatchObject([{ worksAt: 2, secondWorks: true }]);
    });

    test('signatures that do not hold are told as such, and are no absence', async () => {
      const json = await probed(['--domain', DOMAIN], { resolvers: ['misled'] });
      expect(tell(json)).toMatchObject({ exit: 3, findings: [] });
      expect(json.incomplete.map(({ reason }) => reason)).toContain('dnssec-failed');
    });

    test('resolvers that disagree are told of, and the one that proves its answer is believed', async () => {
      const json = await probed(['--domain', DOMAIN], { resolvers: ['misled', 'server'] });
      expect(tell(json)).toEqual({ ...SOUND, findings: ['info dns-resolvers-disagree'] });
      expect(json.data[0]).toMatchObject({ dane: 'pass', mtaSts: 'pass' });
      expect(json.findings[0]?.evidence.join(' ')).toContain('127.0.0.1 says dnssec-failed.');
    });

    test('a name that leads into our own networks is not followed unless that is allowed', async () => {
      const { stdout, exitCode } = await runMailcheck(
        ['connectors', 'probe', '--resolver', dns.server, '--domain', DOMAIN, '--format', 'json'],
        {
          env: {
            MAILCHECK_CONTROL_URL: `http://127.0.0.1:${portOf(control)}`,
            MAILCHECK_MAIL_DETOUR: detours(),
          },
        },
      );
      expect([exitCode, tell(JSON.parse(stdout) as ProbeJson).gaps]).toEqual([
        3,
        ['private-address', 'unreachable'],
      ]);
    });
  });

  describe('hosts that are named, on ports of their own', () => {
    const named = (port: number): readonly string[] => [
      ...['--host', `${HOST}:${port}`, '--allow-port', String(port)],
    ];
    const all = (): readonly string[] => [postfix.port, ...postfix.portByCertificate.values()].flatMap(named);
    const control25 = (): Readonly<Record<string, string>> => ({
      MAILCHECK_CONTROL_MAIL_HOST: `127.0.0.1:${postfix.port}`,
    });

    test('each certificate for what it is', async () => {
      const json = await probed([...all(), '--ca-file', caFile], { env: control25() });
      expect(tell(json)).toEqual({
        exit: 1,
        paths: ['pass', 'warn certificate-name', 'warn certificate-expired', 'pass'],
        findings: [
          ...['warning probe-certificate-name', 'warning probe-certificate-expired'],
          'info probe-certificate-self-signed',
        ],
        gaps: [],
      });
    });

    test('whom nobody told of the authority knows that it does not know it', async () => {
      const json = await probed(named(postfix.port), { env: control25() });
      expect(tell(json)).toEqual({ ...SOUND, findings: ['info probe-certificate-untrusted'] });
    });
  });

  test('every format carries every fact', async () => {
    const args = ['--domain', 'rotated.signed.test'];
    const [csv, markdown, table] = await Promise.all([
      probe([...args, '--format', 'csv']),
      probe([...args, '--format', 'markdown']),
      probe(args),
    ]);
    const [head = [], line = []] = cellsOf(csv.stdout);
    const cells = new Map(head.map((name, index) => [name, line[index]]));
    for (const phase of ['connect', 'banner', 'ehlo', 'starttls', 'tls', 'secondEhlo'])
      expect(cells.get(`${phase}Ms`)).toMatch(/^\d+$/);
    expect(Object.fromEntries(cells)).toMatchObject({
      ...{ host: ROTATED, status: 'fail', dane: 'fail', tlsProtocol: 'TLSv1.3', chainCheck: 'trusted' },
      certificateFingerprint: new X509Certificate(good.certificatePem).fingerprint256,
    });
    for (const { stdout, exitCode } of [markdown, table]) {
      const words = stdout.replace(/\s+/g, ' ');
      expect([exitCode, words.includes(OTHER_KEY.slice(0, 16)), words.includes('3 1 1')]).toEqual([
        2,
        true,
        true,
      ]);
    }
  });
});
