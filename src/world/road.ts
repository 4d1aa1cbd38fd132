/** What all who ask a service in one run have in common: the clock, trust, time, patience, and one sign-in. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { CommonOptions } from '#cli/common-options.js';
import { Failure } from '#failure.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import type { RequestLedger } from '#mailflow/quota/request-ledger.js';
import { HEALTH_QUOTA_RULES } from '#mailflow/quota/rolling-window.js';
import { type Environment, type ServiceSettings, textOf } from '#settings/service-settings.js';
import { signInKindOf } from '#settings/with-profile.js';
import { BOTH_NEEDED } from '#sources/exchange/refusal.js';
import { environmentTokens } from '#sources/sign-in/environment-tokens.js';
import { readyToken } from '#sources/sign-in/ready-token.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import { isAttended } from './attended.js';
import { openSignInFile } from './sign-in-files.js';
import { readStandardInput } from './standard-input.js';

/** The quota of the service is counted over five minutes; longer than that nobody waits without asking for it. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** A pipe sits out what is hardly longer than a slow answer; its reader would rather hear when to come again. */
const PATIENCE_OF_A_PIPE_MS = 10_000;

export const CLOCK = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }),
};

export interface Talk {
  readonly onNotice: (text: string) => void;
  /** Replaced by the next. */
  readonly onCountdown: (text: string) => void;
}

export interface Road extends Talk {
  readonly options: CommonOptions;
  readonly environment: Environment;
  readonly isAttended: boolean;
  readonly patienceMs: number;
  /** Of each request, where somebody wants to know. */
  readonly onRequest: { readonly onRequest?: (text: string) => void };
  /** Of the certificates to trust beside the usual ones. Rejects with a Failure. */
  readonly caPem: (settings: Pick<ServiceSettings, 'caFile'>) => Promise<string | null>;
  /**
   * The same for all who ask the same service: one signs in, and the others wait for it. `needed` is what a ready token
   * for Exchange may lack where it is refused. Throws a Failure.
   */
  readonly tokens: (settings: ServiceSettings, caPem: string | null, needed?: string) => TokenSource;
  /** For service health, which has a quota of its own. */
  readonly healthLedger: RequestLedger;
  /** On the monotonic clock, by what the user says, else the command, else what is usual. */
  readonly deadlineMs: (commandSeconds: number | null | undefined) => number;
}

interface RoadOptions extends Talk {
  readonly options: CommonOptions;
  readonly environment: Environment;
  /** Ends the waiting for a secret on standard input. */
  readonly signal: AbortSignal;
}

export function openRoad({ options, environment, signal, onNotice, onCountdown }: RoadOptions): Road {
  const attended = isAttended(environment);
  const tokensByService = new Map<string, TokenSource>();
  return {
    options,
    environment,
    onNotice,
    onCountdown,
    isAttended: attended,
    patienceMs: attended ? Infinity : PATIENCE_OF_A_PIPE_MS,
    onRequest: options.verbose ? { onRequest: onNotice } : {},
    caPem: ({ caFile }) => trustedBeside(caFile, environment),
    tokens: (settings, caPem, needed = BOTH_NEEDED) => {
      const { readyToken: token, tokenVariable, via } = settings;
      const ifFresh = via === 'graph' ? '' : ` If it is fresh, ${needed}.`;
      if (token !== null) return readyToken(token, tokenVariable, ifFresh);
      const tokens = tokensByService.get(settings.via) ?? tokensOf(settings, caPem, { onNotice, signal });
      tokensByService.set(settings.via, tokens);
      return tokens;
    },
    healthLedger: processLedger({
      rules: HEALTH_QUOTA_RULES,
      isAttended: attended,
      monotonicMs: CLOCK.monotonicMs,
    }),
    deadlineMs: (commandSeconds) =>
      CLOCK.monotonicMs() + (options.timeoutSeconds ?? commandSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
  };
}

function tokensOf(
  settings: ServiceSettings,
  caPem: string | null,
  { onNotice, signal }: Pick<RoadOptions, 'onNotice' | 'signal'>,
): TokenSource {
  const { tokenVariable, signInEnvironment: env, authorityHost } = settings;
  const kind = signInKindOf(env);
  const file = openSignInFile(env, onNotice);
  // Azure CLI keeps its own, and may have another account by the next run.
  const keepsTokens = textOf(env, 'MAILCHECK_KEEP_TOKEN') === '1' && kind !== 'azure-cli';
  return environmentTokens({
    ...{ env, kind, authorityHost, tokenVariable, caPem, clock: CLOCK, onNotice },
    state: file.state,
    again: signInAgain(env),
    readInput: () => readStandardInput(signal),
    ...(keepsTokens ? { kept: file.tokens } : {}),
  });
}

/** How a person signs in again, ready to copy. */
export function signInAgain(environment: Environment): string {
  const name = textOf(environment, 'MAILCHECK_PROFILE');
  return name === null ? 'mailcheck login' : `mailcheck login --profile ${name}`;
}

/** What to trust beside the usual; null for nothing. A list of our own replaces that of Node, and with it the file that it reads. */
export async function trustedBeside(caFile: string | null, environment: Environment): Promise<string | null> {
  if (caFile === null) return null;
  const own = await readCertificates(caFile);
  const extraFile = textOf(environment, 'NODE_EXTRA_CA_CERTS');
  // Node itself says so where it cannot be read, and goes on.
  const extra = extraFile === null ? '' : await readFile(extraFile, 'utf8').catch(() => '');
  return extra.includes(BEGINNING) ? `${own}\n${extra}` : own;
}

async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Failure('configuration', `The CA file ${path} cannot be read.`, {
      remedy: 'Name a PEM file that exists and that you may read, with --ca-file or MAILCHECK_CA_FILE.',
      cause,
    });
  });
  if (text.includes(BEGINNING)) return text;
  throw new Failure('configuration', `The CA file ${path} holds no certificate.`, {
    remedy: `Name a PEM file; it has a line ${BEGINNING}.`,
  });
}

const BEGINNING = '-----BEGIN CERTIFICATE-----';
