import { Failure } from '#failure.js';

import { type Answer, locationWords } from '../http/answer.js';
import type { Trouble } from '../http/exchange.js';
import { member, parsedJson, textOf } from '../http/loose-json.js';
import { shownId, shownText, unfinished } from '../sign-in/shown-text.js';
import type { GraphArea, Meaning } from './graph-area.js';

export interface RefusalContext {
  readonly area: GraphArea;
  readonly host: string;
  /** What may stand in no message. */
  readonly secrets: readonly string[];
  /** The command that asks Exchange instead; null for none. */
  readonly otherWay: string | null;
}

/** What stands in the way of Graph alone: Exchange has its own permission, role and servers. */
const OF_GRAPH_ALONE: ReadonlySet<Meaning> = new Set([
  'service-principal',
  'permission',
  'not-found',
  'in-trouble',
]);

/** The tenant lacks the service principal: only the text tells this 401 from that of a bad token. */
export function isMissingServicePrincipal(body: string, { appId }: GraphArea): boolean {
  return appId !== null && body.toLowerCase().includes(appId);
}

/** What an answer means that holds no page. */
export function refusalOf(answer: Answer, { area, host, secrets, otherWay }: RefusalContext): Trouble {
  const meaning = meaningOf(answer, area);
  const { kind, reason, message, remedy } = area.explanations[meaning];
  const error = errorObject(answer.body);
  const requestId = answer.requestId ?? error.requestId;
  const said = [
    `status ${answer.status}`,
    ...(error.said === '' ? [] : [unfinished(shownText(error.said, secrets))]),
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

function meaningOf({ status, contentType, body }: Answer, area: GraphArea): Meaning {
  if (status === 401) return isMissingServicePrincipal(body, area) ? 'service-principal' : 'token';
  if (status === 403) return isMissingServicePrincipal(body, area) ? 'service-principal' : 'permission';
  if (status === 400) return 'rejected';
  if (status === 404) return 'not-found';
  if (status >= 300 && status < 400) return 'redirect';
  if (status === 408 || status >= 500) return 'in-trouble';
  return status === 200 && !contentType.includes('json') ? 'web-page' : 'odd';
}

/** Whether the service itself said no, in the words of Graph, and not something on the way to it. */
export function isWordOfGraph(body: string): boolean {
  return errorObject(body).said !== '';
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
    requestId: shownId(requestId),
  };
}
