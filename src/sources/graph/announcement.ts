/** What the resources under /admin/serviceAnnouncement share: their dates, their texts, rows that cannot be read. */
import type { Failure } from '#failure.js';

import { boolean, type Decoder, field, orNull, type Place, record, type Row, text } from '../decode.js';

export const textOrNull = orNull(text);
export const booleanOrNull = orNull(boolean);

interface Body {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

/** `itemBody` of Graph. What does not say that it is plain text is read as HTML, which plain text survives. */
export const body: Decoder<Body> = (value, place) => {
  const given = orNull(record)(value, place) ?? {};
  const contentType = field(given, 'contentType', textOrNull, place) ?? '';
  return {
    contentType: contentType.toLowerCase() === 'text' ? 'text' : 'html',
    content: field(given, 'content', textOrNull, place) ?? '',
  };
};

/** A row, and which parts of it could not be read. */
export interface Read<T> {
  readonly value: T;
  readonly broken: readonly Failure[];
}

export function whole<T>(decoder: Decoder<T>): Decoder<Read<T>> {
  return (value, place: Place) => ({ value: decoder(value, place), broken: [] });
}

export function readOf<T>(rows: readonly Row<T>[]): readonly T[] {
  return rows.flatMap((row) => (row.kind === 'read' ? [row.value] : []));
}

export function brokenOf(rows: readonly Row<unknown>[]): readonly Failure[] {
  return rows.flatMap((row) => (row.kind === 'broken' ? [row.failure] : []));
}
