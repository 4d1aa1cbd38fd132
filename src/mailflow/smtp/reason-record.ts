/** The bracketed record in which Exchange keeps the last error of a delivery: `[{LED=…};{MSG=…};{FQDN=…};{IP=…};{LRT=…}]`. */

export interface ReasonRecord {
  /** LED: the last error, usually an SMTP reply. */
  readonly lastError: string;
  /** MSG: more about it, as `SubjectMismatch`; often empty. */
  readonly detail: string;
  /** FQDN of the next hop; null when not told. */
  readonly host: string | null;
  /** IP of the next hop; null when not told. */
  readonly address: string | null;
  /** LRT: the last try; null when missing or cut off. */
  readonly lastTryAt: Date | null;
}

const US_TIME = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})\s?([AP])M/i;
const KEYS: readonly string[] = ['LED', 'MSG', 'FQDN', 'IP', 'LRT'];
const LONGEST_KEY = 4;

/** Null when the text holds no such record. Keys may stand in any order, be missing, or be cut off at the end. */
export function parseReasonRecord(text: string): ReasonRecord | null {
  const fields = findFields(text);
  if (fields.length === 0) return null;
  const valueOf = (key: string): string => valueIn(text, fields, key);
  return {
    lastError: valueOf('LED'),
    detail: valueOf('MSG'),
    host: filled(valueOf('FQDN')),
    address: filled(valueOf('IP')),
    lastTryAt: parseUsTime(valueOf('LRT')),
  };
}

/** What a record says about the failure: its error and the detail of it. Null when the text holds no record. */
export function wordsOfRecord(text: string): string | null {
  const fields = findFields(text);
  if (fields.length === 0) return null;
  return `${valueIn(text, fields, 'LED')} ${valueIn(text, fields, 'MSG')}`.trim();
}

interface Field {
  readonly key: string;
  /** Index of its `{`. */
  readonly at: number;
}

function findFields(text: string): Field[] {
  const fields: Field[] = [];
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) {
    const key = keyAt(text, at + 1);
    if (key !== null && (fields.length === 0 || opensField(text, at))) fields.push({ key, at });
  }
  return fields;
}

function keyAt(text: string, at: number): string | null {
  const written = text.slice(at, at + LONGEST_KEY + 1);
  const end = written.indexOf('=');
  const key = end === -1 ? '' : written.slice(0, end).toUpperCase();
  return KEYS.includes(key) ? key : null;
}

/** A field follows `};`; a `{` inside a value does not. */
function opensField(text: string, at: number): boolean {
  return /\}\s?;\s?$/.test(text.slice(Math.max(0, at - 5), at));
}

/** The first of a repeated key wins: what follows may be quoted by a remote server. */
function valueIn(text: string, fields: readonly Field[], key: string): string {
  const index = fields.findIndex((field) => field.key === key);
  const field = fields[index];
  if (field === undefined) return '';
  return trimEnding(text.slice(field.at + key.length + 2, fields[index + 1]?.at ?? text.length));
}

/** The value ends at its own `}`: before `;{` of the next field, or before `]` of the record, or nowhere when cut off. */
function trimEnding(value: string): string {
  const closed = value.lastIndexOf('}]');
  const inRecord = closed === -1 ? value : value.slice(0, closed + 1);
  return withoutEnd(withoutEnd(inRecord.trimEnd(), ';').trimEnd(), '}').trim();
}

function withoutEnd(text: string, mark: string): string {
  return text.endsWith(mark) ? text.slice(0, -1) : text;
}

function filled(value: string): string | null {
  return value === '' ? null : value;
}

/** US order, no zone, meant as UTC. A cut or impossible time is no time. */
function parseUsTime(text: string): Date | null {
  const match = text === '' ? null : US_TIME.exec(text.replace(/\u202f/g, ' '));
  if (match === null) return null;
  const [month, day, year, hour, minute, second] = match.slice(1, 7).map(Number);
  if (!month || !day || !year || hour === undefined || hour > 12) return null;
  const hours = (hour % 12) + (match[7]?.toUpperCase() === 'P' ? 12 : 0);
  const time = new Date(Date.UTC(year, month - 1, day, hours, minute, second));
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? time : null;
}
