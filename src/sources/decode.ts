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

type WireRecord = ReadonlyMap<string, unknown>;

/** The failure of a value that is not what the contract says. The value itself is left out: it may hold personal data. */
function misfit(place: Place, expected: string): Failure {
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

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** An ISO 8601 instant. Without an offset it is taken as UTC, and a leap second as the start of the next minute. */
export const instant: Decoder<Date> = (value, place) => {
  const match = typeof value === 'string' ? INSTANT.exec(value) : null;
  if (match === null) throw misfit(place, 'an instant in ISO 8601');
  const [, minute = '', second = '', fraction = '', offset = 'Z'] = match;
  const isLeap = second === '60';
  const parsed = Date.parse(`${minute}:${isLeap ? '59' : second}${isLeap ? '' : fraction}${offset}`);
  if (Number.isNaN(parsed)) throw misfit(place, 'an instant that exists');
  return new Date(isLeap ? parsed + 1000 : parsed);
};

/** Null and absence are the same on these wires. */
export function orNull<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, place) => (value === null || value === undefined ? null : decoder(value, place));
}

export function list<T>(decoder: Decoder<T>): Decoder<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw misfit(place, 'a list');
    return value.map((item: unknown, index) =>
      decoder(item, { ...place, path: `${place.path}[${String(index)}]` }),
    );
  };
}

/** A map and not an object, so that no key from outside can reach a prototype. */
export const record: Decoder<WireRecord> = (value, place) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw misfit(place, 'an object');
  return new Map(Object.entries(value));
};

export function field<T>(from: WireRecord, name: string, decoder: Decoder<T>, place: Place): T {
  return decoder(from.get(name), { ...place, path: place.path === '' ? name : `${place.path}.${name}` });
}
