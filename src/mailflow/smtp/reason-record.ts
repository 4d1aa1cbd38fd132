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

const KEY = /\{(LED|MSG|FQDN|IP|LRT)=/gi;
const US_TIME = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2}):(\d{2})\s?([AP])M/i;

/** Null when the text holds no such record. Keys may stand in any order, be missing, or be cut off at the end. */
export function parseReasonRecord(text: string): ReasonRecord | null {
  if (!text.includes('{')) return null;
  const values = readValues(text);
  if (values.size === 0) return null;
  return {
    lastError: values.get('LED') ?? '',
    detail: values.get('MSG') ?? '',
    host: filled(values.get('FQDN')),
    address: filled(values.get('IP')),
    lastTryAt: parseUsTime(values.get('LRT') ?? ''),
  };
}

/** The first of a repeated key wins: what follows may be quoted by a remote server. */
function readValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const marks = [...text.matchAll(KEY)].filter((mark, index) => index === 0 || opensField(text, mark.index));
  for (const [index, mark] of marks.entries()) {
    const key = (mark[1] ?? '').toUpperCase();
    const end = marks[index + 1]?.index ?? text.length;
    if (!values.has(key)) values.set(key, trimEnding(text.slice(mark.index + mark[0].length, end)));
  }
  return values;
}

/** A field follows `};`; a `{` inside a value does not. */
function opensField(text: string, at: number): boolean {
  return /\}\s?;\s?$/.test(text.slice(Math.max(0, at - 5), at));
}

/** The value ends at its own `}`: before `;{` of the next field, or before `]` of the record, or nowhere when cut off. */
function trimEnding(value: string): string {
  const closed = value.lastIndexOf('}]');
  const inRecord = closed === -1 ? value : value.slice(0, closed + 1);
  return inRecord.trimEnd().replace(/;$/, '').trimEnd().replace(/\}$/, '').trim();
}

function filled(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/** US order, no zone, meant as UTC. A cut or impossible time is no time. */
function parseUsTime(text: string): Date | null {
  const match = US_TIME.exec(text.replace(/\u202f/g, ' '));
  if (match === null) return null;
  const [month, day, year, hour, minute, second] = match.slice(1, 7).map(Number);
  if (!month || !day || !year || hour === undefined || hour > 12) return null;
  const hours = (hour % 12) + (match[7]?.toUpperCase() === 'P' ? 12 : 0);
  const time = new Date(Date.UTC(year, month - 1, day, hours, minute, second));
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? time : null;
}
