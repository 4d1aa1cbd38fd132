import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type {
  AskForToken,
  CredentialKind,
  CredentialSettings,
  Heard,
  TokenReply,
} from '#sources/sign-in/credential.js';
import { environmentTokens } from '#sources/sign-in/environment-tokens.js';
import type { KeptTokens } from '#sources/sign-in/sign-in-memory.js';
import type { EnvironmentVariables, TokenSource } from '#sources/sign-in/token-source.js';

import { type VirtualClock, virtualClock } from '../../fakes/virtual-clock.js';

const SCOPE = 'https://graph.microsoft.com/.default';
const SECRET = 'canary-secret-5b1d';
const ENV = {
  AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
  AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
  AZURE_CLIENT_SECRET: SECRET,
};

const PEM = '-----BEGIN PRIVATE KEY-----';
let folder = '';
let certificate = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailcheck-tokens-'));
  certificate = join(folder, 'app.pem');
  await writeFile(certificate, `${PEM}\n`, { mode: 0o600 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Opened {
  readonly tokens: TokenSource;
  readonly asked: readonly { settings: CredentialSettings; scope: string }[];
  readonly clock: VirtualClock;
  readonly notices: readonly string[];
}

/** Plays replies in order, the last one for ever; each takes `replyMs`. */
function open(
  replies: readonly TokenReply[],
  env: EnvironmentVariables = ENV,
  {
    replyMs = 0,
    ...more
  }: {
    readonly tenantId?: string;
    readonly authorityHost?: string;
    readonly replyMs?: number;
    readonly kind?: CredentialKind;
    readonly kept?: KeptTokens;
  } = {},
): Opened {
  const clock = virtualClock('2026-06-30T12:00:00Z');
  const asked: { settings: CredentialSettings; scope: string }[] = [];
  const ask: AskForToken = (settings, scope) => {
    const index = asked.push({ settings, scope }) - 1;
    clock.advance(replyMs);
    return Promise.resolve(replies[Math.min(index, replies.length - 1)]!);
  };
  const notices: string[] = [];
  const onNotice = (text: string): void => void notices.push(text);
  const tokens = environmentTokens({ env, caPem: null, clock, onNotice, ask, ...more });
  return { tokens, asked, clock, notices };
}

function granted(token: string, lifetimeMinutes = 60): TokenReply {
  return {
    ok: true,
    token: { token, expiresAt: new Date(Date.parse('2026-06-30T12:00:00Z') + lifetimeMinutes * 60_000) },
  };
}

function refused(heard: Heard, cause: unknown = new Error('library words')): TokenReply {
  return { ok: false, heard, cause };
}

function answer(
  status: number,
  body: unknown,
  headers: { retryAfter?: string; date?: string } = {},
): TokenReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return refused({
    kind: 'answer',
    status,
    body: text,
    retryAfter: headers.retryAfter ?? null,
    date: headers.date ?? null,
    secrets: [SECRET],
  });
}

function aadsts(code: number): TokenReply {
  return answer(401, {
    error: 'invalid_client',
    error_description: `AADSTS${code}: words of the service, ${SECRET} included. Trace ID: 1`,
    error_codes: [code],
    correlation_id: 'corr-1',
  });
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Failure) return outcome;
  throw new Error(`expected a Failure, got ${String(outcome)}`);
}

describe('credentials', () => {
  test.each<[string, EnvironmentVariables, string]>([
    [
      'nothing is set',
      {},
      'AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH)',
    ],
    ['no tenant', { ...ENV, AZURE_TENANT_ID: '' }, 'AZURE_TENANT_ID'],
    ['no client', { ...ENV, AZURE_CLIENT_ID: ' ' }, 'AZURE_CLIENT_ID'],
    [
      'no proof',
      { ...ENV, AZURE_CLIENT_SECRET: '' },
      'AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH)',
    ],
  ])('%s: refused, and the variables are named', (_why, env, missing) => {
    expect(() => open([], env)).toThrow(
      expect.objectContaining({
        kind: 'sign-in',
        message: `No credentials: ${missing} not set.`,
        remedy: expect.stringContaining('AZURE_TENANT_ID') as string,
      }),
    );
  });

  test('a secret goes before a certificate, as in the library', async () => {
    const { tokens, asked } = open([granted('t')], { ...ENV, AZURE_CLIENT_CERTIFICATE_PATH: '/etc/app.pem' });
    expect(await tokens.token(SCOPE)).toBe('t');
    expect(asked).toEqual([
      {
        scope: SCOPE,
        settings: {
          tenantId: ENV.AZURE_TENANT_ID,
          clientId: ENV.AZURE_CLIENT_ID,
          proof: { kind: 'secret', secret: SECRET },
          authorityHost: 'https://login.microsoftonline.com',
          isKnownCloud: true,
          caPem: null,
          proxy: null,
        },
      },
    ]);
  });

  test('a certificate with password and chain', async () => {
    const { tokens, asked } = open([granted('t')], {
      ...ENV,
      AZURE_CLIENT_SECRET: '',
      AZURE_CLIENT_CERTIFICATE_PATH: certificate,
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'pw',
      AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'True',
    });
    await tokens.token(SCOPE);
    expect(asked[0]?.settings.proof).toEqual({
      kind: 'certificate',
      path: certificate,
      pem: PEM,
      password: 'pw',
      sendChain: true,
    });
  });

  test('a tenant that was named goes before the environment', async () => {
    const { tokens, asked } = open([granted('t')], ENV, { tenantId: 'fabrikam.example' });
    await tokens.token(SCOPE);
    expect(asked[0]?.settings.tenantId).toBe('fabrikam.example');
  });

  test('switched-off certificate checks are refused', () => {
    expect(() => open([], { ...ENV, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(
      expect.objectContaining({ kind: 'configuration' }),
    );
  });
});

describe('the authority', () => {
  test.each([
    [undefined, undefined, 'https://login.microsoftonline.com', true],
    ['https://login.microsoftonline.us', undefined, 'https://login.microsoftonline.us', true],
    ['https://login.microsoftonline.com/', undefined, 'https://login.microsoftonline.com', true],
    ['https://localhost:8443', undefined, 'https://localhost:8443', false],
    ['https://login.microsoftonline.com:8443', undefined, 'https://login.microsoftonline.com:8443', false],
    [
      'https://login.microsoftonline.com.fabrikam.example',
      undefined,
      'https://login.microsoftonline.com.fabrikam.example',
      false,
    ],
    [undefined, 'https://login.chinacloudapi.cn', 'https://login.chinacloudapi.cn', true],
    ['https://localhost:8443', 'https://login.chinacloudapi.cn', 'https://localhost:8443', false],
  ])('AZURE_AUTHORITY_HOST %s, cloud %s: %s, known %s', async (host, cloud, authorityHost, isKnownCloud) => {
    const { tokens, asked } = open(
      [granted('t')],
      { ...ENV, AZURE_AUTHORITY_HOST: host ?? '' },
      cloud === undefined ? {} : { authorityHost: cloud },
    );
    await tokens.token(SCOPE);
    expect(asked[0]?.settings).toMatchObject({ authorityHost, isKnownCloud });
  });

  test.each([
    'http://login.microsoftonline.com',
    'http://127.0.0.1:8443',
    'login.microsoftonline.com',
    'https://user:pw@login.microsoftonline.com',
    'https://x.example?y',
    'https://x.example#y',
  ])('%s is refused', (host) => {
    expect(() => open([], { ...ENV, AZURE_AUTHORITY_HOST: host })).toThrow(
      expect.objectContaining({ kind: 'configuration' }),
    );
  });
});

describe('keeping tokens', () => {
  test('one request for many who ask at once, and for later ones', async () => {
    const { tokens, asked } = open([granted('t')]);
    expect(await Promise.all([tokens.token(SCOPE), tokens.token(SCOPE), tokens.token(SCOPE)])).toEqual([
      't',
      't',
      't',
    ]);
    expect(await tokens.token(SCOPE)).toBe('t');
    expect(asked).toHaveLength(1);
  });

  test.each([
    [60, 54, 1, 'well before its end'],
    [60, 55, 2, 'five minutes before its end'],
    [4, 1, 1, 'a short one in its first half'],
    [4, 2, 2, 'a short one in its second half'],
  ])('a token of %i minutes, asked for after %i: %i requests, %s', async (lifetime, after, requests) => {
    const { tokens, asked, clock } = open([granted('t', lifetime)]);
    await tokens.token(SCOPE);
    clock.advance(after * 60_000);
    await tokens.token(SCOPE);
    expect(asked).toHaveLength(requests);
  });

  test('a refused token is replaced, and the new one kept', async () => {
    const { tokens, asked } = open([granted('old'), granted('new')]);
    await tokens.token(SCOPE);
    expect(await tokens.token(SCOPE, { refresh: true })).toBe('new');
    expect(await tokens.token(SCOPE)).toBe('new');
    expect(asked).toHaveLength(2);
  });

  test('scopes do not share', async () => {
    const { tokens, asked } = open([granted('graph'), granted('exchange')]);
    expect(await tokens.token(SCOPE)).toBe('graph');
    expect(await tokens.token('https://outlook.office365.com/.default')).toBe('exchange');
    expect(asked).toHaveLength(2);
  });

  test('a failure is not kept', async () => {
    const { tokens } = open([aadsts(7000215), granted('t')]);
    await failureOf(tokens.token(SCOPE));
    expect(await tokens.token(SCOPE)).toBe('t');
  });
});

interface Refusal {
  readonly why: string;
  readonly reply: TokenReply;
  readonly kind: string;
  readonly asks: number;
  readonly says: RegExp;
  readonly remedy: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    why: 'wrong secret',
    reply: aadsts(7000215),
    kind: 'sign-in',
    asks: 1,
    says: /AADSTS7000215.*secret is wrong/,
    remedy: /value of the secret/,
  },
  {
    why: 'expired secret',
    reply: aadsts(7000222),
    kind: 'sign-in',
    asks: 1,
    says: /expired/,
    remedy: /new secret/,
  },
  {
    why: 'app not in the tenant',
    reply: aadsts(700016),
    kind: 'sign-in',
    asks: 1,
    says: /does not know this app/,
    remedy: /AZURE_CLIENT_ID/,
  },
  {
    why: 'no such tenant',
    reply: aadsts(90002),
    kind: 'sign-in',
    asks: 1,
    says: /tenant was not found/,
    remedy: /cloud/,
  },
  {
    why: 'no consent',
    reply: aadsts(65001),
    kind: 'sign-in',
    asks: 1,
    says: /consented/,
    remedy: /admin consent/,
  },
  {
    why: 'unknown resource',
    reply: aadsts(500011),
    kind: 'sign-in',
    asks: 1,
    says: /token is for/,
    remedy: /--cloud gcc-high/,
  },
  {
    why: 'foreign certificate',
    reply: aadsts(700027),
    kind: 'sign-in',
    asks: 1,
    says: /certificate/,
    remedy: /thumbprint/,
  },
  {
    why: 'skewed clock',
    reply: aadsts(700024),
    kind: 'sign-in',
    asks: 1,
    says: /outside its time/,
    remedy: /clock/,
  },
  {
    why: 'second factor',
    reply: aadsts(50076),
    kind: 'sign-in',
    asks: 1,
    says: /second factor/,
    remedy: /app registration/,
  },
  {
    why: 'Conditional Access',
    reply: aadsts(53003),
    kind: 'sign-in',
    asks: 1,
    says: /Conditional Access/,
    remedy: /Conditional Access/,
  },
  {
    why: 'a code nobody listed',
    reply: aadsts(999999),
    kind: 'sign-in',
    asks: 1,
    says: /AADSTS999999.*words of the service/,
    remedy: /Look up AADSTS999999/,
  },
  {
    why: 'a code in words only',
    reply: answer(400, { error: 'invalid_client', error_description: 'AADSTS7000215: x' }),
    kind: 'sign-in',
    asks: 1,
    says: /AADSTS7000215/,
    remedy: /value of the secret/,
  },
  {
    why: 'no code at all',
    reply: answer(400, { error: 'invalid_request', error_description: 'odd' }),
    kind: 'sign-in',
    asks: 1,
    says: /invalid_request.*odd/,
    remedy: /app registration/,
  },
  {
    why: 'a portal',
    reply: answer(200, '<html>'),
    kind: 'protocol',
    asks: 1,
    says: /does not answer like a sign-in service/,
    remedy: /portal/,
  },
  {
    why: 'a redirect',
    reply: answer(302, ''),
    kind: 'protocol',
    asks: 1,
    says: /302/,
    remedy: /AZURE_AUTHORITY_HOST/,
  },
  {
    why: 'too many requests',
    reply: answer(429, {}, { retryAfter: '41' }),
    kind: 'throttled',
    asks: 1,
    says: /pause/,
    remedy: /41 s/,
  },
  {
    why: 'too many requests, no word how long',
    reply: answer(429, {}),
    kind: 'throttled',
    asks: 1,
    says: /pause/,
    remedy: /minutes/,
  },
  {
    why: 'a service in trouble',
    reply: answer(503, ''),
    kind: 'unreachable',
    asks: 3,
    says: /in trouble.*nothing about mail/,
    remedy: /again/,
  },
  {
    why: 'no name',
    reply: refused({ kind: 'network', code: 'ENOTFOUND' }),
    kind: 'unreachable',
    asks: 3,
    says: /sign-in service login\.microsoftonline\.com could not be reached \(ENOTFOUND\); this says nothing about mail/,
    remedy: /name resolution/,
  },
  {
    why: 'no connection',
    reply: refused({ kind: 'network', code: 'ECONNREFUSED' }),
    kind: 'unreachable',
    asks: 3,
    says: /ECONNREFUSED/,
    remedy: /firewall/,
  },
  {
    why: 'an untrusted certificate',
    reply: refused({ kind: 'network', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    kind: 'configuration',
    asks: 1,
    says: /not trusted/,
    remedy: /--ca-file/,
  },
  {
    why: 'a port without TLS',
    reply: refused({ kind: 'network', code: 'EPROTO' }),
    kind: 'configuration',
    asks: 1,
    says: /does not speak TLS/,
    remedy: /AZURE_AUTHORITY_HOST/,
  },
  {
    why: 'ids the library does not take',
    reply: refused({ kind: 'nothing' }),
    kind: 'sign-in',
    asks: 1,
    says: /as they stand/,
    remedy: /AZURE_TENANT_ID/,
  },
];

describe('the identity service of this machine', () => {
  const env = { MAILCHECK_SIGN_IN: 'managed-identity' };

  test.each([
    ['ECONNREFUSED', 1, 'sign-in', 'nobody listens: there is none'],
    ['EHOSTUNREACH', 1, 'sign-in', 'no route: there is none'],
    ['ENETUNREACH', 1, 'sign-in', 'no network: there is none'],
    ['ENOTFOUND', 1, 'sign-in', 'a name of nobody, where one is set'],
    ['ETIMEDOUT', 1, 'sign-in', 'an address that leads into nothing, as outside of Azure'],
    ['ESOCKETTIMEDOUT', 3, 'unreachable', 'it is there, and slow'],
    ['ECONNRESET', 3, 'unreachable', 'it is there, and stumbles'],
  ])('%s: asked %i times, then %s: %s', async (code, asks, kind) => {
    const { tokens, asked, notices } = open([refused({ kind: 'network', code })], env, {
      kind: 'managed-identity',
    });
    const failure = await failureOf(tokens.token(SCOPE));
    expect([failure.kind, asked.length, notices.length]).toEqual([kind, asks, asks - 1]);
    expect(failure.message).toContain(code);
    expect(failure.meetsEveryService).toBe(true);
  });
});

test('what is kept of one identity of this machine is not used for another', async () => {
  const keys: string[] = [];
  const kept = {
    read: (key: string): Promise<null> => {
      keys.push(key);
      return Promise.resolve(null);
    },
    write: () => Promise.resolve(),
  };
  const id = 'same-for-all';
  for (const name of [
    'AZURE_CLIENT_ID',
    'MAILCHECK_IDENTITY_OBJECT_ID',
    'MAILCHECK_IDENTITY_RESOURCE_ID',
    'X',
  ])
    await open([granted('t')], { [name]: id }, { kind: 'managed-identity', kept }).tokens.token(SCOPE);
  expect(new Set(keys).size).toBe(4);
});

describe('a refusal', () => {
  test.each(REFUSALS)('$why: $kind after $asks', async ({ reply, kind, asks, says, remedy }) => {
    const { tokens, asked } = open([reply]);
    const failure = await failureOf(tokens.token(SCOPE));
    expect(failure).toMatchObject({
      kind,
      message: expect.stringMatching(says) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
    expect(asked).toHaveLength(asks);
    expect(`${failure.message} ${failure.remedy} ${failure.stack ?? ''}`).not.toContain(SECRET);
  });

  test('a key that cannot sign is told from a strange service', async () => {
    const env = { ...ENV, AZURE_CLIENT_SECRET: '', AZURE_CLIENT_CERTIFICATE_PATH: certificate };
    const discovery = answer(200, {
      token_endpoint: 'https://login.microsoftonline.com/t/oauth2/v2.0/token',
    });
    expect(await failureOf(open([discovery], env).tokens.token(SCOPE))).toMatchObject({
      kind: 'sign-in',
      remedy: expect.stringContaining('AZURE_CLIENT_CERTIFICATE_PATH') as string,
    });
    expect(await failureOf(open([discovery]).tokens.token(SCOPE))).toMatchObject({ kind: 'protocol' });
  });

  test('carries the id of the service, and how long to wait', async () => {
    expect(await failureOf(open([aadsts(7000215)]).tokens.token(SCOPE))).toMatchObject({
      requestId: 'corr-1',
    });
    const date = 'Tue, 30 Jun 2026 15:00:00 GMT';
    const throttled = answer(429, {}, { retryAfter: 'Tue, 30 Jun 2026 15:00:41 GMT', date });
    expect(await failureOf(open([throttled]).tokens.token(SCOPE))).toMatchObject({ retryAfterSeconds: 41 });
  });

  test('keeps no cause that was on the wire, for it holds the secret', async () => {
    const cause = new Error(`client_secret=${SECRET}`);
    for (const heard of [
      { kind: 'network', code: 'ECONNRESET' },
      { kind: 'answer', status: 401, body: '{"error":"x"}', retryAfter: null, date: null, secrets: [] },
    ] as const) {
      const failure = await failureOf(open([refused(heard, cause)]).tokens.token(SCOPE));
      expect(failure.cause).toBeUndefined();
    }
  });

  test('a stumble is tried again, with pauses', async () => {
    const { tokens, clock } = open([
      answer(503, ''),
      refused({ kind: 'network', code: 'ECONNRESET' }),
      granted('t'),
    ]);
    expect(await tokens.token(SCOPE)).toBe('t');
    expect(clock.sleeps).toEqual([1000, 4000]);
  });

  test('each new try is announced', async () => {
    const noName = refused({ kind: 'network', code: 'ENOTFOUND' });
    const { tokens, notices } = open([noName, answer(503, ''), granted('t')]);
    await tokens.token(SCOPE);
    expect(notices).toEqual([
      'The sign-in service login.microsoftonline.com could not be reached (ENOTFOUND); trying again in 1 s.',
      'The sign-in service login.microsoftonline.com answered 503; trying again in 4 s.',
    ]);
  });

  test.each([
    [0, 3, 5000, 'a refusal at once'],
    [1000, 3, 8000, 'a slow refusal'],
    [1001, 2, 3002, 'a slower one: the third try would begin after seven seconds'],
    [5000, 2, 11_000, 'name servers that do not answer'],
    [15_000, 1, 15_000, 'silence'],
  ])('a failure that takes %i ms is tried %i times, %i ms in all: %s', async (replyMs, asks, totalMs) => {
    const { tokens, asked, clock } = open([refused({ kind: 'network', code: 'EAI_AGAIN' })], ENV, {
      replyMs,
    });
    await failureOf(tokens.token(SCOPE));
    expect({ asks: asked.length, totalMs: clock.monotonicMs() }).toEqual({ asks, totalMs });
  });

  test('a deadline names the service that did not answer in time', async () => {
    const reason = new Failure('timeout', 'Up.', { remedy: 'x' });
    const { tokens } = open([refused({ kind: 'network', code: 'ECONNRESET' })]);
    const work = tokens.token(SCOPE, { refresh: false }, AbortSignal.abort(reason));
    expect(await failureOf(work)).toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('login.microsoftonline.com') as string,
      remedy: expect.stringContaining('--timeout') as string,
    });
  });

  test('being stopped is not blamed on the service', async () => {
    const reason = new Failure('interrupted', 'Stopped by SIGINT.', { remedy: 'x' });
    const { tokens, asked } = open([refused({ kind: 'network', code: 'ECONNRESET' })]);
    expect(await failureOf(tokens.token(SCOPE, { refresh: false }, AbortSignal.abort(reason)))).toBe(reason);
    expect(asked).toHaveLength(1);
  });

  /** A clock whose first pause is the one in which it ends. */
  function stoppedInPause(reply: TokenReply, reason: Failure): Promise<unknown> {
    const controller = new AbortController();
    const clock = {
      now: () => new Date(0),
      monotonicMs: () => 0,
      sleep: () => {
        controller.abort(reason);
        return Promise.reject(new DOMException('stopped', 'AbortError'));
      },
    };
    const ask: AskForToken = () => Promise.resolve(reply);
    const tokens = environmentTokens({ env: ENV, caPem: null, clock, onNotice: () => undefined, ask });
    return failureOf(tokens.token(SCOPE, { refresh: false }, controller.signal));
  }

  test('being stopped while pausing is no bug', async () => {
    const reason = new Failure('terminated', 'Stopped by SIGTERM.', { remedy: 'x' });
    expect(await stoppedInPause(answer(503, ''), reason)).toBe(reason);
  });

  test.each([
    [answer(503, ''), /login\.microsoftonline\.com is in trouble \(status 503\)/u],
    [refused({ kind: 'network', code: 'ENOTFOUND' }), /could not be reached \(ENOTFOUND\)/u],
  ])('a deadline in a pause tells what was heard, and blames nobody else: %#', async (reply, message) => {
    const reason = new Failure('timeout', 'Up before graph.microsoft.com had answered.', { remedy: 'x' });
    expect(await stoppedInPause(reply, reason)).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(message) as string,
      meetsEveryService: true,
    });
  });
});
