/** Reads record and policy of RFC 8461. Total, and linear in the length of what somebody else wrote. */
import { normalizeDomain } from '../../address/address.js';
import type { MtaStsPolicy } from './mta-sts-policy.js';

export type ParsedPolicy =
  | { readonly ok: true; readonly value: MtaStsPolicy }
  /** `at`: the line, counted from 1; 0 where something is missing. */
  | { readonly ok: false; readonly at: number; readonly expected: string };

/** What begins like one; other TXT records may stand beside it (section 3.1). */
export function isStsRecord(text: string): boolean {
  return /^v=STSv1[ \t]*(?:;|$)/.test(text);
}

/** The id of the policy; null for a record that is not written as it must be. */
export function parseStsRecord(text: string): string | null {
  const [version = '', ...fields] = text.split(';').map((field) => field.trim());
  if (version !== 'v=STSv1') return null;
  const id = fields.find((field) => field.startsWith('id='))?.slice('id='.length) ?? '';
  return /^[A-Za-z0-9]{1,32}$/.test(id) ? id : null;
}

interface Line {
  readonly at: number;
  readonly key: string;
  readonly value: string;
}

/** A year and a day: a longer time is taken for that (section 3.2). */
const LONGEST_AGE_SECONDS = 31_557_600;

export function parseStsPolicy(text: string): ParsedPolicy {
  const lines: Line[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const at = index + 1;
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) return broken(at, 'a key, a colon and a value, as "mode: enforce"');
    lines.push({ at, key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
  }
  return policyOf(lines);
}

function policyOf(lines: readonly Line[]): ParsedPolicy {
  // Of fields that may stand once, the first one holds.
  const field = (key: string): Line => lines.find((line) => line.key === key) ?? { at: 0, key, value: '' };
  const version = field('version');
  if (version.value !== 'STSv1') return broken(version.at, '"version: STSv1"');
  const mode = modeOf(field('mode').value);
  if (mode === null) return broken(field('mode').at, '"mode: enforce", "testing" or "none"');
  const age = field('max_age');
  if (!/^\d{1,10}$/.test(age.value)) return broken(age.at, '"max_age:" and seconds, as "max_age: 604800"');
  const hosts = lines.filter(({ key }) => key === 'mx');
  const odd = hosts.find(({ value }) => !isPattern(value));
  if (odd !== undefined) return broken(odd.at, 'a host or "*." and a domain, as "mx: mail.contoso.example"');
  if (hosts.length === 0 && mode !== 'none') return broken(0, 'at least one "mx:"');
  const mxPatterns = hosts.map(({ value }) => normalizeDomain(value));
  const maxAgeSeconds = Math.min(Number(age.value), LONGEST_AGE_SECONDS);
  return { ok: true, value: { mode, mxPatterns, maxAgeSeconds } };
}

function modeOf(word: string): MtaStsPolicy['mode'] | null {
  return word === 'enforce' || word === 'testing' || word === 'none' ? word : null;
}

function isPattern(text: string): boolean {
  const name = text.startsWith('*.') ? text.slice(2) : text;
  if (name.length > 254 || !name.includes('.')) return false;
  return name
    .replace(/\.$/, '')
    .split('.')
    .every((label) => label.length <= 63 && /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label));
}

function broken(at: number, expected: string): ParsedPolicy {
  return { ok: false, at, expected };
}
