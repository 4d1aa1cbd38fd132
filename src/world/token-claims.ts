import type { Claims } from '#mailflow/doctor/doctor-evidence.js';

/** What an access token says of itself; null where it is none that can be read. Nothing is verified. */
export function tokenClaims(token: string): Claims | null {
  const claims = payloadOf(token);
  const audience = claims?.get('aud');
  if (claims === null || typeof audience !== 'string') return null;
  const expiry = claims.get('exp');
  return {
    audience,
    tenant: textOf(claims.get('tid')),
    app: textOf(claims.get('appid')) ?? textOf(claims.get('azp')),
    expiresAt: typeof expiry === 'number' && Math.abs(expiry) < LAST_SECOND ? new Date(expiry * 1000) : null,
    roles: textsOf(claims.get('roles')),
    scopes: textOf(claims.get('scp'))?.split(' ') ?? [],
  };
}

/** Of what a Date can hold. */
const LAST_SECOND = 8_640_000_000_000;

function payloadOf(token: string): ReadonlyMap<string, unknown> | null {
  const [, payload = ''] = token.split('.');
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each: unknown) => typeof each === 'string') : [];
}
