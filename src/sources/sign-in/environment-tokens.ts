import { Failure } from '#failure.js';

import type { AccessToken, AskForToken, ClientProof, CredentialSettings, Heard } from './credential.js';
import { askIdentity } from './identity-credential.js';
import { proxyFor } from './proxy.js';
import { isTransient, signInFailure, stumbleOf } from './sign-in-failure.js';
import { isAborted, stoppedFailure } from './stopped.js';
import { cachedTokens } from './token-cache.js';
import type { EnvironmentVariables, TokenSource } from './token-source.js';
import { refuseUnverifiedTls } from './verified-tls.js';

interface EnvironmentTokensOptions {
  /** Read: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH (and _PASSWORD), AZURE_AUTHORITY_HOST; for proxies HTTPS_PROXY, ALL_PROXY and NO_PROXY. */
  readonly env: EnvironmentVariables;
  /** A tenant that was named by flag or profile; null leaves it to the environment. */
  readonly tenantId?: string | null;
  /** The authority of the chosen cloud; the environment's own wins. Null: the worldwide cloud. */
  readonly authorityHost?: string | null;
  readonly caPem: string | null;
  /** Where a ready token may stand instead, for cures; MAILCHECK_GRAPH_TOKEN when absent. */
  readonly tokenVariable?: string;
  readonly clock: SignInClock;
  /** Told before each new try: talk, for standard error. */
  readonly onNotice: (text: string) => void;
  readonly ask?: AskForToken;
}

interface SignInClock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const WORLDWIDE_AUTHORITY = 'https://login.microsoftonline.com';
const KNOWN_AUTHORITIES: ReadonlySet<string> = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]);
/** Pauses before the second and third try of a sign-in service that stumbles. */
const PAUSES_MS = [1000, 4000] as const;

/** No try begins later after the first one: a name server or proxy that is slow to refuse is not asked as often. */
const LAST_TRY_MS = 7000;

/** Tokens for an app registration whose credentials stand in the usual `AZURE_*` variables. Throws a Failure when they do not. */
export function environmentTokens(options: EnvironmentTokensOptions): TokenSource {
  refuseUnverifiedTls(options.env);
  const settings = credentialSettings(options);
  return cachedTokens(options.clock, (scope, signal) => askPatiently({ options, settings, scope, signal }));
}

interface Asking {
  readonly options: EnvironmentTokensOptions;
  readonly settings: CredentialSettings;
  readonly scope: string;
  readonly signal: AbortSignal | undefined;
}

async function askPatiently({ options, settings, scope, signal }: Asking): Promise<AccessToken> {
  const { clock, onNotice, ask = askIdentity } = options;
  const lastTryMs = clock.monotonicMs() + LAST_TRY_MS;
  let reply = await ask(settings, scope, signal);
  for (const pauseMs of PAUSES_MS) {
    if (reply.ok || !isWorthAnotherTry(reply.heard, signal)) break;
    if (clock.monotonicMs() + pauseMs > lastTryMs) break;
    onNotice(`${stumbleOf(reply.heard, settings)}; trying again in ${pauseMs / 1000} s.`);
    await rest(clock, pauseMs, signal);
    reply = await ask(settings, scope, signal);
  }
  if (reply.ok) return reply.token;
  throw signInFailure(reply, { settings, now: clock.now(), signal });
}

function isWorthAnotherTry(heard: Heard, signal: AbortSignal | undefined): boolean {
  return signal?.aborted !== true && isTransient(heard);
}

async function rest(clock: SignInClock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    throw signal !== undefined && isAborted(signal) ? stoppedFailure(signal) : error;
  }
}

function credentialSettings(options: EnvironmentTokensOptions): CredentialSettings {
  const { env } = options;
  const tenantId = named(options.tenantId) ?? named(env['AZURE_TENANT_ID']);
  const clientId = named(env['AZURE_CLIENT_ID']);
  const proof = clientProof(env);
  const missing = [
    ...(tenantId === null ? ['AZURE_TENANT_ID'] : []),
    ...(clientId === null ? ['AZURE_CLIENT_ID'] : []),
    ...(proof === null ? ['AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH)'] : []),
  ];
  if (tenantId === null || clientId === null || proof === null) throw noCredentials(missing, options);
  const authority = signInAuthority(options);
  const proxy = proxyFor(authority.authorityHost, env);
  return { tenantId, clientId, proof, ...authority, caPem: options.caPem, proxy };
}

function noCredentials(missing: readonly string[], { tokenVariable }: EnvironmentTokensOptions): Failure {
  return new Failure('sign-in', `No credentials: ${missing.join(', ')} not set.`, {
    remedy: `Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH) of an app registration with the rights of mailcheck help permissions, or a ready token in ${tokenVariable ?? 'MAILCHECK_GRAPH_TOKEN'}.`,
  });
}

function clientProof(env: EnvironmentVariables): ClientProof | null {
  const secret = named(env['AZURE_CLIENT_SECRET']);
  if (secret !== null) return { kind: 'secret', secret };
  const path = named(env['AZURE_CLIENT_CERTIFICATE_PATH']);
  if (path === null) return null;
  const sendChain = ['true', '1'].includes((env['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'] ?? '').toLowerCase());
  return { kind: 'certificate', path, password: named(env['AZURE_CLIENT_CERTIFICATE_PASSWORD']), sendChain };
}

/** Where to sign in. Throws a Failure for an address that no secret may go to. */
export function signInAuthority(
  options: Pick<EnvironmentTokensOptions, 'env' | 'authorityHost'>,
): Pick<CredentialSettings, 'authorityHost' | 'isKnownCloud'> {
  const given =
    named(options.env['AZURE_AUTHORITY_HOST']) ?? named(options.authorityHost) ?? WORLDWIDE_AUTHORITY;
  const url = URL.canParse(given) ? new URL(given) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url?.protocol !== 'https:' || !isPlain) {
    throw new Failure(
      'configuration',
      'The sign-in service (AZURE_AUTHORITY_HOST) must be a plain https address.',
      {
        remedy: `Set AZURE_AUTHORITY_HOST to a base address such as ${WORLDWIDE_AUTHORITY}, or unset it.`,
      },
    );
  }
  return { authorityHost: url.origin, isKnownCloud: url.port === '' && KNOWN_AUTHORITIES.has(url.hostname) };
}

function named(value: string | null | undefined): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
