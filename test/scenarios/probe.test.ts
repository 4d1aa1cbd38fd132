/**
 * Why: a path must be judged as it is over real sockets and real DNS, our own trouble must not be taken for the path's, and a
 * monitor must get the code that fits. Tenant: drills with their mail servers, and servers that mean harm or say nothing.
 * Requests: the words that mail servers heard, of which none is DATA.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { type SmtpHost, startSmtpHost } from '#simulator/smtp/smtp-host.js';
import { type SmtpScript, smtpScript } from '#simulator/smtp/smtp-script.js';

import { cellsOf } from './read-csv.js';
import { type Run, runMailcheck, startMailcheck } from './run-mailcheck.js';

const JUNE = ['--drill=june-2026', '--drill-exit'];
const MX = ['--domain', 'contoso.example', '--probe-recipient', 'probe@contoso.example'];
const JSON_FORMAT = ['--format', 'json'];

const CASES = {
  june: [...JUNE, ...JSON_FORMAT],
  confirmed: [...JUNE, ...JSON_FORMAT, '--confirm'],
  calm: ['--drill=calm', '--drill-exit', ...JSON_FORMAT],
  greenUpToTls: [...JUNE, ...JSON_FORMAT, '--domain', 'contoso.example'],
  atRcpt: [...JUNE, ...JSON_FORMAT, ...MX],
  atRcptCalm: ['--drill=calm', '--drill-exit', ...JSON_FORMAT, ...MX],
  relay: [...JUNE, ...JSON_FORMAT, '--host', 'relay.contoso.example'],
  relayAllowed: [...JUNE, ...JSON_FORMAT, '--host', 'relay.contoso.example', '--allow-private'],
  table: [...JUNE, '--domain', 'contoso.example'],
  markdown: [...JUNE, '--domain', 'contoso.example', '--format', 'markdown'],
  csv: [...JUNE, '--domain', 'contoso.example', '--format', 'csv'],
  nobody: [],
  wrongPort: ['--host', 'mail.contoso.example:80'],
} satisfies Readonly<Record<string, readonly string[]>>;

type CaseName = keyof typeof CASES;

const played = new Map<string, Run>();

// Those that ask the tenant take a second for each of its answers; together they take little more.
beforeAll(async () => {
  await Promise.all(
    Object.entries(CASES).map(async ([name, args]) => {
      played.set(name, await runMailcheck(['connectors', 'probe', ...args]));
    }),
  );
}, 90_000);

function of(name: CaseName): Run {
  const run = played.get(name);
  if (run === undefined) throw new Error(`not played: ${name}`);
  return run;
}

interface JsonProbe {
  readonly schema: string;
  readonly source: { readonly kind: string };
  readonly data: readonly {
    readonly route: string;
    readonly host: string;
    readonly address: string | null;
    readonly status: string;
    readonly reason: string | null;
    readonly proven: string | null;
    readonly phases: readonly {
      readonly phase: string;
      readonly tookMs: number;
      readonly text: string | null;
    }[];
    readonly certificate: { readonly subject: string; readonly validTo: string } | null;
    readonly verdict: { readonly replyCode: number; readonly reason: string; readonly party: string } | null;
  }[];
  readonly findings: readonly { readonly id: string; readonly level: string; readonly subject: string }[];
  readonly incomplete: readonly { readonly reason: string }[];
  readonly outcome: { readonly level: string; readonly exitCode: number };
}

function jsonOf(name: CaseName): JsonProbe {
  return JSON.parse(of(name).stdout) as JsonProbe;
}

test.each<[CaseName, number, string]>([
  ['calm', 0, 'every host answers, and its certificate is what the connectors want'],
  ['greenUpToTls', 0, 'in the middle of the outage, as those saw who probed up to TLS'],
  ['atRcpt', 1, 'the same host at RCPT: put off'],
  ['atRcptCalm', 0, 'and on a calm day'],
  ['confirmed', 2, 'a smart host that deferrals in the trace name'],
  ['june', 3, 'without them it may admit Microsoft only'],
  ['relay', 3, 'DNS leads into a private network'],
  ['relayAllowed', 0, 'and that was allowed'],
  ['nobody', 4, 'no credentials, and nothing named'],
  ['wrongPort', 64, 'a port on which no mail is taken'],
])('%s exits %i: %s', (name, exitCode) => {
  expect(of(name).exitCode).toBe(exitCode);
});

describe('what is told', () => {
  test('each path with its phases, its certificate and how far it got', () => {
    const { schema, source, data } = jsonOf('greenUpToTls');
    expect([schema, source.kind]).toEqual(['mailcheck.probe/1', 'probe']);
    expect(data.map(({ address, status, proven }) => [address, status, proven])).toEqual([
      ['203.0.113.41', 'pass', 'tls'],
      ['203.0.113.42', 'pass', 'tls'],
    ]);
    expect(data[0]?.phases.map(({ phase }) => phase)).toEqual([
      ...['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'quit'],
    ]);
    expect(data[0]?.certificate?.subject).toContain('contoso-example.mail.protection.outlook.com');
  });

  test('the reply that puts mail off, and whose side it is', () => {
    const { data, findings } = jsonOf('atRcpt');
    expect(data[0]).toMatchObject({
      ...{ status: 'temperror', reason: 'path-defers', proven: 'mail' },
      verdict: { replyCode: 421, party: 'service' },
    });
    expect(findings).toMatchObject([
      { id: 'probe-path-defers', level: 'warning', subject: 'contoso.example' },
    ]);
  });

  test('the connector, its hosts in order, and which of them works', () => {
    const levels = jsonOf('confirmed').findings.map(({ level, subject, id }) => `${level} ${subject} ${id}`);
    expect(levels).toEqual([
      'critical Outbound to Woodgrove probe-path-unreachable',
      'warning Woodgrove (new) probe-path-unreachable',
      'warning Woodgrove (new) path-failover-in-use',
      'warning Outbound to Tailspin dns-name-missing',
      'warning Outbound to Tailspin path-failover-broken',
      'warning Encrypted mail probe-certificate-expired',
      'warning Encrypted mail path-failover-in-use',
    ]);
    expect(jsonOf('june').incomplete.map(({ reason }) => reason)).toEqual(['unreachable', 'unreachable']);
  });

  test.each<CaseName>(['table', 'markdown'])(
    '%s says that it is a drill, and that acceptance was not tested',
    (name) => {
      expect(of(name).stdout).toMatch(/^.*DRILL june-2026/u);
      expect(of(name).stdout.replace(/\s+/gu, ' ')).toContain('Acceptance was not tested');
    },
  );

  test('a sheet has all facts of a path in a line', () => {
    const [head = [], ...lines] = cellsOf(of('csv').stdout);
    expect([head.length, lines.length, new Set(lines.map((line) => line.length))]).toEqual([
      ...[head.length, 2, new Set([head.length])],
    ]);
    expect(head).toEqual(
      expect.arrayContaining(['status', 'connectMs', 'tlsProtocol', 'certificateValidTo', 'dane']),
    );
  });

  test('what to do where nobody is signed in', () => {
    expect(of('nobody').stderr).toContain('AZURE_CLIENT_ID');
  });
});

describe('servers of all kinds', () => {
  const authority = openMailAuthority();
  const hosts: SmtpHost[] = [];
  const web = createServer((_request, response) => void response.writeHead(204).end());
  let control = '';
  let sound: SmtpHost;

  async function hostOf(script: Partial<SmtpScript>): Promise<SmtpHost> {
    const host = await startSmtpHost(smtpScript(script), authority);
    hosts.push(host);
    return host;
  }
  const named = ({ port }: SmtpHost): readonly string[] => [
    ...['--host', `127.0.0.1:${port}`, '--allow-port', String(port)],
  ];
  const environment = (): Readonly<Record<string, string>> => ({
    MAILCHECK_CONTROL_URL: control,
    MAILCHECK_CONTROL_MAIL_HOST: `127.0.0.1:${sound.port}`,
  });

  beforeAll(async () => {
    sound = await hostOf({});
    await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve));
    control = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    web.close();
    await Promise.all(hosts.map((host) => host.close()));
  });

  test('whatever they say, none of it acts on the screen, and none hears DATA', async () => {
    const hostile = await Promise.all([
      hostOf({ greeting: '554 \u001b[2J\u001b]0;owned\u0007 go away' }),
      hostOf({ greeting: { endless: 'x' } }),
      hostOf({ greeting: { endless: '220-again\r\n' } }),
      hostOf({ certificate: 'hostile-name' }),
      hostOf({ certificate: 'many-names' }),
      hostOf({ tls: 'injected' }),
      hostOf({ tls: 'masked' }),
      hostOf({ ehlo: '250-\u009b31m\n250 \u202eevil' }),
    ]);
    const args = ['connectors', 'probe', '--allow-private', ...hostile.flatMap(named)];
    const options = { env: environment() };
    const [screen, markdown, json] = await Promise.all([
      runMailcheck(args, options),
      runMailcheck([...args, '--format', 'markdown'], options),
      runMailcheck([...args, ...JSON_FORMAT], options),
    ]);
    for (const { stdout, stderr } of [screen, markdown, json])
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
    const { data, outcome } = JSON.parse(json.stdout) as JsonProbe;
    expect([data.length, outcome.exitCode, screen.exitCode]).toEqual([8, 2, 2]);
    const verbs = hostile.flatMap(({ lines }) => lines.map(({ text }) => text.split(' ', 1)[0]));
    expect(new Set(verbs)).toEqual(new Set(['EHLO', 'STARTTLS', 'QUIT']));
    expect(hostile.map((host) => host.openConnections())).toEqual(hostile.map(() => 0));
  });

  test('with a way out that is shut, nothing is critical', async () => {
    const refusing = await hostOf({});
    await refusing.close();
    const env = { MAILCHECK_CONTROL_URL: 'http://127.0.0.1:1', MAILCHECK_CONTROL_MAIL_HOST: '127.0.0.1:1' };
    const args = ['connectors', 'probe', '--allow-private', ...named(refusing), ...JSON_FORMAT];
    const [ours, theirs] = await Promise.all([
      runMailcheck(args, { env }),
      runMailcheck(args, { env: environment() }),
    ]);
    expect([ours.exitCode, theirs.exitCode]).toEqual([3, 2]);
    expect((JSON.parse(ours.stdout) as JsonProbe).incomplete.map(({ reason }) => reason)).toEqual([
      'own-network',
    ]);
  });

  test('Ctrl-C ends it at once, also while a server keeps silent', async () => {
    const silent = await hostOf({ greeting: { silent: true } });
    const child = startMailcheck(['connectors', 'probe', '--allow-private', ...named(silent)], {
      env: environment(),
    });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    while (silent.connections() === 0) await sleep(20);
    child.kill('SIGINT');
    expect(await closed).toBe(130);
  });

  test('one deadline for all of it: what is under way is told as unknown', async () => {
    const silent = await hostOf({ greeting: { silent: true } });
    const args = [
      'connectors',
      'probe',
      '--allow-private',
      ...named(silent),
      ...named(sound),
      '--timeout',
      '3s',
    ];
    const run = await runMailcheck([...args, ...JSON_FORMAT], { env: environment() });
    const { data, incomplete } = JSON.parse(run.stdout) as JsonProbe;
    expect(data.map(({ status }) => status)).toEqual(['temperror', 'pass']);
    expect([run.exitCode, incomplete.map(({ reason }) => reason)]).toEqual([3, ['timeout']]);
  });
});
