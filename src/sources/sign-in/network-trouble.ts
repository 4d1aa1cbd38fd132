import { isProxyRefusal } from './proxy-trouble.js';

/** What a connection error means to the person who has to cure it. */
export type NetworkTrouble =
  | 'name'
  | 'certificate'
  | 'not-tls'
  | 'refused'
  | 'slow'
  | 'broken'
  /** The proxy of this machine: cannot help now, or does not want to. */
  | 'proxy'
  | 'proxy-refused';

/** Nobody took the connection in time; whoever took it and then says nothing is another matter. */
export const UNCONNECTED = 'ETIMEDOUT';
export const UNANSWERED = 'ESOCKETTIMEDOUT';

const TROUBLE_BY_CODE: ReadonlyMap<string, NetworkTrouble> = new Map([
  ['ENOTFOUND', 'name'],
  ['EAI_AGAIN', 'name'],
  ['EAI_FAIL', 'name'],
  ['ECONNREFUSED', 'refused'],
  ['EHOSTUNREACH', 'refused'],
  ['ENETUNREACH', 'refused'],
  ['EADDRNOTAVAIL', 'refused'],
  [UNCONNECTED, 'slow'],
  [UNANSWERED, 'slow'],
  ['EPROTO', 'not-tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
]);

/** Sorts the error codes of Node and OpenSSL; a code that nobody listed is a broken connection. */
export function networkTrouble(code: string): NetworkTrouble {
  const listed = TROUBLE_BY_CODE.get(code);
  if (listed !== undefined) return listed;
  if (code.startsWith('PROXY_')) return isProxyRefusal(code) ? 'proxy-refused' : 'proxy';
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|^ERR_TLS/.test(code) ? 'certificate' : 'broken';
}

/** True when the same attempt may succeed in a moment. */
export function isPassing(trouble: NetworkTrouble): boolean {
  return trouble !== 'certificate' && trouble !== 'not-tls' && trouble !== 'proxy-refused';
}

/** The code of an error as Node gives it, or its name. */
export function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
