/** IP addresses as numbers. Only the written-out form of IPv4: what else some systems read as an address is none here. */

export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const LONGEST = 45;
const GROUPS = 8;

/** Null for what is no address. One with a zone, as `fe80::1%eth0`, is none: it means something on one machine only. */
export function parseIpAddress(text: string): IpAddress | null {
  if (text.length > LONGEST) return null;
  if (!text.includes(':')) return parseV4(text);
  const split = text.split('::');
  if (split.length > 2) return null;
  const [head, tail] = [groupsOf(split[0] ?? '', split.length === 1), groupsOf(split[1] ?? '', true)];
  if (head === null || tail === null) return null;
  const missing = GROUPS - head.length - tail.length;
  if (split.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return { bits: 128, value: groups.reduce((value, group) => (value << 16n) | group, 0n) };
}

function parseV4(text: string): IpAddress | null {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return null;
  const octets = text.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return null;
  return { bits: 32, value: octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n) };
}

/** The last one may be written as an IPv4 address, which stands for two. */
function groupsOf(text: string, isEnd: boolean): readonly bigint[] | null {
  if (text === '') return [];
  const words = text.split(':');
  const last = words.at(-1) ?? '';
  const v4 = isEnd && last.includes('.') ? parseV4(last) : null;
  const plain = v4 === null ? words : words.slice(0, -1);
  if (plain.some((word) => !/^[\da-f]{1,4}$/i.test(word))) return null;
  const groups = plain.map((word) => BigInt(`0x${word}`));
  return v4 === null ? groups : [...groups, v4.value >> 16n, v4.value & 0xff_ffn];
}
