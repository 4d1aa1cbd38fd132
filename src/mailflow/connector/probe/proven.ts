/** How far a probe came, and what that does not prove. */
import type { PhaseName, ProbePhase, SmtpProbe } from './smtp-probe.js';
import type { StopPoint } from './smtp-prober.js';

const POINT_BY_PHASE: Record<PhaseName, StopPoint | null> = {
  connect: 'connect',
  banner: 'banner',
  ehlo: 'ehlo',
  starttls: null,
  tls: 'tls',
  'second-ehlo': 'tls',
  mail: 'mail',
  rcpt: 'rcpt',
  quit: null,
};

export const POINT_WORDS: Readonly<Record<StopPoint, string>> = {
  connect: 'the connection',
  banner: 'the greeting',
  ehlo: 'EHLO',
  tls: 'the TLS session',
  mail: 'MAIL with the null sender',
  rcpt: 'RCPT with the probe recipient',
};

/** The last point that was passed; null when not even a connection came about. */
export function provenPoint({ phases }: SmtpProbe): StopPoint | null {
  const passed = phases.filter(isPassed).map(({ phase }) => POINT_BY_PHASE[phase]);
  return passed.findLast((point) => point !== null) ?? null;
}

export function isPassed({ reply, trouble }: ProbePhase): boolean {
  return trouble === null && (reply === null || (reply.replyCode >= 200 && reply.replyCode < 300));
}

/** Said of every probe: an outage can look sound up to the very last word before the mail itself. */
export function reachSentence(proven: StopPoint | null): string {
  if (proven === null) return 'No reach is proven; acceptance was not tested.';
  return `Reach is proven up to ${POINT_WORDS[proven]}; acceptance was not tested, since no message is ever sent.`;
}
