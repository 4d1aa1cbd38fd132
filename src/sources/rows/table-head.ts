/** Where the header of a delimited file stands: after remarks, or in one of them. */
import type { CsvDialect } from './csv-rows.js';

/** What an export separates its cells with, the most usual first. */
export const DELIMITERS = [',', ';', '\t'] as const;
const FIELDS_MARK = '#Fields:';

/** Old exports end their lines in CR alone; those that end in CR LF are cut at LF. */
export function newlineOf(head: string): CsvDialect['newline'] {
  return head.includes('\n') ? '\n' : '\r';
}

export interface TableHead {
  readonly text: string;
  /** Characters up to and including its line end. */
  readonly end: number;
  readonly line: number;
  readonly isFieldsLine: boolean;
}

/** The first line that is neither blank nor a remark; `#Fields:` is a remark that is the header. */
export function findHeader(head: string, newline: string): TableHead {
  let start = 0;
  let line = 1;
  for (;;) {
    const stop = head.indexOf(newline, start);
    const end = stop === -1 ? head.length : stop;
    const text = head.slice(start, end).trimEnd();
    const after = Math.min(head.length, end + 1);
    if (text.startsWith(FIELDS_MARK)) {
      return { text: text.slice(FIELDS_MARK.length).trim(), end: after, line, isFieldsLine: true };
    }
    if ((text.trim() !== '' && !isRemark(text)) || stop === -1) {
      return { text, end: after, line, isFieldsLine: false };
    }
    start = after;
    line += 1;
  }
}

/** `#TYPE …` of Windows PowerShell, `#Software: …` of a tracking log, `sep=;` of Excel. */
function isRemark(line: string): boolean {
  return line.startsWith('#') || line.startsWith('"#') || /^"?sep=/i.test(line);
}
