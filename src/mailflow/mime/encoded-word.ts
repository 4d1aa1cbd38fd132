/** Encoded words (RFC 2047) in header values. */
import { decodeCharset } from './charset.js';
import type { Octets } from './octets.js';
import { octetsOf } from './octets.js';
import { decodeBase64, decodeQuotedPrintable } from './transfer-encoding.js';

const WORD = /=\?([\w!#$%&'*+^`{}~.-]{1,60})\?([bq])\?([!->@-~]{0,4000})\?=/gi;
const LONGEST = 65_536;

interface Run {
  charset: string;
  octets: Octets;
}

/** Blanks between neighbouring words go, and words of one charset are joined first: some split characters. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  const text = value.slice(0, LONGEST);
  const out: string[] = [];
  let run: Run | null = null;
  let end = 0;
  for (const match of text.matchAll(WORD)) {
    const between = text.slice(end, match.index);
    const { charset, octets } = runOf(match);
    const joins = run !== null && between.trim() === '';
    if (run !== null && joins && run.charset === charset) {
      run.octets += octets;
    } else {
      if (run !== null) out.push(decodeCharset(run.octets, run.charset));
      if (!joins) out.push(between);
      run = { charset, octets };
    }
    end = match.index + match[0].length;
  }
  if (run !== null) out.push(decodeCharset(run.octets, run.charset));
  out.push(text.slice(end));
  return out.join('');
}

function runOf(match: RegExpExecArray): Run {
  const [, label = '', kind = '', payload = ''] = match;
  // RFC 2231, 5: a language may follow the charset.
  const [charset = ''] = label.toLowerCase().split('*');
  const bytes =
    kind.toLowerCase() === 'b'
      ? decodeBase64(payload, LONGEST)
      : decodeQuotedPrintable(payload.replaceAll('_', ' '), LONGEST);
  return { charset, octets: octetsOf(bytes) };
}
