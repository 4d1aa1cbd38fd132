import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { Failure } from '#failure.js';
import type { CredentialSight } from '#mailflow/doctor/doctor-evidence.js';
import { type Environment, type ServiceSettings, textOf } from '#settings/service-settings.js';
import { troubleTold } from '#sources/http/trouble-told.js';

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
    return { kind: 'found', what: 'Ready token', from, expiresAt: null, needsSignIn: false };
  }
  try {
    for (const settings of services) open(settings);
  } catch (error) {
    if (error instanceof Failure) return { kind: 'missing', trouble: troubleTold(error) };
    throw error;
  }
  return { kind: 'found', ...(await proofOf(first.signInEnvironment)), needsSignIn: true };
}

async function proofOf(
  env: Environment,
): Promise<Pick<Extract<CredentialSight, { kind: 'found' }>, 'what' | 'from' | 'expiresAt'>> {
  const path = textOf(env, 'AZURE_CLIENT_CERTIFICATE_PATH');
  if (textOf(env, 'AZURE_CLIENT_SECRET') !== null || path === null) {
    return { what: 'Client secret', from: 'AZURE_CLIENT_SECRET', expiresAt: null };
  }
  return {
    what: 'Certificate',
    from: `AZURE_CLIENT_CERTIFICATE_PATH (${path})`,
    expiresAt: await endOfCertificate(path),
  };
}

/** Null where the file cannot be read: whoever signs in with it says so. */
async function endOfCertificate(path: string): Promise<Date | null> {
  try {
    return new Date(new X509Certificate(await readFile(path)).validTo);
  } catch {
    return null;
  }
}
