import { isHostName } from './check-question.js';

/**
 * The machine's name as EHLO can bear it; null when it is none that anybody else could look up. Then EHLO gives the
 * address instead (RFC 5321, section 4.1.4).
 */
export function safeEhloName(machineName: string): string | null {
  const labels = machineName
    .toLowerCase()
    .split('.')
    .map((label) =>
      label
        .replace(/[^a-z0-9-]/g, '-')
        .slice(0, 63)
        .replace(/^-+|-+$/g, ''),
    )
    .filter((label) => label !== '');
  const name = labels.join('.');
  return labels.length > 1 && isHostName(name) ? name : null;
}

/** RFC 5321, section 4.1.3. */
export function addressLiteral(address: string): string {
  const [bare = ''] = address.split('%');
  return bare.includes(':') ? `[IPv6:${bare}]` : `[${bare}]`;
}
