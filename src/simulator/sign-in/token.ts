/** Bearer tokens that look like JWTs and can be checked without being kept. */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { SECRET_MARK } from './secret-mark.js';

export interface TokenClaims {
  /** The resource that the token is for. */
  readonly audience: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** Of the application, or of the person through it. */
  readonly permissions: readonly string[];
  /** Who signed in; null for the application itself. */
  readonly person: string | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export type TokenReading =
  | { readonly ok: true; readonly audience: string; readonly tenantId: string; readonly expiresAt: Date }
  | { readonly ok: false };

export interface TokenMint {
  readonly issue: (claims: TokenClaims) => string;
  /** Reads a token of this mint; anything else is not ok. Says nothing about its expiry. */
  readonly read: (token: string) => TokenReading;
}

export function tokenMint(key: string): TokenMint {
  return {
    issue: (claims) => {
      const unsigned = `${encode({ typ: 'JWT', alg: 'HS256', kid: `simulated-${SECRET_MARK}` })}.${encode(wireClaims(claims))}`;
      return `${unsigned}.${signatureOf(unsigned, key)}`;
    },
    read: (token) => readToken(token, key),
  };
}

function wireClaims(claims: TokenClaims): object {
  return {
    aud: claims.audience,
    iss: `https://sts.windows.net/${claims.tenantId}/`,
    iat: epochSeconds(claims.issuedAt),
    nbf: epochSeconds(claims.issuedAt),
    exp: epochSeconds(claims.expiresAt),
    appid: claims.clientId,
    ...(claims.person === null
      ? { idtyp: 'app', roles: claims.permissions }
      : { idtyp: 'user', scp: claims.permissions.join(' '), upn: claims.person }),
    tid: claims.tenantId,
    uti: SECRET_MARK,
    ver: '1.0',
  };
}

function readToken(token: string, key: string): TokenReading {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const expected = Buffer.from(signatureOf(`${header}.${payload}`, key));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return { ok: false };
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  if (typeof claims !== 'object' || claims === null) return { ok: false };
  if (!('aud' in claims && 'tid' in claims && 'exp' in claims)) return { ok: false };
  return {
    ok: true,
    audience: String(claims.aud),
    tenantId: String(claims.tid),
    expiresAt: new Date(Number(claims.exp) * 1000),
  };
}

function signatureOf(text: string, key: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function epochSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}
