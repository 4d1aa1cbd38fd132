/** What names, TLSA records and policies mean. A row each: what was seen, what comes of it, and why. */
import { afterAll, describe, expect, test } from 'vitest';

import type { DnsJudgement } from '#mailflow/connector/dns/dns-judgement.js';
import { DNS_NOTES } from '#mailflow/connector/dns/dns-notes.js';
import { judgeDane } from '#mailflow/connector/dns/judge-dane.js';
import { isListed, judgeMtaSts, type StsHost } from '#mailflow/connector/dns/judge-mta-sts.js';
import { judgeAddresses, judgeMailHosts } from '#mailflow/connector/dns/judge-names.js';
import type { DnsAnswer, HostAddress, MailHostsAnswer } from '#mailflow/connector/dns/mail-dns.js';
import { mailHostsByDomain } from '#mailflow/connector/dns/mail-hosts-by-domain.js';
import type { MtaStsAnswer, MtaStsPolicy } from '#mailflow/connector/dns/mta-sts-policy.js';
import type { TlsaRecord } from '#mailflow/connector/dns/tlsa-record.js';
import type { TlsFacts, TlsSight } from '#mailflow/connector/probe/tls-facts.js';

import { tlsOf } from '../probe/probe-sample.js';
import { absent, found, linkOf, tlsa, unanswered } from './dns-sample.js';

const HOST = 'mail.fabrikam.example';
const DOMAIN = 'fabrikam.example';
const NOW = new Date('2026-06-02T17:30:00Z');

/** In one line: status, then findings, then gaps. */
function told({ status, findings, gaps }: DnsJudgement): string {
  const words = [
    ...findings.map(({ level, id }) => `${level} ${id}`),
    ...gaps.map(({ reason }) => `gap ${reason}`),
  ];
  return [status, ...words].join(', ');
}

const ids = new Set<string>();
function noted(judgement: DnsJudgement): DnsJudgement {
  for (const { id, evidence, remedy, source, subject } of judgement.findings) {
    ids.add(id);
    expect([source, subject !== '', evidence.length > 0, remedy !== '']).toEqual(['dns', true, true, true]);
    for (const sentence of evidence) expect(sentence).toMatch(/\.$/);
  }
  for (const { what, remedy } of judgement.gaps) expect([what, remedy]).not.toContain('');
  return judgement;
}

describe('the addresses of a host', () => {
  const GOOD: HostAddress = { address: '192.0.2.25', family: 4 };
  const barred = { text: '10.0.0.5', why: 'barred-address', range: 'private use' } as const;
  const other = { resolver: '192.0.2.53', said: 'other-records', records: ['198.51.100.7'] } as const;

  test.each<[why: string, answer: DnsAnswer<HostAddress>, needed: string, other: string]>([
    ['found', found([GOOD]), 'pass', 'pass'],
    [
      'one of them leads inside',
      found([GOOD], { leftOut: [barred] }),
      'warn, warning dns-address-barred',
      'warn, warning dns-address-barred',
    ],
    [
      'resolvers differ',
      found([GOOD], { dissent: [other] }),
      'pass, info dns-resolvers-disagree',
      'pass, info dns-resolvers-disagree',
    ],
    [
      'one is silent',
      found([GOOD], { dissent: [{ resolver: '192.0.2.53', said: 'timeout', records: [] }] }),
      'pass',
      'pass',
    ],
    [
      'all say that it is not there',
      absent('no-such-name'),
      'fail, critical dns-name-missing',
      'warn, warning dns-name-missing',
    ],
    [
      'one alone says so',
      absent('no-such-name', { witnesses: 1 }),
      'warn, warning dns-name-missing',
      'warn, warning dns-name-missing',
    ],
    [
      'one alone, and proves it',
      absent('no-such-name', { witnesses: 1, isAuthenticated: true }),
      'fail, critical dns-name-missing',
      'warn, warning dns-name-missing',
    ],
    [
      'it has no address',
      absent('no-such-record'),
      'fail, critical dns-address-missing',
      'warn, warning dns-address-missing',
    ],
    ['silence', unanswered('timeout'), 'temperror, gap timeout', 'temperror, gap timeout'],
    [
      'SERVFAIL',
      unanswered('server-failed', 'SERVFAIL'),
      'temperror, gap server-failed',
      'temperror, gap server-failed',
    ],
    ['our own DNS', unanswered('no-name-server'), 'temperror, gap unreachable', 'temperror, gap unreachable'],
    [
      'leads inside',
      { kind: 'refused', reason: 'barred-address', text: '10.0.0.5 (private use)' },
      'fail, critical dns-address-barred',
      'warn, warning dns-address-barred',
    ],
    [
      'leads in a circle',
      { kind: 'refused', reason: 'alias-loop', text: 'a, b' },
      'fail, critical dns-alias-loop',
      'warn, warning dns-alias-loop',
    ],
    [
      'no name',
      { kind: 'refused', reason: 'no-host-name', text: 'a b' },
      'fail, critical dns-name-odd',
      'warn, warning dns-name-odd',
    ],
  ])('%s', (_why, answer, needed, otherwise) => {
    expect(told(noted(judgeAddresses(answer, { subject: HOST, isNeeded: true })))).toBe(needed);
    expect(told(noted(judgeAddresses(answer, { subject: HOST, isNeeded: false })))).toBe(otherwise);
  });
});

describe('the mail hosts of a domain', () => {
  const MX = { host: HOST, preference: 10 };
  test.each<[why: string, answer: MailHostsAnswer, expected: string]>([
    ['found', found([MX]), 'pass'],
    [
      'one is no name',
      found([MX], { leftOut: [{ text: '', why: 'no-host-name', range: null }] }),
      'warn, warning dns-name-odd',
    ],
    ['takes no mail', { kind: 'takes-no-mail', isAuthenticated: false }, 'fail, critical dns-mail-refused'],
    ['no record', absent('no-such-record'), 'warn, warning dns-mail-hosts-missing'],
    ['no domain', absent('no-such-name'), 'fail, critical dns-name-missing'],
    ['silence', unanswered('timeout'), 'temperror, gap timeout'],
    ['a circle', { kind: 'refused', reason: 'too-many-aliases', text: 'a' }, 'fail, critical dns-alias-loop'],
  ])('%s', (_why, answer, expected) => {
    expect(told(noted(judgeMailHosts(answer, { subject: DOMAIN, isNeeded: true })))).toBe(expected);
  });

  test('for the lint: by domain, and silence is not absence', () => {
    const answers = new Map<string, MailHostsAnswer>([
      [
        'Contoso.example',
        found([
          { host: 'mx1.contoso.example', preference: 1 },
          { host: 'mx2.contoso.example', preference: 2 },
        ]),
      ],
      ['bare.example', absent('no-such-record')],
      ['gone.example', absent('no-such-name')],
      ['null.example', { kind: 'takes-no-mail', isAuthenticated: true }],
      ['silent.example', unanswered('timeout')],
      ['loop.example', { kind: 'refused', reason: 'alias-loop', text: '' }],
    ]);
    expect([...(mailHostsByDomain(answers) ?? [])]).toEqual([
      ['contoso.example', ['mx1.contoso.example', 'mx2.contoso.example']],
      ['bare.example', ['bare.example']],
      ['gone.example', []],
      ['null.example', []],
    ]);
    expect(mailHostsByDomain(new Map([['silent.example', unanswered('timeout')]]))).toBeNull();
  });
});

const LINK = linkOf('a');
const sightOf = (different: Partial<TlsFacts> = {}): TlsSight => ({
  kind: 'established',
  facts: tlsOf(different, { chain: [LINK] }),
});
const NOT_OFFERED: TlsSight = { kind: 'not-offered', masked: null };

describe('DANE', () => {
  const GOOD = tlsa(`3 1 1 ${LINK.publicKeySha256}`);
  const BAD = tlsa(`3 1 1 ${'9'.repeat(64)}`);
  const proven = (...records: readonly TlsaRecord[]) => found(records, { isAuthenticated: true });
  const MISMATCH = 'fail, critical dns-dane-mismatch';
  const NO_TLS = 'fail, critical dns-dane-no-tls';

  test.each<[why: string, answer: DnsAnswer<TlsaRecord>, tls: TlsSight, expected: string]>([
    ['not in use', absent('no-such-name'), sightOf(), 'skipped'],
    ['no record for this port', absent('no-such-record'), NOT_OFFERED, 'skipped'],
    ['matches', proven(GOOD), sightOf(), 'pass'],
    ['one of two matches', proven(BAD, GOOD), sightOf(), 'pass'],
    [
      'an untrusted chain is no fault here',
      proven(GOOD),
      sightOf({ chainCheck: { kind: 'untrusted', code: 'X' } }),
      'pass',
    ],
    ['none matches', proven(BAD), sightOf(), MISMATCH],
    ['no certificate', proven(GOOD), sightOf({ certificate: null }), MISMATCH],
    ['no TLS', proven(GOOD), NOT_OFFERED, NO_TLS],
    [
      'no TLS, and records that cannot be used: TLS is a must all the same',
      proven(tlsa(`1 1 1 ${LINK.publicKeySha256}`)),
      NOT_OFFERED,
      NO_TLS,
    ],
    ['STARTTLS refused', proven(GOOD), { kind: 'refused' }, NO_TLS],
    ['the handshake fails', proven(GOOD), { kind: 'failed', code: 'X' }, NO_TLS],
    ['bytes are injected', proven(GOOD), { kind: 'injected' }, NO_TLS],
    [
      'records that cannot be used',
      proven(tlsa(`1 1 1 ${LINK.publicKeySha256}`)),
      sightOf(),
      'warn, warning dns-dane-unusable',
    ],
    ['one that cannot be used beside a wrong one', proven(tlsa('0 0 0 aa'), BAD), sightOf(), MISMATCH],
    ['not proven, and wrong', found([BAD]), sightOf(), 'temperror, gap not-authenticated'],
    ['not proven, and right', found([GOOD]), sightOf(), 'temperror, gap not-authenticated'],
    [
      'SERVFAIL: a sender would put mail off',
      unanswered('server-failed', 'SERVFAIL'),
      sightOf(),
      'temperror, gap server-failed',
    ],
    ['silence', unanswered('timeout'), sightOf(), 'temperror, gap timeout'],
    ['a circle', { kind: 'refused', reason: 'alias-loop', text: 'a' }, sightOf(), 'temperror, gap protocol'],
    ['not probed so far', proven(GOOD), { kind: 'not-seen' }, 'temperror, gap not-probed'],
    ['an authority that is not sent', proven(tlsa('2 0 0 3082')), sightOf(), 'temperror, gap not-seen'],
  ])('%s', (_why, answer, tls, expected) => {
    const circumstances = { subject: HOST, hosts: [HOST], domain: DOMAIN, now: NOW };
    const judge = (isWayAuthenticated: boolean, isNeeded: boolean): string =>
      told(noted(judgeDane(answer, tls, { ...circumstances, isWayAuthenticated, isNeeded })));
    expect(judge(true, true)).toBe(expected);
    const milder = expected.replace('fail, critical', 'warn, warning');
    expect([judge(false, true), judge(true, false)]).toEqual([milder, milder]);
  });
});

describe('MTA-STS', () => {
  const policyOf = (different: Partial<MtaStsPolicy> = {}): MtaStsAnswer => ({
    kind: 'policy',
    policyId: '1',
    policy: { mode: 'enforce', mxPatterns: [HOST, '*.mx.example'], maxAgeSeconds: 604_800, ...different },
  });
  const good: StsHost = { host: HOST, tls: sightOf() };
  const strange: StsHost = { host: 'old.fabrikam.example', tls: sightOf() };
  const withTls = (tls: TlsSight | null): StsHost => ({ host: HOST, tls });

  test.each<[why: string, answer: MtaStsAnswer, hosts: readonly StsHost[], expected: string]>([
    ['not in use', { kind: 'none' }, [withTls(NOT_OFFERED)], 'skipped'],
    ['withdrawn', policyOf({ mode: 'none' }), [withTls(NOT_OFFERED)], 'skipped'],
    [
      'cannot be told',
      { kind: 'unanswered', part: 'policy', text: 'ETIMEDOUT' },
      [good],
      'temperror, gap unreachable',
    ],
    [
      'cannot be used',
      { kind: 'unusable', reason: 'policy-status', text: 'status 404' },
      [good],
      'warn, warning dns-mta-sts-unusable',
    ],
    ['holds', policyOf(), [good], 'pass'],
    ['a host that is not listed, alone', policyOf(), [strange], 'fail, critical dns-mta-sts-host'],
    ['the same beside a good one', policyOf(), [good, strange], 'warn, warning dns-mta-sts-host'],
    ['the same while testing', policyOf({ mode: 'testing' }), [strange], 'warn, warning dns-mta-sts-host'],
    ['no TLS', policyOf(), [withTls(NOT_OFFERED)], 'fail, critical dns-mta-sts-tls'],
    ['STARTTLS refused', policyOf(), [withTls({ kind: 'refused' })], 'fail, critical dns-mta-sts-tls'],
    ['injected', policyOf(), [withTls({ kind: 'injected' })], 'fail, critical dns-mta-sts-tls'],
    ['no handshake', policyOf(), [withTls({ kind: 'failed', code: 'X' })], 'fail, critical dns-mta-sts-tls'],
    [
      'another name',
      policyOf(),
      [withTls(sightOf({ nameCheck: 'differs' }))],
      'fail, critical dns-mta-sts-tls',
    ],
    [
      'nobody trusts it',
      policyOf(),
      [withTls(sightOf({ chainCheck: { kind: 'untrusted', code: 'X' } }))],
      'fail, critical dns-mta-sts-tls',
    ],
    [
      'out of date',
      policyOf(),
      [withTls(sightOf({ chainCheck: { kind: 'out-of-date', code: 'X' } }))],
      'fail, critical dns-mta-sts-tls',
    ],
    ['not probed', policyOf(), [withTls(null)], 'temperror, gap not-probed'],
    ['not seen', policyOf(), [withTls({ kind: 'not-seen' })], 'temperror, gap not-probed'],
  ])('%s', (_why, answer, hosts, expected) => {
    const judge = (isNeeded: boolean): string =>
      told(noted(judgeMtaSts(answer, { domain: DOMAIN, hosts, isNeeded })));
    expect(judge(true)).toBe(expected);
    expect(judge(false)).toBe(expected.replace('fail, critical', 'warn, warning'));
  });

  test.each<[host: string, isOn: boolean, why: string]>([
    [HOST, true, 'by name'],
    ['MAIL.fabrikam.example.', true, 'in any writing'],
    ['a.mx.example', true, 'by a wildcard'],
    ['a.b.mx.example', false, 'which stands for one label'],
    ['mx.example', false, 'and never for none'],
    ['amx.example', false, 'nor for a part of one'],
  ])('%s listed: %s, %s', (host, isOn) => {
    const answer = policyOf();
    expect(answer.kind === 'policy' && isListed(answer.policy, host)).toBe(isOn);
  });
});

afterAll(() => {
  expect([...ids].toSorted()).toEqual(
    Object.keys(DNS_NOTES)
      .map((id) => `dns-${id}`)
      .toSorted(),
  );
});
