/** Values as PowerShell writes them into a cell or a JSON member: text, numbers, and objects that stand for either. */
import { copyText } from '#sources/rows/copied-text.js';
import { MAX_CELL_LENGTH } from '#sources/rows/csv-rows.js';
import { splitRecipients } from '#sources/rows/recipient-list.js';

/** The value under a name in lower case; undefined or empty where there is none. */
export type FieldOf = (name: string) => unknown;

export interface RecipientValue {
  readonly address: string;
  /** `Complete`, `Ready` or `Retry`; empty where it is not told. */
  readonly status: string;
  readonly lastError: string;
}

/** What is printed of a value that is no scalar. */
const TYPE_NAME =
  /^(?:System\.(?:Object|String|Collections)\b|Microsoft\.Exchange\.[\w.]{1,200}(?:\[\]|`\d))/;
const ANY_SEPARATOR = /[;,\s]/;
const ADDRESS = /^[^\s@<>{}[\]]{1,320}@[^\s@<>{}[\]]{1,320}$/;
const MAX_DEPTH = 4;

/** `Server` of `server`, `Server name`, `server-name`: one export writes one, another the other. */
export function squashedName(name: string): string {
  return name.replaceAll(/["\ufeff\s_-]/g, '').toLowerCase();
}

/** Empty for nothing and for the name of a type; an object gives the value it wraps. */
export function textIn(value: unknown): string {
  return textAtDepth(value, 0);
}

function textAtDepth(value: unknown, depth: number): string {
  if (typeof value === 'string') return textOfCell(value);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return '';
  if (Array.isArray(value)) return value.length === 1 ? textAtDepth(value[0], depth + 1) : '';
  return textAtDepth(wrappedIn(value), depth + 1);
}

function textOfCell(cell: string): string {
  if (cell.length > MAX_CELL_LENGTH) return cell.slice(0, MAX_CELL_LENGTH);
  return TYPE_NAME.test(cell) ? '' : cell;
}

/** Windows PowerShell writes an enumeration as `{"value": 6, "Value": "Retry"}` and a date as `{"value": "/Date(…)/", …}`. */
function wrappedIn(value: object): unknown {
  const members = new Map<string, unknown>(Object.entries(value));
  return members.get('Value') ?? members.get('value');
}

/** A string of its own; null for nothing. */
export function keptIn(value: unknown): string | null {
  const text = textIn(value);
  return text === '' ? null : copyText(text);
}

/** `12.3 KB (12,595 bytes)` in whichever culture, or a number of bytes. Null where the exact number is not told. */
export function bytesIn(value: unknown): number | null {
  const text = textIn(value).trim();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const open = text.lastIndexOf('(');
  const exact = open === -1 ? '' : text.slice(open + 1, open + 40);
  const digits = exact.replaceAll(/\D/g, '');
  return /^\d/.test(exact) && digits.length <= 15 ? Number(digits) : null;
}

/** A count as a cell or a JSON number has it; null for anything else. */
export function countIn(value: unknown): number | null {
  const text = textIn(value).trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The recipients of a message, without doubles; none where the export left them out or printed a type in their place. */
export function recipientsIn(value: unknown): readonly RecipientValue[] {
  const found = new Map<string, RecipientValue>();
  for (const recipient of listedIn(value)) {
    const key = recipient.address.toLowerCase();
    if (!found.has(key)) found.set(key, recipient);
  }
  return [...found.values()];
}

function listedIn(value: unknown): readonly RecipientValue[] {
  if (typeof value === 'string') return addressesIn(textIn(value));
  if (Array.isArray(value)) return value.flatMap((item: unknown) => recipientIn(item));
  if (typeof value !== 'object' || value === null) return [];
  const wrapped = wrappedIn(value);
  return Array.isArray(wrapped) ? listedIn(wrapped) : recipientIn(value);
}

function recipientIn(item: unknown): readonly RecipientValue[] {
  if (typeof item === 'string') return addressesIn(item).slice(0, 1);
  if (typeof item !== 'object' || item === null) return [];
  const members = new Map<string, unknown>(Object.entries(item));
  const address = textIn(members.get('Address')).trim();
  if (address === '') return [];
  return [{ address, status: textIn(members.get('Status')), lastError: textIn(members.get('LastError')) }];
}

/** Addresses joined in whichever way; what is written of a recipient beside its address is no address. */
function addressesIn(text: string): readonly RecipientValue[] {
  return splitRecipients(withoutRecords(text), ANY_SEPARATOR)
    .map((part) => part.replaceAll(/^[{<]|[}>]$/g, ''))
    .filter((part) => ADDRESS.test(part))
    .map((address) => ({ address: copyText(address), status: '', lastError: '' }));
}

/** Without `[{LED=…};…]`: a reply may name addresses that are no recipients. */
function withoutRecords(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('[{', at);
    const close = open === -1 ? -1 : text.indexOf('}]', open);
    if (close === -1) return kept + text.slice(at, open === -1 ? text.length : open);
    kept += text.slice(at, open);
    at = close + 2;
  }
}
