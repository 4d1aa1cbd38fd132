/** What is looked at on this machine: stores, file modes, tokens, credentials. Told as it is, and nothing is changed by it. */
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { chooseDriver } from '#history/driver/choose-driver.js';
import { examineStore } from '#history/examine-store.js';
import { resolveServiceSettings, type ServiceFlags } from '#settings/service-settings.js';
import { makeLoopbackCertificate } from '#simulator/sign-in/certificate.js';
import { tokenClaims } from '#sources/sign-in/token-facts.js';

import { credentialSight } from '../../src/world/credential-sight.js';
import { fileSights } from '../../src/world/file-sights.js';

const folders: string[] = [];
let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mailcheck-sights-'));
  folders.push(home);
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('the store', () => {
  test('a folder that is not there is made, as the first question would make it', async () => {
    const folder = join(home, 'a', 'b');
    expect(await examineStore(folder)).toMatchObject({ folder, trouble: null, databases: [] });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('a sound one is told with its version, and is left as it is', async () => {
    const path = join(home, 'watch.db');
    await writeFile(path, '', { mode: 0o600 });
    const database = (await chooseDriver())(path);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1); PRAGMA user_version = 3;');
    database.close();
    const before = await readFile(path);
    expect((await examineStore(home)).databases).toMatchObject([
      { name: 'watch.db', version: 3, integrity: 'sound', bytes: before.length },
    ]);
    expect(await readFile(path)).toEqual(before);
  });

  test.each([
    ['quota.db', 'no store at all\n'.repeat(1000), 'a text'],
    ['traces.db', `SQLite format 3\u0000${'x'.repeat(5000)}`, 'a beginning that looks right'],
  ])('%s with other bytes is damaged: %s', async (name, text) => {
    await writeFile(join(home, name), text, { mode: 0o600 });
    expect((await examineStore(home)).databases).toMatchObject([{ name, integrity: 'damaged' }]);
    // Whoever opens it for use sets it aside; looking does not.
    expect(await readFile(join(home, name), 'utf8')).toBe(text);
  });

  test('a folder that others may write to is not used', async () => {
    await chmod(home, 0o777);
    const { trouble, databases } = await examineStore(home);
    expect(trouble?.message).toMatch(/not safe/u);
    expect([trouble?.kind, databases]).toEqual(['configuration', []]);
  });
});

describe('files', () => {
  test.each([
    [0o600, false, false, 'ours alone'],
    [0o644, false, true, 'others may read'],
    [0o660, true, true, 'the group may change'],
    [0o602, true, false, 'others may change and not read'],
  ])('mode %o: others write %s, read %s: %s', async (mode, othersWrite, othersRead) => {
    const path = join(home, 'file');
    await writeFile(path, 'x');
    await chmod(path, mode);
    expect(await fileSights([{ path, role: 'ca-file' }])).toMatchObject([{ path, othersWrite, othersRead }]);
  });

  test('what is not there is left out, and a folder is told as a file is', async () => {
    await mkdir(join(home, 'sub'), { mode: 0o700 });
    const files = [
      { path: join(home, 'none'), role: 'settings' },
      { path: join(home, 'sub'), role: 'home' },
    ] as const;
    expect((await fileSights(files)).map(({ role }) => role)).toEqual(['home']);
  });
});

const jwt = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;

describe('tokens', () => {
  test('an application, and a person', () => {
    expect(
      tokenClaims(
        jwt({ aud: 'https://a.example', tid: 't', appid: 'a', exp: 1_780_000_000, roles: ['A', 'B'] }),
      ),
    ).toEqual({
      ...{ audience: 'https://a.example', tenant: 't', app: 'a', scopes: [], roles: ['A', 'B'] },
      expiresAt: new Date(1_780_000_000_000),
    });
    expect(tokenClaims(jwt({ aud: 'x', azp: 'p', scp: 'A B' }))).toMatchObject({
      app: 'p',
      scopes: ['A', 'B'],
    });
  });

  test.each([
    ['', 'nothing'],
    ['x', 'an opaque token'],
    ['a.b.c', 'no base64 of JSON'],
    [jwt([]), 'no object'],
    [jwt({ aud: ['a'] }), 'an audience that is no text'],
  ])('%s has no claims: %s', (token) => {
    expect(tokenClaims(token)).toBeNull();
  });

  test('whatever stands in a token, it is read or not, and no date is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (exp, roles) => {
        const claims = tokenClaims(jwt({ aud: 'x', exp, roles }));
        expect(Number.isNaN(claims?.expiresAt?.getTime() ?? 0)).toBe(false);
        expect(claims?.roles.every((role) => typeof role === 'string')).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void tokenClaims(text)));
  });
});

describe('credentials', () => {
  const flags: ServiceFlags = {
    tenant: null,
    via: 'graph',
    mayFallBack: true,
    cloud: 'worldwide',
    ...{ graphUrl: null, exchangeUrl: null, caFile: null },
  };

  async function sightOf(env: Readonly<Record<string, string>>, isThere = true) {
    const open = (): void => {
      if (!isThere) throw new Failure('sign-in', 'No credentials.', { remedy: 'Set them.' });
    };
    return credentialSight({ services: [resolveServiceSettings(flags, env)], open });
  }

  test.each<[Readonly<Record<string, string>>, string, string, string]>([
    [{ AZURE_CLIENT_SECRET: 'canary' }, 'Client secret', 'AZURE_CLIENT_SECRET', 'as most have it'],
    [{ MAILCHECK_SECRET_FILE: '/s' }, 'Client secret', 'MAILCHECK_SECRET_FILE', 'from a file'],
    [
      { AZURE_CLIENT_SECRET: 'canary', AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem' },
      ...(['Client secret', 'AZURE_CLIENT_SECRET', 'a secret goes first, as in the sign-in'] as const),
    ],
    [
      {
        MAILCHECK_SIGN_IN: 'certificate',
        AZURE_CLIENT_SECRET: 'canary',
        AZURE_CLIENT_CERTIFICATE_PATH: '/c.pem',
      },
      ...(['Certificate', 'AZURE_CLIENT_CERTIFICATE_PATH (/c.pem)', 'unless one is named'] as const),
    ],
    [
      { MAILCHECK_SIGN_IN: 'azure-cli', MAILCHECK_PROFILE: 'contoso' },
      'Azure CLI',
      'az (profile contoso)',
      'by a profile',
    ],
    [{ MAILCHECK_SIGN_IN: 'managed-identity' }, 'Managed identity', 'this machine', 'without any secret'],
    [
      { MAILCHECK_GRAPH_TOKEN: 'canary' },
      'Ready token',
      'MAILCHECK_GRAPH_TOKEN',
      'somebody else has signed in',
    ],
  ])('%j is told as %s from %s: %s', async (env, what, from) => {
    const sight = await sightOf(env);
    expect(sight).toMatchObject({ kind: 'found', what, from });
    expect(JSON.stringify(sight)).not.toContain('canary');
  });

  test.each<[Readonly<Record<string, string>>, string, string]>([
    [
      { AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222', AZURE_TENANT_ID: 'contoso.example' },
      'app 22222222-2222-4222-8222-222222222222, tenant contoso.example',
      'as it will be asked',
    ],
    [
      { AZURE_CLIENT_ID: 'canary~secret', AZURE_TENANT_ID: 'canary secret' },
      '',
      'a secret in the wrong place is not told',
    ],
    [
      {
        MAILCHECK_SIGN_IN: 'managed-identity',
        MAILCHECK_IDENTITY_OBJECT_ID: '44444444-4444-4444-8444-444444444444',
      },
      'identity 44444444-4444-4444-8444-444444444444',
      'the id of a machine',
    ],
  ])('%j: %j, %s', async (env, asWhom) => {
    expect(await sightOf({ AZURE_CLIENT_SECRET: 'x', ...env })).toMatchObject({ asWhom });
  });

  test('a certificate tells when it ends', async () => {
    const path = join(home, 'key.pem');
    await writeFile(path, makeLoopbackCertificate().certificatePem);
    const sight = await sightOf({ AZURE_CLIENT_CERTIFICATE_PATH: path });
    expect(sight.kind === 'found' && sight.expiresAt instanceof Date && sight.expiresAt > new Date()).toBe(
      true,
    );
  });

  test('nothing to sign in with', async () => {
    expect(await sightOf({}, false)).toMatchObject({ kind: 'missing', trouble: { kind: 'sign-in' } });
  });
});
