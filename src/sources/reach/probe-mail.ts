import { connect, type LookupFunction, type Socket } from 'node:net';

import type { ReachOutcome } from '#mailflow/reach/reach-source.js';

import { errorCode } from '../sign-in/network-trouble.js';
import { attempt, type Bounds } from './attempt.js';
import { followSteps, startsWithName } from './follow-steps.js';

export interface MailServer {
  readonly host: string;
  readonly port: number;
}

/** RFC 5321 allows 512 octets for a reply line; a server that says more than this is not heard out. */
const GREETING_BYTES = 2048;

/** For its goodbye. */
const PARTING_MS = 1000;

/** One address after the other: each gets so long before the next one is tried. */
const ADDRESS_MS = 1000;

const LINE_FEED = 0x0a;

/** Reads the first line that a mail server says, says QUIT and leaves. Never says who we are, and sends no mail. */
export function probeMail(
  { host, port }: MailServer,
  lookup: LookupFunction | undefined,
  bounds: Bounds,
): Promise<ReachOutcome> {
  return attempt(startsWithName(host) ? 'resolve' : 'connect', bounds, (progress) => {
    const socket = connect({
      host,
      port,
      autoSelectFamilyAttemptTimeout: ADDRESS_MS,
      ...(lookup === undefined ? {} : { lookup }),
    });
    let heard = Buffer.alloc(0);
    let isGreeted = false;
    followSteps(socket, progress, 'first-byte');
    socket.on('data', (bytes: Buffer) => {
      if (isGreeted) return;
      heard = Buffer.concat([heard, bytes.subarray(0, GREETING_BYTES)]);
      progress.answered(firstLine(heard));
      if (heard.includes(LINE_FEED) || heard.length >= GREETING_BYTES) {
        isGreeted = true;
        progress.reached(firstLine(heard));
      }
    });
    socket.on('error', (error) => progress.failed(errorCode(error)));
    socket.on('close', () => progress.failed('ECONNRESET'));
    return () => (isGreeted ? part(socket, heard) : socket.destroy());
  });
}

function firstLine(heard: Buffer): string {
  const [line = ''] = heard.subarray(0, GREETING_BYTES).toString('utf8').split(/\r?\n/, 1);
  return line;
}

/** Not in the middle of a greeting of several lines: what is said then counts as an abuse. */
function part(socket: Socket, heard: Buffer): void {
  const isWhole = /^\d{3}(?: [^\n]*)?\r?\n/.test(heard.toString('latin1'));
  const timer = setTimeout(() => socket.destroy(), PARTING_MS);
  timer.unref();
  socket.unref();
  socket.once('close', () => clearTimeout(timer));
  if (isWhole) socket.end('QUIT\r\n');
  else socket.destroy();
}
