/** An HTTP answer as a value, and how it is put on a socket. Faults are played here, where bytes are. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the request log; never a secret. */
  readonly note: string;
}

/** How the bytes leave: whole, cut after so many bytes (null: in the middle), not at all, or never. */
export type Transmission =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cut'; readonly afterBytes: number | null; readonly framing: 'length' | 'chunked' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'stall' };

export function jsonAnswer(status: number, body: unknown, note: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    note,
  };
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

interface Sending {
  readonly gzip: boolean;
  readonly transmission: Transmission;
  /** How long the client waits for the first byte. */
  readonly delayMs: number;
}

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer, how: Sending): void {
  if (how.delayMs > 0) setTimeout(() => sendNow(request, response, answer, how), how.delayMs);
  else sendNow(request, response, answer, how);
}

function sendNow(request: IncomingMessage, response: ServerResponse, answer: Answer, how: Sending): void {
  if (how.transmission.kind === 'stall') return;
  if (how.transmission.kind === 'reset') {
    request.socket.destroy();
    return;
  }
  const isEncoded = answer.headers['content-encoding'] !== undefined;
  const zipped = how.gzip && !isEncoded && /\bgzip\b/u.test(headerOf(request, 'accept-encoding') ?? '');
  const bytes = zipped ? gzipSync(answer.body) : Buffer.from(answer.body);
  const encoding = zipped ? { 'content-encoding': 'gzip' } : {};
  response.sendDate = false;
  if (how.transmission.kind === 'cut') {
    sendCut(response, withHeaders(answer, encoding), bytes, how.transmission);
    return;
  }
  // RFC 9110, section 8.6: 204 has no length.
  const length = answer.status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(answer.status, { ...answer.headers, ...encoding, ...length });
  response.end(bytes);
}

function sendCut(
  response: ServerResponse,
  answer: Answer,
  bytes: Buffer,
  cut: Extract<Transmission, { kind: 'cut' }>,
): void {
  const framing = cut.framing === 'length' ? { 'content-length': String(bytes.length) } : {};
  response.writeHead(answer.status, { ...answer.headers, ...framing });
  const part = bytes.subarray(0, cut.afterBytes ?? Math.floor(bytes.length / 2));
  response.write(part, () => response.socket?.end());
}
