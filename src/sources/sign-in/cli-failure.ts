import { Failure } from '#failure.js';

import { finished, shownText } from './shown-text.js';
import { cureOf, type SignInCure } from './sign-in-cures.js';

/** What `az` said is all there is; a code of Microsoft in it tells more than the rest. */
export function noTokenOfCli(cause: unknown, tenantId: string): Failure {
  const said = cause instanceof Error ? cause.message : '';
  const codes = Array.from(said.matchAll(/AADSTS(\d{1,9})/g), ([, code = '']) => code);
  const cure = cureOf(codes);
  const message =
    cure === null
      ? finished(`Azure CLI gave no token: ${shownText(said, [])}`)
      : `Azure CLI gave no token (AADSTS${codes[0] ?? ''}): ${cure.meaning}.`;
  return new Failure(cure?.isPassing === true ? 'throttled' : 'sign-in', message, {
    remedy: remedyOf(cure, tenantId),
  });
}

/** It signs in by an app of Microsoft, or by one that was given to it: what a cure says of ours does not help there. */
function remedyOf(cure: SignInCure | null, tenantId: string): string {
  const again = tenantId === '' ? 'az login' : `az login --tenant ${tenantId}`;
  if (cure === null) return `Install Azure CLI and sign in with ${again}; ${OWN_APP}`;
  if (cure.isPassing === true) return 'Try again in some minutes.';
  if (cure.isOfTenant === true) return cure.remedy;
  return cure.isConsent === true
    ? 'Use an app registration of your own (mailcheck help permissions): that of Azure CLI may not read this service.'
    : `Sign in again with ${again}; ${OWN_APP}`;
}

const OWN_APP =
  'where its app may not read this service, use an app registration of your own (mailcheck help permissions).';
