/** What a person sees of the traffic. Secrets never get here; a token is shown by a fingerprint that two lines can share. */
import { createHash } from 'node:crypto';

export type ServerName = 'sign-in' | 'graph' | 'exchange' | 'status-page' | 'mail' | 'control';

export interface RequestLogLine {
  readonly at: Date;
  readonly server: ServerName | 'dns';
  readonly method: string;
  /** Path and query, percent-decoded for reading. Remote text: escape it before it reaches a terminal. */
  readonly path: string;
  readonly status: number;
  readonly note: string;
}

export type RequestLog = (line: RequestLogLine) => void;

/** The first 8 hexadecimal digits of the token's SHA-256. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 8);
}

/** Decoded as far as it can be, with the value of anything that sounds like a credential taken out. */
export function readablePath(url: string): string {
  const [path = '', query = ''] = splitOnce(url, '?');
  const parts = query === '' ? [] : query.split('&').map(readableParameter);
  return decoded(path) + (parts.length === 0 ? '' : `?${parts.join('&')}`);
}

function readableParameter(parameter: string): string {
  const [name = '', value = ''] = splitOnce(parameter, '=');
  const shown = /secret|assertion|password|refresh_token|access_token|^code$/iu.test(decoded(name));
  return `${decoded(name)}=${shown ? '…' : decoded(value.replaceAll('+', ' '))}`;
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Percent-decoding that gives the text back as it is when it is not valid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
