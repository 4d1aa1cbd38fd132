/** A server that takes mail from outside, as far as its greeting: it never takes a message. */
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';

import type { EdgeRefusal } from './edge.js';
import { refusalAt } from './edge.js';

interface MailHostRules {
  readonly refusals: readonly EdgeRefusal[];
  readonly clock: () => Date;
  /** `silent`: connections are taken, and nothing is said. */
  readonly manner: 'speaks' | 'silent';
  readonly idleSeconds: number;
  /** Told of the first line of each connection. */
  readonly onGreeting: (greeting: string) => void;
}

export interface MailHost {
  readonly server: Server;
  readonly close: () => Promise<void>;
}

const NAME = 'inbound.mail.contoso.example';
const LONGEST_LINE = 1_000;

export function mailHost(rules: MailHostRules): MailHost {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away early is its own affair.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(rules.idleSeconds * 1000, () => socket.end());
    if (rules.manner === 'speaks') greet(socket, rules);
  });
  return { server, close: () => closed(server, sockets) };
}

function greet(socket: Socket, { refusals, clock, onGreeting }: MailHostRules): void {
  const now = clock();
  const refusal = refusalAt(refusals, now);
  const greeting = refusal ?? `220 ${NAME} Microsoft ESMTP MAIL Service ready at ${mailDate(now)}`;
  onGreeting(greeting);
  if (refusal === null) {
    socket.write(`${greeting}\r\n`);
    converse(socket);
  } else {
    socket.end(`${greeting}\r\n`);
  }
}

function converse(socket: Socket): void {
  let rest = '';
  socket.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\r\n');
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) {
      const [verb = ''] = line.toUpperCase().split(' ');
      if (verb === 'QUIT') socket.end('221 2.0.0 Service closing transmission channel\r\n');
      else if (socket.writable) socket.write(`${replyTo(verb)}\r\n`);
    }
  });
}

function replyTo(verb: string): string {
  if (verb === 'EHLO' || verb === 'HELO') return `250 ${NAME} Hello`;
  return verb === 'NOOP' ? '250 2.0.0 OK' : '502 5.3.3 Command not implemented';
}

/** RFC 5322, section 3.3. */
function mailDate(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000');
}

async function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
