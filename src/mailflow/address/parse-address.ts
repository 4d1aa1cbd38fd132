import { normalizeDomain } from './address.js';

/** What a parser gives back: a value, or where the text went wrong and what would have been accepted. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly at: number; readonly expected: string };

const ADDRESS_EXPECTED = 'an address, as ana@contoso.example';
const PATTERN_EXPECTED = 'an address or a whole domain, as ana@contoso.example or *@contoso.example';
const DOMAIN_EXPECTED = 'a domain, as contoso.example';

/** RFC 5321, section 4.5.3.1: octets of a local part and of a path without its brackets. */
const LOCAL_PART_MAX = 64;
const ADDRESS_MAX = 254;
/** RFC 1035, section 2.3.4. */
const DOMAIN_MAX = 253;
const LABEL_MAX = 63;

const ATOM_PUNCTUATION = new Set("!#$%&'*+-/=?^_`{|}~.");

/** One mailbox. Gives the local part as it was written and the domain in lower case. */
export function parseAddress(text: string): Parsed<string> {
  const split = text.lastIndexOf('@');
  if (split < 1) return refuse(Math.max(0, split), ADDRESS_EXPECTED);
  const bad = firstBadInLocalPart(text.slice(0, split));
  if (bad !== null) return refuse(bad, ADDRESS_EXPECTED);
  const domain = parseDomainAt(text, split + 1, ADDRESS_EXPECTED);
  if (!domain.ok) return domain;
  if (text.length > ADDRESS_MAX) return refuse(ADDRESS_MAX, ADDRESS_EXPECTED);
  return { ok: true, value: `${text.slice(0, split)}@${domain.value}` };
}

/** For filters: one mailbox, or `*@domain` for all of a domain. No other wildcard means anything to the service. */
export function parseAddressPattern(text: string): Parsed<string> {
  if (text.startsWith('*@')) {
    const domain = parseDomainAt(text, 2, PATTERN_EXPECTED);
    return domain.ok ? { ok: true, value: `*@${domain.value}` } : domain;
  }
  const star = text.indexOf('*');
  if (star !== -1) return refuse(star, PATTERN_EXPECTED);
  const address = parseAddress(text);
  return address.ok ? address : { ...address, expected: PATTERN_EXPECTED };
}

/** A mail domain of two labels or more, with or without a leading `@`; Unicode labels stay as they are. */
export function parseDomain(text: string): Parsed<string> {
  return parseDomainAt(text, text.startsWith('@') ? 1 : 0, DOMAIN_EXPECTED);
}

function parseDomainAt(text: string, start: number, expected: string): Parsed<string> {
  const end = text.endsWith('.') ? text.length - 1 : text.length;
  const labels = text.slice(start, end).split('.');
  let at = start;
  for (const label of labels) {
    const bad = firstBadInLabel(label);
    if (bad !== null) return refuse(at + bad, expected);
    at += label.length + 1;
  }
  if (labels.length < 2 || end - start > DOMAIN_MAX) return refuse(end, expected);
  return { ok: true, value: normalizeDomain(text.slice(start, end)) };
}

// Dots may stand anywhere: providers gave out addresses such as `a..b@`, and a filter must be able to name them.
function firstBadInLocalPart(local: string): number | null {
  if (local.length > LOCAL_PART_MAX) return LOCAL_PART_MAX;
  const quoted = local.length > 2 && local.startsWith('"') && local.endsWith('"');
  if (quoted) return firstBadInQuotes(local);
  return firstIndex(local, (char) => !isLetter(char) && !ATOM_PUNCTUATION.has(char));
}

function firstBadInQuotes(local: string): number | null {
  for (let at = 1; at < local.length - 1; at += 1) {
    const char = local.charAt(at);
    if (char === '"' || isControl(char)) return at;
    if (char === '\\') at += 1;
    // The closing quote itself is escaped, so the text is never closed.
    if (at === local.length - 1) return at;
  }
  return null;
}

function firstBadInLabel(label: string): number | null {
  if (label === '' || label.startsWith('-')) return 0;
  if (label.length > LABEL_MAX) return LABEL_MAX;
  if (label.endsWith('-')) return label.length - 1;
  return firstIndex(label, (char) => !isLetter(char) && char !== '-' && char !== '_');
}

function firstIndex(text: string, isBad: (char: string) => boolean): number | null {
  for (let at = 0; at < text.length; at += 1) if (isBad(text.charAt(at))) return at;
  return null;
}

/** ASCII letters and digits, and what RFC 6531 adds: anything beyond ASCII but spaces, controls and invisible marks. */
function isLetter(char: string): boolean {
  return /^[A-Za-z0-9]$/.test(char) || (char > '\u009f' && !/^[\s\p{Cf}]$/u.test(char));
}

function isControl(char: string): boolean {
  return char < ' ' || (char >= '\u007f' && char <= '\u009f');
}

function refuse(at: number, expected: string): Parsed<never> {
  return { ok: false, at, expected };
}
