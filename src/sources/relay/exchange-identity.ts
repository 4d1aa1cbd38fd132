/** How Exchange Server names queues and the messages in them: `SERVER\queue` and `SERVER\queue\message`. */
import { copyText } from '#sources/rows/copied-text.js';

import { textIn } from './exchange-values.js';

/** As text, or as the object that it is in a shell on the server itself. Empty where there is none. */
export function queueIdentityIn(value: unknown): string {
  const text = textIn(value).trim();
  if (text !== '' || typeof value !== 'object' || value === null) return copyText(text);
  const members = new Map<string, unknown>(Object.entries(value));
  const server = textIn(members.get('Server'));
  const name = textIn(members.get('NextHopDomain')) || textIn(members.get('RowId'));
  return server === '' || name === '' ? '' : `${server}\\${name}`;
}

export function messageIdentityIn(value: unknown): string {
  const text = textIn(value).trim();
  if (text !== '' || typeof value !== 'object' || value === null) return copyText(text);
  const members = new Map<string, unknown>(Object.entries(value));
  const queue = queueIdentityIn(members.get('QueueIdentity'));
  const id = textIn(members.get('InternalId'));
  return queue === '' || id === '' ? '' : `${queue}\\${id}`;
}

/** The server's own number of a message, under which its tracking log has it too. */
export function idOf(messageIdentity: string): string {
  return messageIdentity.slice(messageIdentity.lastIndexOf('\\') + 1);
}

/** The queue of a message, from the message's own name. */
export function queueOf(messageIdentity: string): string {
  const end = messageIdentity.lastIndexOf('\\');
  return end === -1 ? '' : messageIdentity.slice(0, end);
}

/** Copies that a server keeps for another one, in case that one is lost: their mail waits there, not here. */
export function isShadow(queueIdentity: string): boolean {
  return /\\shadow(?:\\|$)/i.test(queueIdentity);
}

/** Mail that is thought to have crashed the server; it stays until a person lets it go. */
export function isPoison(queueIdentity: string): boolean {
  return /\\poison$/i.test(queueIdentity);
}

/** The destination, where the queue is named after it and not by a number. */
export function destinationOf(queueIdentity: string): string | null {
  const name = queueIdentity.slice(queueIdentity.lastIndexOf('\\') + 1);
  return name.includes('.') && /[a-z]/i.test(name) ? name : null;
}
