import fc from 'fast-check';
import { expect, test } from 'vitest';

import { agree, type Heard, type Hearing } from '#mailflow/connector/dns/agree.js';
import type { DnsAnswer } from '#mailflow/connector/dns/mail-dns.js';

type Said = Heard<string>;

const given = (records: readonly string[], isAuthenticated = false): Said => ({
  ...{ kind: 'found', records, ttlSeconds: 60, isAuthenticated },
  ...{ aliases: [], leftOut: [] },
});
const none = (kind: 'no-such-name' | 'no-such-record', isAuthenticated = false): Said => ({
  kind,
  isAuthenticated,
});
const silence: Said = { kind: 'unanswered', reason: 'timeout', text: '' };
const failure: Said = { kind: 'unanswered', reason: 'server-failed', text: 'SERVFAIL' };
const loop: Said = { kind: 'refused', reason: 'alias-loop', text: 'a, b' };

function agreed(...said: readonly Said[]): DnsAnswer<string> {
  const hearings = said.map((heard, index): Hearing<string> => ({ resolver: `192.0.2.${index + 1}`, heard }));
  return agree(hearings, { textOf: (text) => text, sameWhen: 'all' });
}

test.each<[why: string, said: readonly Said[], answer: object]>([
  ['nobody was asked', [], { kind: 'unanswered', reason: 'no-name-server' }],
  ['an answer beats silence', [silence, given(['a'])], { kind: 'found', dissent: [{ said: 'timeout' }] }],
  ['an answer beats a no', [none('no-such-name'), given(['a'])], { kind: 'found' }],
  [
    'what is proven goes first',
    [given(['a']), given(['b'], true)],
    { records: ['b'], dissent: [{ said: 'other-records', records: ['a'] }] },
  ],
  ['order is no difference', [given(['a', 'b']), given(['b', 'a'])], { dissent: [] }],
  ['more is', [given(['a']), given(['a', 'b'])], { dissent: [{ said: 'other-records' }] }],
  ['a circle beats a no', [none('no-such-name'), loop], { kind: 'refused' }],
  ['an answer beats a circle', [loop, given(['a'])], { kind: 'found', dissent: [{ said: 'odd-answer' }] }],
  [
    'all say no',
    [none('no-such-name'), none('no-such-name')],
    { kind: 'no-such-name', witnesses: 2, dissent: [] },
  ],
  [
    'the name is there for one',
    [none('no-such-name'), none('no-such-record')],
    { kind: 'no-such-record', witnesses: 1, dissent: [{ said: 'no-such-name' }] },
  ],
  [
    'one no beside silence',
    [none('no-such-name'), silence],
    { kind: 'unanswered', reason: 'timeout', text: '192.0.2.1: no-such-name; 192.0.2.2: timeout' },
  ],
  [
    'one no that is proven',
    [failure, none('no-such-name', true)],
    { kind: 'no-such-name', isAuthenticated: true },
  ],
  ['nobody says anything', [failure, silence], { kind: 'unanswered', reason: 'server-failed' }],
])('%s', (_why, said, answer) => {
  expect(agreed(...said)).toMatchObject(answer);
});

test('absence is never read out of silence, and records are never lost', () => {
  const anything = fc.constantFrom(
    given(['a']),
    given(['b'], true),
    none('no-such-name'),
    none('no-such-record'),
    silence,
    failure,
    loop,
  );
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 4 }), (said) => {
      const answer = agreed(...said);
      const kinds = said.map(({ kind }) => kind);
      if (kinds.includes('found')) return answer.kind === 'found';
      if (answer.kind === 'no-such-name' || answer.kind === 'no-such-record')
        return !kinds.includes('unanswered') && kinds.includes(answer.kind);
      return kinds.includes(answer.kind);
    }),
  );
});
