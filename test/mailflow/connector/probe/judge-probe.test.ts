import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { judgeProbe, type ProbeCircumstances } from '#mailflow/connector/probe/judge-probe.js';
import { PROBE_NOTES } from '#mailflow/connector/probe/probe-notes.js';
import type { ProbePath } from '#mailflow/connector/probe/probe-path.js';
import type { ProbePhase, SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import type { CertificateFacts, TlsFacts } from '#mailflow/connector/probe/tls-facts.js';

import { answered, endedWith, SOUND_PHASES, soundProbe, tlsOf, troubled } from './probe-sample.js';

const NOW = new Date('2026-06-02T17:30:00Z');

const MX: ProbePath = {
  subject: 'mail.fabrikam.example [192.0.2.25]:25',
  kind: 'mx',
  isNeeded: true,
  tls: { kind: 'opportunistic' },
  confirmedByDeferrals: false,
};
const RELAY: ProbePath = { ...MX, kind: 'smart-host' };
const CONFIRMED: ProbePath = { ...RELAY, confirmedByDeferrals: true };
const NAMED: ProbePath = { ...MX, kind: 'named', isNeeded: false };
const OPEN = { ownNetworkOk: true, port25Open: true };

function at(path: ProbePath, more: Partial<ProbeCircumstances> = {}): ProbeCircumstances {
  return { port: 25, path, own: OPEN, now: NOW, ...more };
}

/** Status, findings as `level id`, and reasons of gaps. */
function judged(probe: SmtpProbe, circumstances: ProbeCircumstances) {
  const { status, findings, gaps } = judgeProbe(probe, circumstances);
  return [status, findings.map(({ level, id }) => `${level} ${id}`), gaps.map(({ reason }) => reason)];
}

const FAULT = '451 4.3.2 Temporary server error. Please try again later ATTR2';
const BANNED = '550 5.7.606 Access denied, banned sending IP [192.0.2.10]';

describe('a reply that ends a probe', () => {
  test.each<[why: string, last: ProbePhase, path: ProbePath, expected: unknown]>([
    [
      "a fault of Microsoft's at the edge, where a monitor that stops at TLS sees green",
      answered('rcpt', FAULT),
      MX,
      ['temperror', ['warning probe-path-defers'], []],
    ],
    [
      'the outage of January 2026 already at the greeting',
      answered(
        'banner',
        '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit',
      ),
      MX,
      ['temperror', ['warning probe-path-defers'], []],
    ],
    [
      'the same, which the trace confirms at a smart host that mail needs',
      answered('rcpt', FAULT),
      CONFIRMED,
      ['fail', ['critical probe-path-defers'], []],
    ],
    [
      'a refusal by an MX',
      answered('mail', '554 5.3.0 System broken'),
      MX,
      ['permerror', ['critical probe-path-refuses'], []],
    ],
    [
      'a refusal by a host that no mail needs',
      answered('banner', '554 5.3.0 System broken'),
      NAMED,
      ['permerror', ['warning probe-path-refuses'], []],
    ],
    ['our address is banned', answered('rcpt', BANNED), MX, ['temperror', [], ['own-address']]],
    [
      'our address is banned, at a host under suspicion',
      answered('rcpt', BANNED),
      CONFIRMED,
      ['temperror', [], ['own-address']],
    ],
    [
      'a public block list at the greeting',
      answered(
        'banner',
        '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
      ),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      'we are too many',
      answered('mail', '421 4.7.0 Too many connections'),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      'a limit for each source',
      answered(
        'banner',
        '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit',
      ),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      'first contact',
      answered('rcpt', '450 4.2.0 <a@contoso.example>: Recipient address rejected: Greylisted'),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      "a relay that admits Microsoft's addresses only",
      answered('rcpt', '554 5.7.1 <probe@contoso.example>: Relay access denied'),
      RELAY,
      ['temperror', [], ['admits-others']],
    ],
    [
      'the same for now',
      answered('rcpt', '454 4.7.1 <probe@contoso.example>: Relay access denied'),
      RELAY,
      ['temperror', [], ['admits-others']],
    ],
    [
      'a relay that refuses for its own reasons',
      answered('mail', '554 5.3.0 No'),
      RELAY,
      ['temperror', [], ['admits-others']],
    ],
    [
      'a relay that refuses Microsoft as well',
      answered('mail', '554 5.3.0 System broken'),
      CONFIRMED,
      ['permerror', ['critical probe-path-refuses'], []],
    ],
    [
      'a relay whose disk is full',
      answered('mail', '452 4.3.1 Insufficient system storage'),
      RELAY,
      ['temperror', ['warning probe-path-defers'], []],
    ],
    [
      'the probe recipient is unknown',
      answered('rcpt', '550 5.1.1 User unknown'),
      MX,
      ['temperror', [], ['probe-recipient']],
    ],
    [
      'the mailbox of the probe is full',
      answered('rcpt', '452 4.2.2 Mailbox full'),
      MX,
      ['temperror', [], ['probe-recipient']],
    ],
    [
      'a policy that only sounds like an unknown recipient',
      answered('rcpt', '550 5.7.1 <probe@contoso.example>: Recipient address rejected: Access denied'),
      MX,
      ['permerror', ['critical probe-path-refuses'], []],
    ],
    [
      'an access list that bars the host that we are',
      answered('rcpt', '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied'),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      'the name of this machine is not believed',
      answered('ehlo', '504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname'),
      MX,
      ['temperror', [], ['own-address']],
    ],
    [
      'a tenant that takes mail from its gateway only',
      answered(
        'rcpt',
        '550 5.7.51 TenantInboundAttribution; There is a partner connector configured that matched the recipient domain',
      ),
      MX,
      ['temperror', [], ['admits-others']],
    ],
    [
      'no EHLO at all',
      answered('ehlo', '502 5.5.1 Command not implemented'),
      MX,
      ['permerror', ['critical probe-path-refuses'], []],
    ],
    [
      'TLS is out of order for now',
      answered('starttls', '454 4.7.0 TLS not available due to local problem'),
      MX,
      ['temperror', ['warning probe-path-defers'], []],
    ],
    [
      'another code than 220 to STARTTLS',
      answered('starttls', '250 OK'),
      MX,
      ['fail', ['critical probe-wrong-code'], []],
    ],
    [
      'another code than 220 as greeting',
      answered('banner', '250 OK'),
      NAMED,
      ['warn', ['warning probe-wrong-code'], []],
    ],
  ])('%s', (_why, last, path, expected) => {
    expect(judged(endedWith(last), at(path))).toEqual(expected);
  });

  test('names code, side and reply as evidence, and the cure that the rule of the bounce knows', () => {
    const { findings, verdict } = judgeProbe(endedWith(answered('rcpt', FAULT)), at(MX));
    expect(verdict).toMatchObject({
      replyCode: 451,
      enhancedStatus: '4.3.2',
      party: 'service',
      state: 'deferred',
    });
    expect(findings[0]?.evidence).toEqual([
      `To RCPT it says: ${FAULT}`,
      'Reason: service-error; side: service.',
    ]);
    expect(findings[0]?.remedy).toMatch(/do not resend\.$/);
    expect(findings[0]).toMatchObject({ subject: MX.subject, source: 'probe' });
  });
});

describe('a phase without its reply', () => {
  const SHUT = { ownNetworkOk: true, port25Open: null };

  test.each<[why: string, last: ProbePhase, circumstances: ProbeCircumstances, expected: unknown]>([
    ['a timeout at a smart host', troubled('connect', 'timeout'), at(RELAY), ['temperror', [], ['timeout']]],
    [
      'a refused connection at a smart host',
      troubled('connect', 'refused'),
      at(RELAY),
      ['temperror', [], ['unreachable']],
    ],
    [
      'the same where the trace says so too',
      troubled('connect', 'timeout'),
      at(CONFIRMED),
      ['fail', ['critical probe-path-unreachable'], []],
    ],
    [
      'an MX while the way out is open',
      troubled('connect', 'refused'),
      at(MX),
      ['fail', ['critical probe-path-unreachable'], []],
    ],
    [
      'an MX while nobody knows',
      troubled('connect', 'refused'),
      at(MX, { own: SHUT }),
      ['temperror', [], ['unreachable']],
    ],
    [
      'an MX on another port, for which no port 25 is needed',
      troubled('connect', 'timeout'),
      at(MX, { own: SHUT, port: 587 }),
      ['fail', ['critical probe-path-unreachable'], []],
    ],
    [
      'a host that no mail needs',
      troubled('connect', 'unreachable'),
      at(NAMED),
      ['warn', ['warning probe-path-unreachable'], []],
    ],
    [
      'no route out of this machine',
      troubled('connect', 'own-network'),
      at(CONFIRMED),
      ['temperror', [], ['own-network']],
    ],
    ['our time was up', troubled('ehlo', 'stopped'), at(MX), ['temperror', [], ['timeout']]],
    [
      'no greeting for half a minute',
      troubled('banner', 'timeout'),
      at(MX),
      ['temperror', ['warning probe-no-banner'], ['timeout']],
    ],
    [
      'hung up before the greeting',
      troubled('banner', 'closed'),
      at(MX),
      ['fail', ['critical probe-no-banner'], []],
    ],
    [
      'a relay that hangs up on strangers',
      troubled('banner', 'closed'),
      at(RELAY),
      ['temperror', ['warning probe-no-banner'], ['unreachable']],
    ],
    [
      'one byte a second',
      troubled('banner', 'timeout', { pendingBytes: 30 }),
      at(MX),
      ['temperror', ['warning probe-trickle'], ['timeout']],
    ],
    [
      'a tarpit in the middle',
      troubled('rcpt', 'timeout'),
      at(MX),
      ['temperror', ['warning probe-silence'], ['timeout']],
    ],
    [
      'a tarpit that Microsoft meets as well',
      troubled('rcpt', 'timeout'),
      at(CONFIRMED),
      ['fail', ['critical probe-silence'], []],
    ],
    [
      'hung up in the middle',
      troubled('mail', 'closed'),
      at(MX),
      ['fail', ['critical probe-path-closes'], []],
    ],
    ['no SMTP', troubled('banner', 'not-smtp'), at(MX), ['fail', ['critical probe-not-smtp'], []]],
    [
      'no SMTP, seen from outside',
      troubled('banner', 'not-smtp'),
      at(RELAY),
      ['warn', ['warning probe-not-smtp'], []],
    ],
    [
      'a megabyte without an end',
      troubled('banner', 'line-too-long'),
      at(MX),
      ['fail', ['critical probe-line-too-long'], []],
    ],
    [
      'endless continuation',
      troubled('ehlo', 'too-many-lines'),
      at(MX),
      ['fail', ['critical probe-endless-reply'], []],
    ],
    [
      'more than 64 KiB',
      troubled('ehlo', 'reply-too-long'),
      at(MX),
      ['fail', ['critical probe-endless-reply'], []],
    ],
    ['mixed codes', troubled('mail', 'mixed-codes'), at(MX), ['fail', ['critical probe-mixed-codes'], []]],
    [
      'a reply too many',
      troubled('mail', 'unasked-bytes'),
      at(MX),
      ['fail', ['critical probe-unasked-bytes'], []],
    ],
    [
      'bytes behind STARTTLS, where nobody insists on TLS',
      troubled('starttls', 'injection'),
      at(MX),
      ['warn', ['warning probe-starttls-injection'], []],
    ],
    [
      'bytes behind STARTTLS, where the connector does',
      troubled('starttls', 'injection'),
      at({ ...RELAY, tls: { kind: 'encrypted' } }),
      ['fail', ['critical probe-starttls-injection'], []],
    ],
    ['no handshake', troubled('tls', 'tls-failed'), at(MX), ['warn', ['warning probe-tls-failed'], []]],
    [
      'no handshake, where the connector insists',
      troubled('tls', 'closed'),
      at({ ...MX, tls: { kind: 'trusted' } }),
      ['fail', ['critical probe-tls-failed'], []],
    ],
    [
      'a handshake without an end',
      troubled('tls', 'timeout'),
      at(MX),
      ['temperror', ['warning probe-tls-failed'], ['timeout']],
    ],
  ])('%s', (_why, last, circumstances, expected) => {
    expect(judged(endedWith(last), circumstances)).toEqual(expected);
  });
});

describe('our own trouble', () => {
  const unreached = endedWith(troubled('connect', 'timeout'));

  test.each<[why: string, probe: SmtpProbe, circumstances: ProbeCircumstances, expected: unknown]>([
    [
      'no network here',
      unreached,
      at(CONFIRMED, { own: { ownNetworkOk: false, port25Open: null } }),
      ['skipped', [], ['own-network']],
    ],
    [
      'no network here, whatever the probe seems to have seen',
      endedWith(answered('banner', '554 5.3.0 No')),
      at(MX, { own: { ownNetworkOk: false, port25Open: true } }),
      ['skipped', [], ['own-network']],
    ],
    [
      'port 25 is shut here',
      unreached,
      at(CONFIRMED, { own: { ownNetworkOk: true, port25Open: false } }),
      ['skipped', [], ['port-25-shut']],
    ],
    [
      'port 25 is shut, and another was probed',
      unreached,
      at(MX, { port: 587, own: { ownNetworkOk: true, port25Open: false } }),
      ['fail', ['critical probe-path-unreachable'], []],
    ],
    [
      'port 25 is shut but for this very relay',
      endedWith(answered('mail', '452 4.3.1 Insufficient system storage')),
      at(RELAY, { own: { ownNetworkOk: true, port25Open: false } }),
      ['temperror', ['warning probe-path-defers'], []],
    ],
    [
      'a value that may not reach a socket',
      soundProbe({ phases: [], end: { kind: 'not-asked', why: 'The port is no number from 1 to 65535.' } }),
      at(MX),
      ['skipped', [], ['not-asked']],
    ],
  ])('%s', (_why, probe, circumstances, expected) => {
    expect(judged(probe, circumstances)).toEqual(expected);
  });
});

describe('TLS', () => {
  const ENCRYPTED: ProbePath = { ...RELAY, tls: { kind: 'encrypted' } };
  const TRUSTED: ProbePath = { ...RELAY, tls: { kind: 'trusted' } };
  const FOR_DOMAIN: ProbePath = { ...RELAY, tls: { kind: 'named', domain: '*.fabrikam.example' } };
  const seen = (tls: Partial<TlsFacts> = {}, certificate: Partial<CertificateFacts> = {}): SmtpProbe =>
    soundProbe({ tls: { kind: 'established', facts: tlsOf(tls, certificate) } });
  const expired = seen(
    { chainCheck: { kind: 'out-of-date', code: 'CERT_HAS_EXPIRED' } },
    { validTo: new Date('2026-06-02T17:29:59Z') },
  );
  const selfSigned = seen(
    { chainCheck: { kind: 'untrusted', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } },
    { isSelfSigned: true },
  );
  const unknownAuthority = seen({
    chainCheck: { kind: 'untrusted', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  });
  const otherName = seen({ nameCheck: 'differs' }, { names: ['other.example'], subject: 'CN=other.example' });
  const absent = soundProbe({ tls: { kind: 'not-offered', masked: null } });
  const masked = soundProbe({ tls: { kind: 'not-offered', masked: 'XXXXXXXA' } });

  test.each<[why: string, probe: SmtpProbe, path: ProbePath, expected: unknown]>([
    ['all is well', soundProbe(), TRUSTED, []],
    ['not offered, and nobody insists', absent, RELAY, ['warning probe-starttls-missing']],
    ['not offered to a connector that insists', absent, ENCRYPTED, ['critical probe-starttls-missing']],
    [
      'not offered to a connector that no mail needs',
      absent,
      { ...ENCRYPTED, isNeeded: false },
      ['warning probe-starttls-missing'],
    ],
    ['stripped on the way', masked, RELAY, ['warning probe-starttls-stripped']],
    [
      'stripped on the way to a connector that insists',
      masked,
      ENCRYPTED,
      ['critical probe-starttls-stripped'],
    ],
    ['TLS 1.0', seen({ protocol: 'TLSv1' }), RELAY, ['warning probe-tls-old']],
    [
      'TLS 1.1 with a connector that insists',
      seen({ protocol: 'TLSv1.1' }),
      ENCRYPTED,
      ['critical probe-tls-old'],
    ],
    ['TLS 1.2', seen({ protocol: 'TLSv1.2' }), TRUSTED, []],
    ['expired, and nobody looks', expired, ENCRYPTED, ['warning probe-certificate-expired']],
    ['expired, and the connector looks', expired, TRUSTED, ['critical probe-certificate-expired']],
    [
      'not valid yet',
      seen(
        { chainCheck: { kind: 'out-of-date', code: 'CERT_NOT_YET_VALID' } },
        { validFrom: new Date('2026-06-03T00:00:00Z') },
      ),
      TRUSTED,
      ['critical probe-certificate-not-yet-valid'],
    ],
    [
      'one above it is out of date',
      seen({ chainCheck: { kind: 'out-of-date', code: 'CERT_HAS_EXPIRED' } }),
      TRUSTED,
      ['critical probe-certificate-chain-out-of-date'],
    ],
    [
      'less than 21 days left',
      seen({}, { validTo: new Date('2026-06-23T17:29:59Z') }),
      TRUSTED,
      ['warning probe-certificate-expires-soon'],
    ],
    ['21 days left', seen({}, { validTo: new Date('2026-06-23T17:30:00Z') }), TRUSTED, []],
    [
      'dates that cannot be read are no finding by themselves',
      seen({}, { validTo: null, validFrom: null }),
      TRUSTED,
      [],
    ],
    ['signed by itself, and nobody looks', selfSigned, ENCRYPTED, ['info probe-certificate-self-signed']],
    [
      'signed by itself, and the connector looks',
      selfSigned,
      TRUSTED,
      ['critical probe-certificate-self-signed'],
    ],
    ['an authority that nobody knows', unknownAuthority, RELAY, ['info probe-certificate-untrusted']],
    [
      'an authority that nobody knows, and the connector looks',
      unknownAuthority,
      TRUSTED,
      ['critical probe-certificate-untrusted'],
    ],
    ['no certificate', seen({ certificate: null }), TRUSTED, ['critical probe-certificate-missing']],
    ['another name', otherName, TRUSTED, ['warning probe-certificate-name']],
    ['another name than TlsDomain', otherName, FOR_DOMAIN, ['critical probe-certificate-name']],
    ['another host name, but TlsDomain', seen({ nameCheck: 'differs' }), FOR_DOMAIN, []],
    ['TlsDomain in the subject alone', seen({}, { names: [], nameCount: 0 }), FOR_DOMAIN, []],
    [
      'TlsDomain may be among the names that were not kept',
      seen({}, { names: ['other.example'], nameCount: 1500, subject: '' }),
      FOR_DOMAIN,
      ['warning probe-certificate-name'],
    ],
    [
      'a name that is written for terminals',
      seen({}, { names: ['mail.fabrikam.example', 'x\u001b[2J.example'], nameCount: 2 }),
      TRUSTED,
      ['warning probe-certificate-odd-name'],
    ],
    [
      'a subject that is written for terminals, as Node spells it',
      seen({}, { subject: 'C=DE\nCN=mail\\1B[2J' }),
      TRUSTED,
      ['warning probe-certificate-odd-name'],
    ],
    [
      'letters of other scripts are none',
      seen({}, { subject: 'C=GR\nO=\u0395\u03bb\u03bb\u03ac\u03b4\u03b1' }),
      TRUSTED,
      [],
    ],
    ['only an address was known', seen({ nameCheck: 'no-name' }), TRUSTED, []],
  ])('%s', (_why, probe, path, expected) => {
    expect(judgeProbe(probe, at(path)).findings.map(({ level, id }) => `${level} ${id}`)).toEqual(expected);
  });
});

describe('manners that end nothing', () => {
  test.each<[why: string, probe: SmtpProbe, expected: unknown]>([
    [
      'NUL bytes',
      soundProbe({ oddities: [{ kind: 'nul-bytes', phase: 'banner' }] }),
      ['warn', ['warning probe-nul-bytes'], []],
    ],
    [
      'bare line feeds',
      soundProbe({ oddities: [{ kind: 'bare-line-feeds', phase: 'ehlo' }] }),
      ['pass', ['info probe-bare-line-feeds'], []],
    ],
    [
      'a greeting after five seconds',
      soundProbe({
        phases: SOUND_PHASES.map((phase) => (phase.phase === 'banner' ? { ...phase, tookMs: 5000 } : phase)),
      }),
      ['pass', ['info probe-slow-answers'], []],
    ],
    [
      'a greeting just before that',
      soundProbe({
        phases: SOUND_PHASES.map((phase) => (phase.phase === 'banner' ? { ...phase, tookMs: 4999 } : phase)),
      }),
      ['pass', [], []],
    ],
  ])('%s', (_why, probe, expected) => {
    expect(judged(probe, at(MX))).toEqual(expected);
  });
});

describe('how far reach is proven', () => {
  test.each<[probe: SmtpProbe, proven: string | null, reach: string]>([
    [endedWith(troubled('connect', 'timeout')), null, 'No reach is proven; acceptance was not tested.'],
    [endedWith(troubled('banner', 'timeout')), 'connect', 'Reach is proven up to the connection; acceptance'],
    [endedWith(answered('ehlo', '421 4.3.2 No')), 'banner', 'Reach is proven up to the greeting; acceptance'],
    [endedWith(troubled('tls', 'tls-failed')), 'ehlo', 'Reach is proven up to EHLO; acceptance'],
    [endedWith(answered('mail', FAULT)), 'tls', 'Reach is proven up to the TLS session; acceptance'],
    [
      endedWith(answered('rcpt', FAULT)),
      'mail',
      'Reach is proven up to MAIL with the null sender; acceptance',
    ],
    [soundProbe(), 'rcpt', 'Reach is proven up to RCPT with the probe recipient; acceptance'],
  ])('%#', (probe, proven, reach) => {
    const judgement = judgeProbe(probe, at(MX));
    expect(judgement.proven).toBe(proven);
    expect(judgement.reach).toContain(reach);
    expect(judgement.reach).toContain('acceptance was not tested');
  });
});

describe('any reply at all', () => {
  const digits = fc.integer({ min: 200, max: 599 });
  const text = fc.string({ unit: 'binary', maxLength: 400 });
  const path = fc.constantFrom(MX, RELAY, CONFIRMED, NAMED);
  const phase = fc.constantFrom('banner', 'ehlo', 'starttls', 'second-ehlo', 'mail', 'rcpt');

  test('is judged without a throw, never passes, and a failure is either a finding or a gap', () => {
    fc.assert(
      fc.property(digits, text, path, phase, (code, words, where, when) => {
        if (when.endsWith('ehlo') && code === 250) return;
        const { status, findings, gaps } = judgeProbe(
          endedWith(answered(when, `${code} ${words}`)),
          at(where),
        );
        expect(findings.length + gaps.length).toBeGreaterThan(0);
        expect(status).not.toBe('pass');
        for (const { id, remedy, evidence } of findings) {
          expect(Object.keys(PROBE_NOTES)).toContain(id.replace('probe-', ''));
          expect(remedy).not.toBe('');
          expect(evidence.join('').length).toBeLessThan(1000);
        }
      }),
    );
  });

  test('at a smart host that nothing else accuses is never critical', () => {
    fc.assert(
      fc.property(digits, text, phase, (code, words, when) => {
        const { findings } = judgeProbe(endedWith(answered(when, `${code} ${words}`)), at(RELAY));
        expect(findings.filter(({ level }) => level === 'critical')).toEqual([]);
      }),
    );
  });
});
