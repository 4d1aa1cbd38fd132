/** The cursor of a nextLink: opaque to the client, embeds the next starting recipient, and ages. */
import { createHmac } from 'node:crypto';

import type { ListPosition } from '../population/delivery.js';

interface SkipToken {
  readonly issuedAt: Date;
  /** The window of the first page, kept so that a default window does not slide. */
  readonly from: Date;
  readonly to: Date;
  /** The last row of the page before. */
  readonly after: ListPosition;
}

export function writeSkipToken(token: SkipToken, key: string): string {
  const times = [token.issuedAt, token.from, token.to, token.after.receivedAt].map((time) => time.getTime());
  const body = Buffer.from(JSON.stringify([token.after.recipient, token.after.id, ...times])).toString(
    'base64url',
  );
  return `${body}.${sealOf(body, key)}`;
}

/** Null for a token that was not written with this key. */
export function readSkipToken(text: string, key: string): SkipToken | null {
  const [body = '', seal = ''] = text.split('.');
  if (seal !== sealOf(body, key)) return null;
  const parts: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
  if (!Array.isArray(parts)) return null;
  const [recipient, id, ...times] = parts.map(String);
  const [issuedAt, from, to, receivedAt] = times.map((time) => new Date(Number(time)));
  if (recipient === undefined || id === undefined) return null;
  if (issuedAt === undefined || from === undefined || to === undefined || receivedAt === undefined)
    return null;
  return { issuedAt, from, to, after: { receivedAt, id, recipient } };
}

function sealOf(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('base64url').slice(0, 16);
}
