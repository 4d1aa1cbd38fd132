/** The error body of Graph. */
import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';

export interface GraphError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What every answer to one request carries. */
export interface Exchange {
  readonly now: Date;
  readonly requestId: string;
  /** The client's own id, or the service's where the client sent none. */
  readonly clientRequestId: string;
}

export const badRequest = (message: string): GraphError => ({ status: 400, code: 'BadRequest', message });

/** The answer to a nextLink that is too old, or not of this service. */
export const SKIP_TOKEN_REFUSED = badRequest('|System.ArgumentException|Invalid starting recipient address');

export const TOO_MANY_REQUESTS: GraphError = {
  status: 429,
  code: 'UnknownError',
  message: 'Your recent queries have surpassed the permitted limit, please try again later.',
};

export const NO_SERVICE_PRINCIPAL: GraphError = {
  status: 401,
  code: 'UnknownError',
  message:
    'Service principal-less authentication failed: The service principal for App ID ' +
    '8bd644d1-64a1-4d4b-ae52-2e0cbf64e373 was not found. Create it in the tenant first. Provisioning may take several hours.',
};

export const NO_PERMISSION: GraphError = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
};

export const invalidToken = (message: string): GraphError => ({
  status: 401,
  code: 'InvalidAuthenticationToken',
  message,
});

export function errorAnswer(
  error: GraphError,
  exchange: Exchange,
  innerErrorKey: 'innerError' | 'innererror',
): Answer {
  const inner = {
    date: exchange.now.toISOString().slice(0, 19),
    'request-id': exchange.requestId,
    'client-request-id': exchange.clientRequestId,
  };
  const body = { error: { code: error.code, message: error.message, [innerErrorKey]: inner } };
  return jsonAnswer(error.status, body, `${error.code}: ${error.message}`);
}
