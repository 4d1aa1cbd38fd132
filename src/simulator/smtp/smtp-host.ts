/** A mail server on this machine that plays a script. It takes no mail: what it is for is to be probed. */
import { createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tls from 'node:tls';

import { listening } from '../loopback.js';
import type { MailAuthority } from './mail-certificate.js';
import type { Say, SmtpScript } from './smtp-script.js';

export interface SeenLine {
  /** Without its line end. */
  readonly text: string;
  readonly isSecured: boolean;
}

export interface SmtpHost {
  readonly address: string;
  readonly port: number;
  /** All lines of all clients, in order. */
  readonly lines: readonly SeenLine[];
  /** Names asked for by SNI; null where none was. */
  readonly serverNames: readonly (string | null)[];
  readonly connections: () => number;
  readonly openConnections: () => number;
  /** Bytes that went out to clients, as far as the system took them. */
  readonly bytesSent: () => number;
  readonly close: () => Promise<void>;
}

/** Told whenever the server begins to play something, so that whoever waits knows that its client waits as well. */
type Told = (point: string) => void;

export async function startSmtpHost(
  script: SmtpScript,
  authority: MailAuthority,
  onPoint: Told = () => undefined,
): Promise<SmtpHost> {
  const lines: SeenLine[] = [];
  const serverNames: (string | null)[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  let bytesOfClosed = 0;
  const { certificatePem, privateKeyPem } = authority.issue(
    script.name,
    script.certificate,
    script.otherNames,
  );
  const secureOptions: tls.TLSSocketOptions = {
    isServer: true,
    secureContext: tls.createSecureContext({
      cert: certificatePem,
      key: privateKeyPem,
      minVersion: 'TLSv1',
      maxVersion: script.newestTls,
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    SNICallback: (name, done) => {
      serverNames.push(name);
      done(null);
    },
  };

  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      bytesOfClosed += socket.bytesWritten;
    });
    const visit = { script, secureOptions, onPoint, see: (line: SeenLine) => void lines.push(line) };
    if (script.tls === 'implicit') welcome(secured(socket, visit), visit, true);
    else welcome(socket, visit, false);
  });
  const [address = '', port = ''] = (await listening(server)).split(':');
  return {
    address,
    port: Number(port),
    lines,
    serverNames,
    connections: () => connections,
    openConnections: () => open.size,
    bytesSent: () => bytesOfClosed + [...open].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    close: () => closed(server, open),
  };
}

interface Visit {
  readonly script: SmtpScript;
  readonly secureOptions: tls.TLSSocketOptions;
  readonly onPoint: Told;
  readonly see: (line: SeenLine) => void;
}

function secured(socket: Duplex, { secureOptions }: Visit): Socket {
  const inner = new tls.TLSSocket(socket, secureOptions);
  inner.on('error', () => undefined);
  return inner;
}

function welcome(socket: Socket, visit: Visit, isSecured: boolean): void {
  visit.onPoint('greeting');
  void play(socket, visit.script.greeting);
  attend(socket, visit, isSecured);
}

/** Reads commands line by line; what a client sends ahead of its turn is taken all the same. */
function attend(socket: Socket, visit: Visit, isSecured: boolean): void {
  let open = '';
  const onData = (bytes: Buffer): void => {
    open += bytes.toString('latin1');
    for (let end = open.indexOf('\n'); end !== -1; end = open.indexOf('\n')) {
      const text = open.slice(0, end).replace(/\r$/, '');
      open = open.slice(end + 1);
      visit.see({ text, isSecured });
      const verb = text.split(' ', 1)[0]?.toUpperCase() ?? '';
      if (verb === 'STARTTLS' && !isSecured) {
        socket.off('data', onData);
        socket.pause();
        startTls(socket, visit);
        return;
      }
      visit.onPoint(verb);
      void play(socket, answerTo(verb, text, visit.script, isSecured));
    }
  };
  socket.on('data', onData);
}

function answerTo(verb: string, line: string, script: SmtpScript, isSecured: boolean): Say {
  switch (verb) {
    case 'EHLO':
      return (isSecured ? script.secondEhlo : script.ehlo) ?? ehloReply(script, isSecured);
    case 'MAIL':
      return script.mail;
    case 'RCPT':
      return script.rcptByAddress[/<([^>]*)>/.exec(line)?.[1] ?? ''] ?? script.rcpt;
    case 'QUIT':
      return script.quit;
    default:
      return '502 5.5.1 Command not implemented';
  }
}

function ehloReply({ name, keywords, tls: manner }: SmtpScript, isSecured: boolean): string {
  const mask = manner === 'masked' ? ['XXXXXXXA'] : ['STARTTLS'];
  const offer = isSecured || manner === 'absent' ? [] : mask;
  const all = [`${name} greets you`, ...keywords, ...offer];
  return all.map((line, index) => `250${index === all.length - 1 ? ' ' : '-'}${line}`).join('\n');
}

function startTls(socket: Socket, visit: Visit): void {
  const { script, onPoint } = visit;
  onPoint('STARTTLS');
  if (script.starttls !== null) {
    void play(socket, script.starttls);
    attend(socket, visit, false);
    socket.resume();
    return;
  }
  const injected = script.tls === 'injected' ? '250 injected.example\r\n' : '';
  socket.write(`220 2.0.0 Ready to start TLS\r\n${injected}`);
  if (script.tls === 'broken' || script.tls === 'injected-later') {
    // The client's first bytes of the handshake are there: whatever comes back now is in the middle of it.
    socket.once('data', () => socket.write('250 injected.example\r\n'.repeat(20)));
    socket.resume();
    return;
  }
  if (script.tls === 'injected-apart') {
    socket.setNoDelay();
    setImmediate(() => {
      socket.write(STRAY);
      attend(secured(socket, visit), visit, true);
    });
    return;
  }
  attend(secured(script.tls === 'injected-within' ? withStrayByte(socket) : socket, visit), visit, true);
}

const STRAY = '2';
/** Within the first message of the server. */
const STRAY_AT = 60;

/** The same connection, in which somebody on the way has put one byte more into what the server says first. */
function withStrayByte(socket: Socket): Duplex {
  let isFirst = true;
  const tampered = new Duplex({
    read: () => void socket.resume(),
    write: (bytes: Buffer, _encoding, done) => {
      const parts = [bytes.subarray(0, STRAY_AT), Buffer.from(STRAY), bytes.subarray(STRAY_AT)];
      socket.write(isFirst ? Buffer.concat(parts) : bytes, () => done());
      isFirst = false;
    },
    final: (done) => {
      socket.end();
      done();
    },
  });
  socket.on('data', (bytes: Buffer) => tampered.push(bytes));
  socket.on('end', () => tampered.push(null));
  return tampered;
}

async function play(socket: Socket, say: Say): Promise<void> {
  if (typeof say === 'string') socket.write(onWire(say));
  else if ('bytes' in say) socket.write(say.bytes);
  else if ('last' in say) socket.end(onWire(say.last));
  else if ('drop' in say) dropped(socket, say.drop);
  else if ('drip' in say) await drip(socket, say.drip, say.everyMs);
  else if ('endless' in say) await pour(socket, say.endless);
}

function onWire(reply: string): string {
  return `${reply.replaceAll('\n', '\r\n')}\r\n`;
}

function dropped(socket: Socket, how: 'end' | 'reset'): void {
  if (how === 'end') socket.end();
  else socket.resetAndDestroy();
}

async function drip(socket: Socket, text: string, everyMs: number): Promise<void> {
  for (const character of text) {
    if (socket.destroyed) return;
    socket.write(character);
    await sleep(everyMs);
  }
}

async function pour(socket: Socket, text: string): Promise<void> {
  const piece = Buffer.from(text.repeat(Math.ceil(16_384 / text.length)));
  while (!socket.destroyed) {
    if (!socket.write(piece)) await Promise.race([happened(socket, 'drain'), happened(socket, 'close')]);
  }
}

function happened(socket: Socket, event: 'drain' | 'close'): Promise<void> {
  return new Promise((resolve) => socket.once(event, () => resolve()));
}

async function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
