import { Failure, type FailureKind } from '#failure.js';

import { type Answer, locationWords } from '../http/answer.js';
import type { GapReason, Trouble } from '../http/exchange.js';
import { shownText, unfinished } from '../sign-in/shown-text.js';
import { cmdletError } from './cmdlet-error.js';

interface RefusalContext {
  readonly host: string;
  readonly cmdlet: string;
  /** What may stand in no message. */
  readonly secrets: readonly string[];
}

type Meaning =
  | 'nobody'
  | 'no-role'
  | 'rejected'
  | 'not-found'
  | 'wrong-version'
  | 'redirect'
  | 'in-trouble'
  | 'web-page'
  | 'odd';

interface Explanation {
  readonly kind: FailureKind;
  readonly reason: GapReason;
  /** After the host's name. */
  readonly message: (cmdlet: string) => string;
  readonly remedy: (words: CmdletWords) => string;
}

/** Cures that depend on what was asked for. */
interface CmdletWords {
  readonly cmdlet: string;
  /** The roles that will do. */
  readonly role: string;
  readonly whenRejected: string;
  readonly whenMoved: string;
  readonly whenInTrouble: string;
}

/** What each of the two missing things is called where it is granted. */
const PERMISSION =
  'the application permission Exchange.ManageAsApp (API "Office 365 Exchange Online") with admin consent';
const TRACE_ROLE =
  'the Entra role Global Reader, or an Exchange role group with Message Tracking and View-Only Recipients';
const CONFIGURATION_ROLE =
  'the Entra role Global Reader, or an Exchange role group with View-Only Configuration';

/** A token without these is refused like one that has died. */
export const BOTH_NEEDED = bothNeeded(TRACE_ROLE);
/** The same for connectors, accepted domains and rules. */
export const BOTH_NEEDED_FOR_CONNECTORS = bothNeeded(CONFIGURATION_ROLE);

function bothNeeded(role: string): string {
  return `the app needs ${PERMISSION}, and its service principal ${role}: both`;
}

function wordsFor(cmdlet: string): CmdletWords {
  return cmdlet.startsWith('Get-MessageTrace')
    ? { ...TRACE_WORDS, cmdlet }
    : { ...CONFIGURATION_WORDS, cmdlet };
}

const TRACE_WORDS: Omit<CmdletWords, 'cmdlet'> = {
  role: TRACE_ROLE,
  whenRejected: 'Ask for a shorter window or fewer conditions; message trace reaches back 90 days.',
  whenMoved: 'update mailcheck, or ask Graph with --via graph.',
  whenInTrouble: 'Try again in some minutes; a shorter window is easier on the service.',
};

const CONFIGURATION_WORDS: Omit<CmdletWords, 'cmdlet'> = {
  role: CONFIGURATION_ROLE,
  whenRejected:
    'The cmdlet has changed: update mailcheck; until then run it in Exchange Online PowerShell (Connect-ExchangeOnline).',
  whenMoved: 'update mailcheck.',
  whenInTrouble: 'Try again in some minutes.',
};

const EXPLANATIONS: Readonly<Record<Meaning, Explanation>> = {
  nobody: {
    kind: 'permission',
    reason: 'refused',
    message: () => 'admits nobody with this token, also after it was renewed',
    remedy: ({ role }) =>
      `Grant the app ${PERMISSION}, and assign its service principal ${role}: both are needed. If it has both, check that the credentials belong to this tenant and cloud, and the clock of this machine.`,
  },
  'no-role': {
    kind: 'permission',
    reason: 'refused',
    message: (cmdlet) => `lets the app in, and no role of it allows ${cmdlet}`,
    remedy: ({ role, cmdlet }) =>
      `Assign the app's service principal ${role}; the permission Exchange.ManageAsApp is there already. A role takes up to an hour to work. Which roles have it: Get-ManagementRole -Cmdlet ${cmdlet}.`,
  },
  rejected: {
    kind: 'protocol',
    reason: 'protocol',
    message: (cmdlet) => `did not accept the question to ${cmdlet}`,
    remedy: ({ whenRejected }) => whenRejected,
  },
  'not-found': {
    kind: 'protocol',
    reason: 'protocol',
    message: () => 'knows no tenant or object by that name',
    remedy: () => 'Check --tenant (AZURE_TENANT_ID), --cloud and --exchange-url.',
  },
  'wrong-version': {
    kind: 'protocol',
    reason: 'protocol',
    message: () => 'does not take cmdlets at this address',
    remedy: ({ whenMoved }) => `Check --exchange-url; if it is right, the endpoint has changed: ${whenMoved}`,
  },
  redirect: {
    kind: 'protocol',
    reason: 'protocol',
    message: () => 'sent us elsewhere, which is not followed',
    remedy: () =>
      'Check --tenant (AZURE_TENANT_ID) and --cloud, and look for a proxy or sign-in portal between here and the service.',
  },
  'in-trouble': {
    kind: 'unreachable',
    reason: 'unreachable',
    message: () => 'is in trouble, also after several tries',
    remedy: ({ whenInTrouble }) => whenInTrouble,
  },
  'web-page': {
    kind: 'protocol',
    reason: 'protocol',
    message: () => 'answered with something other than JSON',
    remedy: () =>
      'Look for a proxy or sign-in portal between here and the service, and check --exchange-url.',
  },
  odd: {
    kind: 'protocol',
    reason: 'protocol',
    message: () => 'gave an answer that it does not have',
    remedy: () => 'Check --exchange-url; if it is right, the endpoint has changed: update mailcheck.',
  },
};

/** What an answer means that holds no rows. */
export function refusalOf(answer: Answer, { host, cmdlet, secrets }: RefusalContext): Trouble {
  const { kind, reason, message, remedy } = EXPLANATIONS[meaningOf(answer)];
  const { said } = cmdletError(answer.body);
  const words = [
    `status ${answer.status}`,
    ...(said === '' ? [] : [unfinished(shownText(said, secrets))]),
    ...locationWords(answer),
  ];
  const failure = new Failure(kind, `${host} ${message(cmdlet)} (${words.join('; ')}).`, {
    remedy: remedy(wordsFor(cmdlet)),
    ...(answer.requestId === null ? {} : { requestId: answer.requestId }),
  });
  return { reason, failure };
}

/** By the status alone: bodies of 401 are empty, and those of 403 are NUL bytes. */
function meaningOf({ status, contentType }: Answer): Meaning {
  if (status === 401) return 'nobody';
  if (status === 403) return 'no-role';
  if (status === 400) return 'rejected';
  if (status === 404) return 'not-found';
  if (status === 405) return 'wrong-version';
  if (status >= 300 && status < 400) return 'redirect';
  if (status === 408 || status >= 500) return 'in-trouble';
  return status === 200 && !contentType.includes('json') ? 'web-page' : 'odd';
}

/** Said with 429 and with 400, as plain text and inside an error object. */
export function saysTooMany(body: string): boolean {
  const text = cmdletError(body).said || body;
  return text.startsWith('You have reached the maximum number of concurrent requests');
}

export function isUnknownObject({ status, body }: Answer): boolean {
  return status === 404 && cmdletError(body).type.endsWith('ManagementObjectNotFoundException');
}
