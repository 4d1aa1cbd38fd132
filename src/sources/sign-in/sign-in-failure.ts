import { Failure } from '#failure.js';

import { clockWords } from './clock-words.js';
import type { ClientProof, CredentialSettings, Heard, TokenReply } from './credential.js';
import { isPassing, networkTrouble } from './network-trouble.js';
import { proxyFailure } from './proxy-trouble.js';
import { httpDate, retryAfterMs } from './retry-after.js';
import { shownId, shownText } from './shown-text.js';
import { SIGN_IN_CURES, type SignInCure } from './sign-in-cures.js';
import { stoppedFailure } from './stopped.js';

interface Circumstances {
  readonly settings: CredentialSettings;
  readonly now: Date;
  readonly signal: AbortSignal | undefined;
}

type Answer = Extract<Heard, { kind: 'answer' }>;

/** True when the same question may get a better answer in a moment. */
export function isTransient(heard: Heard): boolean {
  if (heard.kind === 'network') return isPassing(networkTrouble(heard.code));
  return heard.kind === 'answer' && heard.status >= 500;
}

/**
 * Says why there is no token. Never about mail: whether mail flows is not known without one. Only an error that
 * came before anything was sent is kept as cause, since later ones carry the request with its secret.
 */
export function signInFailure(
  { heard, cause }: TokenReply & { ok: false },
  circumstances: Circumstances,
): Failure {
  const { settings, now, signal } = circumstances;
  if (signal?.aborted === true) return stoppedWhileAsking(signal, hostOf(settings));
  switch (heard.kind) {
    case 'nothing':
      return unusable(settings, cause);
    case 'network':
      return isOfMachine(settings) ? noIdentity(heard.code) : unreached(heard.code, hostOf(settings));
    case 'answer':
      return isOfMachine(settings) ? answeredHere(heard, now) : answered(heard, settings, now);
  }
}

/** Whether the sign-in service of the cloud is asked by somebody else, on this machine. */
function isOfMachine({ proof }: CredentialSettings): boolean {
  return proof.kind === 'managed-identity';
}

function noIdentity(code: string): Failure {
  return new Failure(
    'sign-in',
    `No identity service answers on this machine (${code}); it is none of Azure.`,
    {
      remedy: MACHINE_CURE,
    },
  );
}

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling */
function answeredHere(heard: Answer, now: Date): Failure {
  const service = 'The identity service of this machine';
  if (heard.status === 429) {
    const seconds = Math.ceil((retryAfterMs(heard.retryAfter, httpDate(heard.date) ?? now) ?? 60_000) / 1000);
    return new Failure('throttled', `${service} asks for a pause.`, {
      remedy: `Try again in ${seconds} s.`,
      retryAfterSeconds: seconds,
    });
  }
  if (heard.status >= 500 || heard.status === 410) {
    return new Failure('unreachable', `${service} is in trouble (status ${heard.status}).`, {
      remedy: 'Try again in some minutes.',
      meetsEveryService: true,
    });
  }
  const said = errorAnswer(heard)?.description ?? '';
  const words = said === '' ? '' : `: ${shownText(said, heard.secrets)}`;
  return new Failure('sign-in', `${service} gave no token (status ${heard.status})${words}`, {
    remedy: MACHINE_CURE,
  });
}

function stoppedWhileAsking(signal: AbortSignal, host: string): Failure {
  const failure = stoppedFailure(signal);
  if (failure.kind !== 'timeout') return failure;
  const message = `The time was up before the sign-in service ${host} had answered; this says nothing about mail.`;
  return new Failure('timeout', message, {
    remedy: 'Raise --timeout, or check proxy and firewall of this machine.',
    meetsEveryService: true,
  });
}

function hostOf(settings: CredentialSettings): string {
  return new URL(settings.authorityHost).host;
}

/** The library refused before it sent anything: a file that cannot be read, an id with odd characters. */
function unusable({ proof }: CredentialSettings, cause: unknown): Failure {
  switch (proof.kind) {
    case 'certificate':
      return new Failure('sign-in', 'The certificate file of the credentials cannot be used.', {
        remedy:
          'Let AZURE_CLIENT_CERTIFICATE_PATH name a readable PEM file with certificate and RSA private key, and give its password if it has one.',
        cause,
      });
    case 'azure-cli':
      return noTokenOfCli(cause);
    case 'managed-identity':
      return new Failure('sign-in', 'This machine offers no managed identity.', {
        remedy: MACHINE_CURE,
        cause,
      });
    case 'person':
      return new Failure('sign-in', 'Nobody is signed in, and nothing is kept of an earlier sign-in.', {
        remedy: `Sign in with ${proof.again}, at a terminal.`,
      });
    case 'secret':
    case 'assertion':
      return new Failure('sign-in', 'The credentials cannot be used as they stand.', {
        remedy: 'Check AZURE_TENANT_ID and AZURE_CLIENT_ID for characters that do not belong there.',
        cause,
      });
  }
}

const MACHINE_CURE =
  'Assign a managed identity to this machine, name a user-assigned one with AZURE_CLIENT_ID, or sign in another way (mailcheck login --kind).';

/** What `az` said is all there is; a code of Microsoft in it tells more than the rest. */
function noTokenOfCli(cause: unknown): Failure {
  const said = cause instanceof Error ? cause.message : '';
  const code = /AADSTS(\d{1,9})/.exec(said)?.[1];
  const cure = code === undefined ? undefined : SIGN_IN_CURES.get(code);
  const words = cure === undefined ? shownText(said, []) : `${cure.meaning} (AADSTS${code ?? ''})`;
  return new Failure(
    cure?.isPassing === true ? 'throttled' : 'sign-in',
    `Azure CLI gave no token: ${words}`,
    {
      remedy:
        'Install Azure CLI and sign in with az login; where its app may not read this service, use an app registration of your own (mailcheck help permissions).',
    },
  );
}

/** What went wrong for now, in a few words. */
export function stumbleOf(heard: Heard, settings: CredentialSettings): string {
  const service = isOfMachine(settings)
    ? 'The identity service of this machine'
    : `The sign-in service ${hostOf(settings)}`;
  switch (heard.kind) {
    case 'nothing':
      return `${service} was not asked`;
    case 'network':
      return `${service} could not be reached (${heard.code})`;
    case 'answer':
      return `${service} answered ${heard.status}`;
  }
}

function unreached(code: string, host: string): Failure {
  const trouble = networkTrouble(code);
  if (trouble === 'proxy' || trouble === 'proxy-refused') return proxyFailure(code, host);
  if (trouble === 'certificate') {
    return new Failure(
      'configuration',
      `The certificate of the sign-in service ${host} is not trusted (${code}).`,
      {
        remedy:
          'If a proxy or a drill signs it, name its PEM file with --ca-file; otherwise check the clock and the address.',
      },
    );
  }
  if (trouble === 'not-tls') {
    return new Failure('configuration', `${host} does not speak TLS (${code}).`, {
      remedy: 'Check the host and port of AZURE_AUTHORITY_HOST.',
    });
  }
  const message = `The sign-in service ${host} could not be reached (${code}); this says nothing about mail.`;
  return new Failure('unreachable', message, {
    remedy: 'Check name resolution, proxy and firewall of this machine, then try again.',
    meetsEveryService: true,
  });
}

function answered(heard: Answer, settings: CredentialSettings, now: Date): Failure {
  const host = hostOf(settings);
  if (heard.status === 429)
    return slowedDown(host, retryAfterMs(heard.retryAfter, httpDate(heard.date) ?? now));
  if (heard.status >= 500) return inTrouble(host, heard.status);
  const answer = errorAnswer(heard);
  // Discovery went well, and then the library could not sign with the key, or had nothing to send: not a word of the service.
  const isOurTrouble =
    heard.status === 200 && OFTEN_OURS.has(settings.proof.kind) && parseObject(heard.body) !== null;
  if (isOurTrouble) return unusable(settings, undefined);
  return answer === null ? strange(host, heard.status) : refused(answer, heard, { settings, now });
}

const OFTEN_OURS: ReadonlySet<ClientProof['kind']> = new Set(['certificate', 'person']);

function slowedDown(host: string, waitMs: number | null): Failure {
  const message = `The sign-in service ${host} asks for a pause.`;
  if (waitMs === null) return new Failure('throttled', message, { remedy: 'Try again in some minutes.' });
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new Failure('throttled', message, {
    remedy: `Try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
  });
}

function inTrouble(host: string, status: number): Failure {
  const message = `The sign-in service ${host} is in trouble (status ${status}); this says nothing about mail.`;
  return new Failure('unreachable', message, {
    remedy: 'Try again in some minutes.',
    meetsEveryService: true,
  });
}

function strange(host: string, status: number): Failure {
  return new Failure('protocol', `${host} does not answer like a sign-in service (status ${status}).`, {
    remedy:
      'Check AZURE_AUTHORITY_HOST and the tenant, and whether a proxy or sign-in portal stands in between.',
    meetsEveryService: true,
  });
}

function refused(
  answer: ErrorAnswer,
  { status, date, secrets }: Answer,
  { settings, now }: Pick<Circumstances, 'settings' | 'now'>,
): Failure {
  const { proof } = settings;
  const cure = answer.codes.map((code) => SIGN_IN_CURES.get(code)).find((found) => found !== undefined);
  const code = answer.codes[0] === undefined ? answer.error : `AADSTS${answer.codes[0]}`;
  const meaning = cure?.meaning ?? shownText(answer.description, secrets);
  const said = answer.codes.includes(OUT_OF_TIME) ? meaning + skewWords(date, now) : meaning;
  return new Failure(
    cure?.isPassing === true ? 'throttled' : 'sign-in',
    `The sign-in service refused ${proof.kind === 'person' ? 'the sign-in' : 'the credentials'} (${code}, status ${status}): ${said}`,
    {
      remedy: remedyOf(cure, code, proof),
      ...(answer.correlationId === null ? {} : { requestId: answer.correlationId }),
    },
  );
}

function remedyOf(cure: SignInCure | undefined, code: string, proof: ClientProof): string {
  if (proof.kind === 'person' && cure?.isCuredBySigningIn === true)
    return `Sign in again with ${proof.again}, at a terminal.`;
  return (
    cure?.remedy ??
    `Look up ${code} at https://login.microsoftonline.com/error and check the app registration.`
  );
}

/** What was signed names a time by our clock. */
const OUT_OF_TIME = '700024';
const MINUTE_MS = 60_000;

/** By how much our clock is wrong, where the answer tells. */
function skewWords(date: string | null, now: Date): string {
  const aheadMs = (httpDate(date)?.getTime() ?? now.getTime()) - now.getTime();
  return Math.abs(aheadMs) < MINUTE_MS
    ? ''
    : `; the clock of this machine is ${clockWords(aheadMs)} the sign-in service`;
}

interface ErrorAnswer {
  readonly error: string;
  /** The numbers of Microsoft's codes, as `7000215`, the telling one first. */
  readonly codes: readonly string[];
  readonly description: string;
  readonly correlationId: string | null;
}

/** The error object of OAuth 2.0 (RFC 6749, 5.2) with Microsoft's additions; null when the body is none. */
function errorAnswer({ body, secrets }: Answer): ErrorAnswer | null {
  const parsed = parseObject(body);
  const error = textOf(parsed?.get('error'));
  if (parsed === null || error === '') return null;
  const description = textOf(parsed.get('error_description'));
  const listed = parsed.get('error_codes');
  const numbers = Array.isArray(listed) ? listed.filter((code: unknown) => typeof code === 'number') : [];
  const written = /AADSTS(\d{1,9})/.exec(description)?.[1];
  return {
    error: shownText(error, secrets),
    codes: [...numbers.map(String), ...(written === undefined ? [] : [written])],
    description,
    correlationId: shownId(textOf(parsed.get('correlation_id'))),
  };
}

function parseObject(body: string): ReadonlyMap<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
