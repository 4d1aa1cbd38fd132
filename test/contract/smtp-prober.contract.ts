/** What every prober promises, whoever it talks to. One suite, run against a scripted host and against a real server. */
import { createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { judgeProbe } from '#mailflow/connector/probe/judge-probe.js';
import type { ProbePath } from '#mailflow/connector/probe/probe-path.js';
import type { PhaseName, SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import {
  PROBE_DEADLINES,
  type SmtpProber,
  type SmtpQuestion,
  type StopPoint,
} from '#mailflow/connector/probe/smtp-prober.js';

export const HOST = 'mail.fabrikam.example';
export const RECIPIENTS = {
  accepted: 'probe@contoso.example',
  deferred: 'deferred@contoso.example',
  refused: 'refused@contoso.example',
} as const;
export const ACCESS = {
  [RECIPIENTS.deferred]: '451 4.3.2 Temporary server error. Please try again later',
  [RECIPIENTS.refused]: '550 5.7.1 Not wanted here',
};

/** A server with STARTTLS and a certificate for HOST that treats RECIPIENTS as ACCESS says. */
export interface RunningServer {
  readonly port: number;
  readonly implicitPort: number;
  readonly close: () => Promise<void>;
}

export interface ProberUnderTest {
  readonly start: () => Promise<RunningServer>;
  /** One that knows the authority of the server, and one that does not. */
  readonly prober: SmtpProber;
  readonly strange: SmtpProber;
}

const PATH: ProbePath = {
  subject: HOST,
  kind: 'mx',
  isNeeded: true,
  tls: { kind: 'trusted' },
  confirmedByDeferrals: false,
};

export function promisesOfSmtpProber(name: string, { start, prober, strange }: ProberUnderTest): void {
  describe(`a prober of ${name}`, () => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(async () => {
      await server.close();
    });

    const questionOf = (different: Partial<SmtpQuestion> = {}): SmtpQuestion => ({
      name: HOST,
      address: '127.0.0.1',
      port: different.security === 'implicit' ? server.implicitPort : server.port,
      security: 'starttls',
      stopAfter: 'rcpt',
      recipient: RECIPIENTS.accepted,
      deadlines: PROBE_DEADLINES,
      ...different,
    });
    const ask = (different: Partial<SmtpQuestion> = {}, by = prober): Promise<SmtpProbe> =>
      by.probe(questionOf(different), new AbortController().signal);
    const judge = (probe: SmtpProbe) => {
      const own = { ownNetworkOk: true, port25Open: true };
      return judgeProbe(probe, { port: server.port, path: PATH, own, now: new Date() });
    };

    test.each<[StopPoint, readonly PhaseName[]]>([
      ['connect', ['connect']],
      ['banner', ['connect', 'banner', 'quit']],
      ['ehlo', ['connect', 'banner', 'ehlo', 'quit']],
      ['tls', ['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'quit']],
      ['mail', ['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'mail', 'quit']],
      ['rcpt', ['connect', 'banner', 'ehlo', 'starttls', 'tls', 'second-ehlo', 'mail', 'rcpt', 'quit']],
    ])('goes as far as %s and takes its leave', async (stopAfter, phases) => {
      const probe = await ask({ stopAfter });
      expect(probe.end).toEqual({ kind: 'complete' });
      expect(probe.phases.map(({ phase }) => phase)).toEqual(phases);
      expect(probe.phases.filter(({ trouble }) => trouble !== null)).toEqual([]);
      for (const { tookMs } of probe.phases) expect(Number.isInteger(tookMs) && tookMs >= 0).toBe(true);
      expect(judge(probe)).toMatchObject({ status: 'pass', proven: stopAfter, findings: [], gaps: [] });
    });

    test.each<[StopPoint, readonly PhaseName[]]>([
      ['connect', ['connect']],
      ['banner', ['connect', 'tls', 'banner', 'quit']],
      ['tls', ['connect', 'tls', 'banner', 'ehlo', 'quit']],
      ['rcpt', ['connect', 'tls', 'banner', 'ehlo', 'mail', 'rcpt', 'quit']],
    ])('goes as far as %s inside TLS', async (stopAfter, phases) => {
      const probe = await ask({ stopAfter, security: 'implicit' });
      expect(probe.end).toEqual({ kind: 'complete' });
      expect(probe.phases.map(({ phase }) => phase)).toEqual(phases);
      expect(probe.tls.kind).toBe(stopAfter === 'connect' ? 'not-seen' : 'established');
    });

    test('hears each reply, and forgets what EHLO said before TLS', async () => {
      const probe = await ask();
      const codes = probe.phases.map(({ phase, reply }) => [phase, reply?.replyCode ?? null]);
      expect(codes).toEqual([
        ['connect', null],
        ['banner', 220],
        ['ehlo', 250],
        ['starttls', 220],
        ['tls', null],
        ['second-ehlo', 250],
        ['mail', 250],
        ['rcpt', 250],
        ['quit', 221],
      ]);
      expect(probe.phases[1]?.reply?.text).toContain(HOST);
      expect(probe.capabilities).toContain('STARTTLS');
      expect(probe.securedCapabilities).not.toContain('STARTTLS');
      expect(probe.securedCapabilities).toContain('ENHANCEDSTATUSCODES');
    });

    test('tells what TLS and the certificate are', async () => {
      const { tls } = await ask({ stopAfter: 'tls' });
      expect(tls).toMatchObject({
        kind: 'established',
        facts: {
          protocol: 'TLSv1.3',
          nameCheck: 'matches',
          chainCheck: { kind: 'trusted' },
          certificate: {
            subject: `CN=${HOST}`,
            issuer: 'CN=Simulated mail authority',
            names: [HOST],
            nameCount: 1,
            validFrom: new Date('2020-01-01T00:00:00Z'),
            validTo: new Date('2049-12-31T23:59:59Z'),
            isSelfSigned: false,
          },
        },
      });
      const certificate = tls.kind === 'established' ? tls.facts.certificate : null;
      expect(certificate?.fingerprint).toMatch(/^[\dA-F]{2}(?::[\dA-F]{2}){31}$/);
      expect(certificate?.chain.map(({ subject }) => subject)).toEqual([
        `CN=${HOST}`,
        'CN=Simulated mail authority',
      ]);
      expect(certificate?.chain[0]?.certificateSha256).toBe(
        certificate?.fingerprint.replaceAll(':', '').toLowerCase(),
      );
    });

    test('keeps a strange authority apart from a wrong name', async () => {
      const untrusted = await ask({ stopAfter: 'tls' }, strange);
      expect(untrusted.tls).toMatchObject({
        facts: {
          nameCheck: 'matches',
          chainCheck: { kind: 'untrusted', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
        },
      });
      expect(judge(untrusted).findings.map(({ id }) => id)).toEqual(['probe-certificate-untrusted']);
      const misnamed = await ask({ stopAfter: 'tls', name: 'other.fabrikam.example' });
      expect(misnamed.tls).toMatchObject({
        facts: { nameCheck: 'differs', chainCheck: { kind: 'trusted' } },
      });
      expect(judge(misnamed).findings.map(({ id }) => id)).toEqual(['probe-certificate-name']);
      const nameless = await ask({ stopAfter: 'tls', name: null });
      expect(nameless.tls).toMatchObject({ facts: { nameCheck: 'no-name' } });
    });

    test('451 4.3.2 at RCPT is put off: warning, the service side, no resending', async () => {
      const probe = await ask({ recipient: RECIPIENTS.deferred });
      expect(probe.end).toEqual({ kind: 'answered', phase: 'rcpt' });
      expect(probe.phases.at(-1)).toMatchObject({ phase: 'quit', reply: { replyCode: 221 } });
      const { status, proven, verdict, findings } = judge(probe);
      expect(verdict).toMatchObject({
        replyCode: 451,
        enhancedStatus: '4.3.2',
        party: 'service',
        class: 'transient',
      });
      expect([status, proven, findings.map(({ id, level }) => `${level} ${id}`)]).toEqual([
        'temperror',
        'mail',
        ['warning probe-path-defers'],
      ]);
    });

    test('550 5.7.1 at RCPT is refused', async () => {
      const probe = await ask({ recipient: RECIPIENTS.refused });
      expect(probe.end).toEqual({ kind: 'answered', phase: 'rcpt' });
      const { status, verdict, findings } = judge(probe);
      expect(verdict).toMatchObject({ replyCode: 550, enhancedStatus: '5.7.1', class: 'permanent' });
      expect([status, findings.map(({ id, level }) => `${level} ${id}`)]).toEqual([
        'permerror',
        ['critical probe-path-refuses'],
      ]);
    });

    test('what TLS cannot be spoken with is told as that', async () => {
      const probe = await ask({ security: 'implicit', port: server.port, stopAfter: 'tls' });
      expect(probe.end).toEqual({ kind: 'broken', phase: 'tls' });
      expect(probe.tls).toMatchObject({ kind: 'failed' });
      expect(probe.phases.map(({ phase }) => phase)).toEqual(['connect', 'tls']);
    });

    test('a port on which nobody listens refuses', async () => {
      const probe = await ask({ port: await shutPort() });
      expect(probe.end).toEqual({ kind: 'broken', phase: 'connect' });
      expect(probe.phases).toMatchObject([{ phase: 'connect', trouble: { reason: 'refused' } }]);
    });

    test('a signal that has aborted stops it before anything is sent', async () => {
      const probe = await prober.probe(questionOf(), AbortSignal.abort());
      expect(probe.phases).toMatchObject([{ phase: 'connect', trouble: { reason: 'stopped' } }]);
      expect(probe.bytesRead).toBe(0);
    });

    test('a value that could be a second command never reaches a socket', async () => {
      const probe = await ask({ recipient: 'a@contoso.example>\r\nDATA' });
      expect(probe).toMatchObject({ end: { kind: 'not-asked' }, phases: [], bytesRead: 0 });
    });

    test('many at once keep apart', async () => {
      const recipients = Array.from({ length: 12 }, (_, index) =>
        index % 2 === 0 ? RECIPIENTS.accepted : RECIPIENTS.deferred,
      );
      const probes = await Promise.all(recipients.map((recipient) => ask({ recipient })));
      expect(probes.map(({ end }) => end.kind)).toEqual(
        recipients.map((recipient) => (recipient === RECIPIENTS.accepted ? 'complete' : 'answered')),
      );
    });
  });
}

/** One that was free a moment ago. */
async function shutPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 1;
}
