/**
 * Why Postfix keeps a message, in its own words around those of the other side: `host mx[192.0.2.1] said: 451 4.3.2 …
 * (in reply to RCPT TO command)`. Its words are told from the outside in, for what the other side said may imitate them.
 */

import { readHost } from './host-name.js';

export interface DelayReason {
  /** Name of the host, or its address; null where Postfix names none. */
  readonly nextHop: string | null;
  /** What the other side said; where it said nothing, what Postfix says itself. */
  readonly reply: string;
  /** As `RCPT TO` or `end of DATA`; null where the other side said nothing or said it when it was called. */
  readonly command: string | null;
}

/** What Postfix says before the reason that it had the last time. */
const LEADS = ['delivery temporarily suspended: ', 'Protocol error: ', 'SASL authentication failed; '];
const HOST_LEADS = [
  'host ',
  'server ',
  'connect to ',
  'lost connection with ',
  'conversation with ',
  'TLS is required, but was not offered by host ',
];
const SPEECH = [' said: ', ' refused to talk to me: ', ' server refused to talk to me: '];
const COMMAND_LEAD = ' (in reply to ';
const COMMAND_END = ' command)';
const LONGEST_COMMAND = 40;

export function parseDelayReason(reason: string): DelayReason {
  const own = withoutLeads(reason.trim());
  const lead = HOST_LEADS.find((words) => own.startsWith(words));
  if (lead === undefined) return { nextHop: null, reply: own, command: null };
  const hostEnd = endOfWord(own, lead.length);
  const nextHop = readHost(own.slice(lead.length, hostEnd));
  const speech = SPEECH.find((words) => own.startsWith(words, hostEnd));
  if (speech === undefined) return { nextHop, reply: own, command: null };
  const said = own.slice(hostEnd + speech.length);
  return { nextHop, ...parseSaid(said) };
}

function withoutLeads(reason: string): string {
  let own = reason;
  // Each can stand once: the text of the other side may begin with as many as it likes.
  for (const lead of LEADS) if (own.startsWith(lead)) own = own.slice(lead.length);
  return own;
}

function endOfWord(text: string, from: number): number {
  const end = text.indexOf(' ', from);
  return end === -1 ? text.length : end;
}

/** The command stands at the very end, behind everything that the other side said. */
function parseSaid(said: string): { readonly reply: string; readonly command: string | null } {
  const at = said.lastIndexOf(COMMAND_LEAD);
  const words = said.slice(at + COMMAND_LEAD.length);
  const isCommand = at !== -1 && words.endsWith(COMMAND_END) && words.length < LONGEST_COMMAND;
  if (!isCommand) return { reply: said, command: null };
  return { reply: said.slice(0, at), command: words.slice(0, -COMMAND_END.length) };
}
