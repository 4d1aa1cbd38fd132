import type { ClientSecretCredentialOptions } from '@azure/identity';

import { fetchAssertion } from './assertion.js';
import type { AskForToken, CredentialSettings, Heard, TokenReply } from './credential.js';
import type { Credential, Listening } from './listening.js';
import { heardBy, localHttpClient } from './local-http-client.js';
import { errorCode } from './network-trouble.js';
import { openPersonCredential } from './person-credential.js';
import { secureAgent } from './secure-agent.js';
import type { EnvironmentVariables } from './token-source.js';

type Policy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number]['policy'];
/** Per request, of which a sign-in needs two; the service answers within a second or two. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * The identity service is this machine or its host: it takes a connection within milliseconds, or there is none. Elsewhere
 * its address leads into nothing, without a refusal. The library gives its own look for it one second.
 */
const LOCAL_CONNECT_MS = 2000;

/** `az` is a Python program: it takes seconds to start. */
const AZURE_CLI_TIMEOUT_MS = 30_000;

/**
 * Asks @azure/identity. Its `EnvironmentCredential` is not used: it reads the variables of the process only,
 * so a drill or a test could not hand in others, and it turns every error into one sentence without a status.
 * The same variables lead to the same credentials here. Nor is its chain: it hides who made the call.
 */
export function identityAsker(env: EnvironmentVariables): AskForToken {
  return async (settings, scope, signal) => {
    const held: { heard: Heard } = { heard: { kind: 'nothing' } };
    const hear = (news: Heard): void => void (held.heard = news);
    const agent = secureAgent(settings);
    try {
      const assertion = await assertionOf(settings, { env, signal });
      const listening: Listening = { hear, agent, signal, assertion };
      return await heardBy(listening, async () =>
        reply(await openCredential(settings, listening), scope, { held, signal }),
      );
    } finally {
      agent.destroy();
    }
  };
}

async function reply(
  credential: Credential,
  scope: string,
  { held, signal }: { readonly held: { readonly heard: Heard }; readonly signal: AbortSignal | undefined },
): Promise<TokenReply> {
  try {
    const work = credential.getToken(scope, signal === undefined ? {} : { abortSignal: signal });
    // A program that was started and a browser that was opened know no signal.
    const answer = await (signal === undefined ? work : Promise.race([work, stopped(signal)]));
    if (answer === null) return refusal(held.heard, null);
    return { ok: true, token: { token: answer.token, expiresAt: new Date(answer.expiresOnTimestamp) } };
  } catch (cause) {
    return refusal(held.heard, cause);
  }
}

function stopped(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const stop = (): void => resolve(null);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function refusal(heard: Heard, cause: unknown): TokenReply {
  return { ok: false, heard, cause };
}

/** Fetched before the library is asked, whose errors would hide why there is none. */
async function assertionOf(
  { proof, caPem }: CredentialSettings,
  { env, signal }: { readonly env: EnvironmentVariables; readonly signal: AbortSignal | undefined },
): Promise<string> {
  return proof.kind === 'assertion' ? fetchAssertion(proof.source, { caPem, env, signal }) : '';
}

async function openCredential(settings: CredentialSettings, listening: Listening): Promise<Credential> {
  const identity = await import('@azure/identity');
  const { tenantId, clientId, proof } = settings;
  const options = identityOptions(settings, listen(listening));
  switch (proof.kind) {
    case 'secret':
      return new identity.ClientSecretCredential(tenantId, clientId, proof.secret, options);
    case 'certificate':
      return new identity.ClientCertificateCredential(
        tenantId,
        clientId,
        {
          certificate: proof.pem,
          ...(proof.password === null ? {} : { certificatePassword: proof.password }),
        },
        { ...options, sendCertificateChain: proof.sendChain },
      );
    case 'assertion': {
      const { assertion } = listening;
      return new identity.ClientAssertionCredential(
        tenantId,
        clientId,
        () => Promise.resolve(assertion),
        options,
      );
    }
    case 'managed-identity':
      return new identity.ManagedIdentityCredential({
        ...(proof.identity === null ? {} : { [proof.identity.by]: proof.identity.id }),
        retryOptions: { maxRetries: 0 },
        httpClient: localHttpClient({ connectMs: LOCAL_CONNECT_MS, answerMs: ANSWER_TIMEOUT_MS }),
      });
    case 'azure-cli':
      return new identity.AzureCliCredential({
        ...(tenantId === '' ? {} : { tenantId }),
        processTimeoutInMs: AZURE_CLI_TIMEOUT_MS,
      });
    case 'person':
      return openPersonCredential(identity, { tenantId, clientId, proof, options });
  }
}

/** Retries are ours, since the library would sit out any Retry-After; redirects are nobody's: they would carry the secret along. */
function identityOptions(settings: CredentialSettings, listener: Policy): ClientSecretCredentialOptions {
  return {
    authorityHost: settings.authorityHost,
    disableInstanceDiscovery: !settings.isKnownCloud,
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    additionalPolicies: [{ position: 'perRetry', policy: listener }],
  };
}

/** All that proves who we are, or was given for it (RFC 6749, 7523, 7636, 8628). */
const SECRET_FIELDS: readonly string[] = [
  ...['client_secret', 'client_assertion', 'refresh_token', 'code', 'code_verifier', 'device_code'],
];

function secretsOfForm(body: unknown): readonly string[] {
  if (typeof body !== 'string') return [];
  return [...new URLSearchParams(body)].flatMap(([name, value]) =>
    SECRET_FIELDS.includes(name) ? [value] : [],
  );
}

/** Sits in the library's request pipeline: the one place where status, code and body are still to be had. */
function listen({ hear, agent, signal }: Listening): Policy {
  return {
    name: 'mailcheck-listener',
    sendRequest: async (request, next) => {
      // Not `request.timeout`: after a failed request its timer goes on, and keeps the process for all that time.
      const limit = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      // The library's own way through a proxy trusts no certificate authority of ours, and takes this machine for far away.
      request.agent = agent;
      request.abortSignal = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      try {
        const response = await next(request);
        hear({
          kind: 'answer',
          status: response.status,
          body: response.bodyAsText ?? '',
          retryAfter: response.headers.get('retry-after') ?? null,
          date: response.headers.get('date') ?? null,
          secrets: secretsOfForm(request.body),
        });
        return response;
      } catch (error) {
        hear({ kind: 'network', code: limit.aborted ? 'ETIMEDOUT' : errorCode(error) });
        throw error;
      }
    },
  };
}
