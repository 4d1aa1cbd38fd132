/**
 * Turns what came over a wire into a type, or into a `protocol` failure that names the place. Knows no
 * service: each adapter builds its own decoders from these.
 */
import { Failure } from '#failure.js';

/** Where a value stands: the name of the document, the path within it, the service's id of the request. */
export interface Place {
  /** Names the document in a sentence, as `the page of message trace`. */
  readonly document: string;
  /** As `value[3].status`; empty for the whole document. */
  readonly path: string;
  readonly requestId: string | null;
}

/** Gives the typed value or throws a `protocol` failure. */
export type Decoder<T> = (value: unknown, place: Place) => T;

/** To be read under names that stand in our own code. */
type WireRecord = Readonly<Record<string, unknown>>;

/** The place of a first try, of which nothing is told: to name the place of each value costs more than to read it. */
const ANYWHERE: Place = { document: '', path: '', requestId: null };

/** The failure of a value that is not what the contract says. The value itself is left out: it may hold personal data. */
export function misfit(place: Place, expected: string): Failure {
  const at = place.path === '' ? 'as a whole' : `at ${place.path}`;
  return new Failure('protocol', `In ${place.document}, ${expected} was expected ${at}.`, {
    remedy:
      'Check that nothing between here and the service rewrites answers; if not, its contract has changed: update mailcheck.',
    ...(place.requestId === null ? {} : { requestId: place.requestId }),
  });
}

export const text: Decoder<string> = (value, place) => {
  if (typeof value !== 'string') throw misfit(place, 'text');
  return value;
};

/** Text that names something, so it may not be empty. */
export const nonEmptyText: Decoder<string> = (value, place) => {
  if (typeof value !== 'string' || value === '') throw misfit(place, 'text that is not empty');
  return value;
};

export const finiteNumber: Decoder<number> = (value, place) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw misfit(place, 'a number');
  return value;
};

export const boolean: Decoder<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw misfit(place, 'true or false');
  return value;
};

/** The form that nearly all have, up to the 28th, which every month has: nothing is left to check then. */
const PLAIN = /^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** An ISO 8601 instant. Without an offset it is taken as UTC, and a leap second as the start of the next minute. */
export const instant: Decoder<Date> = (value, place) => {
  if (typeof value === 'string' && PLAIN.test(value)) return new Date(plainMs(value));
  const match = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (match === null) throw misfit(place, 'an instant in ISO 8601');
  const [, minute = '', second = '', fraction = '', offset = 'Z'] = match;
  const isLeap = second === '60';
  const parsed = Date.parse(`${minute}:${isLeap ? '59' : second}${isLeap ? '' : fraction}${offset}`);
  return existing(isLeap ? parsed + 1000 : parsed, place);
};

/** Twice as fast as Date.parse. */
function plainMs(text: string): number {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  return Date.UTC(year, month - 1, day, twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17));
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

const ZERO = 48;

function existing(ms: number, place: Place): Date {
  if (Number.isNaN(ms)) throw misfit(place, 'an instant that exists');
  return new Date(ms);
}

/** Gives the very value of the last time when the same text comes again. */
export function sameAgain<T>(decoder: Decoder<T>): Decoder<T> {
  let last: { readonly from: string; readonly value: T } | null = null;
  return (from, place) => {
    if (last !== null && last.from === from) return last.value;
    const value = decoder(from, place);
    if (typeof from === 'string') last = { from, value };
    return value;
  };
}

/** Null and absence are the same on these wires. */
export function orNull<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, place) => (value === null || value === undefined ? null : decoder(value, place));
}

export function list<T>(decoder: Decoder<T>): Decoder<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw misfit(place, 'a list');
    if (place === ANYWHERE) return value.map((item: unknown) => decoder(item, ANYWHERE));
    try {
      return value.map((item: unknown) => decoder(item, ANYWHERE));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // Once more and slowly, to say where it is.
      return value.map((item: unknown, index) =>
        decoder(item, { ...place, path: `${place.path}[${String(index)}]` }),
      );
    }
  };
}

export type Row<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** Names the place. */
  | { readonly kind: 'broken'; readonly failure: Failure };

/** Reads a list row by row: one that is not what the contract says does not take the others with it. */
export function rowByRow<T>(decoder: Decoder<T>): Decoder<readonly Row<T>[]> {
  return (value, place) =>
    list((item) => item)(value, place).map((item, index) =>
      rowOf(() => decoder(item, { ...place, path: `${place.path}[${String(index)}]` })),
    );
}

function rowOf<T>(read: () => T): Row<T> {
  try {
    return { kind: 'read', value: read() };
  } catch (failure) {
    if (failure instanceof Failure) return { kind: 'broken', failure };
    throw failure;
  }
}

/** Before this there was no service: year 1 and the like stand for "not known". */
const FIRST_YEAR = 1990;

/** An instant; null for absence and for the dates that mean it. */
export const knownInstant: Decoder<Date | null> = (value, place) => {
  const at = orNull(instant)(value, place);
  return at === null || at.getUTCFullYear() < FIRST_YEAR ? null : at;
};

export const record: Decoder<WireRecord> = (value, place) => {
  if (!isRecord(value)) throw misfit(place, 'an object');
  return value;
};

function isRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function field<T>(from: WireRecord, name: string, decoder: Decoder<T>, place: Place): T {
  // What the prototype has is not from the wire.
  return named(Object.hasOwn(from, name) ? from[name] : undefined, name, decoder, place);
}

/**
 * The same for a value that was read already. For rows that come by the million: a property whose name stands in the
 * code is read ten times faster than one whose name is handed in.
 */
export function named<T>(value: unknown, name: string, decoder: Decoder<T>, place: Place): T {
  if (place === ANYWHERE) return decoder(value, ANYWHERE);
  return decoder(value, { ...place, path: place.path === '' ? name : `${place.path}.${name}` });
}
