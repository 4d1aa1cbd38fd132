/** A mail server as a person names it: `mail.contoso.example`, `192.0.2.25:587`, `[2001:db8::25]:25`. */
import { normalizeDomain } from '../../address/address.js';
import type { Parsed } from '../../address/parse-address.js';
import { parseIpAddress } from '../dns/ip-address.js';
import { SMTP_PORT } from './plan-routes.js';

export interface NamedHost {
  /** A name in lower case, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

const EXPECTED = 'a host name or address, with a port where it is not 25';
const NAMED = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?\.?))(?::(\d{1,5}))?$/i;

export function parseNamedHost(given: string): Parsed<NamedHost> {
  const text = given.trim();
  // An IPv6 address without brackets: its last group must not be taken for a port.
  if (text.split(':').length > 2 && parseIpAddress(text) !== null)
    return { ok: true, value: { host: text.toLowerCase(), port: SMTP_PORT } };
  const [, bracketed, name, digits] = NAMED.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = digits === undefined ? SMTP_PORT : portOf(digits);
  if (host === undefined || port === null) return { ok: false, at: 0, expected: EXPECTED };
  if (bracketed !== undefined && parseIpAddress(bracketed) === null)
    return { ok: false, at: 0, expected: EXPECTED };
  if (bracketed === undefined && !isHost(normalizeDomain(host)))
    return { ok: false, at: 0, expected: EXPECTED };
  return { ok: true, value: { host: normalizeDomain(host), port } };
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** An address, or a name whose last label is no number: `192.0.2.300` is a slip, and no host (RFC 1123, section 2.1). */
function isHost(host: string): boolean {
  if (parseIpAddress(host) !== null) return true;
  const labels = host.split('.');
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** Null for what is no port. */
export function portOf(digits: string): number | null {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
