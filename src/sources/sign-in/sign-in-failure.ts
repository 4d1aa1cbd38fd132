import { Failure } from '#failure.js';

import { parsedJson } from '../http/loose-json.js';
import { certificateFacts } from './certificate-facts.js';
import { noTokenOfCli } from './cli-failure.js';
import { clockWords } from './clock-words.js';
import type { ClientProof, CredentialSettings, Heard, TokenReply } from './credential.js';
import { type ErrorAnswer, errorAnswer } from './error-answer.js';
import { answeredHere, isAbsent, isOfMachine, MACHINE_CURE, unansweredHere } from './machine-failure.js';
import { isPassing, networkTrouble } from './network-trouble.js';
import { proxyFailure } from './proxy-trouble.js';
import { httpDate, retryAfterMs } from './retry-after.js';
import { finished, shownText } from './shown-text.js';
import { cureOf, type SignInCure } from './sign-in-cures.js';
import { stoppedFailure } from './stopped.js';

interface Circumstances {
  readonly settings: CredentialSettings;
  readonly now: Date;
  readonly signal: AbortSignal | undefined;
}

type Answer = Extract<Heard, { kind: 'answer' }>;

/** True when the same question may get a better answer in a moment. */
export function isTransient(heard: Heard, settings: CredentialSettings): boolean {
  if (heard.kind === 'network')
    return !isAbsent(heard.code, settings) && isPassing(networkTrouble(heard.code));
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
      return isOfMachine(settings)
        ? unansweredHere(heard.code, settings)
        : unreached(heard.code, hostOf(settings));
    case 'answer':
      return isOfMachine(settings) ? answeredHere(heard, now) : answered(heard, settings, now);
  }
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
function unusable({ proof, tenantId }: CredentialSettings, cause: unknown): Failure {
  switch (proof.kind) {
    case 'certificate':
      return new Failure('sign-in', `The certificate file ${proof.path} cannot be used.`, {
        remedy:
          'Let AZURE_CLIENT_CERTIFICATE_PATH name a readable PEM file with certificate and RSA private key, and give its password if it has one.',
        cause,
      });
    case 'azure-cli':
      return noTokenOfCli(cause, tenantId);
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
    heard.status === 200 && OFTEN_OURS.has(settings.proof.kind) && isObject(parsedJson(heard.body));
  if (isOurTrouble) return unusable(settings, undefined);
  return answer === null ? strange(host, heard.status) : refused(answer, heard, { settings, now });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
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
  const heardAt = httpDate(date) ?? now;
  const cure = endOfCertificate(answer, proof, heardAt) ?? cureOf(answer.codes, proof);
  const code = answer.codes[0] === undefined ? answer.error : `AADSTS${answer.codes[0]}`;
  const meaning = cure?.meaning ?? shownText(answer.description, secrets);
  const seen = evidenceOf(answer, proof, { aheadMs: heardAt.getTime() - now.getTime() });
  const what = proof.kind === 'person' ? 'the sign-in' : 'the credentials';
  return new Failure(
    cure?.isPassing === true ? 'throttled' : 'sign-in',
    finished(`The sign-in service refused ${what} (${code}, status ${status}): ${meaning}${seen}`),
    {
      remedy: remedyOf(cure, code, proof),
      ...(answer.correlationId === null ? {} : { requestId: answer.correlationId }),
    },
  );
}

function remedyOf(cure: SignInCure | null, code: string, proof: ClientProof): string {
  if (proof.kind === 'person' && cure?.isCuredBySigningIn === true)
    return `Sign in again with ${proof.again}, at a terminal.`;
  return (
    cure?.remedy ??
    `Look up ${code} at https://login.microsoftonline.com/error and check the app registration.`
  );
}

const FOREIGN_CERTIFICATE = '700027';
/** What was signed names a time by the clock of who signed. */
const OUT_OF_TIME = '700024';
const MINUTE_MS = 60_000;

/** The service tells one that has ended by the code of one that it does not know; our copy says when it did. */
function endOfCertificate({ codes }: ErrorAnswer, proof: ClientProof, heardAt: Date): SignInCure | null {
  if (proof.kind !== 'certificate' || !codes.includes(FOREIGN_CERTIFICATE)) return null;
  const facts = certificateFacts(proof.pem);
  if (facts === null || facts.endsAt > heardAt) return null;
  return {
    meaning: `the certificate ended on ${facts.endsAt.toISOString().slice(0, 10)}`,
    remedy: 'Create a new one, upload it to the app registration, and name it in the place of the old one.',
  };
}

/** What we know of it that the service does not say. */
function evidenceOf(
  { codes }: ErrorAnswer,
  proof: ClientProof,
  { aheadMs }: { readonly aheadMs: number },
): string {
  // What others signed was not signed by our clock.
  const isByOurClock = codes.includes(OUT_OF_TIME) && proof.kind !== 'assertion';
  if (isByOurClock && Math.abs(aheadMs) >= MINUTE_MS)
    return `; the clock of this machine is ${clockWords(aheadMs)} the sign-in service`;
  const isForeign = codes.includes(FOREIGN_CERTIFICATE) && proof.kind === 'certificate';
  const facts = isForeign ? certificateFacts(proof.pem) : null;
  return facts === null ? '' : ` (its thumbprint is ${facts.thumbprint})`;
}
