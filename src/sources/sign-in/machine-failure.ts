/** Why the identity service of this machine gave no token. It asks the sign-in service in our place. */
import { Failure } from '#failure.js';

import type { CredentialSettings, Heard } from './credential.js';
import { errorAnswer } from './error-answer.js';
import { networkTrouble, UNCONNECTED } from './network-trouble.js';
import { httpDate, retryAfterMs } from './retry-after.js';
import { finished, shownText } from './shown-text.js';
import { cureOf } from './sign-in-cures.js';

/** An identity service is a part of the machine: where nobody takes the connection there is none, and none will come. */
export function isAbsent(code: string, settings: CredentialSettings): boolean {
  const trouble = networkTrouble(code);
  return isOfMachine(settings) && (code === UNCONNECTED || trouble === 'refused' || trouble === 'name');
}

/** Whether the sign-in service of the cloud is asked by somebody else, on this machine. */
export function isOfMachine({ proof }: CredentialSettings): boolean {
  return proof.kind === 'managed-identity';
}

export function unansweredHere(code: string, settings: CredentialSettings): Failure {
  if (isAbsent(code, settings)) {
    const message = `No identity service answers on this machine (${code}); it is none of Azure.`;
    return new Failure('sign-in', message, { remedy: MACHINE_CURE, meetsEveryService: true });
  }
  return new Failure('unreachable', `The identity service of this machine gave no answer (${code}).`, {
    remedy: 'Try again in some minutes.',
    meetsEveryService: true,
  });
}

/** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling */
export function answeredHere(heard: Extract<Heard, { kind: 'answer' }>, now: Date): Failure {
  const service = 'The identity service of this machine';
  if (heard.status === 429) {
    const seconds = Math.ceil((retryAfterMs(heard.retryAfter, httpDate(heard.date) ?? now) ?? 60_000) / 1000);
    return new Failure('throttled', `${service} asks for a pause.`, {
      remedy: `Try again in ${seconds} s.`,
      retryAfterSeconds: seconds,
    });
  }
  if (heard.status >= 500 || heard.status === 410) {
    return new Failure('unreachable', `${service} is in trouble (status ${heard.status}).`, {
      remedy: 'Try again in some minutes.',
      meetsEveryService: true,
    });
  }
  const { codes = [], description = '' } = errorAnswer(heard) ?? {};
  const cure = cureOf(codes);
  const told = [...codes.slice(0, 1).map((code) => `AADSTS${code}`), `status ${heard.status}`].join(', ');
  const said = cure?.meaning ?? shownText(description, heard.secrets);
  const message = `${service} gave no token (${told})${said === '' ? '' : `: ${said}`}`;
  return new Failure(cure?.isPassing === true ? 'throttled' : 'sign-in', finished(message), {
    remedy: cure?.remedy ?? MACHINE_CURE,
  });
}

export const MACHINE_CURE =
  'Assign a managed identity to this machine, name a user-assigned one (AZURE_CLIENT_ID, or mailcheck login --object-id or --resource-id), or sign in another way (mailcheck login --kind).';
