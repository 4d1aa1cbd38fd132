/** Flags, environment and profile as one, in this order. Pure. */
import { Failure } from '#failure.js';

import { type NamedProfile, type Profile, SIGN_IN_KINDS, type SignInKind } from './profile.js';
import { type Environment, textOf } from './service-settings.js';

/**
 * The environment with what the profile adds to it. A profile that was named on the command line goes before variables
 * that say who signs in: else a variable that some other tool left behind would lead to another tenant than the one that
 * was named. Without that the environment is stronger, and where it names an app it also says how that app signs in.
 */
export function environmentWithProfile(environment: Environment, named: NamedProfile | null): Environment {
  if (named === null) return environment;
  const { profile, name, isNamed } = named;
  const identity = identityOf(profile);
  const isOtherApp = isAppOf(environment) && textOf(environment, 'AZURE_CLIENT_ID') !== profile.clientId;
  const merged = isNamed
    ? { ...withoutOthers(environment, profile), ...identity }
    : { ...(isOtherApp ? tenantOnly(identity) : identity), ...present(environment) };
  return { ...merged, MAILCHECK_PROFILE: name };
}

function isAppOf(environment: Environment): boolean {
  return textOf(environment, 'AZURE_CLIENT_ID') !== null;
}

function tenantOnly({ AZURE_TENANT_ID }: Environment): Environment {
  return AZURE_TENANT_ID === undefined ? {} : { AZURE_TENANT_ID };
}

/** The profile in the words of the environment. */
function identityOf(profile: Profile): Environment {
  const pairs: readonly (readonly [string, string | null])[] = [
    ['AZURE_TENANT_ID', profile.tenant],
    ['AZURE_CLIENT_ID', profile.clientId],
    ['MAILCHECK_SIGN_IN', profile.signIn],
    ['MAILCHECK_IDENTITY_OBJECT_ID', profile.objectId],
    ['MAILCHECK_IDENTITY_RESOURCE_ID', profile.resourceId],
    ['AZURE_CLIENT_CERTIFICATE_PATH', profile.certificate],
    ['MAILCHECK_CERTIFICATE_PASSWORD_FILE', profile.certificatePasswordFile],
    ['AZURE_CLIENT_SEND_CERTIFICATE_CHAIN', profile.sendChain ? 'true' : null],
    ['MAILCHECK_SECRET_FILE', profile.secretFile],
    ['AZURE_FEDERATED_TOKEN_FILE', profile.tokenFile],
    ['AZURESUBSCRIPTION_SERVICE_CONNECTION_ID', profile.serviceConnection],
    ['MAILCHECK_KEEP_TOKEN', profile.keepToken ? '1' : null],
  ];
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/**
 * A ready token in the environment could be another tenant's than that of the profile, a secret that of another app, and an
 * app none of the identities of this machine.
 */
function withoutOthers(environment: Environment, profile: Profile): Environment {
  const { signIn, secretFile, certificatePasswordFile } = profile;
  const idle = [
    ...(signIn === null ? [] : ['MAILCHECK_GRAPH_TOKEN', 'MAILCHECK_EXCHANGE_TOKEN']),
    ...(secretFile === null ? [] : ['AZURE_CLIENT_SECRET']),
    ...(certificatePasswordFile === null ? [] : ['AZURE_CLIENT_CERTIFICATE_PASSWORD']),
    ...(signIn === 'managed-identity' ? ['AZURE_CLIENT_ID', ...IDENTITY_VARIABLES] : []),
  ];
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !idle.includes(name)));
}

const IDENTITY_VARIABLES = ['MAILCHECK_IDENTITY_OBJECT_ID', 'MAILCHECK_IDENTITY_RESOURCE_ID'] as const;

/** An empty variable counts as absent, and must not hide what the profile says. */
function present(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => (value?.trim() ?? '') !== ''));
}

/**
 * What the profile says where flags say nothing, by the long names of flags. `tenant` is the one that flags name, or the
 * environment: of another one than that of the profile nothing is known.
 */
export function flagValuesOf({ profile }: NamedProfile, tenant: string | null): FlagValues {
  if (tenant !== null && tenant !== profile.tenant) return new Map();
  return new Map([
    ['cloud', listOf(profile.cloud)],
    ['via', listOf(profile.via)],
    ['domain', profile.domains],
    ['probe-recipient', listOf(profile.probeRecipient)],
    ['quota', listOf(profile.quota === null ? null : String(profile.quota))],
  ]);
}

export type FlagValues = ReadonlyMap<string, readonly string[]>;

function listOf(value: string | null): readonly string[] {
  return value === null ? [] : [value];
}

/** How to sign in, by name; null leaves it to which secret is there. Throws a configuration failure for another word. */
export function signInKindOf(environment: Environment): SignInKind | null {
  const given = textOf(environment, 'MAILCHECK_SIGN_IN');
  if (given === null) return null;
  const kind = SIGN_IN_KINDS.find((candidate) => candidate === given.toLowerCase());
  if (kind !== undefined) return kind;
  throw new Failure('configuration', `MAILCHECK_SIGN_IN cannot be "${given}".`, {
    remedy: `Set it to one of ${SIGN_IN_KINDS.join(', ')}, or unset it.`,
  });
}
