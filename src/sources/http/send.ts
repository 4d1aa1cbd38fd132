import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';
import { createGunzip } from 'node:zlib';

import { errorCode, type NetworkTrouble, networkTrouble } from '../sign-in/network-trouble.js';
import { isAborted } from '../sign-in/stopped.js';
import type { Call } from './exchange.js';
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
  | { readonly kind: 'answered'; readonly response: Response }
  | { readonly kind: 'unanswered'; readonly why: Unanswered; readonly code: string };

/** `cut`: the body ended too early. `odd`: not what HTTP or this client allows. */
export type Unanswered = NetworkTrouble | 'stopped' | 'cut' | 'too-large' | 'odd';

export type Send = (call: Call) => Promise<Sent>;

/**
 * Sends one question over node:http(s) and reads the whole answer. Not the global `fetch`: that one takes a cut body for
 * whole. Follows no redirect, inflates gzip only, and sends the path as it stands.
 */
export function openSend(own: ServiceOrigin, caPem: string | null, limits: SendLimits = SEND_LIMITS): Send {
  const url = new URL(own.origin);
  const base: https.RequestOptions = {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    agent: own.isSecure ? secureAgent(caPem) : new http.Agent({ keepAlive: true }),
    maxHeaderSize: limits.headerBytes,
  };
  const request = own.isSecure ? https.request : http.request;
  return (call) => {
    const { path, signal } = call;
    const { method, headers, body } = written(call);
    const open = (): http.ClientRequest => request({ ...base, method, path, headers });
    return exchange({ open, body, signal }, limits);
  };
}

function secureAgent(caPem: string | null): https.Agent {
  const trust = caPem === null ? {} : { ca: [...rootCertificates, caPem] };
  return new https.Agent({ keepAlive: true, rejectUnauthorized: true, ...trust });
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
  readonly body: Buffer | null;
  readonly signal: AbortSignal;
}

async function exchange({ open, body, signal }: Question, limits: SendLimits): Promise<Sent> {
  if (signal.aborted) return { kind: 'unanswered', why: 'stopped', code: 'MC_STOPPED' };
  const request = open();
  const giveUp = (): void => void request.destroy(coded('ETIMEDOUT'));
  const stop = (): void => void request.destroy(coded('MC_STOPPED'));
  const timer = setTimeout(giveUp, limits.totalMs);
  request.setTimeout(limits.idleMs, giveUp);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const message = await firstAnswer(request, body);
    return toSent(message, await readBody(message, limits));
  } catch (error) {
    request.destroy();
    return unanswered(isAborted(signal) ? 'MC_STOPPED' : errorCode(error));
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
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limits.bodyBytes) throw coded('MC_TOO_LARGE');
      chunks.push(chunk);
    }
  };
  try {
    if (encoding === 'gzip') await pipeline(message, createGunzip(), collect);
    else await pipeline(message, collect);
  } catch (error) {
    // The pipeline may report the stream that it tore down in place of the reason.
    throw size > limits.bodyBytes ? coded('MC_TOO_LARGE') : error;
  }
  if (!message.complete) throw coded('MC_CUT');
  return Buffer.concat(chunks);
}

function toSent(message: http.IncomingMessage, body: Buffer): Sent {
  const status = message.statusCode ?? 0;
  // A Response can be made of these only; nothing else is an answer of the service anyway.
  if (status < 200 || status > 599) return unanswered('MC_ODD');
  if (isEndless(message) && !isWhole(message, body)) return unanswered('MC_CUT');
  const hasNoBody = [204, 205, 304].includes(status);
  return {
    kind: 'answered',
    response: new Response(hasNoBody ? null : body, { status, headers: keptHeaders(message) }),
  };
}

/** Without length and chunks the body ends when the connection does, so a cut looks like an end. */
function isEndless(message: http.IncomingMessage): boolean {
  return (
    message.headers['content-length'] === undefined && message.headers['transfer-encoding'] === undefined
  );
}

/** Then only the grammar of the body itself can tell. */
function isWhole(message: http.IncomingMessage, body: Buffer): boolean {
  if (message.statusCode !== 200) return true;
  try {
    JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return !(message.headers['content-type'] ?? '').includes('json');
  }
}

const KEPT_HEADERS = ['content-type', 'date', 'retry-after', 'request-id', 'location'] as const;

function keptHeaders(message: http.IncomingMessage): Headers {
  const kept = new Headers();
  for (const name of KEPT_HEADERS) {
    const value = message.headers[name];
    if (typeof value === 'string') kept.set(name, value);
  }
  return kept;
}

const WHY_BY_CODE: ReadonlyMap<string, Unanswered> = new Map([
  ['MC_STOPPED', 'stopped'],
  ['MC_TOO_LARGE', 'too-large'],
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
