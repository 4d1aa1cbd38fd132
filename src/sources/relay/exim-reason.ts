/**
 * Why Exim keeps or gives up a delivery: `R=all T=smtp defer (-44) H=mx [192.0.2.1]: SMTP error from remote mail server
 * after RCPT TO:<…>: 451 4.3.2 …`. Its own words stand first and are told from the outside in.
 */
import { endOfAddress } from './envelope-address.js';
import { readHost } from './host-name.js';

export interface EximReason {
  /** Name of the host, or its address; null where Exim names none. */
  readonly nextHop: string | null;
  /** What the other side said; where it said nothing, what Exim says itself; null where it says nothing. */
  readonly reply: string | null;
  /** No try was made: it is not yet time for the next, or the host is known to be down. */
  readonly isWaiting: boolean;
}

/** What Exim adds where it is set to tell how long a delivery took. */
const TIME_TAKEN = / DT=[\d.wdhms]{1,20}$/;
const SERVER_SAID = /^SMTP error from remote mail(?: server|er) after /;
const WAITING = 'retry time not reached';
/** From behind the address: fields of one letter or more and `=`, then `: ` and the reason. */
export function parseEximReason(text: string): EximReason {
  const host = hostOf(text);
  const reason = text.slice(reasonAt(text, host.end)).replace(TIME_TAKEN, '');
  const { server, said } = spoken(reason);
  return {
    nextHop: host.name ?? server,
    reply: said === '' ? null : unescaped(said),
    isWaiting: reason.startsWith(WAITING),
  };
}

/** True of a final failure that is the end of the relay's patience. */
export function isEximExpiry(reply: string | null): boolean {
  return reply !== null && (EXPIRED.test(reply) || reply.endsWith(': retry timeout exceeded'));
}

const EXPIRED =
  /^(?:retry timeout exceeded|retry time not reached|all hosts (?:for '[^']{0,255}' )?have been failing for a long time)/;

interface Host {
  readonly name: string | null;
  /** Where the reason is looked for: behind the address of the host, for one of the sixth version holds colons. */
  readonly end: number;
}

/** `H=mx.contoso.example [192.0.2.1]:25`, `H=[192.0.2.1]`; the first, for what comes after may be the other side's. */
export function hostOf(text: string): Host {
  const at = text.startsWith('H=') ? 0 : text.indexOf(' H=') + 1;
  const colon = text.indexOf(': ');
  const isField = text.startsWith('H=', at) && (colon === -1 || at < colon);
  const open = isField ? text.indexOf('[', at) : -1;
  const close = open === -1 ? -1 : text.indexOf(']', open);
  if (close === -1) return { name: null, end: 0 };
  const name = text.slice(at + 2, open).trim();
  return { name: readHost(name) ?? readHost(text.slice(open + 1, close)), end: close };
}

function reasonAt(text: string, from: number): number {
  const colon = text.indexOf(': ', from);
  return colon === -1 ? text.length : colon + 2;
}

interface Spoken {
  readonly said: string;
  readonly server: string | null;
}

/** What the other side said, without the command to which it was the answer. */
function spoken(reason: string): Spoken {
  const lead = SERVER_SAID.exec(reason)?.[0].length;
  if (lead === undefined) return { said: reason, server: null };
  const bracket = reason.indexOf(':<', lead);
  const colon = reason.indexOf(': ', lead);
  const hasAddress = bracket !== -1 && (colon === -1 || bracket < colon);
  const commandEnd = hasAddress ? Math.max(lead, endOfAddress(reason, bracket + 2)) : lead;
  const said = reason.slice(reasonAt(reason, commandEnd));
  const old = OLD_HOST.exec(said);
  return old === null ? { said, server: null } : { said: said.slice(old[0].length), server: old[1] ?? null };
}

/** Where the host stood before 4.88. */
const OLD_HOST = /^host ([\w.:-]{1,255}) \[[\da-fA-F.:]{2,45}\](?::\d{1,5})?: /;

/** Exim writes a line break as `\n` and a backslash as two. */
function unescaped(text: string): string {
  return text.replace(/\\(\\|n)/g, (_, letter: string) => (letter === 'n' ? '\n' : '\\'));
}
