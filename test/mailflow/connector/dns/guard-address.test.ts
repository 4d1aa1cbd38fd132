/** Which addresses a probe may be led to, held against Node's own arithmetic and a list that was written down apart. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { BARRED_RANGES } from '#mailflow/connector/dns/address-range.js';
import { barringRange, isLoopback } from '#mailflow/connector/dns/guard-address.js';
import { parseIpAddress } from '#mailflow/connector/dns/ip-address.js';

const kindOf = (address: string, allowPrivate = false): string | null =>
  barringRange(address, { allowPrivate })?.kind ?? null;

test.each<[address: string, kind: string | null, whenAllowed: string | null, why: string]>([
  ['192.0.2.25', null, null, 'an address like any other'],
  ['2001:db8::25', null, null, 'one of IPv6'],
  ['52.101.8.42', null, null, 'a server of the service'],
  ['127.0.0.1', 'loopback', null, 'this machine'],
  ['127.255.255.254', 'loopback', null, 'this machine too'],
  ['::1', 'loopback', null, 'this machine'],
  ['0.0.0.0', 'this network', 'this network', 'which systems take for this machine'],
  ['::', 'IPv4-compatible', 'IPv4-compatible', 'the same'],
  ['10.1.2.3', 'private use', null, 'a hybrid server may stand there'],
  ['172.16.0.1', 'private use', null, 'the first of the range'],
  ['172.31.255.255', 'private use', null, 'the last'],
  ['172.32.0.0', null, null, 'the one behind it'],
  ['172.15.255.255', null, null, 'the one before it'],
  ['192.168.0.1', 'private use', null, 'a home'],
  ['100.64.0.1', 'shared by a carrier', null, 'CGNAT'],
  ['100.128.0.1', null, null, 'behind it'],
  ['169.254.169.254', 'link-local, cloud metadata', 'link-local, cloud metadata', 'gives out secrets'],
  ['168.63.129.16', 'cloud metadata', 'cloud metadata', 'looks like any other'],
  ['168.63.129.17', null, null, 'is any other'],
  ['fd00:ec2::254', 'cloud metadata', 'cloud metadata', 'within a private range, and never allowed'],
  ['fd00:ec2::253', 'private use', null, 'its neighbour'],
  ['fe80::1', 'link-local', 'link-local', 'means something on one wire only'],
  ['224.0.0.1', 'multicast', 'multicast', 'no host'],
  ['255.255.255.255', 'reserved', 'reserved', 'all hosts'],
  ['ff02::1', 'multicast', 'multicast', 'no host'],
  ['::ffff:10.0.0.1', 'private use', null, 'IPv4 in IPv6'],
  ['::ffff:7f00:1', 'loopback', null, 'the same in hexadecimal'],
  ['::ffff:192.0.2.25', null, null, 'a good one carried'],
  ['64:ff9b::10.0.0.1', 'private use', null, 'translated on the way'],
  ['64:ff9b::192.0.2.25', null, null, 'how IPv6-only networks reach the rest'],
  ['2002:a00:1::', '6to4', '6to4', 'carries an address as well'],
  ['2001:0:a00:1::', 'protocol assignments', 'protocol assignments', 'Teredo'],
  ['fec0::1', 'site-local', 'site-local', 'nobody uses it'],
  ['mail.contoso.example', 'no address', 'no address', 'a name'],
  ['', 'no address', 'no address', 'nothing'],
  ['127.1', 'no address', 'no address', 'what some systems read as loopback'],
  ['0x7f000001', 'no address', 'no address', 'the same'],
  ['2130706433', 'no address', 'no address', 'the same'],
  ['010.0.0.1', 'no address', 'no address', 'octal for some'],
  ['fe80::1%eth0', 'no address', 'no address', 'with a zone'],
  ['1::2::3', 'no address', 'no address', 'two gaps'],
  ['1:2:3:4:5:6:7:8:9', 'no address', 'no address', 'nine groups'],
  ['1:2:3:4:5:6::8', null, null, 'a gap for one group'],
  ['1:2:3:4:5:6:7:8::', 'no address', 'no address', 'a gap for none'],
])('%s: %s, and %s when private ranges are allowed: %s', (address, kind, whenAllowed) => {
  expect(kindOf(address)).toBe(kind);
  expect(kindOf(address, true)).toBe(whenAllowed);
});

test('each range bars its first and its last address', () => {
  for (const { range } of BARRED_RANGES) {
    const [first = '', prefix = ''] = range.split('/');
    expect(kindOf(first), range).not.toBeNull();
    expect(Number(prefix)).toBeLessThanOrEqual(isIPv4(first) ? 32 : 128);
  }
});

/** From the registries of IANA for special purposes, without what they call documentation; written apart from the program's. */
const INDEPENDENT = {
  v4: `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3`,
  v6: `::/96 64:ff9b:1::/48 100::/64 2001::/23 2002::/16 5f00::/16 fc00::/7 fe80::/9 ff00::/8`,
};

function blockList(): BlockList {
  const list = new BlockList();
  for (const [text, family] of [
    [INDEPENDENT.v4, 'ipv4'],
    [INDEPENDENT.v6, 'ipv6'],
  ] as const)
    for (const range of text.split(/\s+/)) {
      const [first = '', prefix = ''] = range.split('/');
      list.addSubnet(first, Number(prefix), family);
    }
  return list;
}

describe('for any address', () => {
  const list = blockList();
  const nearEdges = fc
    .constantFrom(...INDEPENDENT.v4.split(/\s+/))
    .chain((range) => {
      const value = parseIpAddress(range.split('/')[0] ?? '')?.value ?? 0n;
      const size = 1n << BigInt(32 - Number(range.split('/')[1]));
      return fc.constantFrom(value - 1n, value, value + size - 1n, value + size);
    })
    .map((value) => BigInt.asUintN(32, value))
    .map((value) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.'));
  const nearRangesV6 = fc
    .tuple(
      fc.constantFrom(
        'fc00',
        'fdff',
        'fe7f',
        'fe80',
        'febf',
        'fec0',
        'feff',
        'ff00',
        '2001',
        '2002',
        '2003',
        '64',
        '100',
        '5f00',
        '0',
      ),
      fc.ipV6(),
    )
    .map(([head, rest]) => `${head}:${rest.split(':').filter(Boolean).slice(0, 3).join(':') || '1'}::7`)
    .filter((text) => isIPv6(text));

  test.each([
    ['IPv4', fc.ipV4()],
    ['IPv4 at the edges of ranges', nearEdges],
    ['IPv6', fc.ipV6()],
    ['IPv6 near ranges', nearRangesV6],
  ])('the guard says what the other list says: %s', (_why, addresses) => {
    fc.assert(
      fc.property(addresses, (address) => {
        const carried = carriedV4(address);
        const meant = carried ?? address;
        const expected = list.check(meant, isIPv4(meant) ? 'ipv4' : 'ipv6');
        return (kindOf(address) !== null) === expected;
      }),
      { numRuns: 3000 },
    );
  });

  test('an IPv4 address fares the same however IPv6 carries it', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.boolean(), (address, allowed) =>
        ['::ffff:', '64:ff9b::'].every(
          (prefix) => kindOf(prefix + address, allowed) === kindOf(address, allowed),
        ),
      ),
    );
  });

  test('what Node takes for an address is one here, unless it has a zone, and nothing else is', () => {
    const nearly = fc.string({
      unit: fc.constantFrom('0', '1', '2', '9', 'a', 'f', 'F', ':', '.', '%', 'x'),
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.ipV4(), fc.ipV6()), (text) => {
        const isNodes = isIP(text) !== 0 && !text.includes('%');
        return (parseIpAddress(text) !== null) === isNodes;
      }),
      { numRuns: 5000 },
    );
  });
});

test('loopback is told from the rest', () => {
  expect(['127.0.0.53', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['192.0.2.1', '10.0.0.1', 'localhost'].some(isLoopback)).toBe(false);
});

/** By Node's own rewriting of URLs, not by ours. */
function carriedV4(address: string): string | null {
  if (isIPv4(address)) return null;
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, groups] = /^(?:::ffff:|64:ff9b::)([\da-f:]*)$/.exec(written) ?? [];
  if (groups === undefined) return null;
  const parts = groups.split(':').filter(Boolean);
  if (parts.length > 2) return null;
  const [high = '0', low = '0'] = parts.length === 1 ? ['0', parts[0]] : parts;
  const [h, l] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${h >> 8}.${h & 255}.${l >> 8}.${l & 255}`;
}
