import { AsyncLocalStorage } from 'node:async_hooks';
import * as http from 'node:http';
import * as https from 'node:https';

import type { ManagedIdentityCredentialClientIdOptions } from '@azure/identity';

import type { Listening } from './listening.js';
import { errorCode, UNANSWERED, UNCONNECTED } from './network-trouble.js';

type HttpClient = NonNullable<ManagedIdentityCredentialClientIdOptions['httpClient']>;
type Answered = Awaited<ReturnType<HttpClient['sendRequest']>>;

const MOST_BYTES = 1024 * 1024;

/** With which App Service and Azure Arc let a program ask. */
const SECRET_HEADERS = ['x-identity-header', 'secret', 'authorization'];

interface Patience {
  readonly connectMs: number;
  /** From the beginning to the last byte. */
  readonly answerMs: number;
  /** Whoever makes the connections without TLS; each of its own when absent. */
  readonly plainAgent?: http.Agent;
}

/**
 * The library makes its client for this machine once in a process, and goes on with the first one: who listens now is
 * found by what is going on, not by who made it.
 */
const LISTENERS = new AsyncLocalStorage<Listening>();

/** Does the work with this listener to all that `localHttpClient` sends for it. */
export function heardBy<T>(listening: Listening, work: () => Promise<T>): Promise<T> {
  return LISTENERS.run(listening, work);
}

/**
 * Asks the identity service of this machine, which never lies behind a proxy. In place of the library's own client, which
 * shows us nothing of what it hears, and waits for minutes where no such service is.
 */
export function localHttpClient(patience: Patience): HttpClient {
  return {
    sendRequest: async (request) => {
      const listening = LISTENERS.getStore();
      const limit = AbortSignal.timeout(patience.answerMs);
      const signal = listening?.signal === undefined ? limit : AbortSignal.any([listening.signal, limit]);
      try {
        const answer = await ask(request, { ...patience, agent: listening?.agent ?? null, signal });
        listening?.hear({
          kind: 'answer',
          status: answer.status,
          body: answer.bodyAsText ?? '',
          retryAfter: answer.headers.get('retry-after') ?? null,
          date: answer.headers.get('date') ?? null,
          secrets: SECRET_HEADERS.flatMap((name) => request.headers.get(name) ?? []),
        });
        return answer;
      } catch (error) {
        listening?.hear({ kind: 'network', code: limit.aborted ? UNANSWERED : errorCode(error) });
        throw error;
      }
    },
  };
}

type Asked = Parameters<HttpClient['sendRequest']>[0];

interface Asking extends Patience {
  readonly agent: https.Agent | null;
  readonly signal: AbortSignal;
}

function ask(request: Asked, { agent, signal, connectMs, plainAgent }: Asking): Promise<Answered> {
  const url = new URL(request.url);
  const isSecure = url.protocol === 'https:';
  const { method } = request;
  const headers = request.headers.toJSON();
  const body = typeof request.body === 'string' ? request.body : undefined;
  return new Promise((resolve, reject) => {
    const sent = isSecure
      ? https.request(url, { method, headers, signal, ...(agent === null ? {} : { agent }) })
      : http.request(url, { method, headers, agent: plainAgent ?? false, signal });
    limitConnecting(sent, connectMs);
    sent.once('error', reject);
    sent.once('response', (response) => {
      readText(response).then((bodyAsText) => {
        resolve({
          request,
          status: response.statusCode ?? 0,
          headers: headersOf(response),
          bodyAsText,
        });
      }, reject);
    });
    sent.end(body);
  });
}

function limitConnecting(sent: http.ClientRequest, limitMs: number): void {
  const giveUp = (): void => void sent.destroy(Object.assign(new Error(UNCONNECTED), { code: UNCONNECTED }));
  const timer = setTimeout(giveUp, limitMs);
  const settle = (): void => clearTimeout(timer);
  sent.once('close', settle);
  sent.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', settle);
    else settle();
  });
}

async function readText(response: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of response) {
    size += bytes.length;
    if (size > MOST_BYTES) throw Object.assign(new Error('too large'), { code: 'MC_TOO_LARGE' });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In the shape that the library wants them. */
function headersOf(response: http.IncomingMessage): Answered['headers'] {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(response.headers))
    if (value !== undefined) values.set(name, Array.isArray(value) ? value.join(', ') : value);
  return {
    get: (name) => values.get(name.toLowerCase()),
    has: (name) => values.has(name.toLowerCase()),
    set: (name, value) => void values.set(name.toLowerCase(), String(value)),
    delete: (name) => void values.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(values),
    [Symbol.iterator]: () => values[Symbol.iterator](),
  };
}
