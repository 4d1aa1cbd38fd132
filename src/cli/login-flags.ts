/** The flags of signing in: which profile, and for `login` what it holds. No flag takes a secret: others see arguments. */
import { SIGN_IN_KINDS } from '#settings/profile.js';

import { choiceFlag, switchFlag, textFlag } from './flag.js';

export const profileFlag = textFlag(
  'profile',
  'NAME',
  'The tenant and sign-in that mailcheck login wrote down under this name.',
);
export const kindFlag = {
  ...choiceFlag('kind', SIGN_IN_KINDS, null, `How to sign in: ${SIGN_IN_KINDS.join(', ')}.`),
  value: 'KIND',
};
export const clientIdFlag = textFlag(
  'client-id',
  'GUID',
  'The app registration, or a user-assigned identity; default AZURE_CLIENT_ID.',
);
export const objectIdFlag = textFlag(
  'object-id',
  'GUID',
  'The same of a user-assigned identity, by its object (principal) ID.',
);
export const resourceIdFlag = textFlag(
  'resource-id',
  'ID',
  'The same by its resource ID, which begins with /subscriptions.',
);
export const secretFileFlag = textFlag(
  'secret-file',
  'FILE',
  'File with the client secret, of mode 600, or mounted as containers do; read at each sign-in. - is stdin, for this time only.',
);
export const certificateFlag = textFlag(
  'certificate',
  'FILE',
  'PEM with certificate and private key; its mode as that of --secret-file.',
);
export const certificatePasswordFileFlag = textFlag(
  'certificate-password-file',
  'FILE',
  'File with the password of the private key; its mode as that of --secret-file.',
);
export const sendChainFlag = switchFlag(
  'send-chain',
  'Send the chain of the certificate, for apps that trust it by its subject name.',
);
export const tokenFileFlag = textFlag(
  'token-file',
  'FILE',
  'File with the federated token of a pod; default the one that the pod names.',
);
export const serviceConnectionFlag = textFlag(
  'service-connection',
  'ID',
  'Service connection of Azure Pipelines; default that of the task.',
);
export const keepTokenFlag = switchFlag(
  'keep-token',
  'Keep access tokens (an hour or so) in a private file, so that a sign-in service in trouble ends no running incident.',
);
export const defaultFlag = switchFlag('default', 'Use this profile where none is named.');
export const yesFlag = switchFlag('yes', 'Keep what later runs need without asking.');
export const noCheckFlag = switchFlag('no-check', 'Write the profile down without signing in.');
export const listFlag = switchFlag('list', 'Show the profiles, and what is kept of each.');
export const allProfilesFlag = switchFlag('all', 'What is kept of every profile.');
export const forgetFlag = switchFlag('forget', 'Remove the profile as well.');
