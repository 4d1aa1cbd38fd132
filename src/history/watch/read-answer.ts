/** Pieces of an answer that was kept as JSON. One that is not as it was written, whoever changed it, is damaged. */
import { damaged, parsedJson } from '../driver/cells.js';

export const ANSWER = 'answer';

export function answerRecord(json: string): Readonly<Record<string, unknown>> {
  return record(parsedJson(json, ANSWER));
}

export function text(value: unknown): string {
  if (typeof value !== 'string') throw damaged(ANSWER);
  return value;
}

export function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw damaged(ANSWER);
  return value;
}

export function finite(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged(ANSWER);
  return value;
}

/** As `Date` writes it. */
export function instant(value: unknown): Date {
  const date = new Date(text(value));
  if (Number.isNaN(date.getTime())) throw damaged(ANSWER);
  return date;
}

/** Null as it was written; what is not there was not written by us. */
export function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

export function list<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw damaged(ANSWER);
  return value.map(read);
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw damaged(ANSWER);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
