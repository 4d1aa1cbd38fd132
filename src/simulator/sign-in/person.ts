/** A person who signs in: by a code on another device, or in a browser (RFC 8628, RFC 6749 with PKCE, RFC 7636). */
import { createHash, randomBytes } from 'node:crypto';

import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';
import { invalidClient, invalidGrant, type Refusal, type SignInRequest } from './refusal.js';
import type { Person, Registration } from './registration.js';
import { SECRET_MARK } from './secret-mark.js';

/** What the authority remembers between the steps of a sign-in. */
export interface PersonFlows {
  readonly deviceCode: (request: SignInRequest) => Answer;
  readonly authorize: (request: SignInRequest, registration: Registration) => Answer;
  /** Null when the grant is good. */
  readonly redeem: (form: URLSearchParams) => Refusal | null;
  readonly refreshToken: () => string;
}

interface Authorization {
  readonly challenge: string;
  readonly redirectUri: string;
}

const CODE_LIFE_SECONDS = 900;
const POLL_SECONDS = 1;

export function personFlows(): PersonFlows {
  const pollsByCode = new Map<string, number>();
  const authorizationByCode = new Map<string, Authorization>();
  const refreshTokens = new Set<string>();

  return {
    deviceCode: ({ origin }) => {
      const code = secretWord('device');
      pollsByCode.set(code, 0);
      const userCode = randomBytes(4).toString('hex').toUpperCase();
      const page = `${origin}/device`;
      const answer = {
        user_code: userCode,
        device_code: code,
        verification_uri: page,
        expires_in: CODE_LIFE_SECONDS,
        interval: POLL_SECONDS,
        message: `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`,
      };
      return jsonAnswer(200, answer, 'device code');
    },
    authorize: ({ origin, url }) => {
      const query = new URL(origin + url).searchParams;
      const redirectUri = query.get('redirect_uri') ?? '';
      if (!isLoopback(redirectUri))
        return jsonAnswer(400, { error: 'invalid_request' }, 'refused: AADSTS50011');
      const code = secretWord('code');
      authorizationByCode.set(code, { challenge: query.get('code_challenge') ?? '', redirectUri });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', query.get('state') ?? '');
      return { status: 302, headers: { location: back.href }, body: '', note: 'signed in in a browser' };
    },
    redeem: (form) => {
      switch (form.get('grant_type')) {
        case 'refresh_token':
          return refreshTokens.has(form.get('refresh_token') ?? '') ? null : REVOKED;
        case 'authorization_code':
          return refusalOfCode(authorizationByCode, form);
        default:
          return refusalOfDevice(pollsByCode, form);
      }
    },
    refreshToken: () => {
      const token = secretWord('refresh');
      refreshTokens.add(token);
      return token;
    },
  };
}

/** Each is good once, for whoever began. */
function refusalOfCode(codes: Map<string, Authorization>, form: URLSearchParams): Refusal | null {
  const code = form.get('code') ?? '';
  const begun = codes.get(code);
  codes.delete(code);
  if (begun === undefined) return invalidGrant(70008, 'The provided authorization code has expired.');
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (challenge !== begun.challenge)
    return invalidGrant(501481, 'The Code_Verifier does not match the code_challenge.');
  return form.get('redirect_uri') === begun.redirectUri
    ? null
    : invalidClient(50011, 'The redirect URI does not match.');
}

/** The person has typed the code by the second time that is asked. */
function refusalOfDevice(polls: Map<string, number>, form: URLSearchParams): Refusal | null {
  const code = form.get('device_code') ?? '';
  const before = polls.get(code);
  if (before === undefined) return invalidGrant(70020, 'The provided device code has expired.');
  polls.set(code, before + 1);
  return before > 0 ? null : PENDING;
}

const PENDING: Refusal = {
  status: 400,
  error: 'authorization_pending',
  code: 70016,
  text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
};

const REVOKED = invalidGrant(
  50173,
  'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
);

function isLoopback(uri: string): boolean {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
}

function secretWord(name: string): string {
  return `${name}.${SECRET_MARK}${randomBytes(24).toString('base64url')}`;
}

/** What a client learns of the person, unsigned: it comes straight from the authority. */
export function personClaims(
  person: Person,
  { tenantId, clientId }: Registration,
  { origin, now }: SignInRequest,
): Readonly<Record<string, string>> {
  const seconds = Math.floor(now.getTime() / 1000);
  const claims = {
    ...{ aud: clientId, iss: `${origin}/${tenantId}/v2.0`, iat: seconds, nbf: seconds, exp: seconds + 3600 },
    ...{ name: person.name, preferred_username: person.name, oid: person.objectId, sub: person.objectId },
    ...{ tid: tenantId, uti: SECRET_MARK, ver: '2.0' },
  };
  return {
    id_token: `${encoded({ typ: 'JWT', alg: 'none' })}.${encoded(claims)}.`,
    client_info: encoded({ uid: person.objectId, utid: tenantId }),
  };
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
