/** The sign-in authority: discovery and the token endpoint, for one application of one tenant. Knows nothing of mail. */
import { randomUUID } from 'node:crypto';

import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';
import { fingerprintOf } from '../request-log.js';
import type { TokenMint } from './token.js';

/** The tenant and its one registered application. */
export interface Registration {
  readonly tenantId: string;
  /** A verified domain, which names the tenant as well as its GUID does. */
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Application permissions that were granted. */
  readonly roles: readonly string[];
}

export interface Authority {
  readonly registration: Registration;
  readonly mint: TokenMint;
  /** Resources for which a token may be asked, without `/.default`. */
  readonly resources: readonly string[];
}

interface SignInRequest {
  readonly method: string;
  /** The own origin, as `https://127.0.0.1:4443`. */
  readonly origin: string;
  /** Path and query; begins with a slash. */
  readonly url: string;
  readonly body: string;
  readonly now: Date;
}

interface Refusal {
  readonly status: number;
  readonly error: string;
  /** The number of the AADSTS code. */
  readonly code: number;
  readonly text: string;
}

const TOKEN_LIFE_SECONDS = 3599;

export function answerSignIn(authority: Authority, request: SignInRequest): Answer {
  const { pathname } = new URL(request.origin + request.url);
  const [, tenant = '', ...rest] = pathname.split('/');
  const route = `${request.method} ${rest.join('/')}`;
  if (!isTenant(authority.registration, tenant)) return refusalAnswer(unknownTenant(tenant), request);
  switch (route) {
    case 'GET v2.0/.well-known/openid-configuration':
    case 'GET .well-known/openid-configuration':
      return jsonAnswer(200, discoveryDocument(authority, request), 'discovery');
    case 'GET discovery/v2.0/keys':
      return jsonAnswer(200, { keys: [] }, 'keys');
    case 'POST oauth2/v2.0/token':
      return answerToken(authority, request);
    default:
      return jsonAnswer(404, { error: 'not_found' }, 'no such page');
  }
}

function isTenant(registration: Registration, name: string): boolean {
  return [registration.tenantId, registration.tenantDomain].includes(name.toLowerCase());
}

function discoveryDocument(authority: Authority, request: SignInRequest): object {
  const base = `${request.origin}/${authority.registration.tenantId}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'offline_access'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    tenant_region_scope: 'NA',
    cloud_instance_name: 'microsoftonline.com',
  };
}

function answerToken(authority: Authority, request: SignInRequest): Answer {
  const form = new URLSearchParams(request.body);
  const refusal = refusalOf(authority, form);
  if (refusal !== null) return refusalAnswer(refusal, request);
  const audience = resourceOf(authority, form) ?? '';
  const token = authority.mint.issue({
    audience,
    tenantId: authority.registration.tenantId,
    clientId: authority.registration.clientId,
    roles: authority.registration.roles,
    issuedAt: request.now,
    expiresAt: new Date(request.now.getTime() + TOKEN_LIFE_SECONDS * 1000),
  });
  const answer = {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFE_SECONDS,
    ext_expires_in: TOKEN_LIFE_SECONDS,
    access_token: token,
  };
  return jsonAnswer(200, answer, `token ${fingerprintOf(token)} issued for ${audience}`);
}

function refusalOf(authority: Authority, form: URLSearchParams): Refusal | null {
  const { registration } = authority;
  const clientId = form.get('client_id') ?? '';
  const secret = form.get('client_secret');
  if (form.get('grant_type') !== 'client_credentials') return UNSUPPORTED_GRANT;
  if (clientId.toLowerCase() !== registration.clientId) return unknownClient(clientId, registration);
  if (secret === null) return MISSING_SECRET;
  if (secret !== registration.clientSecret) return wrongSecret(clientId);
  return resourceOf(authority, form) === null ? unknownResource(form.get('scope') ?? '', registration) : null;
}

/** App-only flows must ask for `RESOURCE/.default`. */
function resourceOf(authority: Authority, form: URLSearchParams): string | null {
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope.endsWith('/.default'));
  const resources = asked.map((scope) => scope.slice(0, -'/.default'.length).replace(/\/$/u, ''));
  return resources.find((resource) => authority.resources.includes(resource)) ?? null;
}

const UNSUPPORTED_GRANT: Refusal = {
  status: 400,
  error: 'unsupported_grant_type',
  code: 70003,
  text: 'The app requested an unsupported grant type.',
};

const MISSING_SECRET: Refusal = {
  status: 401,
  error: 'invalid_client',
  code: 7000216,
  text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
};

function wrongSecret(clientId: string): Refusal {
  const text =
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
    `not the client secret ID, for a secret added to app '${clientId}'.`;
  return { status: 401, error: 'invalid_client', code: 7000215, text };
}

function unknownClient(clientId: string, registration: Registration): Refusal {
  const text = `Application with identifier '${clientId}' was not found in the directory '${registration.tenantDomain}'.`;
  return { status: 400, error: 'unauthorized_client', code: 700016, text };
}

function unknownTenant(tenant: string): Refusal {
  const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`;
  return { status: 400, error: 'invalid_tenant', code: 90002, text };
}

function unknownResource(scope: string, registration: Registration): Refusal {
  const text = `The resource principal named ${scope} was not found in the tenant named ${registration.tenantDomain}.`;
  return { status: 400, error: 'invalid_resource', code: 500011, text };
}

/** A refusal for a reason that lies outside of this small authority, as the expiry of a secret. */
export function refuseSignIn(code: number, request: SignInRequest): Answer {
  const text = REASONS.get(code) ?? 'The request was refused.';
  return refusalAnswer({ status: 401, error: 'invalid_client', code, text }, request);
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [7000222, 'The client secret keys that were provided have expired.'],
  [700024, 'The client assertion is not within its valid time range.'],
  [53003, 'Access has been blocked by Conditional Access policies.'],
]);

function refusalAnswer(refusal: Refusal, request: SignInRequest): Answer {
  const timestamp = `${request.now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const traceId = randomUUID();
  const query = new URL(request.origin + request.url).searchParams;
  const correlationId = query.get('client-request-id') ?? randomUUID();
  const trailer = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  const body = {
    error: refusal.error,
    error_description: `AADSTS${refusal.code}: ${refusal.text} ${trailer}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${request.origin}/error?code=${refusal.code}`,
  };
  return jsonAnswer(refusal.status, body, `refused: AADSTS${refusal.code}`);
}
