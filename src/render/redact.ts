/**
 * Personal data withheld: addresses keep their domain, and a person keeps one pseudonym, so that two lines about one
 * person still match. It knows no row type; it walks over whatever a command gives and rebuilds it.
 */
import type { Writer } from './writer.js';

/** A keyed hash as hex, at least eight digits; without the key an address could be guessed and tried. */
export type KeyedHash = (text: string) => string;

export interface Redactor {
  /** The same shape with addresses, IP addresses and subjects replaced. Dates and numbers stay. */
  readonly value: <T>(value: T) => T;
  readonly text: (text: string) => string;
}

const PSEUDONYM_DIGITS = 8;

/** Fields with sentences in which a local part may stand without its domain. */
const PROSE_FIELDS = new Set([
  'text',
  'description',
  'diagnosticCode',
  'title',
  'evidence',
  'message',
  'remedy',
]);
/** Shorter local parts are too often ordinary words; in prose only the whole address gives them away. */
const SHORTEST_NAME = 3;

const DELIMITERS = new Set(' \t\r\n<>()[]{},;:"`|\\@'.split(''));
const DOMAIN = /^[\p{L}\p{N}\p{M}._-]$/u;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/gu;
const HEX_AND_COLONS = /(?<![\p{L}\p{N}_.])[0-9a-f:.]*[0-9a-f:](?![\p{L}\p{N}_])/giu;
const WORDS = /[^\s<>()[\]{},;:"`|\\@]+/gu;
/** Also as it stands in a URL, and in the full-width form of some keyboards. */
const AT_SIGNS = /@|＠|%40/gu;

export function createRedactor(hash: KeyedHash): Redactor {
  const text = (original: string): string => redactText(original, hash);
  function value<T>(original: T): T;
  function value(original: unknown): unknown {
    return redactValue(original, { hash, names: namesIn(original, hash), isProse: false });
  }
  return { value, text };
}

/** Puts a redactor before a writer: no format sees the original. */
export function redacting<Row, Result>(writer: Writer<Row, Result>, redactor: Redactor): Writer<Row, Result> {
  return {
    row: (row) => writer.row(redactor.value(row)),
    end: (tail) => writer.end(redactor.value(tail)),
  };
}

interface Walk {
  readonly hash: KeyedHash;
  /** Pseudonyms by local part in lower case, from every address of the value. */
  readonly names: ReadonlyMap<string, string>;
  readonly isProse: boolean;
}

function redactValue(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string')
    return walk.isProse ? redactProse(value, walk) : redactText(value, walk.hash);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, walk));
  if (value instanceof Map) return new Map(redactEntries([...value], walk));
  if (value instanceof Set) return new Set([...value].map((item: unknown) => redactValue(item, walk)));
  // A finding's subject is a connector or a domain, not the subject of a mail.
  const isFinding = 'evidence' in value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (key === 'subject' && typeof item === 'string' && !isFinding)
        return [key, hiddenSubject(item, walk.hash)];
      return [
        redactText(key, walk.hash),
        redactValue(item, { ...walk, isProse: walk.isProse || PROSE_FIELDS.has(key) }),
      ];
    }),
  );
}

function redactEntries(entries: readonly (readonly [unknown, unknown])[], walk: Walk): [unknown, unknown][] {
  return entries.map(([key, item]) => [redactValue(key, walk), redactValue(item, walk)]);
}

function hiddenSubject(subject: string, hash: KeyedHash): string {
  return subject === '' ? '' : `subject-${hash(subject).slice(0, PSEUDONYM_DIGITS)}`;
}

function redactProse(text: string, { hash, names }: Walk): string {
  return redactText(text, hash).replace(WORDS, (word) => {
    const bare = word.replace(/^['.!?]+/u, '').replace(/['.!?]+$/u, '');
    const name = names.get(word.toLowerCase()) ?? names.get(bare.toLowerCase());
    return name === undefined ? word : word.replace(bare, name);
  });
}

function redactText(text: string, hash: KeyedHash): string {
  return redactIps(redactAddresses(text, hash), hash);
}

function redactAddresses(text: string, hash: KeyedHash): string {
  let redacted = '';
  let from = 0;
  for (const { start, at, end } of addressesIn(text)) {
    redacted += text.slice(from, start) + pseudonymOf(text.slice(start, end), hash) + text.slice(at, end);
    from = end;
  }
  return redacted + text.slice(from);
}

function pseudonymOf(address: string, hash: KeyedHash): string {
  return `user-${hash(address.toLowerCase()).slice(0, PSEUDONYM_DIGITS)}`;
}

function redactIps(text: string, hash: KeyedHash): string {
  const pseudonym = (ip: string): string => `ip-${hash(ip.toLowerCase()).slice(0, PSEUDONYM_DIGITS)}`;
  return text
    .replace(HEX_AND_COLONS, (run) => (isIpv6(run) ? pseudonym(run) : run))
    .replace(IPV4, (run) => (run.split('.').every((octet) => Number(octet) <= 255) ? pseudonym(run) : run));
}

/** Not a time of day: that has neither `::` nor seven colons. */
function isIpv6(run: string): boolean {
  const colons = run.split(':').length - 1;
  return (
    /[0-9a-f]/iu.test(run) && (run.includes('::') || colons === 7 || (colons === 6 && run.includes('.')))
  );
}

interface Address {
  readonly start: number;
  readonly at: number;
  readonly end: number;
}

/** Every `local@domain`, in one pass: what was taken as a domain is never looked at again as a local part. */
function addressesIn(text: string): Address[] {
  const addresses: Address[] = [];
  let floor = 0;
  for (const { 0: sign, index: at } of text.matchAll(AT_SIGNS)) {
    const start = startOfLocalPart(text, at, floor);
    if (start >= at) continue;
    const end = endOfDomain(text, at + sign.length);
    addresses.push({ start, at, end });
    floor = end;
  }
  return addresses;
}

function startOfLocalPart(text: string, at: number, floor: number): number {
  if (text[at - 1] === '"') {
    const quote = text.lastIndexOf('"', at - 2);
    if (at >= 2 && quote >= floor) return quote;
  }
  let start = at;
  while (start > floor && !DELIMITERS.has(text.charAt(start - 1))) start -= 1;
  return start;
}

function endOfDomain(text: string, from: number): number {
  let end = from;
  while (end < text.length && DOMAIN.test(text.charAt(end))) end += 1;
  return end;
}

function namesIn(value: unknown, hash: KeyedHash): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const text of stringsIn(value)) {
    for (const { start, at, end } of addressesIn(text)) {
      const local = text.slice(start, at).toLowerCase();
      if (local.length >= SHORTEST_NAME) names.set(local, pseudonymOf(text.slice(start, end), hash));
    }
  }
  return names;
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value) || value instanceof Set) for (const item of value) yield* stringsIn(item);
  else if (value instanceof Map) for (const entry of value) yield* stringsIn(entry);
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* stringsIn(item);
}
