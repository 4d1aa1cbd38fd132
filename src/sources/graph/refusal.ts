import { Failure, type FailureKind } from '#failure.js';

import { type Answer, locationWords } from '../http/answer.js';
import type { GapReason, Trouble } from '../http/exchange.js';
import { member, parsedJson, textOf } from '../http/loose-json.js';
import { shownText } from '../sign-in/shown-text.js';

/** Microsoft's own app that serves message trace; it must exist in the tenant before anyone can ask. */
const TRACE_APP_ID = '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373';

export interface RefusalContext {
  readonly host: string;
  /** What may stand in no message. */
  readonly secrets: readonly string[];
  /** The command that asks Exchange instead; null for none. */
  readonly otherWay: string | null;
}

type Meaning =
  | 'service-principal'
  | 'token'
  | 'permission'
  | 'rejected'
  | 'not-found'
  | 'redirect'
  | 'in-trouble'
  | 'web-page'
  | 'odd';

interface Explanation {
  readonly kind: FailureKind;
  readonly reason: GapReason;
  /** After the host's name. */
  readonly message: string;
  readonly remedy: string;
}

const EXPLANATIONS: Readonly<Record<Meaning, Explanation>> = {
  'service-principal': {
    kind: 'permission',
    reason: 'refused',
    message: 'refused: the tenant has no service principal for the message trace service',
    remedy: `Create it once: New-MgServicePrincipal -AppId ${TRACE_APP_ID} (or POST /v1.0/servicePrincipals with that appId), then wait; it can take some hours. A new sign-in does not help.`,
  },
  token: {
    kind: 'sign-in',
    reason: 'refused',
    message: 'refused the token, also after it was renewed',
    remedy: 'Check that the credentials belong to this tenant and cloud, and the clock of this machine.',
  },
  permission: {
    kind: 'permission',
    reason: 'refused',
    message: 'refused: a permission is missing',
    remedy:
      'Grant the app the Microsoft Graph permission ExchangeMessageTrace.Read.All with admin consent. If that was done within the last hours, wait.',
  },
  rejected: {
    kind: 'protocol',
    reason: 'protocol',
    message: 'did not accept the question',
    remedy: 'Ask for a shorter window or fewer conditions; message trace reaches back 90 days.',
  },
  'not-found': {
    kind: 'protocol',
    reason: 'protocol',
    message: 'knows no message trace at this address',
    remedy:
      'Check --graph-url and --cloud: only the worldwide cloud has message trace in Graph. A very long condition can also lead here.',
  },
  redirect: {
    kind: 'protocol',
    reason: 'protocol',
    message: 'sent us elsewhere, which is not followed',
    remedy: 'Look for a proxy or sign-in portal between here and the service, and check --graph-url.',
  },
  'in-trouble': {
    kind: 'unreachable',
    reason: 'unreachable',
    message: 'is in trouble, also after several tries',
    remedy: 'Try again in some minutes; a shorter window is easier on the service.',
  },
  'web-page': {
    kind: 'protocol',
    reason: 'protocol',
    message: 'answered with something other than JSON',
    remedy: 'Look for a proxy or sign-in portal between here and the service, and check --graph-url.',
  },
  odd: {
    kind: 'protocol',
    reason: 'protocol',
    message: 'gave an answer that message trace does not have',
    remedy: 'Check --graph-url; if it is right, the contract has changed: update mailcheck.',
  },
};

/** What stands in the way of Graph alone: Exchange has its own permission, role and servers. */
const OF_GRAPH_ALONE: ReadonlySet<Meaning> = new Set([
  'service-principal',
  'permission',
  'not-found',
  'in-trouble',
]);

/** The tenant lacks the service principal: only the text tells this 401 from that of a bad token. */
export function isMissingServicePrincipal(body: string): boolean {
  return body.toLowerCase().includes(TRACE_APP_ID);
}

/** What an answer means that holds no page. */
export function refusalOf(answer: Answer, { host, secrets, otherWay }: RefusalContext): Trouble {
  const meaning = meaningOf(answer);
  const { kind, reason, message, remedy } = EXPLANATIONS[meaning];
  const error = errorObject(answer.body);
  const requestId = answer.requestId ?? error.requestId;
  const said = [
    `status ${answer.status}`,
    ...(error.said === '' ? [] : [shownText(error.said, secrets)]),
    ...locationWords(answer),
  ];
  const failure = new Failure(kind, `${host} ${message} (${said.join('; ')}).`, {
    remedy,
    ...(requestId === null ? {} : { requestId }),
  });
  return OF_GRAPH_ALONE.has(meaning) ? withOtherWay({ reason, failure }, otherWay) : { reason, failure };
}

/** The same, with one more cure. */
export function withOtherWay({ reason, failure }: Trouble, otherWay: string | null): Trouble {
  if (otherWay === null) return { reason, failure };
  const { kind, message, requestId, retryAfterSeconds, cause } = failure;
  const other = new Failure(kind, message, {
    remedy: `${failure.remedy} Or ask Exchange instead, if the app has Exchange.ManageAsApp and a role: ${otherWay}`,
    cause,
    ...(requestId === undefined ? {} : { requestId }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
  return { reason, failure: other };
}

function meaningOf({ status, contentType, body }: Answer): Meaning {
  if (status === 401) return isMissingServicePrincipal(body) ? 'service-principal' : 'token';
  if (status === 403) return isMissingServicePrincipal(body) ? 'service-principal' : 'permission';
  if (status === 400) return 'rejected';
  if (status === 404) return 'not-found';
  if (status >= 300 && status < 400) return 'redirect';
  if (status === 408 || status >= 500) return 'in-trouble';
  return status === 200 && !contentType.includes('json') ? 'web-page' : 'odd';
}

/** The service's own id of a failed request, as its error object gives it. */
export function requestIdOf(body: string): string | null {
  return errorObject(body).requestId;
}

interface ErrorObject {
  /** Code and message as one text; empty when the body is no error object. */
  readonly said: string;
  readonly requestId: string | null;
}

/** The error object of Graph. Its message may begin with the name of a .NET exception between bars. */
function errorObject(body: string): ErrorObject {
  const error = member(parsedJson(body), 'error');
  const code = textOf(member(error, 'code'));
  const message = textOf(member(error, 'message')).replace(/^\|[^|]*\|/, '');
  const requestId = textOf(member(member(error, 'innerError'), 'request-id'));
  return {
    said: [code, message].filter((part) => part !== '').join(': '),
    requestId: requestId === '' ? null : requestId,
  };
}
