import { chooseCredential, type CredentialOptions } from './choose-credential.js';
import type { AccessToken, AskForToken, CredentialSettings, Heard } from './credential.js';
import { identityAsker } from './identity-credential.js';
import { memoryTokens, outlasting } from './outlasting-tokens.js';
import { isTransient, signInFailure, stumbleOf } from './sign-in-failure.js';
import type { KeptTokens } from './sign-in-memory.js';
import { isAborted, stoppedFailure } from './stopped.js';
import { cachedTokens } from './token-cache.js';
import type { TokenSource } from './token-source.js';
import { refuseUnverifiedTls } from './verified-tls.js';

interface EnvironmentTokensOptions extends CredentialOptions {
  readonly clock: SignInClock;
  /** Told before each new try: talk, for standard error. */
  readonly onNotice: (text: string) => void;
  readonly ask?: AskForToken;
  /** Where access tokens are kept between runs; absent keeps them in memory alone. */
  readonly kept?: KeptTokens;
}

interface SignInClock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Pauses before the second and third try of a sign-in service that stumbles. */
const PAUSES_MS = [1000, 4000] as const;

/** No try begins later after the first one: a name server or proxy that is slow to refuse is not asked as often. */
const LAST_TRY_MS = 7000;

/** Tokens for the credentials of the environment and the profile. Throws a Failure when there are none. */
export function environmentTokens(options: EnvironmentTokensOptions): TokenSource {
  refuseUnverifiedTls(options.env);
  const chosen = chooseCredential(options);
  const { clock, onNotice, kept = memoryTokens() } = options;
  const fetchToken = async (scope: string, signal: AbortSignal | undefined): Promise<AccessToken> =>
    askPatiently({ options, settings: await chosen.whole(), scope, signal });
  const keyOf = (scope: string): string => keptKey(chosen.settings, scope);
  return cachedTokens(clock, outlasting(fetchToken, { kept, keyOf, now: clock.now, onNotice }));
}

/** Everything that makes one token another: who asks whom for what. */
function keptKey({ authorityHost, tenantId, clientId, proof }: CredentialSettings, scope: string): string {
  const identity = proof.kind === 'managed-identity' ? [proof.identity?.by, proof.identity?.id] : [];
  return JSON.stringify([authorityHost, tenantId, clientId, proof.kind, ...identity, scope]);
}

interface Asking {
  readonly options: EnvironmentTokensOptions;
  readonly settings: CredentialSettings;
  readonly scope: string;
  readonly signal: AbortSignal | undefined;
}

async function askPatiently({ options, settings, scope, signal }: Asking): Promise<AccessToken> {
  const { clock, onNotice, ask = identityAsker(options.env) } = options;
  const lastTryMs = clock.monotonicMs() + LAST_TRY_MS;
  let reply = await ask(settings, scope, signal);
  for (const pauseMs of PAUSES_MS) {
    if (reply.ok || !isWorthAnotherTry(reply.heard, settings, signal)) break;
    if (clock.monotonicMs() + pauseMs > lastTryMs) break;
    onNotice(`${stumbleOf(reply.heard, settings)}; trying again in ${pauseMs / 1000} s.`);
    // Where the time is up in the pause, what was heard before it is what is wrong.
    if ((await rest(clock, pauseMs, signal)) === 'late')
      throw signInFailure(reply, { settings, now: clock.now(), signal: undefined });
    reply = await ask(settings, scope, signal);
  }
  if (reply.ok) return reply.token;
  throw signInFailure(reply, { settings, now: clock.now(), signal });
}

function isWorthAnotherTry(
  heard: Heard,
  settings: CredentialSettings,
  signal: AbortSignal | undefined,
): boolean {
  return signal?.aborted !== true && isTransient(heard, settings);
}

async function rest(
  clock: SignInClock,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<'rested' | 'late'> {
  try {
    await clock.sleep(ms, signal);
    return 'rested';
  } catch (error) {
    if (signal === undefined || !isAborted(signal)) throw error;
    const failure = stoppedFailure(signal);
    if (failure.kind === 'timeout') return 'late';
    throw failure;
  }
}
