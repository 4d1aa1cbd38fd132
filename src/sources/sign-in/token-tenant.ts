/** The tenant that a ready token names for itself (claim `tid`); null where it cannot be read. Nothing is verified. */
export function tokenTenant(token: string): string | null {
  const [, payload = ''] = token.split('.');
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const isNamed = typeof claims === 'object' && claims !== null && 'tid' in claims;
    return isNamed && typeof claims.tid === 'string' && claims.tid !== '' ? claims.tid : null;
  } catch {
    return null;
  }
}
