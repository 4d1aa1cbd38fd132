/**
 * Judges one probe: what is proven bad becomes a finding, what cannot be known becomes a gap, and how far reach is proven is
 * always said. It knows no socket and no clock, and never takes our own trouble for the path's.
 */
import type { Verdict } from '../../bounce/verdict.js';
import type { Finding, Gap } from '../../finding.js';
import { meaningOfReply, PHASE_WORDS, shownReply, type UnknownBecause, verdictOf } from './judge-reply.js';
import { type Remark, remarksOfTls } from './judge-tls.js';
import { brokenLevel, isWayOpen, meaningOfTrouble } from './judge-trouble.js';
import { PROBE_NOTES } from './probe-notes.js';
import type { OwnNetwork, ProbePath } from './probe-path.js';
import { provenPoint, reachSentence } from './proven.js';
import type { Oddity, ProbePhase, SmtpProbe } from './smtp-probe.js';
import type { StopPoint } from './smtp-prober.js';

/**
 * `permerror`: refused; `temperror`: put off, or not to be known now; `skipped`: our own way is shut, or it was not asked.
 * Never `pass` with a gap.
 */
export type ProbeStatus = 'pass' | 'warn' | 'fail' | 'temperror' | 'permerror' | 'skipped';

export interface ProbeJudgement {
  readonly status: ProbeStatus;
  /** The last point that was passed; null when not even a connection came about. */
  readonly proven: StopPoint | null;
  /** Up to where reach is proven, and that acceptance is not. */
  readonly reach: string;
  /** Of the reply that ended it; null when none did. */
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export interface ProbeCircumstances {
  readonly port: number;
  readonly path: ProbePath;
  readonly own: OwnNetwork;
  /** By a clock that is right: a wrong one makes certificates look expired. */
  readonly now: Date;
}

const SLOW_MS = 5000;

export function judgeProbe(probe: SmtpProbe, circumstances: ProbeCircumstances): ProbeJudgement {
  const proven = provenPoint(probe);
  const blind = blindGap(probe, circumstances, proven);
  if (blind !== null)
    return {
      status: 'skipped',
      proven,
      reach: reachSentence(proven),
      verdict: null,
      findings: [],
      gaps: [blind],
    };
  const ending = judgeEnding(probe, circumstances);
  const remarks = [
    ...ending.remarks,
    ...remarksOfTls(probe.tls, circumstances.path, circumstances.now),
    ...remarksOfManners(probe),
  ];
  const findings = remarks.map((remark) => findingOf(remark, circumstances.path));
  const { gap, verdict } = ending;
  const gaps =
    gap === null ? [] : [{ ...gap, what: `What ${circumstances.path.subject} would do with mail.` }];
  return {
    status: statusOf(findings, gaps, verdict),
    proven,
    reach: reachSentence(proven),
    verdict,
    findings,
    gaps,
  };
}

/** Null when this machine can see. A connection that came about is stronger than a control probe that did not. */
function blindGap(
  { end }: SmtpProbe,
  { own, port, path }: ProbeCircumstances,
  proven: StopPoint | null,
): Gap | null {
  const what = `What ${path.subject} would do with mail.`;
  if (end.kind === 'not-asked')
    return { what, reason: 'not-asked', remedy: end.why, retryAfterSeconds: null };
  if (own.ownNetworkOk === false)
    return {
      what,
      reason: 'own-network',
      remedy: 'The network of this machine is at fault, not the path: repair it, then probe again.',
      retryAfterSeconds: null,
    };
  if (port !== 25 || own.port25Open !== false || proven !== null) return null;
  return {
    what,
    reason: 'port-25-shut',
    remedy:
      'Port 25 is shut for this machine, as in most clouds and homes: probe from a server that may send mail.',
    retryAfterSeconds: null,
  };
}

interface Ending {
  readonly remarks: readonly Remark[];
  readonly gap: Omit<Gap, 'what'> | null;
  readonly verdict: Verdict | null;
}

const GOOD_END: Ending = { remarks: [], gap: null, verdict: null };

function judgeEnding(probe: SmtpProbe, { port, path, own }: ProbeCircumstances): Ending {
  const { end, phases } = probe;
  if (end.kind !== 'answered' && end.kind !== 'broken') return GOOD_END;
  const last = phases.find(({ phase }) => phase === end.phase);
  if (last === undefined) return GOOD_END;
  if (last.trouble !== null)
    return { ...meaningOfTrouble(last, last.trouble, path, isWayOpen(own, port)), verdict: null };
  return judgeReply(last, path);
}

function judgeReply({ phase, reply }: ProbePhase, path: ProbePath): Ending {
  const verdict = reply === null ? null : verdictOf(reply);
  // Not a failure: no STARTTLS, which its own remark tells, or a code that is out of place.
  if (reply === null || verdict === null) return { ...GOOD_END, remarks: misplacedCode(reply, phase, path) };
  const meaning = meaningOfReply(verdict, phase, path);
  if (meaning.kind === 'remark') return { remarks: [meaning.remark], gap: null, verdict };
  const said = `To ${PHASE_WORDS[phase]} it said: ${shownReply(reply.text)}`;
  const remedy = `${UNKNOWN_REMEDY[meaning.because]} ${said}`;
  return { remarks: [], gap: { reason: meaning.because, remedy, retryAfterSeconds: null }, verdict };
}

function misplacedCode(
  reply: ProbePhase['reply'],
  phase: ProbePhase['phase'],
  path: ProbePath,
): readonly Remark[] {
  if (reply === null || (phase === 'ehlo' && reply.replyCode === 250)) return [];
  const evidence = [`To ${PHASE_WORDS[phase]} it says: ${shownReply(reply.text)}`];
  return [{ id: 'wrong-code', level: brokenLevel(path), evidence }];
}

const UNKNOWN_REMEDY: Record<UnknownBecause, string> = {
  'own-address':
    'The server refuses this machine, not the path: its address is on a list, limited, or seen for the first time, or its name is not believed. Probe from the address that sends your mail.',
  'admits-others':
    "It may admit certain senders only, as a relay Microsoft's addresses: look for deferrals or bounces of this host in the trace (--confirm does), or probe from an address that it admits.",
  'probe-recipient':
    'The server does not want the probe recipient: name a mailbox that exists and takes mail from outside.',
};

/** What did not end the probe, and is odd all the same. */
function remarksOfManners({ oddities, phases }: SmtpProbe): readonly Remark[] {
  const slow = phases.filter(({ reply, tookMs }) => reply !== null && tookMs >= SLOW_MS);
  const slowness: Remark = {
    id: 'slow-answers',
    level: 'info',
    evidence: slow.map(({ phase, tookMs }) => `${PHASE_WORDS[phase]}: ${tookMs} ms.`),
  };
  return [...oddities.flatMap(remarkOfOddity), ...(slow.length === 0 ? [] : [slowness])];
}

function remarkOfOddity({ kind, phase }: Oddity): readonly Remark[] {
  // It ended the probe and is told there.
  if (kind === 'wrong-code') return [];
  const level = kind === 'nul-bytes' ? 'warning' : 'info';
  return [{ id: kind, level, evidence: [`Seen first at ${PHASE_WORDS[phase]}.`] }];
}

function findingOf({ id, level, evidence, remedy }: Remark, { subject }: ProbePath): Finding {
  const note = PROBE_NOTES[id];
  return {
    id: `probe-${id}`,
    level,
    title: note.title,
    subject,
    evidence,
    remedy: remedy ?? note.remedy,
    source: 'probe',
  };
}

function statusOf(findings: readonly Finding[], gaps: readonly Gap[], verdict: Verdict | null): ProbeStatus {
  const ids = findings.map(({ id }) => id);
  if (ids.includes('probe-path-refuses')) return 'permerror';
  if (findings.some(({ level }) => level === 'critical')) return 'fail';
  if (gaps.length > 0 || verdict !== null) return 'temperror';
  return findings.some(({ level }) => level === 'warning') ? 'warn' : 'pass';
}
