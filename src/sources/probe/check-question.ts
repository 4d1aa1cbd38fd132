/** What may reach a socket: values that cannot become a second command, and ports on which mail is taken. */
import { isIP } from 'node:net';

import { parseAddress } from '#mailflow/address/parse-address.js';
import type { SmtpQuestion } from '#mailflow/connector/probe/smtp-prober.js';

const MAIL_PORTS: readonly number[] = [25, 465, 587];

interface Manners {
  /** Any port at all: for relays and tests that listen elsewhere. */
  readonly anyPort: boolean;
}

/** Why it must not be asked; null when it may. */
export function refusalOf(question: SmtpQuestion, { anyPort }: Manners): string | null {
  const { address, name, port, recipient, stopAfter } = question;
  if (isIP(address) === 0 || address.includes('%')) return 'The address is no IP address, as 192.0.2.25.';
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'The port is no number from 1 to 65535.';
  if (!anyPort && !MAIL_PORTS.includes(port)) return 'Mail is taken on ports 25, 465 and 587 only.';
  if (name !== null && !isHostName(name))
    return 'The host has no name that can stand in DNS, as mail.contoso.example.';
  if (recipient !== null && !isPlainAddress(recipient))
    return 'The probe recipient is no plain address, as probe@contoso.example.';
  if (stopAfter === 'rcpt' && recipient === null)
    return 'RCPT needs a probe recipient, as probe@contoso.example.';
  return null;
}

/** Letters, digits, hyphens and underscores between dots; no address. An A-label for what is written in other letters. */
export function isHostName(name: string): boolean {
  if (name.length > 253 || isIP(name) !== 0) return false;
  return name
    .split('.')
    .every((label) => label.length <= 63 && /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label));
}

function isPlainAddress(address: string): boolean {
  return /^[\x21-\x7e]+$/.test(address) && !/[<>]/.test(address) && parseAddress(address).ok;
}
