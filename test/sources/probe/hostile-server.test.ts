/** Servers that mean harm, or are broken as if they did: each gives a finding, little is read, nothing stays open. */
import { afterEach, describe, expect, test } from 'vitest';

import { judgeProbe, type ProbeJudgement } from '#mailflow/connector/probe/judge-probe.js';
import { PROBE_NOTES } from '#mailflow/connector/probe/probe-notes.js';
import type { ProbePath } from '#mailflow/connector/probe/probe-path.js';
import type { SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import { PROBE_DEADLINES, type SmtpQuestion } from '#mailflow/connector/probe/smtp-prober.js';
import { jsonText } from '#render/json-text.js';
import { safeText } from '#render/safe-text.js';
import { openMailAuthority } from '#simulator/smtp/mail-certificate.js';
import { type SmtpHost, startSmtpHost } from '#simulator/smtp/smtp-host.js';
import { type Say, type SmtpScript, smtpScript } from '#simulator/smtp/smtp-script.js';
import { REPLY_LIMITS } from '#sources/probe/reply-reader.js';
import { openSmtpProber } from '#sources/probe/smtp-prober.js';

import { impatientClock } from '../../fakes/impatient-clock.js';

const authority = openMailAuthority();
const NAME = 'mail.fabrikam.example';
const NOW = new Date('2026-06-02T17:30:00Z');
/** Node hands over so much at once. */
const PIECE_BYTES = 65_536;
/** Told apart by their length: the one that matters is over at once, the others never. */
const DEADLINES = { connectMs: 10_001, bannerMs: 35_002, replyMs: 35_003, wholeMs: 90_004 };
const PATH: ProbePath = {
  subject: `${NAME} [127.0.0.1]`,
  kind: 'mx',
  isNeeded: true,
  tls: { kind: 'trusted' },
  confirmedByDeferrals: false,
};
const VERBS = /^(?:EHLO [a-z0-9.-]+|STARTTLS|MAIL FROM:<>|RCPT TO:<probe@contoso\.example>|QUIT)$/;

let hosts: SmtpHost[] = [];
afterEach(async () => {
  for (const host of hosts) await host.close();
  hosts = [];
});

interface Run {
  readonly probe: SmtpProbe;
  readonly judgement: ProbeJudgement;
  readonly host: SmtpHost;
}

type Options = Partial<SmtpQuestion> & {
  /** In ms; which of the deadlines is over, and when. */
  readonly impatience?: { readonly deadlineMs: number; readonly isTime?: (host: SmtpHost) => boolean };
  readonly onPoint?: (point: string) => void;
  readonly signal?: AbortSignal;
};

async function probed(different: Partial<SmtpScript>, options: Options = {}): Promise<Run> {
  const { impatience, onPoint, signal = new AbortController().signal, ...question } = options;
  const script = smtpScript({ name: NAME, ...different });
  const host = await startSmtpHost(script, authority, onPoint);
  hosts.push(host);
  const clock = impatience && impatientClock(impatience.deadlineMs, () => impatience.isTime?.(host) ?? true);
  const prober = openSmtpProber({
    machineName: 'admin.contoso.example',
    caPem: authority.caPem,
    anyPort: true,
    ...(clock === undefined ? {} : { clock }),
  });
  const asked: SmtpQuestion = {
    name: NAME,
    address: host.address,
    port: host.port,
    security: script.tls === 'implicit' ? 'implicit' : 'starttls',
    stopAfter: 'rcpt',
    recipient: 'probe@contoso.example',
    deadlines: clock === undefined ? PROBE_DEADLINES : DEADLINES,
    ...question,
  };
  const probe = await prober.probe(asked, signal);
  const own = { ownNetworkOk: true, port25Open: true };
  const judgement = judgeProbe(probe, { port: 25, path: PATH, own, now: NOW });
  await expectGoodManners(host);
  expectShort(probe);
  expectHarmless(probe, judgement);
  return { probe, judgement, host };
}

/** Nothing but our six words, each a line of its own, over one connection that is gone afterwards. */
async function expectGoodManners(host: SmtpHost): Promise<void> {
  for (const { text } of host.lines) expect(text).toMatch(VERBS);
  expect(host.connections()).toBe(1);
  await expect.poll(host.openConnections).toBe(0);
}

/** Counted on our side and on theirs, where the system's own buffers come on top. */
function expectShort(probe: SmtpProbe): void {
  expect(probe.bytesRead).toBeLessThanOrEqual(REPLY_LIMITS.replyBytes + 2 * PIECE_BYTES);
  expect(jsonText(probe).length).toBeLessThan(100_000);
}

/** Remote text is evidence or advice, never a title; on its way out no byte of it can move a cursor. */
function expectHarmless(probe: SmtpProbe, { findings, gaps, reach }: ProbeJudgement): void {
  const titles = Object.values(PROBE_NOTES).map(({ title }) => title);
  for (const { title, subject, evidence, remedy } of findings) {
    expect(titles).toContain(title);
    expect(subject).toBe(PATH.subject);
    for (const line of [...evidence, remedy]) expect(safeText(line)).toMatch(PRINTABLE);
  }
  for (const { what, remedy } of gaps)
    for (const line of [what, remedy]) expect(safeText(line)).toMatch(PRINTABLE);
  expect(reach).toMatch(PRINTABLE);
  expect(reach).toContain('acceptance was not tested');
  expect(jsonText(probe)).toMatch(PRINTABLE);
}

const PRINTABLE =
  /^[\x20-\x7e\u00a0-\u200a\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\uf900-\ufdff\ufe70-\ufefe\uff01-\uffef\ufffd]*$/u;

const idsOf = ({ findings }: ProbeJudgement) => findings.map(({ id }) => id.replace('probe-', ''));

describe('a finding each', () => {
  const megabyte = Buffer.alloc(1_048_576, 'x');

  test.each<[why: string, script: Partial<SmtpScript>, finding: string]>([
    ['STARTTLS is not offered', { tls: 'absent' }, 'starttls-missing'],
    ['STARTTLS is overwritten', { tls: 'masked' }, 'starttls-stripped'],
    ['bytes stand behind the 220 of STARTTLS', { tls: 'injected' }, 'starttls-injection'],
    ["bytes come in place of the server's handshake", { tls: 'injected-later' }, 'tls-failed'],
    ['a byte too much within the handshake', { tls: 'injected-within' }, 'tls-failed'],
    ['no TLS comes after the 220', { tls: 'broken' }, 'tls-failed'],
    ['250 in place of 220 to STARTTLS', { starttls: '250 2.0.0 OK' }, 'wrong-code'],
    ['TLS 1.0', { newestTls: 'TLSv1' }, 'tls-old'],
    ['TLS 1.1', { newestTls: 'TLSv1.1' }, 'tls-old'],
    ['expired', { certificate: 'expired' }, 'certificate-expired'],
    ['not valid yet', { certificate: 'future' }, 'certificate-not-yet-valid'],
    ['another name', { certificate: 'wrong-name' }, 'certificate-name'],
    ['signed by itself', { certificate: 'self-signed' }, 'certificate-self-signed'],
    ['signed by nobody', { certificate: 'unknown-authority' }, 'certificate-untrusted'],
    [
      'escape sequences in the name of a certificate',
      { certificate: 'hostile-name' },
      'certificate-odd-name',
    ],
    ['a megabyte as greeting', { greeting: { bytes: megabyte } }, 'line-too-long'],
    ['a line without end', { greeting: { endless: 'x' } }, 'line-too-long'],
    ['NUL bytes without end', { greeting: { endless: '\0' } }, 'line-too-long'],
    ['continuation without end', { greeting: { endless: '220-wait\r\n' } }, 'endless-reply'],
    ['continuation without end at EHLO', { ehlo: { endless: '250-X\r\n' } }, 'endless-reply'],
    ['long lines without end', { ehlo: { endless: `250-${'x'.repeat(1500)}\r\n` } }, 'endless-reply'],
    ['continuation without end inside TLS', { secondEhlo: { endless: '250-X\r\n' } }, 'endless-reply'],
    ['a line without end at RCPT', { rcpt: { endless: 'x' } }, 'line-too-long'],
    ['NUL bytes in a greeting', { greeting: '220 mail\0\0\0 ESMTP' }, 'nul-bytes'],
    ['NUL bytes for a greeting', { greeting: '\0\0\0' }, 'not-smtp'],
    ['lines without carriage return', { greeting: { bytes: Buffer.from('220 mail\n') } }, 'bare-line-feeds'],
    ['Latin-1', { greeting: { bytes: Buffer.from('220 caf\u00e9\r\n', 'latin1') } }, 'eight-bit-bytes'],
    ['mixed codes in a greeting', { greeting: '220-mail\n554 No' }, 'mixed-codes'],
    ['mixed codes at EHLO', { ehlo: '250-mail\n550 No' }, 'mixed-codes'],
    ['two replies to one MAIL', { mail: '250 OK\n250 OK' }, 'unasked-bytes'],
    ['a web server', { greeting: 'HTTP/1.1 400 Bad Request' }, 'not-smtp'],
    ['250 as greeting', { greeting: '250 mail' }, 'wrong-code'],
    ['354 to RCPT', { rcpt: '354 Go on' }, 'wrong-code'],
    [
      'escape sequences in a refusal',
      { mail: '554 5.3.0 \u001b[2J\u001b]0;owned\u0007 gone' },
      'path-refuses',
    ],
    ['hung up before the greeting', { greeting: { drop: 'end' } }, 'no-banner'],
    ['hung up at EHLO', { ehlo: { drop: 'end' } }, 'path-closes'],
    ['reset at EHLO', { ehlo: { drop: 'reset' } }, 'path-closes'],
    ['hung up at STARTTLS', { starttls: { drop: 'end' } }, 'path-closes'],
    ['hung up at EHLO inside TLS', { secondEhlo: { drop: 'end' } }, 'path-closes'],
    ['hung up at MAIL', { mail: { drop: 'end' } }, 'path-closes'],
    ['reset at RCPT, without TLS', { tls: 'absent', rcpt: { drop: 'reset' } }, 'path-closes'],
    [
      '4xx at EHLO and the end',
      { ehlo: { last: '421 4.3.2 System not accepting network messages' } },
      'path-defers',
    ],
    [
      '4xx as greeting and the end',
      { greeting: { last: '421 4.3.2 Temporary server error. Please try again later ATTR2' } },
      'path-defers',
    ],
    ['5xx as greeting and the end', { greeting: { last: '554 5.3.0 Out of service' } }, 'path-refuses'],
  ])('%s', async (_why, script, finding) => {
    const { judgement } = await probed(script);
    expect(idsOf(judgement)).toContain(finding);
    expect(judgement.status).not.toBe(PASSING.includes(finding) ? 'fail' : 'pass');
  });

  const PASSING = ['bare-line-feeds', 'eight-bit-bytes'];
});

test('a sound server has none, however its replies are cut into packets', async () => {
  const { probe, judgement } = await probed({
    greeting: { drip: '220-mail\r\n220 ESMTP\r\n', everyMs: 0 },
    mail: { drip: '250 2.1.0 OK\r\n', everyMs: 0 },
  });
  expect(probe.end).toEqual({ kind: 'complete' });
  expect(judgement).toMatchObject({ status: 'pass', findings: [], gaps: [], proven: 'rcpt' });
});

test('a plain byte in a packet of its own behind the 220 is never read as if it came through TLS', async () => {
  const { probe, judgement } = await probed({ tls: 'injected-apart' });
  // Which of them depends on whether it comes before we begin the handshake.
  expect(['starttls-injection', 'tls-failed']).toContain(idsOf(judgement)[0]);
  expect(probe.phases.map(({ phase }) => phase)).not.toContain('second-ehlo');
  expect(judgement).toMatchObject({ status: 'fail', proven: 'ehlo' });
});

test('a reset before the greeting may come before we know that we are connected', async () => {
  const { judgement } = await probed({ greeting: { drop: 'reset' } });
  expect(['no-banner', 'path-unreachable']).toContain(idsOf(judgement)[0]);
});

describe('a server that takes its time', () => {
  test.each<[why: string, script: Partial<SmtpScript>, deadlineMs: number, finding: string]>([
    ['no greeting', { greeting: { silent: true } }, DEADLINES.bannerMs, 'no-banner'],
    ['no reply to EHLO', { ehlo: { silent: true } }, DEADLINES.replyMs, 'silence'],
    ['no reply to STARTTLS', { starttls: { silent: true } }, DEADLINES.replyMs, 'silence'],
    ['no reply to EHLO inside TLS', { secondEhlo: { silent: true } }, DEADLINES.replyMs, 'silence'],
    ['no reply to RCPT', { rcpt: { silent: true } }, DEADLINES.replyMs, 'silence'],
  ])('%s until the deadline: never called down, never passed', async (_why, script, deadlineMs, finding) => {
    // Phases before the silent one answer within a few milliseconds of real time, and no timer of theirs is left by then.
    let isSilent = false;
    const silentAt = Object.keys(script)[0];
    const pointOf: Record<string, string> = {
      greeting: 'greeting',
      ehlo: 'EHLO',
      starttls: 'STARTTLS',
      secondEhlo: 'EHLO',
      rcpt: 'RCPT',
    };
    const wanted = pointOf[silentAt ?? ''];
    let toCome = silentAt === 'secondEhlo' ? 2 : 1;
    const { probe, judgement, host } = await probed(script, {
      impatience: { deadlineMs, isTime: () => isSilent },
      onPoint: (point) => {
        if (point === wanted) toCome -= 1;
        isSilent ||= toCome === 0;
      },
    });
    expect(probe.phases.at(-1)?.trouble).toMatchObject({ reason: 'timeout', pendingBytes: 0 });
    expect(probe.phases.at(-1)?.tookMs).toBe(deadlineMs);
    expect(idsOf(judgement)).toContain(finding);
    expect(judgement).toMatchObject({ status: 'temperror', gaps: [{ reason: 'timeout' }] });
    expect(host.connections()).toBe(1);
  });

  test('one byte at a time is told from silence', async () => {
    const { probe, judgement } = await probed(
      { greeting: { drip: `220 ${'slow '.repeat(2000)}`, everyMs: 1 } },
      { impatience: { deadlineMs: DEADLINES.bannerMs, isTime: (host) => host.bytesSent() > 10 } },
    );
    expect(probe.phases.at(-1)).toMatchObject({ trouble: { reason: 'timeout' } });
    expect(probe.phases.at(-1)?.trouble?.pendingBytes).toBeGreaterThan(0);
    expect(idsOf(judgement)).toEqual(['trickle']);
  });

  test('all together may not take longer than the whole', async () => {
    const { probe } = await probed(
      { mail: { silent: true } },
      {
        deadlines: { ...DEADLINES, wholeMs: 20_005 },
        impatience: { deadlineMs: 20_005, isTime: (host) => host.lines.length > 3 },
      },
    );
    expect(probe.phases.at(-1)).toMatchObject({
      phase: 'mail',
      trouble: { reason: 'timeout' },
      tookMs: 20_005,
    });
  });
});

describe('whoever asks may stop at any point', () => {
  const silent: Say = { silent: true };

  test.each<[point: string, script: Partial<SmtpScript>, phase: string]>([
    ['greeting', { greeting: silent }, 'banner'],
    ['EHLO', { ehlo: silent }, 'ehlo'],
    ['STARTTLS', { starttls: silent }, 'starttls'],
    ['MAIL', { mail: silent }, 'mail'],
    ['RCPT', { rcpt: silent }, 'rcpt'],
    ['QUIT', { quit: silent }, 'quit'],
  ])('%s', async (point, script, phase) => {
    const controller = new AbortController();
    const { probe } = await probed(script, {
      signal: controller.signal,
      onPoint: (reached) => {
        if (reached === point) setImmediate(() => controller.abort());
      },
    });
    expect(probe.phases.at(-1)).toMatchObject({ phase, trouble: { reason: 'stopped' } });
  });
});

test('fifty endless servers at once take no more than their share each', async () => {
  const runs = await Promise.all(
    Array.from({ length: 50 }, () => probed({ greeting: { endless: '220-x\r\n' } })),
  );
  const total = runs.reduce((sum, { probe }) => sum + probe.bytesRead, 0);
  expect(total).toBeLessThanOrEqual(50 * (REPLY_LIMITS.replyBytes + 2 * PIECE_BYTES));
  for (const { host } of runs) expect(host.bytesSent()).toBeLessThan(32 * 1_048_576);
});
