import type { Row, Value } from './database.js';

const NUL = /\0/g;

/**
 * What is handed to a driver. Drivers bind a whole number as a float, and one of them ends the process at a value of
 * a kind that it does not know.
 */
export function bound(values: readonly Value[]): (string | number | bigint | null | Uint8Array)[] {
  return values.map(boundValue);
}

function boundValue(value: unknown): string | number | bigint | null | Uint8Array {
  if (value === null || typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return value.byteLength === 0 ? noBytes() : value;
  if (typeof value === 'string') return value.replace(NUL, '\uFFFD');
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  throw new TypeError(`A ${typeof value} cannot be kept in a database.`);
}

/** No bytes of a place that holds one: no bytes of no place are taken for null by node:sqlite (22). */
function noBytes(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(1), 0, 0);
}

/** A cell as it came from a driver that reads every integer as a bigint. */
export function plainCell(cell: unknown): unknown {
  if (typeof cell === 'bigint') {
    const number = Number(cell);
    return Number.isSafeInteger(number) ? number : cell;
  }
  return cell instanceof ArrayBuffer || Buffer.isBuffer(cell) ? new Uint8Array(cell) : cell;
}

export function plainRow(names: readonly string[], cells: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  names.forEach((name, index) => {
    row[name] = plainCell(cells[index]);
  });
  return row;
}
