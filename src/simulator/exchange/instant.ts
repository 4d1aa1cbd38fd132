/**
 * Instants as the admin endpoint writes them: seven digits behind the second. In one spelling (UTC, ending in `Z`) they
 * are in the order of time as texts are, so texts are what the rows are sorted and cut by.
 */
import { createHash } from 'node:crypto';

import type { SimulatedDelivery } from '../population/delivery.js';

/** When the message was received, to the tenth of a microsecond: the same for all of its recipients. */
export function receivedText({ receivedAt, id }: Pick<SimulatedDelivery, 'receivedAt' | 'id'>): string {
  const below = createHash('sha256').update(id).digest().readUInt16BE(0) % 10_000;
  return sevenDigits(receivedAt, String(below).padStart(4, '0'));
}

export function sevenDigits(instant: Date, below = '0000'): string {
  return `${instant.toISOString().slice(0, 23)}${below}Z`;
}

const GIVEN = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?$/u;

/** The one spelling of a given instant, or null when it is none. Without an offset it is UTC. */
export function readInstant(given: string): string | null {
  const match = GIVEN.exec(given);
  if (match === null) return null;
  const [, seconds = '', fraction = '', offset = 'Z'] = match;
  const digits = fraction.padEnd(7, '0');
  const parsed = new Date(`${seconds}.${digits.slice(0, 3)}${offset}`);
  return Number.isNaN(parsed.getTime()) ? null : sevenDigits(parsed, digits.slice(3));
}

/** As a `Date`, for rules that count in days. */
export function dateOf(text: string): Date {
  return new Date(`${text.slice(0, 23)}Z`);
}

export type DateStyle = 'zone' | 'offset' | 'bare' | 'mixed';

/** One instant as the service happens to write it; `index` is the row's place in its answer. */
export function styled(text: string, style: DateStyle, index: number): string {
  const bare = text.slice(0, -1);
  switch (style) {
    case 'zone':
      return text;
    case 'offset':
      return `${bare}+00:00`;
    case 'bare':
      return bare;
    case 'mixed':
      return [text, `${bare}+00:00`, bare][index % 3] ?? text;
  }
}
