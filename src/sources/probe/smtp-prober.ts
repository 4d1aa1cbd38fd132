/**
 * Probes a mail server over a socket of its own: connection, greeting, EHLO, STARTTLS, certificate, EHLO again, MAIL, RCPT,
 * QUIT. One connection, to the address that it was handed; never DATA, AUTH or VRFY. What it saw is for others to judge.
 *
 * 2026-11-26, why not nodemailer's smtp-connection: a 4xx at EHLO that is followed by a close comes out of it as
 * ECONNECTION without the reply, which in an outage is the very text that tells whose fault it is; it hides the time of
 * each phase and the bytes behind the reply to STARTTLS, and cannot accept a certificate and still say why it should not
 * be. A probe needs six words of SMTP: 2.3 MB of somebody else's would spare no line of what is written here.
 */
import type { PhaseName, ProbeEnd, SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';
import type { SmtpProber, SmtpQuestion, StopPoint } from '#mailflow/connector/probe/smtp-prober.js';

import { refusalOf } from './check-question.js';
import { addressLiteral, safeEhloName } from './ehlo-name.js';
import { PROBE_CLOCK, type ProbeClock } from './probe-clock.js';
import { createRecord, notAsked, type ProbeRecord } from './probe-record.js';
import { openTrust, tlsFacts, type Trust } from './read-tls.js';
import { shownBytes } from './reply-reader.js';
import { type HeardReply, openWire, type Wire } from './wire.js';

export interface ProberOptions {
  /** What EHLO calls us, as the machine is called; a name that nobody can look up gives way to our address. */
  readonly machineName: string;
  /** One more certificate authority to trust, PEM; null for the built-in list alone. */
  readonly caPem: string | null;
  /** Ports other than 25, 465 and 587. */
  readonly anyPort: boolean;
  readonly clock?: ProbeClock;
}

interface Session {
  readonly question: SmtpQuestion;
  readonly wire: Wire;
  readonly record: ProbeRecord;
  readonly trust: Trust;
  readonly ehloName: string | null;
}

/** One piece of the way. Null when the next one may begin. */
type Step = (session: Session) => Promise<ProbeEnd | null>;

export function openSmtpProber({
  machineName,
  caPem,
  anyPort,
  clock = PROBE_CLOCK,
}: ProberOptions): SmtpProber {
  const trust = openTrust(caPem);
  const ehloName = safeEhloName(machineName);
  return {
    probe: async (question, signal) => {
      const refusal = refusalOf(question, { anyPort });
      if (refusal !== null) return notAsked(refusal);
      const { address, port, name, deadlines } = question;
      const wire = openWire({ address, port, name, clock, wholeMs: deadlines.wholeMs, signal });
      const session = { question, wire, record: createRecord(clock), trust, ehloName };
      try {
        return await run(session);
      } finally {
        wire.destroy();
      }
    },
  };
}

async function run(session: Session): Promise<SmtpProbe> {
  const { question, record, wire } = session;
  const end = await firstEnd(session, stepsOf(question));
  await sayGoodbye(session);
  return record.close(end ?? { kind: 'complete' }, wire.bytesRead());
}

async function firstEnd(session: Session, steps: readonly Step[]): Promise<ProbeEnd | null> {
  for (const step of steps) {
    const end = await step(session);
    if (end !== null) return end;
  }
  return null;
}

function stepsOf({ security, stopAfter }: SmtpQuestion): readonly Step[] {
  const ways: Record<SmtpQuestion['security'], Record<StopPoint, readonly Step[]>> = {
    starttls: {
      connect: [connectTo],
      banner: [hearBanner],
      ehlo: [sayEhlo],
      tls: [upgrade],
      mail: [nameSender],
      rcpt: [nameRecipient],
    },
    implicit: {
      connect: [connectTo],
      banner: [shakeHands, hearBanner],
      ehlo: [sayEhlo],
      tls: [],
      mail: [nameSender],
      rcpt: [nameRecipient],
    },
  };
  const { connect, banner, ehlo, tls, mail, rcpt } = ways[security];
  const all = [connect, banner, ehlo, tls, mail, rcpt];
  return all.slice(0, STOP_INDEX[stopAfter] + 1).flat();
}

const STOP_INDEX: Record<StopPoint, number> = { connect: 0, banner: 1, ehlo: 2, tls: 3, mail: 4, rcpt: 5 };

const connectTo: Step = async ({ question, wire, record }) => {
  const over = record.begin('connect');
  const done = await wire.connect(question.deadlines.connectMs);
  over({ reply: null, trouble: done.ok ? null : done.trouble });
  return done.ok ? null : { kind: 'broken', phase: 'connect' };
};

const hearBanner: Step = async (session) => {
  const heard = await ask(session, { phase: 'banner', line: null, accepts: [220] });
  return heard.ok ? null : heard.end;
};

const sayEhlo: Step = async (session) => {
  const { question, record } = session;
  const heard = await greet(session, 'ehlo');
  if (!heard.ok) return heard.end;
  record.see(
    question.security === 'implicit' ? { securedCapabilities: heard.value } : { capabilities: heard.value },
  );
  return null;
};

/** STARTTLS, the handshake, and EHLO again. A server that does not offer it is spoken to in the clear, as senders do. */
const upgrade: Step = async (session) => {
  const { question, record } = session;
  const words = (record.seen().capabilities ?? []).map((line) => line.split(' ', 1)[0]?.toUpperCase() ?? '');
  if (!words.includes('STARTTLS')) {
    record.see({
      tls: { kind: 'not-offered', masked: words.find((word) => /^X{4,}[A-Z]?$/.test(word)) ?? null },
    });
    return question.stopAfter === 'tls' ? { kind: 'answered', phase: 'ehlo' } : null;
  }
  const heard = await ask(session, { phase: 'starttls', line: 'STARTTLS', accepts: [220] });
  if (!heard.ok) {
    if (heard.end.kind === 'answered') record.see({ tls: { kind: 'refused' } });
    if (record.lastPhase()?.trouble?.reason === 'injection') record.see({ tls: { kind: 'injected' } });
    return heard.end;
  }
  const end = await shakeHands(session);
  if (end !== null) return end;
  const again = await greet(session, 'second-ehlo');
  if (!again.ok) return again.end;
  record.see({ securedCapabilities: again.value });
  return null;
};

const shakeHands: Step = async ({ question, wire, record, trust }) => {
  const over = record.begin('tls');
  const done = await wire.secure(trust.context, question.deadlines.replyMs);
  over({ reply: null, trouble: done.ok ? null : done.trouble });
  if (!done.ok) {
    const { reason, text } = done.trouble;
    record.see({ tls: { kind: 'failed', code: text === '' ? reason : text } });
    return { kind: 'broken', phase: 'tls' };
  }
  record.see({ tls: { kind: 'established', facts: tlsFacts(done.value, question.name, trust) } });
  return null;
};

/** The null sender: nobody can be sent a bounce, and no filter takes it for a person. */
const nameSender: Step = async (session) => {
  const heard = await ask(session, { phase: 'mail', line: 'MAIL FROM:<>', accepts: [250] });
  return heard.ok ? null : heard.end;
};

const nameRecipient: Step = async (session) => {
  const line = `RCPT TO:<${session.question.recipient ?? ''}>`;
  const heard = await ask(session, { phase: 'rcpt', line, accepts: [250, 251] });
  return heard.ok ? null : heard.end;
};

async function greet(session: Session, phase: PhaseName): Promise<Went<readonly string[]>> {
  const name = session.ehloName ?? addressLiteral(session.wire.localAddress());
  const heard = await ask(session, { phase, line: `EHLO ${name}`, accepts: [250] });
  // The first line is the server's name.
  return heard.ok ? { ok: true, value: heard.value.lines.slice(1) } : heard;
}

interface Asking {
  readonly phase: PhaseName;
  /** Null waits for what the server says by itself. */
  readonly line: string | null;
  readonly accepts: readonly number[];
}

type Went<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly end: ProbeEnd };

async function ask(
  { question, wire, record }: Session,
  { phase, line, accepts }: Asking,
): Promise<Went<HeardReply>> {
  const { bannerMs, replyMs } = question.deadlines;
  const over = record.begin(phase);
  const early = line === null ? null : await wire.unasked();
  if (early !== null) {
    over({ reply: null, trouble: unaskedTrouble('unasked-bytes', early) });
    return { ok: false, end: { kind: 'broken', phase } };
  }
  if (line !== null) wire.write(line);
  const done = await wire.readReply(phase === 'banner' ? bannerMs : replyMs);
  if (!done.ok) {
    over({ reply: null, trouble: done.trouble });
    return { ok: false, end: { kind: 'broken', phase } };
  }
  const { reply, rest, oddities } = done.value;
  record.addOddities(phase, oddities);
  if (!accepts.includes(reply.replyCode)) {
    if (reply.replyCode < 400) record.addOddities(phase, ['wrong-code']);
    over({ reply, trouble: null });
    return { ok: false, end: { kind: 'answered', phase } };
  }
  const behind = await bytesBehind(wire, rest, phase);
  const reason = phase === 'starttls' ? 'injection' : 'unasked-bytes';
  over({ reply, trouble: behind === null ? null : unaskedTrouble(reason, behind) });
  return behind === null ? { ok: true, value: done.value } : { ok: false, end: { kind: 'broken', phase } };
}

/** After STARTTLS not even a packet that is still on its way in may be taken along. */
async function bytesBehind(wire: Wire, rest: Buffer, phase: PhaseName): Promise<Buffer | null> {
  if (rest.length > 0) return rest;
  return phase === 'starttls' ? wire.unasked() : null;
}

function unaskedTrouble(reason: 'injection' | 'unasked-bytes', bytes: Buffer) {
  return { reason, text: shownBytes(bytes), pendingBytes: bytes.length };
}

/** More would keep a probe waiting for a courtesy. */
const QUIT_MS = 5000;

/**
 * QUIT is said to every server that has greeted, and its answer is waited for where the last reply was understood. None
 * before the greeting, which servers take for an attack, and none where the connection cannot be trusted or is gone.
 */
async function sayGoodbye({ question, wire, record }: Session): Promise<void> {
  const last = record.lastPhase();
  if (last === null || last.phase === 'connect' || last.phase === 'tls') return;
  if (last.trouble !== null) {
    const isGone = ['closed', 'injection'].includes(last.trouble.reason);
    if (last.phase !== 'banner' && !isGone) wire.write('QUIT');
    return;
  }
  const over = record.begin('quit');
  wire.write('QUIT');
  const done = await wire.readReply(Math.min(QUIT_MS, question.deadlines.replyMs));
  over(done.ok ? { reply: done.value.reply, trouble: null } : { reply: null, trouble: done.trouble });
}
