/**
 * How to sign in, from the environment: chosen by name, or by which secret is there. Never by trying one after another,
 * which hides who asked and is slow where nobody answers.
 */
import { Failure } from '#failure.js';

import type { AssertionSource } from './assertion.js';
import type { ClientProof, CredentialKind, CredentialSettings, MachineIdentity } from './credential.js';
import { proxyFor } from './proxy.js';
import { readSecretFile } from './secret-file.js';
import { passingState, type RefreshState } from './sign-in-memory.js';
import type { EnvironmentVariables } from './token-source.js';

export interface CredentialOptions {
  /**
   * Read: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH (and _PASSWORD),
   * AZURE_AUTHORITY_HOST, MAILCHECK_IDENTITY_OBJECT_ID, MAILCHECK_IDENTITY_RESOURCE_ID, MAILCHECK_SECRET_FILE, MAILCHECK_CERTIFICATE_PASSWORD_FILE, what build services and pods set for
   * federation; for proxies HTTPS_PROXY, ALL_PROXY and NO_PROXY.
   */
  readonly env: EnvironmentVariables;
  /** Null or absent: a secret or a certificate, whichever is there. */
  readonly kind?: CredentialKind | null;
  /** A tenant that was named by flag or profile; null leaves it to the environment. */
  readonly tenantId?: string | null;
  /** The authority of the chosen cloud; the environment's own wins. Null: the worldwide cloud. */
  readonly authorityHost?: string | null;
  readonly caPem: string | null;
  /** Where a ready token may stand instead, for cures; MAILCHECK_GRAPH_TOKEN when absent. */
  readonly tokenVariable?: string;
  /** What is kept of a person who signed in; nothing when absent. */
  readonly state?: RefreshState;
  /** What to do where nothing is set at all; variables to set when absent. */
  readonly beginning?: string;
  /** How that person signs in again; `mailcheck login` when absent. */
  readonly again?: string;
  /** Null or absent: nobody may be asked. */
  readonly prompt?: ((text: string) => void) | null;
  /** Standard input whole, where the secret comes from there. */
  readonly readInput?: () => Promise<string>;
}

export interface ChosenCredential {
  /** Without what stands in files of secrets. */
  readonly settings: CredentialSettings;
  /** With it; a file is read each time, for it may be renewed. */
  readonly whole: () => Promise<CredentialSettings>;
}

/** Throws a Failure that names what is missing. */
export function chooseCredential(options: CredentialOptions): ChosenCredential {
  const tenantId = named(options.tenantId) ?? named(options.env['AZURE_TENANT_ID']);
  const clientId = named(options.env['AZURE_CLIENT_ID']);
  const proof = unreadProofOf(options);
  const missing = [...missingIds({ tenantId, clientId }, options.kind ?? null), ...proof.missing];
  if (missing.length > 0) throw noCredentials(missing, options);
  const authority = signInAuthority(options);
  const settings: CredentialSettings = {
    tenantId: tenantId ?? '',
    clientId: clientId ?? '',
    proof: proof.known,
    ...authority,
    caPem: options.caPem,
    proxy: proxyFor(authority.authorityHost, options.env),
  };
  return { settings, whole: async () => ({ ...settings, proof: await proof.read() }) };
}

function missingIds(
  { tenantId, clientId }: { readonly tenantId: string | null; readonly clientId: string | null },
  kind: CredentialKind | null,
): readonly string[] {
  if (kind === 'managed-identity' || kind === 'azure-cli') return [];
  return [
    ...(tenantId === null ? ['AZURE_TENANT_ID'] : []),
    ...(clientId === null ? ['AZURE_CLIENT_ID'] : []),
  ];
}

interface UnreadProof {
  readonly missing: readonly string[];
  readonly known: ClientProof;
  readonly read: () => Promise<ClientProof>;
}

function unreadProofOf(options: CredentialOptions): UnreadProof {
  const { env, kind = null } = options;
  const secret = secretProof(options);
  const certificate = certificateProof(env);
  switch (kind) {
    case null:
      return secret ?? certificate ?? lacking('AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH)');
    case 'client-secret':
      return secret ?? lacking('AZURE_CLIENT_SECRET (or MAILCHECK_SECRET_FILE)');
    case 'certificate':
      return certificate ?? lacking('AZURE_CLIENT_CERTIFICATE_PATH');
    case 'managed-identity':
      return ready({ kind, identity: machineIdentity(env) });
    case 'azure-cli':
      return ready({ kind });
    case 'federated-token':
    case 'github':
    case 'azure-pipelines':
      return assertionProof(kind, env);
    case 'device-code':
    case 'browser':
      return ready({
        kind: 'person',
        way: kind,
        state: options.state ?? passingState(),
        again: options.again ?? 'mailcheck login',
        prompt: options.prompt ?? null,
      });
  }
}

/** The usual variable names apps as well, so what can name nothing else goes before it. */
function machineIdentity(env: EnvironmentVariables): MachineIdentity | null {
  const objectId = named(env['MAILCHECK_IDENTITY_OBJECT_ID']);
  const resourceId = named(env['MAILCHECK_IDENTITY_RESOURCE_ID']);
  const clientId = named(env['AZURE_CLIENT_ID']);
  if (objectId !== null && resourceId !== null) {
    throw new Failure(
      'configuration',
      'MAILCHECK_IDENTITY_OBJECT_ID and MAILCHECK_IDENTITY_RESOURCE_ID name two managed identities.',
      { remedy: 'Set one of them; the other would be left out in silence.' },
    );
  }
  if (resourceId !== null) return { by: 'resourceId', id: resourceId };
  if (objectId !== null) return { by: 'objectId', id: objectId };
  return clientId === null ? null : { by: 'clientId', id: clientId };
}

function ready(proof: ClientProof): UnreadProof {
  return { missing: [], known: proof, read: () => Promise.resolve(proof) };
}

function lacking(...missing: readonly string[]): UnreadProof {
  return { ...ready({ kind: 'secret', secret: '' }), missing };
}

function secretProof({ env, readInput }: CredentialOptions): UnreadProof | null {
  const secret = named(env['AZURE_CLIENT_SECRET']);
  if (secret !== null) return ready({ kind: 'secret', secret });
  const path = named(env['MAILCHECK_SECRET_FILE']);
  if (path === null) return null;
  const held: { input: Promise<string> | null } = { input: null };
  const read = async (): Promise<ClientProof> => {
    // Standard input can be read once.
    const text =
      path === '-'
        ? await (held.input ??= secretOfInput(readInput))
        : await readSecretFile(path, { what: 'The secret file' });
    return { kind: 'secret', secret: text };
  };
  return { missing: [], known: { kind: 'secret', secret: '' }, read };
}

async function secretOfInput(readInput: (() => Promise<string>) | undefined): Promise<string> {
  const text = (await readInput?.())?.trim() ?? '';
  if (text !== '' && !/[\r\n]/.test(text)) return text;
  throw new Failure('configuration', 'Standard input does not hold a secret: one line is wanted.', {
    remedy: 'Pipe the secret alone, as pass show mailcheck | mailcheck login --secret-file -',
  });
}

function certificateProof(env: EnvironmentVariables): UnreadProof | null {
  const path = named(env['AZURE_CLIENT_CERTIFICATE_PATH']);
  if (path === null) return null;
  const sendChain = ['true', '1'].includes((env['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN'] ?? '').toLowerCase());
  const password = named(env['AZURE_CLIENT_CERTIFICATE_PASSWORD']);
  const passwordFile = named(env['MAILCHECK_CERTIFICATE_PASSWORD_FILE']);
  const known = { kind: 'certificate' as const, path, pem: '', password, sendChain };
  const read = async (): Promise<ClientProof> => ({
    ...known,
    pem: await readSecretFile(path, { what: 'The certificate file' }),
    password:
      password === null && passwordFile !== null
        ? await readSecretFile(passwordFile, { what: 'The password file of the certificate' })
        : password,
  });
  return { missing: [], known, read };
}

/** What the pod or the build service hands out by itself; where a part is missing, the settings there are wrong. */
function assertionProof(
  kind: 'federated-token' | 'github' | 'azure-pipelines',
  env: EnvironmentVariables,
): UnreadProof {
  const names = ASSERTION_VARIABLES[kind];
  const missing = names.filter((name) => named(env[name]) === null);
  if (missing.length > 0) return lacking(...missing);
  const [first = '', second = '', third = ''] = names.map((name) => named(env[name]) ?? '');
  return ready({ kind: 'assertion', source: assertionSource(kind, first, second, third) });
}

function assertionSource(
  kind: 'federated-token' | 'github' | 'azure-pipelines',
  ...[first, bearer, serviceConnection]: readonly [string, string, string]
): AssertionSource {
  switch (kind) {
    case 'federated-token':
      return { kind: 'file', path: first };
    case 'github':
      return { kind, url: first, bearer };
    case 'azure-pipelines':
      return { kind, url: first, bearer, serviceConnection };
  }
}

const ASSERTION_VARIABLES = {
  'federated-token': ['AZURE_FEDERATED_TOKEN_FILE'],
  github: ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  'azure-pipelines': [
    'SYSTEM_OIDCREQUESTURI',
    'SYSTEM_ACCESSTOKEN',
    'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID',
  ],
} as const;

function noCredentials(
  missing: readonly string[],
  { tokenVariable, kind, beginning }: CredentialOptions,
): Failure {
  const usual = `Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH) of an app registration with the rights of mailcheck help permissions, or a ready token in ${tokenVariable ?? 'MAILCHECK_GRAPH_TOKEN'}; other ways: mailcheck login --help.`;
  const remedy = kind === undefined || kind === null ? (beginning ?? usual) : CURE_BY_KIND[kind];
  return new Failure('sign-in', `No credentials: ${missing.join(', ')} not set.`, { remedy });
}

const IDS_CURE =
  'Set AZURE_TENANT_ID and AZURE_CLIENT_ID, or give --tenant and --client-id to mailcheck login';

const CURE_BY_KIND: Readonly<Record<CredentialKind, string>> = {
  'client-secret': `${IDS_CURE}, and the secret in AZURE_CLIENT_SECRET or a file (--secret-file).`,
  certificate: `${IDS_CURE}, and the PEM file with --certificate.`,
  'managed-identity': 'Name a user-assigned identity with --client-id, --object-id or --resource-id.',
  'federated-token': `${IDS_CURE}; AZURE_FEDERATED_TOKEN_FILE is set by the webhook of workload identity, or with --token-file.`,
  github: `${IDS_CURE}; give the job permissions: id-token: write.`,
  'azure-pipelines': `${IDS_CURE}; pass SYSTEM_ACCESSTOKEN: $(System.AccessToken) to the step, and the id of the service connection with --service-connection.`,
  'device-code': `${IDS_CURE}.`,
  browser: `${IDS_CURE}.`,
  'azure-cli': 'Sign in with az login.',
};

const WORLDWIDE_AUTHORITY = 'https://login.microsoftonline.com';
const KNOWN_AUTHORITIES: ReadonlySet<string> = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
]);

/** Where to sign in. Throws a Failure for an address that no secret may go to. */
export function signInAuthority(
  options: Pick<CredentialOptions, 'env' | 'authorityHost'>,
): Pick<CredentialSettings, 'authorityHost' | 'isKnownCloud'> {
  const given =
    named(options.env['AZURE_AUTHORITY_HOST']) ?? named(options.authorityHost) ?? WORLDWIDE_AUTHORITY;
  const url = URL.canParse(given) ? new URL(given) : null;
  const isPlain =
    url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url?.protocol !== 'https:' || !isPlain) {
    throw new Failure(
      'configuration',
      'The sign-in service (AZURE_AUTHORITY_HOST) must be a plain https address.',
      {
        remedy: `Set AZURE_AUTHORITY_HOST to a base address such as ${WORLDWIDE_AUTHORITY}, or unset it.`,
      },
    );
  }
  return { authorityHost: url.origin, isKnownCloud: url.port === '' && KNOWN_AUTHORITIES.has(url.hostname) };
}

function named(value: string | null | undefined): string | null {
  const trimmed = value?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
