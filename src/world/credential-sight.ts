import { readFile } from 'node:fs/promises';

import { Failure } from '#failure.js';
import type { CredentialSight } from '#mailflow/doctor/doctor-evidence.js';
import type { SignInKind } from '#settings/profile.js';
import { type Environment, type ServiceSettings, textOf } from '#settings/service-settings.js';
import { signInKindOf } from '#settings/with-profile.js';
import { troubleTold } from '#sources/http/trouble-told.js';
import { certificateFacts } from '#sources/sign-in/certificate-facts.js';

interface Credentials {
  /** Of the services that are to be asked. */
  readonly services: readonly ServiceSettings[];
  /** Throws a Failure where there is nothing to sign in with. */
  readonly open: (settings: ServiceSettings) => unknown;
}

/** Which kind was found and where, never the secret itself. */
export async function credentialSight({ services, open }: Credentials): Promise<CredentialSight> {
  const signingIn = services.filter(({ readyToken }) => readyToken === null);
  const [first] = signingIn;
  if (first === undefined) {
    const from = services.map(({ tokenVariable }) => tokenVariable).join(' and ');
    return { kind: 'found', what: 'Ready token', from, asWhom: '', expiresAt: null, needsSignIn: false };
  }
  try {
    for (const settings of services) open(settings);
  } catch (error) {
    if (error instanceof Failure) return { kind: 'missing', trouble: troubleTold(error) };
    throw error;
  }
  return { kind: 'found', ...(await proofOf(first.signInEnvironment)), needsSignIn: true };
}

type Proof = Pick<Extract<CredentialSight, { kind: 'found' }>, 'what' | 'from' | 'asWhom' | 'expiresAt'>;

async function proofOf(env: Environment): Promise<Proof> {
  const { what, from, certificate } = sourceOf(env);
  const profile = textOf(env, 'MAILCHECK_PROFILE');
  return {
    what,
    from: profile === null ? from : `${from} (profile ${profile})`,
    asWhom: asWhom(env),
    expiresAt: certificate === null ? null : await endOfCertificate(certificate),
  };
}

/** What does not look like an id could be a secret that stands in the wrong place: it is not shown. */
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const DOMAIN = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}$/iu;

function asWhom(env: Environment): string {
  const named = (what: string, name: string, isId: (text: string) => boolean): readonly string[] => {
    const id = textOf(env, name);
    return id !== null && isId(id) ? [`${what} ${id}`] : [];
  };
  return [
    ...named('app', 'AZURE_CLIENT_ID', (id) => GUID.test(id)),
    ...named('identity', 'MAILCHECK_IDENTITY_OBJECT_ID', (id) => GUID.test(id)),
    ...named('identity', 'MAILCHECK_IDENTITY_RESOURCE_ID', (id) => id.startsWith('/subscriptions/')),
    ...named('tenant', 'AZURE_TENANT_ID', (id) => GUID.test(id) || DOMAIN.test(id)),
  ].join(', ');
}

interface ProofSource {
  readonly what: string;
  readonly from: string;
  /** A file that tells when it ends; null for none. */
  readonly certificate: string | null;
}

/** In the order in which one is chosen where none is named. */
function sourceOf(env: Environment): ProofSource {
  const kind = signInKindOf(env);
  const certificate = textOf(env, 'AZURE_CLIENT_CERTIFICATE_PATH');
  const hasSecret =
    textOf(env, 'AZURE_CLIENT_SECRET') !== null || textOf(env, 'MAILCHECK_SECRET_FILE') !== null;
  if (kind !== null && kind !== 'client-secret' && kind !== 'certificate') {
    return { ...OTHER_KINDS[kind], certificate: null };
  }
  if (certificate !== null && (kind === 'certificate' || (kind === null && !hasSecret))) {
    return { what: 'Certificate', from: `AZURE_CLIENT_CERTIFICATE_PATH (${certificate})`, certificate };
  }
  const isInVariable = textOf(env, 'AZURE_CLIENT_SECRET') !== null;
  return {
    what: 'Client secret',
    from: isInVariable ? 'AZURE_CLIENT_SECRET' : 'MAILCHECK_SECRET_FILE',
    certificate: null,
  };
}

const OTHER_KINDS: Readonly<
  Record<Exclude<SignInKind, 'client-secret' | 'certificate'>, Pick<ProofSource, 'what' | 'from'>>
> = {
  'managed-identity': { what: 'Managed identity', from: 'this machine' },
  'federated-token': { what: 'Federated token', from: 'AZURE_FEDERATED_TOKEN_FILE' },
  github: { what: 'Federation with GitHub Actions', from: 'ACTIONS_ID_TOKEN_REQUEST_URL' },
  'azure-pipelines': { what: 'Federation with Azure Pipelines', from: 'SYSTEM_OIDCREQUESTURI' },
  'device-code': { what: 'A person who signed in', from: 'mailcheck login' },
  browser: { what: 'A person who signed in', from: 'mailcheck login' },
  'azure-cli': { what: 'Azure CLI', from: 'az' },
};

/** Null where the file cannot be read: whoever signs in with it says so. */
async function endOfCertificate(path: string): Promise<Date | null> {
  const pem = await readFile(path).catch(() => null);
  return pem === null ? null : (certificateFacts(pem)?.endsAt ?? null);
}
