/** The sign-in authority: discovery and the token endpoint, for one application of one tenant. Knows nothing of mail. */
import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';
import { fingerprintOf } from '../request-log.js';
import { refusalOfAssertion } from './client-assertion.js';
import { personClaims, type PersonFlows } from './person.js';
import { invalidClient, type Refusal, refusalAnswer, type SignInRequest } from './refusal.js';
import type { Registration } from './registration.js';
import type { TokenMint } from './token.js';

/** What was granted at one resource: a token of another one does not hold it. */
export interface Granted {
  readonly toApp: readonly string[];
  readonly toPeople: readonly string[];
}

export interface Authority {
  readonly registration: Registration;
  readonly mint: TokenMint;
  /** Resources for which a token may be asked, without `/.default`. */
  readonly resources: ReadonlyMap<string, Granted>;
  readonly flows: PersonFlows;
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
    case 'POST oauth2/v2.0/devicecode':
      return authority.flows.deviceCode(request);
    case 'GET oauth2/v2.0/authorize':
      return authority.flows.authorize(request, authority.registration);
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
  const refusal = refusalOf(authority, form, request.now);
  if (refusal !== null) return refusalAnswer(refusal, request);
  const { registration, flows } = authority;
  const audience = resourceOf(authority, form) ?? '';
  const granted = authority.resources.get(audience) ?? { toApp: [], toPeople: [] };
  const isPerson = form.get('grant_type') !== 'client_credentials';
  const token = authority.mint.issue({
    audience,
    tenantId: registration.tenantId,
    clientId: registration.clientId,
    permissions: isPerson ? granted.toPeople : granted.toApp,
    person: isPerson ? registration.person.name : null,
    issuedAt: request.now,
    expiresAt: new Date(request.now.getTime() + TOKEN_LIFE_SECONDS * 1000),
  });
  const answer = {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFE_SECONDS,
    ext_expires_in: TOKEN_LIFE_SECONDS,
    access_token: token,
    ...(isPerson
      ? {
          scope: form.get('scope') ?? '',
          refresh_token: flows.refreshToken(),
          ...personClaims(registration.person, registration, request),
        }
      : {}),
  };
  return jsonAnswer(200, answer, `token ${fingerprintOf(token)} issued for ${audience}`);
}

const PERSON_GRANTS: ReadonlySet<string> = new Set([
  'device_code',
  'urn:ietf:params:oauth:grant-type:device_code',
  'authorization_code',
  'refresh_token',
]);

function refusalOf(authority: Authority, form: URLSearchParams, now: Date): Refusal | null {
  const { registration, flows } = authority;
  const clientId = form.get('client_id') ?? '';
  const grant = form.get('grant_type') ?? '';
  const isPerson = PERSON_GRANTS.has(grant);
  if (grant !== 'client_credentials' && !isPerson) return UNSUPPORTED_GRANT;
  if (clientId.toLowerCase() !== registration.clientId) return unknownClient(clientId, registration);
  const refusal = isPerson ? flows.redeem(form) : refusalOfProof(form, registration, now);
  if (refusal !== null) return refusal;
  return resourceOf(authority, form) === null ? unknownResource(form.get('scope') ?? '', registration) : null;
}

function refusalOfProof(form: URLSearchParams, registration: Registration, now: Date): Refusal | null {
  const assertion = form.get('client_assertion');
  if (assertion !== null) return refusalOfAssertion(assertion, registration, now);
  const secret = form.get('client_secret');
  if (secret === null) return MISSING_SECRET;
  return secret === registration.clientSecret ? null : wrongSecret(registration.clientId);
}

/** App-only flows must ask for `RESOURCE/.default`. */
function resourceOf(authority: Authority, form: URLSearchParams): string | null {
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope.endsWith('/.default'));
  const resources = asked.map((scope) => scope.slice(0, -'/.default'.length).replace(/\/$/u, ''));
  return resources.find((resource) => authority.resources.has(resource)) ?? null;
}

const UNSUPPORTED_GRANT: Refusal = {
  status: 400,
  error: 'unsupported_grant_type',
  code: 70003,
  text: 'The app requested an unsupported grant type.',
};

const MISSING_SECRET = invalidClient(
  7000216,
  "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
);

function wrongSecret(clientId: string): Refusal {
  const text =
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
    `not the client secret ID, for a secret added to app '${clientId}'.`;
  return invalidClient(7000215, text);
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
