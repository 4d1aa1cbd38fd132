import type { ServiceSettings } from '#settings/service-settings.js';
import { tokenTenant } from '#sources/sign-in/token-tenant.js';

/** What the token says is surer than what a person typed; a domain and its GUID are two tenants to what is kept. */
export function tenantNameOf({ readyToken, tenant }: ServiceSettings): string {
  const named = readyToken === null ? null : tokenTenant(readyToken);
  return (named ?? tenant ?? '').toLowerCase();
}
