import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';

import { errorCode, type NetworkTrouble, networkTrouble } from '../sign-in/network-trouble.js';
import { proxyFor } from '../sign-in/proxy.js';
import { secureAgent } from '../sign-in/secure-agent.js';
import { isAborted } from '../sign-in/stopped.js';
import type { EnvironmentVariables } from '../sign-in/token-source.js';
import type { Call, Received } from './exchange.js';
import type { ServiceOrigin } from './service.js';

export interface SendLimits {
  /** After inflating. */
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** Silence on the wire. */
  readonly idleMs: number;
  /** From the first byte sent to the last byte received. */
  readonly totalMs: number;
}

export const SEND_LIMITS: SendLimits = {
  bodyBytes: 32 * 1024 * 1024,
  headerBytes: 32 * 1024,
  idleMs: 30_000,
  totalMs: 180_000,
};

export type Sent =
  | { readonly kind: 'answered'; readonly response: Received }
  | { readonly kind: 'unanswered'; readonly why: Unanswered; readonly code: string };

/** `cut`: the body ended too early. `odd`: not what HTTP or this client allows. */
export type Unanswered = NetworkTrouble | 'stopped' | 'cut' | 'too-large' | 'odd';

export type Send = (call: Call) => Promise<Sent>;

interface Surroundings {
  /** One more certificate authority to trust, PEM. */
  readonly caPem: string | null;
  /** Read for proxies. */
  readonly env: EnvironmentVariables;
  /** Where the name was looked up and checked before: connected to in its place. The certificate is still held against the name. */
  readonly address?: string;
  /** In place of the one that the origin names, which is still the one that is asked for. */
  readonly port?: number;
}

/**
 * Sends one question over node:http(s) and reads the whole answer. Not the global `fetch`: that one takes a cut body for
 * whole. Follows no redirect, inflates gzip only, and sends the path as it stands.
 */
export function openSend(
  own: ServiceOrigin,
  { caPem, env, address, port }: Surroundings,
  limits: SendLimits = SEND_LIMITS,
): Send {
  const url = new URL(own.origin);
  const agent = own.isSecure
    ? secureAgent({ caPem, proxy: proxyFor(own.origin, env) })
    : new http.Agent({ keepAlive: true });
  const base: https.RequestOptions = {
    hostname: address ?? url.hostname.replace(/^\[|\]$/g, ''),
    ...(address === undefined ? {} : { servername: url.hostname }),
    ...portOf(url, port),
    agent,
    maxHeaderSize: limits.headerBytes,
  };
  const request = own.isSecure ? https.request : http.request;
  let underWay = 0;
  // Only the last one: a connection that others wait on would look to them like one that the service broke.
  const leave = (): void => {
    if (underWay <= 1) agent.destroy();
  };
  return async (call) => {
    const { path, signal } = call;
    const { method, headers: said, body } = written(call);
    const headers = address === undefined ? said : { ...said, host: url.host };
    const open = (): http.ClientRequest => request({ ...base, method, path, headers });
    underWay += 1;
    try {
      return await exchange({ open, leave, body, signal }, limits);
    } finally {
      underWay -= 1;
    }
  };
}

function portOf({ port: named }: URL, port: number | undefined): Pick<https.RequestOptions, 'port'> {
  if (port !== undefined) return { port };
  return named === '' ? {} : { port: Number(named) };
}

/** A body has its length told, so that no server needs to understand chunks. */
function written({ headers, json }: Call) {
  const asked = { ...headers, 'accept-encoding': 'gzip' };
  if (json === null) return { method: 'GET', headers: asked, body: null } as const;
  const body = Buffer.from(json);
  const described = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length };
  return { method: 'POST', headers: { ...asked, ...described }, body } as const;
}

interface Question {
  readonly open: () => http.ClientRequest;
  /** Lets go of all connections: whoever stops the last question asks no other. */
  readonly leave: () => void;
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
}

async function exchange({ open, leave, body, signal }: Question, limits: SendLimits): Promise<Sent> {
  if (signal.aborted) return { kind: 'unanswered', why: 'stopped', code: 'MC_STOPPED' };
  const request = open();
  const end = { isLate: false };
  const giveUp = (): void => {
    end.isLate = true;
    request.destroy(coded('ETIMEDOUT'));
  };
  const stop = (): void => {
    request.destroy(coded('MC_STOPPED'));
    leave();
  };
  const timer = setTimeout(giveUp, limits.totalMs);
  request.setTimeout(limits.idleMs, giveUp);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const message = await firstAnswer(request, body);
    return toSent(message, await readBody(message, limits));
  } catch (error) {
    request.destroy();
    if (isAborted(signal)) return unanswered('MC_STOPPED');
    // In the middle of a body the reason is lost, and it would look like a broken connection.
    return unanswered(end.isLate ? 'ETIMEDOUT' : errorCode(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function firstAnswer(request: http.ClientRequest, body: Buffer | null): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays for the whole exchange: an error after the headers also comes out at the body, but an error event
    // without a listener would end the process.
    request.on('error', reject);
    request.once('upgrade', () => reject(coded('MC_ODD')));
    request.end(body ?? undefined);
  });
}

async function readBody(message: http.IncomingMessage, limits: SendLimits): Promise<Buffer> {
  const encoding = (message.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['gzip', 'identity', ''].includes(encoding)) throw coded('MC_ODD');
  const sent = await bytesOf(message, limits.bodyBytes);
  if (!message.complete) throw coded('MC_CUT');
  const body = encoding === 'gzip' && sent.length > 0 ? inflated(message, sent, limits) : sent;
  if (body.length > PLAIN_BYTES && !isModest(body)) throw coded('MC_TOO_LARGE');
  return body;
}

/** At once and not as a stream: that is half the work, and a page inflates within milliseconds. */
function inflated(message: http.IncomingMessage, sent: Buffer, { bodyBytes }: SendLimits): Buffer {
  try {
    return gunzipSync(sent, { chunkSize: INFLATED_CHUNK_BYTES, maxOutputLength: bodyBytes });
  } catch (error) {
    if (isOnlyCalledGzip(message, error)) return Buffer.alloc(0);
    throw error;
  }
}

/** About what a full page has. Whatever JSON holds, so much of it fits into memory. */
const PLAIN_BYTES = 2 * 1024 * 1024;

/** Fifteen times what the largest page has. */
const MOST_VALUES = 1_000_000;

/** Brackets and commas cost two bytes on the wire and a hundred in memory: a body that is full of them is not for us. */
function isModest(body: Buffer): boolean {
  let values = 0;
  for (const byte of body) if (byte === OPEN_ARRAY || byte === OPEN_OBJECT || byte === COMMA) values += 1;
  return values <= MOST_VALUES;
}

const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

const INFLATED_CHUNK_BYTES = 256 * 1024;

async function bytesOf(message: http.IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > most) throw coded('MC_TOO_LARGE');
      chunks.push(chunk);
    }
  };
  try {
    await pipeline(message, collect);
  } catch (error) {
    // The pipeline may report the stream that it tore down in place of the reason.
    throw size > most ? coded('MC_TOO_LARGE') : error;
  }
  return Buffer.concat(chunks, size);
}

/** Exchange may call a refusal gzip that is NUL bytes: its status says all, and asking again would bring the same. */
function isOnlyCalledGzip(message: http.IncomingMessage, error: unknown): boolean {
  return (message.statusCode ?? 0) >= 400 && errorCode(error) === 'Z_DATA_ERROR';
}

function toSent(message: http.IncomingMessage, body: Buffer): Sent {
  const status = message.statusCode ?? 0;
  if (status < 200 || status > 599) return unanswered('MC_ODD');
  const text = textOf(body);
  if (isEndless(message) && !isWhole(message, text)) return unanswered('MC_CUT');
  return { kind: 'answered', response: { status, headers: keptHeaders(message), body: text } };
}

/** Without the byte order mark that some gateways put before JSON. */
function textOf(body: Buffer): string {
  const hasMark = body.length >= 3 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return body.toString('utf8', hasMark ? 3 : 0);
}

/** Without length and chunks the body ends when the connection does, so a cut looks like an end. */
function isEndless(message: http.IncomingMessage): boolean {
  return (
    message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined
  );
}

/** Then only the grammar of the body itself can tell. */
function isWhole(message: http.IncomingMessage, body: string): boolean {
  if (message.statusCode !== 200) return true;
  try {
    JSON.parse(body);
    return true;
  } catch {
    return !(message.headers['content-type'] ?? '').includes('json');
  }
}

const KEPT_HEADERS = ['content-type', 'date', 'retry-after', 'request-id', 'location'] as const;

/** Copied, so that an answer that is kept keeps no connection. */
function keptHeaders(message: http.IncomingMessage): Received['headers'] {
  const kept = new Map<string, string>();
  for (const name of KEPT_HEADERS) {
    const value = message.headers[name];
    if (typeof value === 'string') kept.set(name, value);
  }
  return { get: (name) => kept.get(name) ?? null };
}

const WHY_BY_CODE: ReadonlyMap<string, Unanswered> = new Map([
  ['MC_STOPPED', 'stopped'],
  ['MC_TOO_LARGE', 'too-large'],
  ['ERR_BUFFER_TOO_LARGE', 'too-large'],
  ['HPE_HEADER_OVERFLOW', 'too-large'],
  ['MC_CUT', 'cut'],
  ['HPE_INVALID_EOF_STATE', 'cut'],
  ['Z_BUF_ERROR', 'cut'],
  ['Z_DATA_ERROR', 'cut'],
  ['MC_ODD', 'odd'],
]);

function unanswered(code: string): Sent {
  const why = WHY_BY_CODE.get(code) ?? (code.startsWith('HPE_') ? 'odd' : networkTrouble(code));
  return { kind: 'unanswered', why, code };
}
