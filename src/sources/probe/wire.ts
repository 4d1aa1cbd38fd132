/**
 * One connection to a mail server: connects, secures, writes a line, reads one reply. It holds the socket, the deadlines
 * and the way out; which word comes next is not its business.
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';

import type { Oddity, PhaseTrouble, TroubleReason } from '#mailflow/connector/probe/smtp-probe.js';

import { errorCode } from '../sign-in/network-trouble.js';
import type { ProbeClock } from './probe-clock.js';
import { createReplyReader, type WholeReply } from './reply-reader.js';

interface WireOptions {
  readonly address: string;
  readonly port: number;
  /** For SNI; null sends none. */
  readonly name: string | null;
  readonly clock: ProbeClock;
  /** For everything together. */
  readonly wholeMs: number;
  readonly signal: AbortSignal;
}

export type Done<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly trouble: PhaseTrouble };

export interface HeardReply extends WholeReply {
  readonly oddities: readonly Oddity['kind'][];
}

export interface Wire {
  readonly connect: (ms: number) => Promise<Done<null>>;
  readonly secure: (context: SecureContext, ms: number) => Promise<Done<TLSSocket>>;
  /** A line without its end; whoever calls has made sure that it is one. */
  readonly write: (line: string) => void;
  readonly readReply: (ms: number) => Promise<Done<HeardReply>>;
  /** What came after the last reply, unasked; null when nothing did. Waits one turn, since a second packet may be on its way in. */
  readonly unasked: () => Promise<Buffer | null>;
  /** Our own address on this connection. */
  readonly localAddress: () => string;
  readonly bytesRead: () => number;
  readonly destroy: () => void;
}

export function openWire({ address, port, name, clock, wholeMs, signal }: WireOptions): Wire {
  const startedMs = clock.monotonicMs();
  // The first is the connection itself; after the handshake the second one, inside it, is spoken with.
  const sockets: Socket[] = [];
  let lastError = '';

  const keep = <One extends Socket>(socket: One): One => {
    sockets.push(socket);
    // Stays for good: an error event without a listener would end the process.
    socket.on('error', (error) => {
      lastError = errorCode(error);
    });
    return socket;
  };
  const current = (): Socket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('nothing is connected yet');
    return socket;
  };

  /** Whatever comes first: what is waited for, the end of the connection, of the time, or of the patience. */
  function settle<Value>(ms: number, wait: Wait<Value>): Promise<Done<Value>> {
    return new Promise((resolve) => {
      const leave: (() => void)[] = [];
      let isOver = false;
      const finish = (result: Done<Value>): void => {
        if (isOver) return;
        isOver = true;
        for (const go of leave) go();
        resolve(result);
      };
      const fail: Fail = (reason, text = '', pendingBytes = 0) =>
        finish({ ok: false, trouble: { reason, text, pendingBytes } });
      const stop = (): void => fail('stopped');
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener('abort', stop, { once: true });
      leave.push(() => signal.removeEventListener('abort', stop));
      const leftMs = wholeMs - (clock.monotonicMs() - startedMs);
      const waiting = wait({ succeed: (value) => finish({ ok: true, value }), fail });
      leave.push(waiting.leave);
      leave.push(clock.startTimer(Math.min(ms, leftMs), waiting.onTimeUp));
    });
  }

  return {
    connect: (ms) =>
      settle(ms, ({ succeed, fail }) => {
        // An address and no name: Node looks nothing up.
        const socket = keep(connect({ host: address, port, noDelay: true }));
        const onError = (error: unknown): void => fail(connectReason(errorCode(error)), errorCode(error));
        const onConnect = (): void => {
          socket.pause();
          succeed(null);
        };
        socket.once('connect', onConnect);
        socket.once('error', onError);
        return {
          onTimeUp: () => fail('timeout'),
          leave: () => {
            socket.off('connect', onConnect);
            socket.off('error', onError);
          },
        };
      }),

    secure: (context, ms) =>
      settle(ms, ({ succeed, fail }) => {
        const servername = name === null ? {} : { servername: name };
        const secured = keep(
          connectTls({
            socket: current(),
            secureContext: context,
            ...servername,
            // Looked at and reported, not enforced: a probe that hangs up could not say what it saw.
            rejectUnauthorized: false,
            checkServerIdentity: () => undefined,
          }),
        );
        const onError = (error: unknown): void => fail(handshakeReason(errorCode(error)), errorCode(error));
        const onClose = (): void => fail('closed', lastError);
        const onSecure = (): void => {
          secured.pause();
          succeed(secured);
        };
        secured.once('secureConnect', onSecure);
        secured.once('error', onError);
        secured.once('close', onClose);
        return {
          onTimeUp: () => fail('timeout'),
          leave: () => {
            secured.off('secureConnect', onSecure);
            secured.off('error', onError);
            secured.off('close', onClose);
          },
        };
      }),

    write: (line) => {
      const socket = current();
      if (!socket.destroyed && socket.writable) socket.write(`${line}\r\n`);
    },

    readReply: (ms) =>
      settle<HeardReply>(ms, ({ succeed, fail }) => {
        const socket = current();
        const reader = createReplyReader();
        const onData = (bytes: Buffer): void => {
          const result = reader.push(bytes);
          if (result.kind === 'whole') succeed({ ...result, oddities: reader.oddities() });
          if (result.kind === 'broken') fail(result.reason, result.text, reader.pendingBytes());
        };
        const onClose = (): void => fail('closed', lastError || reader.pendingText(), reader.pendingBytes());
        socket.on('data', onData);
        socket.once('end', onClose);
        socket.once('close', onClose);
        if (socket.destroyed || socket.readableEnded) onClose();
        else socket.resume();
        return {
          onTimeUp: () => fail('timeout', reader.pendingText(), reader.pendingBytes()),
          leave: () => {
            socket.pause();
            socket.off('data', onData);
            socket.off('end', onClose);
            socket.off('close', onClose);
          },
        };
      }),

    unasked: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      const socket = current();
      if (socket.readableLength === 0) return null;
      const bytes: unknown = socket.read();
      return Buffer.isBuffer(bytes) ? bytes : null;
    },

    localAddress: () => current().localAddress ?? '0.0.0.0',
    bytesRead: () => sockets[0]?.bytesRead ?? 0,
    destroy: () => {
      for (const socket of sockets.toReversed()) socket.destroy();
    },
  };
}

type Fail = (reason: TroubleReason, text?: string, pendingBytes?: number) => void;

type Wait<Value> = (end: { readonly succeed: (value: Value) => void; readonly fail: Fail }) => {
  readonly onTimeUp: () => void;
  readonly leave: () => void;
};

const REASON_BY_CODE: ReadonlyMap<string, TroubleReason> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ETIMEDOUT', 'timeout'],
  // No way leads out of here at all, or this machine has nothing left to connect with.
  ['ENETUNREACH', 'own-network'],
  ['ENETDOWN', 'own-network'],
  ['EADDRNOTAVAIL', 'own-network'],
  ['EAFNOSUPPORT', 'own-network'],
  ['EMFILE', 'own-network'],
  ['ENFILE', 'own-network'],
  ['ENOBUFS', 'own-network'],
  ['EACCES', 'own-network'],
  ['EPERM', 'own-network'],
]);

function connectReason(code: string): TroubleReason {
  return REASON_BY_CODE.get(code) ?? 'unreachable';
}

function handshakeReason(code: string): TroubleReason {
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'closed' : 'tls-failed';
}
