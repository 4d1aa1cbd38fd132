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
    clientId: given.clientId ?? clientOf(before, signIn, usual.clientId),
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

/** The id of an app is none of a managed identity. */
function clientOf(before: Profile, signIn: Profile['signIn'], usual: string | null): string | null {
  if (signIn === 'azure-cli') return null;
  const isOther = (kind: Profile['signIn']): boolean => kind === 'managed-identity';
  const kept = isOther(before.signIn) === isOther(signIn) ? before.clientId : null;
  return kept ?? usual;
}

function impliedKind(given: Profile, readsInput: boolean): Profile['signIn'] {
  if (readsInput || given.secretFile !== null) return 'client-secret';
  if (given.certificate !== null) return 'certificate';
  if (given.tokenFile !== null) return 'federated-token';
  return given.serviceConnection === null ? null : 'azure-pipelines';
}
