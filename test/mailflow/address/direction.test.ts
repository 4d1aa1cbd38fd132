import { describe, expect, test } from 'vitest';

import { directionOf } from '#mailflow/address/direction.js';
import type { Direction, TraceEntry } from '#mailflow/trace/delivery.js';

const OWN = new Set(['contoso.example']);
const ANA = 'ana@contoso.example';
const BEN = 'ben@fabrikam.example';

type Facts = Pick<TraceEntry, 'sender' | 'recipient' | 'fromIp' | 'toIp' | 'directionHint'>;

function facts(given: Partial<Facts>): Facts {
  return { sender: BEN, recipient: BEN, fromIp: null, toIp: null, directionHint: null, ...given };
}

describe('by our own domains', () => {
  const rows: [string, Partial<Facts>, Direction][] = [
    ['from us to a stranger', { sender: ANA }, 'outbound'],
    ['from a stranger to us', { recipient: ANA }, 'inbound'],
    ['among us', { sender: ANA, recipient: 'CLEO@Contoso.Example' }, 'internal'],
    ['the domains outweigh the IPs', { sender: ANA, fromIp: '192.0.2.1' }, 'outbound'],
    [
      'and the source’s word, which calls internal mail outbound',
      { sender: ANA, recipient: ANA, directionHint: 'outbound' },
      'internal',
    ],
  ];
  test.each(rows)('%s', (_why, given, direction) => {
    expect(directionOf(facts(given), OWN)).toEqual({ direction, basis: 'profile' });
  });

  test('a subdomain is not ours unless it is named', () => {
    const entry = facts({ recipient: 'ana@lab.contoso.example' });
    expect(directionOf(entry, OWN).direction).toBe('unknown');
    expect(directionOf(entry, new Set(['lab.contoso.example'])).direction).toBe('inbound');
  });

  test('a DSN to us may come from anywhere', () => {
    expect(directionOf(facts({ sender: '', recipient: ANA }), OWN)).toEqual({
      direction: 'unknown',
      basis: null,
    });
    expect(directionOf(facts({ sender: '', recipient: ANA, fromIp: '192.0.2.1' }), OWN)).toEqual({
      direction: 'inbound',
      basis: 'ip',
    });
  });
});

describe('without our own domains', () => {
  const rows: [string, Partial<Facts>, Direction, 'ip' | null][] = [
    ['the source’s word', { directionHint: 'inbound', toIp: '192.0.2.1' }, 'inbound', null],
    ['came from outside', { fromIp: '192.0.2.1' }, 'inbound', 'ip'],
    ['came from outside, blank instead of absent', { fromIp: '192.0.2.1', toIp: ' ' }, 'inbound', 'ip'],
    ['was handed on', { toIp: '2001:db8::1' }, 'outbound', 'ip'],
    ['both: in transit', { fromIp: '192.0.2.1', toIp: '192.0.2.2' }, 'unknown', null],
    ['neither: internal, or not handed on yet, or no such columns', {}, 'unknown', null],
  ];
  test.each(rows)('%s', (_why, given, direction, basis) => {
    expect(directionOf(facts(given), null)).toEqual({ direction, basis });
  });
});
