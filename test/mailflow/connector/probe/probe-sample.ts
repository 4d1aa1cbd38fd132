/** Probes as a test needs them: a sound one, and what is different about this one. */
import type {
  PhaseName,
  PhaseTrouble,
  ProbePhase,
  ProbeReply,
  SmtpProbe,
  TroubleReason,
} from '#mailflow/connector/probe/smtp-probe.js';
import type { CertificateFacts, TlsFacts } from '#mailflow/connector/probe/tls-facts.js';
import { findReplies } from '#mailflow/smtp/reply.js';

export function replyOf(text: string): ProbeReply {
  const [parsed] = findReplies(text);
  return { replyCode: Number(text.slice(0, 3)), parsed, text };
}

export function answered(phase: PhaseName, text: string, tookMs = 3): ProbePhase {
  return { phase, tookMs, reply: replyOf(text), trouble: null };
}

export function troubled(
  phase: PhaseName,
  reason: TroubleReason,
  more: Partial<PhaseTrouble> = {},
): ProbePhase {
  return { phase, tookMs: 12, reply: null, trouble: { reason, text: '', pendingBytes: 0, ...more } };
}

const CONNECTED: ProbePhase = { phase: 'connect', tookMs: 2, reply: null, trouble: null };
const SECURED: ProbePhase = { phase: 'tls', tookMs: 4, reply: null, trouble: null };

export const SOUND_PHASES: readonly ProbePhase[] = [
  CONNECTED,
  answered('banner', '220 mail.fabrikam.example ESMTP'),
  answered('ehlo', '250-mail.fabrikam.example\n250 STARTTLS'),
  answered('starttls', '220 2.0.0 Ready'),
  SECURED,
  answered('second-ehlo', '250 mail.fabrikam.example'),
  answered('mail', '250 2.1.0 OK'),
  answered('rcpt', '250 2.1.5 OK'),
];

const LINK = {
  subject: 'CN=mail.fabrikam.example',
  certificateSha256: 'aa',
  certificateSha512: 'bb',
  publicKeySha256: 'cc',
  publicKeySha512: 'dd',
  isSignedByNext: false,
};

export function tlsOf(tls: Partial<TlsFacts> = {}, certificate: Partial<CertificateFacts> = {}): TlsFacts {
  return {
    protocol: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    nameCheck: 'matches',
    chainCheck: { kind: 'trusted' },
    certificate: {
      subject: 'CN=mail.fabrikam.example',
      issuer: 'CN=Example authority',
      names: ['mail.fabrikam.example'],
      nameCount: 1,
      validFrom: new Date('2026-01-01T00:00:00Z'),
      validTo: new Date('2027-01-01T00:00:00Z'),
      fingerprint: 'AA:BB',
      isSelfSigned: false,
      chain: [LINK],
      ...certificate,
    },
    ...tls,
  };
}

export function soundProbe(different: Partial<SmtpProbe> = {}): SmtpProbe {
  return {
    phases: [...SOUND_PHASES, answered('quit', '221 2.0.0 Bye')],
    end: { kind: 'complete' },
    tls: { kind: 'established', facts: tlsOf() },
    capabilities: ['STARTTLS'],
    securedCapabilities: [],
    oddities: [],
    bytesRead: 2000,
    ...different,
  };
}

/** A probe that ended with this phase. TLS is known where it got that far. */
export function endedWith(last: ProbePhase, different: Partial<SmtpProbe> = {}): SmtpProbe {
  const before = SOUND_PHASES.slice(
    0,
    SOUND_PHASES.findIndex(({ phase }) => phase === last.phase),
  );
  const isSecured = before.some(({ phase }) => phase === 'tls');
  return soundProbe({
    phases: [...before, last],
    end: { kind: last.trouble === null ? 'answered' : 'broken', phase: last.phase },
    tls: isSecured ? { kind: 'established', facts: tlsOf() } : { kind: 'not-seen' },
    ...different,
  });
}
