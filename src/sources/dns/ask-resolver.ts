/** One question to one resolver: over UDP, again when nobody answers, and over TCP when the answer is too long for that. */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

import type { DecodedPacket } from 'dns-packet';

import type { UnansweredReason } from '#mailflow/connector/dns/mail-dns.js';

import { errorCode } from '../sign-in/network-trouble.js';
import type { DnsClock } from './dns-clock.js';
import {
  type DnsQuestion,
  type QuestionStyle,
  readMessage,
  writeQuestion,
  type WrittenQuestion,
} from './message.js';
import type { Resolver } from './resolver.js';

export interface Asking {
  readonly resolver: Resolver;
  readonly clock: DnsClock;
  readonly signal: AbortSignal;
}

export type Reply =
  | { readonly kind: 'message'; readonly message: DecodedPacket }
  | { readonly kind: 'unanswered'; readonly reason: UnansweredReason; readonly text: string };

/** A datagram may get lost: it is sent again. */
export const UDP_TRIES = 2;
export const UDP_MS = 2000;
export const TCP_MS = 4000;

/** Words for "I do not know EDNS" of resolvers that are older than it. */
const NO_EDNS: readonly string[] = ['FORMERR', 'NOTIMP'];

/** Never rejects. */
export async function askResolver(
  question: DnsQuestion,
  asking: Asking,
  { unchecked = false }: Partial<Pick<QuestionStyle, 'unchecked'>> = {},
): Promise<Reply> {
  const reply = await ask(question, asking, { extended: true, unchecked });
  if (reply.kind === 'message' && NO_EDNS.includes(rcodeOf(reply.message)))
    return ask(question, asking, { extended: false, unchecked });
  return reply;
}

export function rcodeOf(message: DecodedPacket): string {
  // Not in the types of the package, which knows it all the same.
  return 'rcode' in message && typeof message.rcode === 'string' ? message.rcode : 'UNKNOWN';
}

async function ask(question: DnsQuestion, asking: Asking, style: QuestionStyle): Promise<Reply> {
  let came = await exchange(question, asking, { style, ms: UDP_MS, open: openUdp });
  for (let tries = 1; tries < UDP_TRIES && isSilence(came); tries += 1)
    came = await exchange(question, asking, { style, ms: UDP_MS, open: openUdp });
  if (came.kind === 'truncated')
    came = await exchange(question, asking, { style, ms: TCP_MS, open: openTcp });
  return came.kind === 'truncated' ? unanswered('odd-answer', 'truncated over TCP') : came;
}

function isSilence(came: Came): boolean {
  return came.kind === 'unanswered' && came.reason === 'timeout';
}

type Came = Reply | { readonly kind: 'truncated' };

interface Road {
  readonly style: QuestionStyle;
  readonly ms: number;
  readonly open: (written: WrittenQuestion, resolver: Resolver, events: Events) => () => void;
}

interface Events {
  readonly onBytes: (bytes: Buffer) => void;
  readonly onEnd: (reason: UnansweredReason, text: string) => void;
}

function exchange(
  question: DnsQuestion,
  { resolver, clock, signal }: Asking,
  { style, ms, open }: Road,
): Promise<Came> {
  if (signal.aborted) return Promise.resolve(unanswered('stopped'));
  return new Promise((resolve) => {
    const written = writeQuestion(question, style);
    const leave: (() => void)[] = [];
    const settle = (came: Came): void => {
      for (const go of leave.splice(0)) go();
      resolve(came);
    };
    const stop = (): void => settle(unanswered('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    leave.push(() => signal.removeEventListener('abort', stop));
    leave.push(clock.startTimer(ms, () => settle(unanswered('timeout'))));
    leave.push(
      open(written, resolver, {
        onBytes: (bytes) => {
          const read = readMessage(bytes, question, written.id);
          // Whoever guesses at the answer must not be able to end the waiting for the true one.
          if (read.kind === 'foreign') return;
          settle(read.kind === 'odd' ? unanswered('odd-answer') : read);
        },
        onEnd: (reason, text) => settle(unanswered(reason, text)),
      }),
    );
  });
}

function unanswered(reason: UnansweredReason, text = '') {
  return { kind: 'unanswered', reason, text } as const;
}

const openUdp: Road['open'] = ({ bytes }, { address, port }, { onBytes, onEnd }) => {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    socket.close();
  };
  socket.on('message', onBytes);
  socket.on('error', (error) => onEnd('no-name-server', errorCode(error)));
  // Connected, so that the system lets no other sender's datagrams in, and tells when the port is shut.
  socket.connect(port, address, () => {
    if (isOpen) socket.send(bytes);
  });
  return close;
};

const openTcp: Road['open'] = ({ bytes }, { address, port }, { onBytes, onEnd }) => {
  const socket = connect({ host: address, port, noDelay: true });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(bytes.length);
  const heard: Buffer[] = [];
  let heardBytes = 0;
  socket.on('data', (piece: Buffer) => {
    heard.push(piece);
    heardBytes += piece.length;
    if (heardBytes < LENGTH_BYTES) return;
    const all = Buffer.concat(heard);
    const wanted = all.readUInt16BE(0);
    if (all.length < LENGTH_BYTES + wanted) {
      heard.splice(0, heard.length, all);
      return;
    }
    socket.pause();
    onBytes(all.subarray(LENGTH_BYTES, LENGTH_BYTES + wanted));
    // Here nobody else can have sent it.
    onEnd('odd-answer', '');
  });
  socket.on('error', (error) => onEnd('no-name-server', errorCode(error)));
  socket.on('close', () => onEnd('odd-answer', 'closed'));
  // Not ended: some servers take that for a goodbye.
  socket.write(Buffer.concat([length, bytes]));
  return () => socket.destroy();
};

const LENGTH_BYTES = 2;
