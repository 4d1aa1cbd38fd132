/** Cells as values: copied, cut to a bound, and null where the export wrote nothing or only the name of a type. */
import type { Direction } from '#mailflow/trace/delivery.js';
import { copyText } from '#sources/rows/copied-text.js';
import { MAX_CELL_LENGTH, type Row } from '#sources/rows/csv-rows.js';

/** PowerShell prints the type where a value is no scalar: `System.Object[]`, `System.Collections.Generic.List…`. */
const TYPE_NAME = /^System\.(?:Object|String|Collections)\b/;

/** Still a piece of the file's block: to be looked at, not kept. */
export function cellAt(row: Row, place: number): string {
  const cell = row[place] ?? '';
  if (cell.length > MAX_CELL_LENGTH) return cell.slice(0, MAX_CELL_LENGTH);
  return cell.startsWith('System.') && TYPE_NAME.test(cell) ? '' : cell;
}

export function textAt(row: Row, place: number): string | null {
  return keptText(cellAt(row, place));
}

export function keptText(cell: string): string | null {
  return cell === '' ? null : copyText(cell);
}

export function sizeFrom(cell: string): number | null {
  return /^\d{1,15}$/.test(cell) ? Number(cell) : null;
}

/** The reverse path; `<>` is the empty one of a notification. */
export function senderFrom(cell: string): string {
  const sender = cell.trim();
  return sender === '<>' ? '' : copyText(sender);
}

/** `Incoming` and `Originating` in files, `1` and `2` in the documentation of the reports. */
export function directionFrom(cell: string): Direction | null {
  switch (cell.trim().toLowerCase()) {
    case 'incoming':
    case 'inbound':
    case '1':
      return 'inbound';
    case 'originating':
    case 'outbound':
    case '2':
      return 'outbound';
    default:
      return null;
  }
}
