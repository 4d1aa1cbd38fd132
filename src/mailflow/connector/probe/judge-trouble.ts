/** What it means that a phase ended without its reply or connection. */
import type { FindingLevel, Gap } from '../../finding.js';
import { PHASE_WORDS, shownReply } from './judge-reply.js';
import { type Remark, tlsLevel } from './judge-tls.js';
import type { ProbeFindingId } from './probe-notes.js';
import type { OwnNetwork, ProbePath } from './probe-path.js';
import type { PhaseName, PhaseTrouble, ProbePhase } from './smtp-probe.js';

export interface TroubleMeaning {
  readonly remarks: readonly Remark[];
  /** What stays unknown. */
  readonly gap: Omit<Gap, 'what'> | null;
}

interface Seen {
  readonly phase: PhaseName;
  readonly trouble: PhaseTrouble;
  readonly tookMs: number;
  readonly path: ProbePath;
  /** Control probes say that the way out is open for this port. */
  readonly isWayOpen: boolean;
}

export function meaningOfTrouble(
  { phase, tookMs }: ProbePhase,
  trouble: PhaseTrouble,
  path: ProbePath,
  isWayOpen: boolean,
): TroubleMeaning {
  const seen: Seen = { phase, trouble, tookMs, path, isWayOpen };
  switch (trouble.reason) {
    case 'own-network':
      return unknown(
        'own-network',
        `This machine cannot connect (${trouble.text}): check its network and its limits, then probe again.`,
      );
    case 'stopped':
      return unknown(
        'timeout',
        'The time was up before the probe was: probe fewer hosts, or raise --timeout.',
      );
    case 'refused':
    case 'unreachable':
      return noConnection(seen);
    case 'timeout':
      return phase === 'connect' ? noConnection(seen) : noAnswer(seen);
    case 'closed':
      return phase === 'connect' ? noConnection(seen) : hungUp(seen);
    case 'tls-failed':
      return proven(seen, 'tls-failed', tlsLevel(path));
    case 'injection':
      return proven(seen, 'starttls-injection', tlsLevel(path));
    case 'not-smtp':
    case 'line-too-long':
    case 'mixed-codes':
    case 'unasked-bytes':
      return proven(seen, trouble.reason, brokenLevel(path));
    case 'too-many-lines':
    case 'reply-too-long':
      return proven(seen, 'endless-reply', brokenLevel(path));
  }
}

/** Of a path that is proven to be broken. A relay may treat Microsoft's addresses better than ours. */
export function brokenLevel({ isNeeded, kind, confirmedByDeferrals }: ProbePath): FindingLevel {
  return isNeeded && (kind !== 'smart-host' || confirmedByDeferrals) ? 'critical' : 'warning';
}

export function isWayOpen({ ownNetworkOk, port25Open }: OwnNetwork, port: number): boolean {
  return ownNetworkOk === true && (port !== 25 || port25Open === true);
}

function noConnection(seen: Seen): TroubleMeaning {
  const { path, trouble } = seen;
  const isTime = trouble.reason === 'timeout';
  const word = isTime ? 'timeout' : 'unreachable';
  if (path.confirmedByDeferrals) return proven(seen, 'path-unreachable', brokenLevel(path));
  if (path.kind === 'smart-host')
    return unknown(
      word,
      "A relay may admit Microsoft's addresses only: look for deferrals 4.4.312 to 4.4.318 to this host in the trace (--confirm does), or probe from a network that it admits.",
    );
  if (seen.isWayOpen) return proven(seen, 'path-unreachable', brokenLevel(path));
  return unknown(
    word,
    'Nothing shows that our own way out is open: probe from a machine that may connect on this port.',
  );
}

/** RFC 5321, section 4.5.3.2: a sender waits for minutes, so silence proves nothing unless deferrals say the same. */
function noAnswer(seen: Seen): TroubleMeaning {
  const { phase, path, trouble } = seen;
  const level = path.confirmedByDeferrals ? brokenLevel(path) : 'warning';
  const { remarks } = proven(seen, silenceId(phase, trouble), level);
  const remedy =
    'Probe again later; deferrals to this host in the trace would tell whether senders hear more than we do.';
  return {
    remarks,
    gap: path.confirmedByDeferrals ? null : { reason: 'timeout', remedy, retryAfterSeconds: null },
  };
}

function silenceId(phase: PhaseName, { pendingBytes }: PhaseTrouble): ProbeFindingId {
  if (phase === 'tls') return 'tls-failed';
  if (pendingBytes > 0) return 'trickle';
  return phase === 'banner' ? 'no-banner' : 'silence';
}

function hungUp(seen: Seen): TroubleMeaning {
  const { phase, path } = seen;
  if (phase === 'tls') return proven(seen, 'tls-failed', tlsLevel(path));
  const { remarks } = proven(seen, phase === 'banner' ? 'no-banner' : 'path-closes', brokenLevel(path));
  const isStranger = path.kind === 'smart-host' && !path.confirmedByDeferrals;
  const remedy =
    "A relay may hang up on all but Microsoft's addresses: look for deferrals to this host in the trace (--confirm does).";
  return { remarks, gap: isStranger ? { reason: 'unreachable', remedy, retryAfterSeconds: null } : null };
}

function proven({ phase, trouble, tookMs }: Seen, id: ProbeFindingId, level: FindingLevel): TroubleMeaning {
  const { reason, text, pendingBytes } = trouble;
  const received = pendingBytes === 0 ? '' : `; bytes without an end: ${pendingBytes}`;
  const isCode = /^[A-Z][A-Z0-9_]+$/.test(text);
  const why = `${reason}${isCode ? `, ${text}` : ''}${received}`;
  const evidence = [`It ended at ${PHASE_WORDS[phase]} after ${tookMs} ms (${why}).`];
  const isTold = isCode || text === '';
  return {
    remarks: [{ id, level, evidence: isTold ? evidence : [...evidence, `Seen: ${shownReply(text)}.`] }],
    gap: null,
  };
}

function unknown(reason: string, remedy: string): TroubleMeaning {
  return { remarks: [], gap: { reason, remedy, retryAfterSeconds: null } };
}
