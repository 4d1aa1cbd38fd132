/** What an access token says of itself. Nothing is verified: it is told to people, and decides nothing. */
export interface TokenFacts {
  readonly tenant: string | null;
  /** The person, else the app. */
  readonly who: string | null;
  readonly permissions: readonly string[];
}

const NOTHING_TOLD: TokenFacts = { tenant: null, who: null, permissions: [] };

/** Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
export function tokenFacts(token: string): TokenFacts {
  const claims = claimsOf(token);
  if (claims === null) return NOTHING_TOLD;
  const text = (name: string): string | null => {
    const value = claims.get(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const roles: unknown = claims.get('roles');
  const given = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  const scopes = (text('scp') ?? '').split(' ').filter((scope) => scope !== '');
  return {
    tenant: text('tid'),
    who: text('upn') ?? text('preferred_username') ?? text('appid') ?? text('azp'),
    permissions: [...given, ...scopes],
  };
}

function claimsOf(token: string): ReadonlyMap<string, unknown> | null {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? new Map(Object.entries(claims)) : null;
  } catch {
    return null;
  }
}
