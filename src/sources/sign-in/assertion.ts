import { Failure } from '#failure.js';

import { openSend, type Send } from '../http/send.js';
import { readSecretFile } from './secret-file.js';
import { shownText } from './shown-text.js';
import type { EnvironmentVariables } from './token-source.js';

/** Where the token comes from by which somebody else vouches for this machine (workload identity federation). */
export type AssertionSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'github'; readonly url: string; readonly bearer: string }
  | {
      readonly kind: 'azure-pipelines';
      readonly url: string;
      readonly bearer: string;
      readonly serviceConnection: string;
    };

/** What Microsoft expects the assertion to be for. */
const AUDIENCE = 'api://AzureADTokenExchange';

interface Fetching {
  readonly caPem: string | null;
  readonly env: EnvironmentVariables;
  readonly signal: AbortSignal | undefined;
}

/** Fetched anew each time: it lives for minutes. Throws a Failure that names the source and not what it holds. */
export async function fetchAssertion(source: AssertionSource, fetching: Fetching): Promise<string> {
  switch (source.kind) {
    case 'file':
      // It lives for an hour, and Kubernetes mounts it readable for the group of the pod.
      return readSecretFile(source.path, { what: 'The federated token file', readers: 'everybody' });
    case 'github':
      return askIssuer({ name: 'GitHub', member: 'value', cure: GITHUB_CURE }, withAudience(source.url), {
        ...fetching,
        bearer: source.bearer,
        json: null,
      });
    case 'azure-pipelines':
      return askIssuer(
        { name: 'Azure Pipelines', member: 'oidcToken', cure: PIPELINES_CURE },
        withConnection(source.url, source.serviceConnection),
        { ...fetching, bearer: source.bearer, json: '{}' },
      );
  }
}

const GITHUB_CURE = 'Give the job permissions: id-token: write, and run it in GitHub Actions.';
const PIPELINES_CURE =
  'Pass SYSTEM_ACCESSTOKEN: $(System.AccessToken) to the step, and check the id of the service connection.';

/** https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/about-security-hardening-with-openid-connect */
function withAudience(url: string): URL {
  const asked = addressOf(url, 'ACTIONS_ID_TOKEN_REQUEST_URL');
  asked.searchParams.set('audience', AUDIENCE);
  return asked;
}

/** https://learn.microsoft.com/rest/api/azure/devops/distributedtask/oidctoken/create */
function withConnection(url: string, serviceConnection: string): URL {
  const asked = addressOf(url, 'SYSTEM_OIDCREQUESTURI');
  asked.searchParams.set('api-version', '7.1');
  asked.searchParams.set('serviceConnectionId', serviceConnection);
  return asked;
}

/** The bearer goes over https only, or stays on this machine. */
function addressOf(given: string, variable: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isLocal =
    url?.protocol === 'http:' && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname);
  if (url !== null && (url.protocol === 'https:' || isLocal)) return url;
  throw new Failure('configuration', `${variable} is no https address.`, {
    remedy: `Leave ${variable} as the build service sets it.`,
  });
}

interface Issuer {
  readonly name: string;
  /** Of its JSON answer, the one that holds the token. */
  readonly member: string;
  readonly cure: string;
}

async function askIssuer(
  issuer: Issuer,
  url: URL,
  { caPem, env, signal, bearer, json }: Fetching & { readonly bearer: string; readonly json: string | null },
): Promise<string> {
  const send: Send = openSend(
    { origin: url.origin, isSecure: url.protocol === 'https:' },
    { caPem, env },
    LIMITS,
  );
  const sent = await send({
    path: url.pathname + url.search,
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
    json,
    signal: signal ?? new AbortController().signal,
  });
  if (sent.kind === 'unanswered') throw unreached(issuer, url, sent.code);
  const { status, body } = sent.response;
  if (status >= 500 || status === 429) throw unreached(issuer, url, `status ${status}`);
  const token = status === 200 ? tokenIn(body, issuer.member) : null;
  if (token !== null) return token;
  throw new Failure('sign-in', `${issuer.name} gave no token for this job (${url.host}, status ${status}).`, {
    remedy: issuer.cure,
  });
}

const LIMITS = { bodyBytes: 1024 * 1024, headerBytes: 32 * 1024, idleMs: 15_000, totalMs: 20_000 };

function unreached({ name }: Issuer, url: URL, code: string): Failure {
  const message = `The token service of ${name} (${url.host}) could not be asked (${shownText(code, [])}); this says nothing about mail.`;
  return new Failure('unreachable', message, {
    remedy: 'Run the job again; when it lasts, look at the status page of the build service.',
    meetsEveryService: true,
  });
}

function tokenIn(body: string, member: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    const found: unknown =
      typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)).get(member) : null;
    return typeof found === 'string' && found !== '' ? found : null;
  } catch {
    return null;
  }
}
