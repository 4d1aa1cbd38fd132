import type { Agent } from 'node:https';

import type { ClientSecretCredentialOptions } from '@azure/identity';

import type { AskForToken, CredentialSettings, Heard, TokenReply } from './credential.js';
import { errorCode } from './network-trouble.js';
import { secureAgent } from './secure-agent.js';

type Policy = NonNullable<ClientSecretCredentialOptions['additionalPolicies']>[number]['policy'];
type Credential = Readonly<{
  getToken: (scope: string) => Promise<{ token: string; expiresOnTimestamp: number }>;
}>;

/** Per request, of which a sign-in needs two; the service answers within a second or two. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Asks @azure/identity. Its `EnvironmentCredential` is not used: it reads the variables of the process only,
 * so a drill or a test could not hand in others, and it turns every error into one sentence without a status.
 * The same variables lead to the same credentials here.
 */
export const askIdentity: AskForToken = async (settings, scope, signal) => {
  let heard: Heard = { kind: 'nothing' };
  const agent = secureAgent(settings);
  const listener = listen((news) => (heard = news), { agent, signal });
  try {
    const credential = await openCredential(settings, listener);
    const { token, expiresOnTimestamp } = await credential.getToken(scope);
    return { ok: true, token: { token, expiresAt: new Date(expiresOnTimestamp) } };
  } catch (cause) {
    return refusal(heard, cause);
  } finally {
    agent.destroy();
  }
};

function refusal(heard: Heard, cause: unknown): TokenReply {
  return { ok: false, heard, cause };
}

async function openCredential(settings: CredentialSettings, listener: Policy): Promise<Credential> {
  const { ClientCertificateCredential, ClientSecretCredential } = await import('@azure/identity');
  const { tenantId, clientId, proof } = settings;
  const options = identityOptions(settings, listener);
  switch (proof.kind) {
    case 'secret':
      return new ClientSecretCredential(tenantId, clientId, proof.secret, options);
    case 'certificate':
      return new ClientCertificateCredential(
        tenantId,
        clientId,
        {
          certificatePath: proof.path,
          ...(proof.password === null ? {} : { certificatePassword: proof.password }),
        },
        { ...options, sendCertificateChain: proof.sendChain },
      );
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

interface Listening {
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
}

/** Sits in the library's request pipeline: the one place where status, code and body are still to be had. */
function listen(hear: (news: Heard) => void, { agent, signal }: Listening): Policy {
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
        });
        return response;
      } catch (error) {
        hear({ kind: 'network', code: limit.aborted ? 'ETIMEDOUT' : errorCode(error) });
        throw error;
      }
    },
  };
}
