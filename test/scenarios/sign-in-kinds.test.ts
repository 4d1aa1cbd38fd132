/**
 * Why: nobody gets a first answer whom we do not let in. Each kind of credential signs in by the built program, over real
 * sockets, and its token is one that Graph takes; each refusal has its sentence and its code; and no secret is anywhere
 * but where it was asked for. Tenant: one row. Requests: sign-in, then a trace.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faultScript } from '#simulator/faults.js';

import {
  appCertificate,
  identityService,
  jobTokenService,
  program,
  statement,
  type TokenService,
} from '../fakes/token-sources.js';
import { canary, READY_TOKEN } from '../secrets/canary.js';
import { secretIn } from '../secrets/search.js';
import { IDLE_SECRETS, TALKATIVE } from '../secrets/secret-variables.js';
import { BIN, type Run, runMailcheck, startProgram } from './run-mailcheck.js';
import { rowAt, type Served, type ServedTenant, serveTenant, thisSecond } from './serve-tenant.js';

const SUBJECT = 'repo:contoso/runbook:ref:refs/heads/main';
const TRUST = {
  issuer: 'https://token.issuer.example',
  audience: 'api://AzureADTokenExchange',
  subject: SUBJECT,
};
const PASSWORD = canary('password');
const BEARER = canary('bearer');
const WRONG_SECRET = canary('wrong-secret');
const CERTIFICATE = appCertificate();
const LOCKED = appCertificate(PASSWORD);
const FOREIGN = appCertificate();
const ENDED = appCertificate(null, new Date('2026-01-31T00:00:00Z'));

/** Every token of the simulated tenant begins like this. */
const ANY_TOKEN = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIs';

let folder = '';
let tenant: ServedTenant;
const services: TokenService[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-sign-in-'));
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
  await tenant.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function open(options: Served = {}, now = thisSecond()): Promise<void> {
  tenant = await serveTenant(now, [rowAt(now, 20)], {
    tokenChecks: 'issued',
    trust: {
      certificates: [CERTIFICATE.certificatePem, LOCKED.certificatePem, ENDED.certificatePem],
      federated: [TRUST],
    },
    ...options,
  });
  await writeFile(join(folder, 'ca.pem'), tenant.caPem);
}

/** Where everything is, and nothing of who asks. */
function surroundings(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const places = Object.entries(tenant.environment(join(folder, 'ca.pem')));
  const others = places.filter(([name]) => name !== 'AZURE_CLIENT_SECRET');
  // The password of a certificate stands in a file here, and a variable would go before it.
  const own = { MAILCHECK_HOME: join(folder, 'home'), AZURE_CLIENT_CERTIFICATE_PASSWORD: '' };
  return { ...Object.fromEntries(others), ...TALKATIVE, ...own, ...more };
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = surroundings(),
  input = '',
): Promise<Run> {
  return runMailcheck(args, { env, input, cwd: folder });
}

/** At a terminal of its own: whoever is to act must be there. */
async function runAtTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answers = '',
): Promise<{ readonly text: string; readonly exitCode: number | null }> {
  const line = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
  const child = startProgram('script', ['-qec', line, '/dev/null'], {
    env: {
      ...IDLE_SECRETS,
      PATH: process.env['PATH'] ?? '',
      TZ: 'UTC',
      TERM: 'dumb',
      COLUMNS: '200',
      ...env,
    },
    ...{ args, cwd: folder, agrees: answers.startsWith('y') },
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (answers !== '' && text.includes('[y/N]')) child.stdin?.end(answers);
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { text, exitCode };
}

const HAS_TERMINAL = spawnSync('script', ['--version']).status === 0;

/** What one kind needs to be there, and the flags that name it. */
interface Prepared {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

async function written(name: string, text: string, mode = 0o600): Promise<string> {
  await writeFile(join(folder, name), text, { mode });
  return name;
}

async function served(service: Promise<TokenService>): Promise<string> {
  services.push(await service);
  return services.at(-1)?.url ?? '';
}

function tokenFor(resource: string): string {
  return resource === tenant.exchangeUrl ? tenant.issueExchangeToken() : tenant.issueToken();
}

function vouched(claims: Readonly<Record<string, string | number>> = {}): string {
  const { issuer: iss, audience: aud, subject: sub } = TRUST;
  return statement({ iss, aud, sub, ...claims }, new Date());
}

const KINDS: readonly (readonly [string, () => Promise<Prepared> | Prepared])[] = [
  [
    'client-secret of the environment',
    () => ({ args: ['--kind', 'client-secret'], env: { AZURE_CLIENT_SECRET: tenant.clientSecret } }),
  ],
  [
    'client-secret of a file',
    async () => ({ args: ['--secret-file', await written('secret', `${tenant.clientSecret}\n`)] }),
  ],
  ['certificate', async () => ({ args: ['--certificate', await written('app.pem', CERTIFICATE.pem)] })],
  [
    'certificate with a password',
    async () => ({
      args: [
        ...['--certificate', await written('app.pem', LOCKED.pem)],
        ...['--certificate-password-file', await written('password', PASSWORD)],
      ],
    }),
  ],
  [
    'managed-identity of the system',
    async () => ({
      args: ['--kind', 'managed-identity'],
      env: {
        AZURE_CLIENT_ID: '',
        AZURE_POD_IDENTITY_AUTHORITY_HOST: await served(identityService(tokenFor)),
      },
    }),
  ],
  [
    'managed-identity of a user',
    async () => ({
      args: ['--kind', 'managed-identity'],
      env: {
        AZURE_POD_IDENTITY_AUTHORITY_HOST: await served(
          identityService(tokenFor, { identity: { client_id: tenant.clientId } }),
        ),
      },
    }),
  ],
  ...(
    [
      ['--object-id', 'object_id', '44444444-4444-4444-8444-444444444444'],
      [
        '--resource-id',
        'msi_res_id',
        '/subscriptions/44444444-4444-4444-8444-444444444444/resourceGroups/mail/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mailcheck',
      ],
    ] as const
  ).map(([flag, name, id]): (typeof KINDS)[number] => [
    `managed-identity of a user by ${flag}`,
    async () => ({
      args: [flag, id],
      env: {
        AZURE_CLIENT_ID: '',
        AZURE_POD_IDENTITY_AUTHORITY_HOST: await served(
          identityService(tokenFor, { identity: { [name]: id } }),
        ),
      },
    }),
  ]),
  ['federated-token', async () => ({ args: ['--token-file', await written('token', vouched(), 0o644)] })],
  [
    'github',
    async () => ({
      args: ['--kind', 'github'],
      env: {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${await served(jobTokenService(BEARER, { value: vouched() }))}/token?a=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER,
      },
    }),
  ],
  [
    'azure-pipelines',
    async () => ({
      args: ['--kind', 'azure-pipelines', '--service-connection', '33333333-3333-4333-8333-333333333333'],
      env: {
        SYSTEM_OIDCREQUESTURI: `${await served(jobTokenService(BEARER, { oidcToken: vouched() }))}/oidctoken`,
        SYSTEM_ACCESSTOKEN: BEARER,
      },
    }),
  ],
  [
    'azure-cli',
    async () => {
      await mkdir(join(folder, 'bin'));
      const script = `#!/bin/sh
case "$*" in
  *${tenant.exchangeUrl}*) token='${tenant.issueExchangeToken()}' ;;
  *) token='${tenant.issueToken()}' ;;
esac
echo "{\\"accessToken\\": \\"$token\\", \\"expires_on\\": $(( $(date +%s) + 3599 ))}"
`;
      await program(join(folder, 'bin'), 'az', script);
      return {
        args: ['--kind', 'azure-cli'],
        env: { AZURE_CLIENT_ID: '', PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
      };
    },
  ],
];

describe('each kind of credential signs in', () => {
  test.each(KINDS)(
    '%s',
    async (_name, prepare) => {
      await open();
      const { args, env = {}, input } = await prepare();
      const all = surroundings(env);
      const login = await run(['login', '--profile', 'p', '--verbose', ...args], all, input);
      expect([login.exitCode, login.stderr]).toEqual([0, '']);
      expect(login.stdout).toMatch(/^Graph {8}signed in\n[^]*\nExchange {5}signed in\n/u);
      const trace = await run(
        ['trace', '--profile', 'p', '--since', '1h', '--format', 'csv', '--verbose'],
        all,
      );
      expect([trace.exitCode, trace.stdout.split('\n').length]).toEqual([0, 3]);
      const other = await run(['trace', '--via', 'exchange', '--since', '1h', '--format', 'csv'], all);
      expect([other.exitCode, other.stdout.split('\n').length]).toEqual([0, 3]);
      expect(await filesThatLeak()).toEqual([]);
    },
    60_000,
  );
});

/** Names of kept files that hold a secret or a token. */
async function filesThatLeak(): Promise<readonly string[]> {
  const home = join(folder, 'home');
  const names = await readdir(home, { recursive: true });
  const leaking: string[] = [];
  for (const name of names) {
    const path = join(home, name);
    if (!(await stat(path)).isFile()) continue;
    if (secretIn(await readFile(path)) !== null) leaking.push(name);
  }
  return leaking.toSorted();
}

/** A browser that goes where it is led, as somebody would who is signed in already. */
const BROWSER = `#!${process.execPath}
const { request } = require('node:https');
const { get } = require('node:http');
request(process.argv[2], { rejectUnauthorized: false }, (answer) => {
  answer.resume();
  get(answer.headers.location, (page) => page.resume());
}).end();
`;

async function withBrowser(env: Record<string, string>, script = BROWSER): Promise<Record<string, string>> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await program(bin, 'browser', script);
  // The library brings a xdg-open of its own, which asks BROWSER; where it is bundled it takes that of the system.
  await program(bin, 'xdg-open', script);
  return { ...env, BROWSER: join(bin, 'browser'), PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

async function keptText(name = 'p'): Promise<string> {
  return readFile(join(folder, 'home', 'sign-in', `${name}.json`), 'utf8');
}

describe.skipIf(!HAS_TERMINAL)('a person signs in', () => {
  test.each(['device-code', 'browser'] as const)(
    '%s, once for all later runs',
    async (kind) => {
      await open();
      const env = await withBrowser(surroundings());
      const login = await runAtTerminal(['login', '--profile', 'p', '--kind', kind], env, 'y\n');
      expect(login.text).toContain(kind === 'browser' ? 'A browser opens' : `${tenant.authorityHost}/device`);
      expect(login.text).toMatch(/Graph {8}signed in\s+as {11}admin@contoso\.example/u);
      expect(login.exitCode).toBe(0);
      const file = join(folder, 'home', 'sign-in', 'p.json');
      const modes = [await stat(file), await stat(join(folder, 'home', 'sign-in'))].map(
        ({ mode }) => mode & 0o777,
      );
      expect(modes).toEqual([0o600, 0o700]);
      const kept = await keptText();
      expect(kept).toContain('refresh.');
      expect(kept).not.toContain(ANY_TOKEN);

      const asked = tenant.lines.length;
      const trace = await run(['trace', '--since', '1h', '--format', 'csv'], surroundings());
      expect([trace.exitCode, trace.stdout.split('\n').length]).toEqual([0, 3]);
      const later = tenant.lines.slice(asked).filter((line) => line.server === 'sign-in');
      expect(later.filter((line) => /devicecode|authorize/u.test(line.path))).toEqual([]);
      expect(later.some((line) => line.note.startsWith('token '))).toBe(true);

      const logout = await run(['logout']);
      expect(logout.stdout).toMatch(/^Profile p: removed the sign-in of a person\s/u);
      expect(await readdir(join(folder, 'home', 'sign-in'))).toEqual([]);
      const again = await run(['trace', '--since', '1h'], surroundings());
      expect([again.exitCode, again.stderr]).toEqual([
        4,
        expect.stringMatching(/Nobody is signed in[^]*mailcheck login --profile p/u),
      ]);
    },
    60_000,
  );

  test('whoever says no keeps nothing', async () => {
    await open();
    const login = await runAtTerminal(
      ['login', '--profile', 'p', '--kind', 'device-code'],
      surroundings(),
      'n\n',
    );
    expect([login.exitCode, login.text]).toEqual([0, expect.stringContaining('The sign-in is not kept')]);
    await expect(keptText()).rejects.toThrow(/ENOENT/u);
  }, 60_000);

  /** The browser itself presses it, when the program waits for nothing else. */
  test.each([
    ['Ctrl-C, pressed once', [], 'kill -INT $PPID', 130],
    ['the end of the time that was given', ['--timeout', '2s'], 'exit 0', 3],
  ])('a browser that never comes back: %s ends it', async (_why, flags, does, exitCode) => {
    await open();
    const env = await withBrowser(surroundings(), `#!/bin/sh\n${does}\n`);
    const login = await runAtTerminal(['login', '--profile', 'p', '--kind', 'browser', ...flags], env);
    expect([login.exitCode, login.text]).toEqual([exitCode, expect.stringContaining('A browser opens')]);
  });

  test('what was revoked is told with the way to sign in again', async () => {
    await open({ signInFaults: [] });
    const login = await runAtTerminal(
      ['login', '--profile', 'p', '--kind', 'device-code', '--yes'],
      surroundings(),
    );
    expect(login.exitCode).toBe(0);
    // Nothing that was issued before is known to a tenant that begins anew.
    const { port } = new URL(tenant.authorityHost);
    await tenant.close();
    await open();
    const kept = (await keptText()).replaceAll(`127.0.0.1:${port}`, new URL(tenant.authorityHost).host);
    await writeFile(join(folder, 'home', 'sign-in', 'p.json'), kept, { mode: 0o600 });
    const trace = await run(['trace', '--since', '1h', '--format', 'json'], surroundings());
    expect(trace.exitCode).toBe(4);
    expect(trace.stderr).toMatch(/AADSTS50173[^]*revoked[^]*mailcheck login --profile p/u);
  }, 60_000);
});

test('who has nothing set up is told what to type', async () => {
  await open();
  const login = await run(['login'], { MAILCHECK_HOME: join(folder, 'home') });
  const told = login.stderr.replaceAll(/\s+/gu, ' ');
  expect([login.exitCode, tenant.lines]).toEqual([4, []]);
  expect(told).toMatch(
    /^mailcheck: No credentials: AZURE_TENANT_ID[^]*mailcheck login --tenant contoso\.example/u,
  );
  expect(told).toMatch(/--kind device-code[^]*mailcheck help permissions/u);
});

test.each(['device-code', 'browser'])(
  '%s without a person is refused with the ways of a build',
  async (kind) => {
    await open();
    const login = await run(['login', '--profile', 'p', '--kind', kind]);
    expect([login.exitCode, tenant.lines]).toEqual([4, []]);
    expect(login.stderr).toMatch(/needs a person at a terminal[^]*managed-identity/u);
  },
);

describe('refusals of the sign-in service', () => {
  /** The second request is the first for a token: discovery comes before. */
  const REFUSALS: readonly (readonly [number, RegExp, string])[] = [
    [7000222, /client secret has expired/u, 'an expired secret'],
    [7000215, /client secret is wrong/u, 'a wrong secret'],
    [700016, /does not know this app/u, 'an app of another tenant'],
    [90002, /tenant was not found/u, 'a wrong tenant'],
    [90038, /another cloud/u, 'a wrong cloud'],
    [65001, /nobody has consented/u, 'no consent'],
    [53003, /Conditional Access blocks/u, 'conditional access'],
    [50076, /second factor is required/u, 'a second factor'],
    [50057, /account is disabled/u, 'a disabled account'],
    [7000112, /disabled in the tenant/u, 'a disabled app'],
    [700027, /certificate is not one of the app/u, 'an unknown thumbprint'],
    [70021, /no federated credential/u, 'no trust'],
    [700213, /another subject/u, 'the trust of another branch'],
    [50173, /revoked/u, 'a revoked grant'],
  ];

  test.each(REFUSALS)(
    'AADSTS%i',
    async (code, sentence) => {
      await open({ signInFaults: faultScript({ 2: `aadsts${code}` }) });
      const env = surroundings({ AZURE_CLIENT_SECRET: tenant.clientSecret });
      const trace = await run(
        ['trace', '--since', '1h', '--via', 'graph', '--format', 'json', '--verbose'],
        env,
      );
      expect(trace.exitCode).toBe(4);
      expect(trace.stderr.replaceAll(/\s+/gu, ' ')).toMatch(sentence);
      expect(trace.stderr).toContain(`AADSTS${code}`);
    },
    60_000,
  );

  test('throttled: when to come again, and that a retry helps', async () => {
    await open({ signInFaults: faultScript({ 2: '429:41' }) });
    const env = surroundings({ AZURE_CLIENT_SECRET: tenant.clientSecret });
    const trace = await run(['trace', '--since', '1h', '--via', 'graph', '--format', 'json'], env);
    expect([trace.exitCode, trace.stderr]).toEqual([3, expect.stringMatching(/asks for a pause[^]*41 s/u)]);
  });

  test('too many sign-ins of the app are a pause as well', async () => {
    await open({ signInFaults: faultScript({ 2: 'aadsts50196' }) });
    const env = surroundings({ AZURE_CLIENT_SECRET: tenant.clientSecret });
    expect((await run(['trace', '--since', '1h', '--via', 'graph'], env)).exitCode).toBe(3);
  });

  test('a wrong clock: by how much', async () => {
    await open({}, new Date(thisSecond().getTime() + 3_600_000));
    const certificate = await written('app.pem', CERTIFICATE.pem);
    const login = await run(['login', '--certificate', certificate]);
    expect(login.exitCode).toBe(4);
    expect(login.stderr.replaceAll(/\s+/gu, ' ')).toMatch(
      /AADSTS700024[^]*60 min behind[^]*clock of this machine right/u,
    );
  });

  test('a certificate that has ended, though it is one of the app', async () => {
    await open();
    const login = await run(['login', '--certificate', await written('app.pem', ENDED.pem)]);
    expect(login.exitCode).toBe(4);
    expect(login.stderr.replaceAll(/\s+/gu, ' ')).toMatch(
      /AADSTS700027[^]*the certificate ended on 2026-01-31[^]*Create a new one, upload it/u,
    );
  });

  test('a federated token that nobody renewed', async () => {
    await open();
    const seconds = Math.floor(Date.now() / 1000);
    const old = vouched({ iat: seconds - 7200, nbf: seconds - 7200, exp: seconds - 3600 });
    const login = await run(['login', '--token-file', await written('token', old)]);
    expect(login.exitCode).toBe(4);
    expect(login.stderr.replaceAll(/\s+/gu, ' ')).toMatch(
      /AADSTS700024[^]*it has expired[^]*AZURE_FEDERATED_TOKEN_FILE/u,
    );
  });

  test('a certificate that nobody uploaded', async () => {
    await open();
    const login = await run(['login', '--certificate', await written('app.pem', FOREIGN.pem)]);
    expect([login.exitCode, login.stderr]).toEqual([4, expect.stringMatching(/AADSTS700027[^]*thumbprint/u)]);
  });

  test.each([
    [{ sub: 'repo:contoso/runbook:pull_request' }, 'AADSTS700213'],
    [{ iss: 'https://other.example' }, 'AADSTS700211'],
    [{ aud: 'https://contoso.example' }, 'AADSTS700212'],
  ])('a statement of somebody else: %j', async (claims, code) => {
    await open();
    const login = await run(['login', '--token-file', await written('token', vouched(claims))]);
    expect([login.exitCode, login.stderr]).toEqual([4, expect.stringContaining(code)]);
    expect(login.stderr.replaceAll(/\s+/gu, ' ')).toContain('Compare issuer, subject and audience');
  });

  test('another tenant', async () => {
    await open();
    const env = surroundings({ AZURE_CLIENT_SECRET: tenant.clientSecret });
    const login = await run(['login', '--kind', 'client-secret', '--tenant', 'fabrikam.example'], env);
    expect([login.exitCode, login.stderr]).toEqual([4, expect.stringContaining('AADSTS90002')]);
    expect((await run(['login', '--list'])).stdout).toMatch(/^No profile in /u);
  });
});

describe('what stands in for the sign-in service', () => {
  test.each([
    [429, 3, /asks for a pause/u],
    [500, 3, /is in trouble \(status 500\)/u],
    [400, 4, /gave no token \(status 400\)/u],
  ])(
    'an identity service that answers %i',
    async (status, exitCode, words) => {
      await open();
      const url = await served(identityService(tokenFor, { status }));
      const env = surroundings({ AZURE_POD_IDENTITY_AUTHORITY_HOST: url });
      const login = await run(['login', '--kind', 'managed-identity', '--timeout', '30s'], env);
      expect([login.exitCode, login.stderr.replaceAll(/\s+/gu, ' ')]).toEqual([
        exitCode,
        expect.stringMatching(words),
      ]);
    },
    60_000,
  );

  test('a machine that is none of Azure', async () => {
    await open();
    const env = surroundings({ AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9' });
    const login = await run(['login', '--kind', 'managed-identity'], env);
    expect([login.exitCode, login.stderr]).toEqual([
      4,
      expect.stringMatching(/No identity service answers/u),
    ]);
    // Nobody waits for what cannot come.
    expect(login.stderr).not.toContain('trying again');
  }, 60_000);

  test('no Azure CLI, and one where nobody is signed in', async () => {
    await open();
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const env = surroundings({ PATH: `${bin}:/usr/bin:/bin` });
    const none = await run(['login', '--kind', 'azure-cli'], env);
    await program(bin, 'az', "#!/bin/sh\necho 'ERROR: Please run az login to setup account.' >&2\nexit 1\n");
    const nobody = await run(['login', '--kind', 'azure-cli'], env);
    for (const login of [none, nobody])
      expect([login.exitCode, login.stderr]).toEqual([
        4,
        expect.stringMatching(/Azure CLI gave no token[^]*az login/u),
      ]);
  });

  test('an Azure CLI that tells its token with what went wrong', async () => {
    await open();
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const said = `ERROR: request failed: ${tenant.issueToken()} client_secret=${tenant.clientSecret}`;
    await program(bin, 'az', `#!/bin/sh\necho '${said}' >&2\nexit 1\n`);
    const login = await run(['login', '--kind', 'azure-cli'], surroundings({ PATH: `${bin}:/usr/bin:/bin` }));
    expect([login.exitCode, login.stderr]).toEqual([4, expect.stringContaining('request failed: ***')]);
  });

  test('a job that may not have a token', async () => {
    await open();
    const url = await served(jobTokenService('another bearer', {}));
    const env = surroundings({ ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER });
    const login = await run(['login', '--kind', 'github'], env);
    expect([login.exitCode, login.stderr]).toEqual([
      4,
      expect.stringMatching(/GitHub gave no token[^]*id-token: write/u),
    ]);
  });

  test.each([
    ['--secret-file', 0o644, /can be read by others \(mode 644\)/u],
    ['--certificate', 0o640, /The certificate file .* can be read by others \(mode 640\)/u],
    ['--secret-file', 0o620, /can be written by others \(mode 620\)/u],
    ['--token-file', 0o666, /can be written by others \(mode 666\)/u],
  ])('%s of mode %o', async (flag, mode, words) => {
    await open();
    const name = await written('exposed', WRONG_SECRET, mode);
    spawnSync('chmod', [mode.toString(8), join(folder, name)]);
    const login = await run(['login', flag, name]);
    expect([login.exitCode, login.stderr.replaceAll(/\s+/gu, ' ')]).toEqual([
      4,
      expect.stringMatching(words),
    ]);
    expect(tenant.lines).toEqual([]);
  });
});

describe('kept tokens', () => {
  async function keep(): Promise<Record<string, string>> {
    await open();
    const env = surroundings({ AZURE_CLIENT_SECRET: tenant.clientSecret });
    const login = await run(['login', '--kind', 'client-secret', '--keep-token'], env);
    expect([login.exitCode, login.stdout]).toEqual([0, expect.stringContaining('access tokens')]);
    return env;
  }

  test('outlast a sign-in service that is down, and a client that asks again costs nothing', async () => {
    const env = await keep();
    expect(await filesThatLeak()).toEqual(['sign-in/default.json']);
    const asked = tenant.lines.length;
    const down = { ...env, AZURE_AUTHORITY_HOST: tenant.authorityHost };
    const trace = await run(['trace', '--since', '1h', '--format', 'csv'], down);
    expect([trace.exitCode, trace.stdout.split('\n').length]).toEqual([0, 3]);
    expect(tenant.lines.slice(asked).filter((line) => line.server === 'sign-in')).toEqual([]);
  });

  test('are used with a remark in their last minutes, while signing in fails', async () => {
    const env = await keep();
    const path = join(folder, 'home', 'sign-in', 'default.json');
    const soon = new Date(Date.now() + 3 * 60_000).toISOString();
    const began = new Date(Date.now() - 57 * 60_000).toISOString();
    const aged = (await keptText('default'))
      .replaceAll(/"expiresAt":"[^"]+"/gu, `"expiresAt":"${soon}"`)
      .replaceAll(/"issuedAt":"[^"]+"/gu, `"issuedAt":"${began}"`);
    await writeFile(path, aged, { mode: 0o600 });
    const wrong = { ...env, AZURE_CLIENT_SECRET: WRONG_SECRET };
    const trace = await run(['trace', '--since', '1h', '--via', 'graph', '--format', 'csv'], wrong);
    expect([trace.exitCode, trace.stdout.split('\n').length]).toEqual([0, 3]);
    expect(trace.stderr.replaceAll(/\s+/gu, ' ')).toMatch(
      /AADSTS7000215[^]*The token of 57 min ago is good until/u,
    );
  });

  test.each<readonly [string, (path: string) => Promise<unknown>, RegExp]>([
    [
      'others can read',
      (path) => Promise.resolve(spawnSync('chmod', ['644', path])),
      /can be read by others/u,
    ],
    [
      'a torn file',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).slice(0, 100)),
      /is damaged/u,
    ],
  ])('%s: not used, and said so', async (_why, harm, words) => {
    const env = await keep();
    await harm(join(folder, 'home', 'sign-in', 'default.json'));
    const asked = tenant.lines.length;
    const trace = await run(['trace', '--since', '1h', '--via', 'graph', '--format', 'csv'], env);
    expect([trace.exitCode, trace.stderr.replaceAll(/\s+/gu, ' ')]).toEqual([
      0,
      expect.stringMatching(words),
    ]);
    expect(tenant.lines.slice(asked).some((line) => line.note.startsWith('token '))).toBe(true);
    expect((await stat(join(folder, 'home', 'sign-in', 'default.json'))).mode & 0o777).toBe(0o600);
  });

  test('eight processes at once leave a whole file and no lock', async () => {
    const env = await keep();
    await rm(join(folder, 'home', 'sign-in', 'default.json'));
    const runs = Array.from({ length: 8 }, () =>
      run(['trace', '--since', '1h', '--via', 'graph', '--format', 'csv'], env),
    );
    const codes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
    expect(codes).toEqual(codes.map(() => 0));
    expect(await readdir(join(folder, 'home', 'sign-in'))).toEqual(['default.json']);
    expect(await keptText('default')).toContain(ANY_TOKEN);
  }, 120_000);

  test('a lock of a process that was killed is not in the way', async () => {
    const env = await keep();
    const { pid } = spawnSync('true');
    await writeFile(join(folder, 'home', 'sign-in', 'default.json.lock'), String(pid));
    await rm(join(folder, 'home', 'sign-in', 'default.json'));
    expect((await run(['trace', '--since', '1h', '--via', 'graph', '--format', 'csv'], env)).exitCode).toBe(
      0,
    );
    expect(await keptText('default')).toContain(ANY_TOKEN);
  });

  test('logout removes them and says so, with what a killed run left of writing them', async () => {
    await keep();
    const kept = join(folder, 'home', 'sign-in');
    await copyFile(join(kept, 'default.json'), join(kept, '.default.json.1a2b3c4d'));
    const logout = await run(['logout', '--all', '--forget']);
    expect(logout.stdout.replaceAll(/\s+/gu, ' ')).toMatch(
      /^Profile default: removed 2 access tokens .*The profile is removed as well\.\s?$/u,
    );
    expect((await run(['login', '--list'])).stdout).toMatch(/^No profile in /u);
    expect(await readdir(kept)).toEqual([]);
    expect(await filesThatLeak()).toEqual([]);
  });
});

describe('profiles', () => {
  test('one that is named goes before variables that say who signs in', async () => {
    await open();
    const secret = await written('secret', tenant.clientSecret);
    await run(['login', '--profile', 'contoso', '--secret-file', secret]);
    const foreign = {
      AZURE_TENANT_ID: 'fabrikam.example',
      AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
      AZURE_CLIENT_SECRET: WRONG_SECRET,
      MAILCHECK_GRAPH_TOKEN: READY_TOKEN,
    };
    const env = surroundings(foreign);
    const named = await run(['trace', '--profile', 'contoso', '--since', '1h', '--format', 'csv'], env);
    expect(named.exitCode).toBe(0);
    const others = { ...env, MAILCHECK_GRAPH_TOKEN: '' };
    const unnamed = await run(['trace', '--since', '1h', '--via', 'graph'], others);
    expect([unnamed.exitCode, unnamed.stderr]).toEqual([4, expect.stringContaining('AADSTS90002')]);
  });

  test('a secret by standard input is used and written nowhere', async () => {
    await open();
    const login = await run(
      ['login', '--profile', 'p', '--secret-file', '-'],
      surroundings(),
      `${tenant.clientSecret}\n`,
    );
    expect(login.exitCode).toBe(0);
    expect(await filesThatLeak()).toEqual([]);
  });

  test.each<readonly [string, number, string, RegExp]>([
    ['others can write', 0o622, '{"version":1,"profiles":{}}', /can be written by others/u],
    [
      'a secret in it',
      0o600,
      '{"version":1,"profiles":{"p":{"clientSecret":"x"}}}',
      /no secret belongs into a profile/u,
    ],
    ['another kind', 0o600, '{"version":1,"profiles":{"p":{"signIn":"password"}}}', /profiles\.p\.signIn/u],
    ['no JSON', 0o600, 'profiles: []', /are not JSON/u],
  ])('%s: refused before anybody is asked', async (_why, mode, text, words) => {
    await open();
    await mkdir(join(folder, 'home'));
    const path = join(folder, 'home', 'profiles.json');
    await writeFile(path, text);
    spawnSync('chmod', [mode.toString(8), path]);
    const trace = await run(['trace', '--profile', 'p']);
    expect([trace.exitCode, trace.stderr.replaceAll(/\s+/gu, ' ')]).toEqual([
      4,
      expect.stringMatching(words),
    ]);
    expect(tenant.lines).toEqual([]);
  });

  test('none of the working directory is looked at', async () => {
    await open();
    await written('profiles.json', '{"version":1,"profiles":{"p":{}}}');
    const trace = await run(['trace', '--profile', 'p']);
    expect([trace.exitCode, trace.stderr]).toEqual([4, expect.stringMatching(/There is no profile "p"/u)]);
  });
});

describe('status', () => {
  test.each<readonly [string, () => Promise<Prepared> | Prepared, RegExp]>([
    [
      'client-secret',
      () => ({ args: [], env: { MAILCHECK_SIGN_IN: 'client-secret', AZURE_CLIENT_SECRET: WRONG_SECRET } }),
      /AADSTS7000215/u,
    ],
    [
      'managed-identity',
      () => ({
        args: [],
        env: {
          MAILCHECK_SIGN_IN: 'managed-identity',
          AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:9',
        },
      }),
      /No identity service/u,
    ],
    ['device-code', () => ({ args: [], env: { MAILCHECK_SIGN_IN: 'device-code' } }), /Nobody is signed in/u],
    [
      'azure-cli',
      () => ({ args: [], env: { MAILCHECK_SIGN_IN: 'azure-cli', PATH: '/usr/bin:/bin' } }),
      /Azure CLI gave no token/u,
    ],
    ['github', () => ({ args: [], env: { MAILCHECK_SIGN_IN: 'github' } }), /ACTIONS_ID_TOKEN_REQUEST_URL/u],
  ])(
    '%s: cannot sign in is told as that',
    async (_kind, prepare, words) => {
      await open();
      const { env = {} } = await prepare();
      const args = ['status', '--via', 'graph', '--timeout', '20s', '--format', 'json'];
      const status = await run(args, surroundings(env));
      expect([status.exitCode, errorKind(status)]).toEqual([4, 'sign-in']);
      expect(status.stderr.replaceAll(/\s+/gu, ' ')).toMatch(words);
    },
    60_000,
  );

  test.each([
    ['github', /Sign-in failed: The token service of GitHub/u],
    ['managed-identity', /Sign-in failed: The identity service of this machine is in trouble/u],
  ])(
    '%s: where it may pass it is a layer of its own, and says nothing of mail',
    async (kind, words) => {
      await open();
      const url = await served(identityService(tokenFor, { status: 503 }));
      const env = surroundings({
        ...{ MAILCHECK_SIGN_IN: kind, AZURE_POD_IDENTITY_AUTHORITY_HOST: url },
        ...{ ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/down`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: BEARER },
      });
      const status = await run(['status', '--via', 'graph', '--timeout', '20s'], env);
      expect(status.exitCode).toBe(3);
      expect(status.stdout.replaceAll(/\s+/gu, ' ')).toMatch(words);
      expect(status.stdout).toMatch(/^UNKNOWN: /u);
    },
    60_000,
  );
});

function errorKind({ stdout }: Run): unknown {
  const answer: unknown = JSON.parse(stdout);
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  return typeof error === 'object' && error !== null && 'kind' in error ? error.kind : null;
}
