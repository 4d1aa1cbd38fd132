import type { Profile, SignInPort } from '#cli/sign-in-port.js';

import type { LoginOptions } from './login-options.js';

/**
 * The profile with what the flags change in it. What belongs to another way of signing in goes: a profile of two ways
 * would not say which one is used. What the environment says of who signs in is written down too, so that the profile
 * says the same tomorrow.
 */
export function draftProfile(
  before: Profile,
  { given, readsInput }: LoginOptions,
  { absolutePath, usual }: Pick<SignInPort, 'absolutePath' | 'usual'>,
): Profile {
  const signIn = given.signIn ?? impliedKind(given, readsInput) ?? before.signIn;
  const path = (
    name: 'certificate' | 'certificatePasswordFile' | 'secretFile' | 'tokenFile',
  ): string | null => {
    const named = given[name];
    return named === null ? before[name] : absolutePath(named);
  };
  const ofKind = <T>(isOf: boolean, value: T, none: T): T => (isOf ? value : none);
  const isCertificate = signIn === 'certificate';
  return {
    tenant: given.tenant ?? before.tenant ?? usual.tenant,
    ...identityOf(before, { given, signIn, usual: usual.clientId }),
    cloud: given.cloud ?? before.cloud,
    via: given.via ?? before.via,
    signIn,
    certificate: ofKind(isCertificate, path('certificate'), null),
    certificatePasswordFile: ofKind(isCertificate, path('certificatePasswordFile'), null),
    sendChain: isCertificate && (given.sendChain || before.sendChain),
    secretFile: ofKind(signIn === 'client-secret' && !readsInput, path('secretFile'), null),
    tokenFile: ofKind(signIn === 'federated-token', path('tokenFile'), null),
    serviceConnection: ofKind(
      signIn === 'azure-pipelines',
      given.serviceConnection ?? before.serviceConnection,
      null,
    ),
    domains: given.domains.length > 0 ? given.domains : before.domains,
    probeRecipient: given.probeRecipient ?? before.probeRecipient,
    quota: given.quota ?? before.quota,
    keepToken: given.keepToken || before.keepToken,
  };
}

type Identity = Pick<Profile, 'clientId' | 'objectId' | 'resourceId'>;

const NOBODY: Identity = { clientId: null, objectId: null, resourceId: null };

/** Who signs in, by one id. That of an app is none of a managed identity. */
function identityOf(
  before: Profile,
  {
    given,
    signIn,
    usual,
  }: Pick<Profile, 'signIn'> & { readonly given: Profile; readonly usual: string | null },
): Identity {
  if (isNamed(given)) return idsOf(given);
  if (signIn === 'azure-cli') return NOBODY;
  const isOfMachine = (kind: Profile['signIn']): boolean => kind === 'managed-identity';
  const isKept = isOfMachine(before.signIn) === isOfMachine(signIn) && isNamed(before);
  return isKept ? idsOf(before) : { ...NOBODY, clientId: usual };
}

function idsOf({ clientId, objectId, resourceId }: Identity): Identity {
  return { clientId, objectId, resourceId };
}

function isNamed(identity: Identity): boolean {
  return Object.values(idsOf(identity)).some((id) => id !== null);
}

function impliedKind(given: Profile, readsInput: boolean): Profile['signIn'] {
  if (readsInput || given.secretFile !== null) return 'client-secret';
  if (given.certificate !== null) return 'certificate';
  if (given.objectId !== null || given.resourceId !== null) return 'managed-identity';
  if (given.tokenFile !== null) return 'federated-token';
  return given.serviceConnection === null ? null : 'azure-pipelines';
}
