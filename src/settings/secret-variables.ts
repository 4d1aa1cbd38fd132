import type { Environment } from './service-settings.js';

/** The variables whose values are secret. Those of proxies are beside them: a password may stand in their addresses. */
export const SECRET_VARIABLES = [
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'MAILCHECK_GRAPH_TOKEN',
  'MAILCHECK_EXCHANGE_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'SYSTEM_ACCESSTOKEN',
] as const;

/** For programs that are started and have no business with how we sign in. */
export function withoutSecretVariables(environment: Environment): Environment {
  const secret: ReadonlySet<string> = new Set(SECRET_VARIABLES);
  // Windows does not tell capitals from small letters.
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secret.has(name.toUpperCase())));
}
