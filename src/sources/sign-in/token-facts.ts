/** What an access token says of itself. Nothing is verified: it is told to people, and decides nothing. */
import type { Claims } from '#mailflow/doctor/doctor-evidence.js';

export interface TokenFacts {
  readonly tenant: string | null;
  /** The person, else the app. */
  readonly who: string | null;
  readonly permissions: readonly string[];
}

const NOTHING_TOLD: TokenFacts = { tenant: null, who: null, permissions: [] };

export function tokenFacts(token: string): TokenFacts {
  const claims = claimsOf(token);
  if (claims === null) return NOTHING_TOLD;
  return {
    tenant: textOf(claims.get('tid')),
    who: textOf(claims.get('upn')) ?? textOf(claims.get('preferred_username')) ?? appOf(claims),
    permissions: [...rolesOf(claims), ...scopesOf(claims)],
  };
}

/** What a service looks at before it lets anybody in; null where it is no token that can be read. */
export function tokenClaims(token: string): Claims | null {
  const claims = claimsOf(token);
  const audience = claims?.get('aud');
  if (claims === null || typeof audience !== 'string') return null;
  const expiry = claims.get('exp');
  return {
    audience,
    tenant: textOf(claims.get('tid')),
    app: appOf(claims),
    expiresAt: typeof expiry === 'number' && Math.abs(expiry) < LAST_SECOND ? new Date(expiry * 1000) : null,
    roles: rolesOf(claims),
    scopes: scopesOf(claims),
  };
}

/** Of what a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
type TokenPayload = ReadonlyMap<string, unknown>;

function claimsOf(token: string): TokenPayload | null {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? new Map(Object.entries(claims)) : null;
  } catch {
    return null;
  }
}

function appOf(claims: TokenPayload): string | null {
  return textOf(claims.get('appid')) ?? textOf(claims.get('azp'));
}

function rolesOf(claims: TokenPayload): readonly string[] {
  const roles = claims.get('roles');
  return Array.isArray(roles) ? roles.filter((role: unknown) => typeof role === 'string') : [];
}

function scopesOf(claims: TokenPayload): readonly string[] {
  return (textOf(claims.get('scp')) ?? '').split(' ').filter((scope) => scope !== '');
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
