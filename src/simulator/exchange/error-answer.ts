/** How the admin endpoint says no: the useless outer words, the real ones inside, and bodies that are none. */
import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';

export interface CmdletError {
  readonly status: 400 | 404;
  /** A .NET type, as `System.ArgumentException`. */
  readonly type: string;
  readonly message: string;
}

export function badArgument(message: string, type = 'System.ArgumentException'): CmdletError {
  return { status: 400, type, message };
}

export function cmdletErrorAnswer({ status, type, message }: CmdletError): Answer {
  const error = {
    code: status === 404 ? 'NotFound' : 'BadRequest',
    message: status === 404 ? 'Error executing cmdlet' : 'Invalid Operation',
    details: [{ code: 'Client', target: '', message: `|${type}|${message}` }],
    innererror: {
      message: 'Error executing cmdlet',
      type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
      internalexception: { message, type, stacktrace: STACK_TRACE },
    },
  };
  const answer = jsonAnswer(status, { error }, `${type}: ${message}`);
  return { ...answer, headers: { ...answer.headers, 'x-exceptiontype': type } };
}

/** What no client may print: it names servers inside. */
export const STACK_TRACE =
  '   at Microsoft.Exchange.Management.ReportingTask.Run() in AB1PR0101MB0001\r\n   at Microsoft.Exchange.Configuration.Tasks.Task.Invoke()';

/** Neither the permission nor the role, or a bad token: nothing is said. */
export const NOT_AUTHORISED: Answer = {
  status: 401,
  headers: {},
  body: '',
  note: 'refused: 401 and nothing',
};

const NUL_BYTES = 2048;

/** The permission is there and no role allows this cmdlet: a run of NUL bytes, at times declared as gzip, which it is not. */
export function roleMissing(isCalledGzip: boolean): Answer {
  const encoding: Readonly<Record<string, string>> = isCalledGzip ? { 'content-encoding': 'gzip' } : {};
  return {
    status: 403,
    headers: { 'content-type': 'application/json; charset=utf-8', ...encoding },
    body: '\0'.repeat(NUL_BYTES),
    note: 'refused: 403 and NUL bytes',
  };
}

/** Said with 429 and with 400. */
export function tooManyAtOnce(status: number): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain' },
    body: 'You have reached the maximum number of concurrent requests per tenant. Please wait and try again.',
    note: `refused: too many at once (${status})`,
  };
}

export function wrongVersion(path: string): Answer {
  return { status: 405, headers: {}, body: '', note: `no such operation: ${path}` };
}
