/** Cells of our own tables. One that is not what was written there means that the file is damaged. */
import type { Row } from './database.js';
import { coded, troubleOf } from './trouble.js';

export function text(row: Row, name: string): string {
  const cell = row[name];
  if (typeof cell === 'string') return cell;
  throw damaged(name);
}

export function textOrNull(row: Row, name: string): string | null {
  return row[name] === null ? null : text(row, name);
}

export function number(row: Row, name: string): number {
  const cell = row[name];
  if (typeof cell === 'number') return cell;
  throw damaged(name);
}

/** An instant; no date lies beyond what JavaScript can hold. */
export function instant(row: Row, name: string): Date {
  const date = new Date(number(row, name));
  if (Number.isNaN(date.getTime())) throw damaged(name);
  return date;
}

const CORRUPT = 11;

/** Told as SQLite itself tells it, so that it is treated alike. */
export function damaged(name: string): Error {
  return coded(CORRUPT, new Error(`The kept value of ${name} is not what was written.`));
}

/** For a value that is no loss: null when it is not what was written. */
export function unlessDamaged<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (troubleOf(error) === 'damaged') return null;
    throw error;
  }
}

export function parsedJson(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw damaged(name);
  }
}
