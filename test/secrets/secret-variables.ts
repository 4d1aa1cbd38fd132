/** Secrets in the environment of the runs of tests. */
import { SECRET_VARIABLES } from '#settings/secret-variables.js';

import { canary } from './canary.js';
import { secretIn } from './search.js';

/** They hold a secret when somebody's password stands in their address. */
const PROXY_VARIABLES = [
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
  'HTTP_PROXY',
  'http_proxy',
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What every run is given beside what its test is about: secrets that nobody there asks for, and those of others that lie
 * about in the environment of a build.
 */
export const IDLE_SECRETS: Readonly<Record<string, string>> = {
  AZURE_CLIENT_CERTIFICATE_PASSWORD: canary('certificate-password'),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: canary('id-token'),
  SYSTEM_ACCESSTOKEN: canary('access-token'),
  AZURE_PASSWORD: canary('azure-password'),
  IDENTITY_HEADER: canary('identity-header'),
  GITHUB_TOKEN: canary('github-token'),
  AWS_SECRET_ACCESS_KEY: canary('aws-key'),
};

/** With these the libraries beneath us tell of requests and answers, past all that keeps secrets in. */
export const TALKATIVE: Readonly<Record<string, string>> = {
  DEBUG: '*',
  AZURE_LOG_LEVEL: 'verbose',
  TYPESPEC_RUNTIME_LOG_LEVEL: 'verbose',
};

/** A secret that no search would find proves nothing: whoever writes a test is told. */
export function expectMarkedSecrets(env: Environment): void {
  for (const name of SECRET_VARIABLES) {
    const value = env[name] ?? '';
    if (value !== '' && secretIn(value) === null) throw unmarked(name);
  }
  for (const name of PROXY_VARIABLES) {
    const value = env[name] ?? '';
    const password = /\/\/[^/]*:([^/]*)@/u.exec(value)?.[1] ?? '';
    if (password !== '' && secretIn(password) === null) throw unmarked(name);
  }
}

function unmarked(name: string): Error {
  return new Error(`${name} holds a secret that nobody would find again: write it with canary().`);
}
