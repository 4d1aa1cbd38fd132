/** Hosts as relays name them in their queues and logs. */

/** `host[192.0.2.1]:25`, `[192.0.2.1]:25`, `host[private/lmtp]`; null for `none` and what is no host. */
export function readHost(text: string): string | null {
  const bracket = text.indexOf('[');
  const word = bracket === -1 ? text : text.slice(0, bracket);
  const name = bracket === 0 ? text.slice(1, text.includes(']') ? text.indexOf(']') : text.length) : word;
  const host = withoutColon(name);
  return host === 'none' || !HOST.test(host) ? null : host;
}

/** Names of hosts and addresses of both families, not longer than a name can be. */
const HOST = /^[\w.:%/-]{1,255}$/;

function withoutColon(text: string): string {
  return text.endsWith(':') || text.endsWith(',') ? text.slice(0, -1) : text;
}
