/** What has been seen so far in one probe: kept as it comes, told whole at the end. */
import type {
  Oddity,
  PhaseName,
  PhaseTrouble,
  ProbeEnd,
  ProbePhase,
  ProbeReply,
  SmtpProbe,
} from '#mailflow/connector/probe/smtp-probe.js';
import type { TlsSight } from '#mailflow/connector/probe/tls-facts.js';

import type { ProbeClock } from './probe-clock.js';

interface Seen {
  readonly tls: TlsSight;
  readonly capabilities: readonly string[] | null;
  readonly securedCapabilities: readonly string[] | null;
}

interface Outcome {
  readonly reply: ProbeReply | null;
  readonly trouble: PhaseTrouble | null;
}

export interface ProbeRecord {
  /** Takes the time from now until the phase is over. */
  readonly begin: (phase: PhaseName) => (outcome: Outcome) => void;
  readonly addOddities: (phase: PhaseName, kinds: readonly Oddity['kind'][]) => void;
  readonly see: (seen: Partial<Seen>) => void;
  readonly seen: () => Seen;
  readonly lastPhase: () => ProbePhase | null;
  readonly close: (end: ProbeEnd, bytesRead: number) => SmtpProbe;
}

export function createRecord(clock: ProbeClock): ProbeRecord {
  const phases: ProbePhase[] = [];
  const oddities: Oddity[] = [];
  let seen: Seen = { tls: { kind: 'not-seen' }, capabilities: null, securedCapabilities: null };
  return {
    begin: (phase) => {
      const startedMs = clock.monotonicMs();
      return ({ reply, trouble }) => {
        phases.push({ phase, tookMs: Math.round(clock.monotonicMs() - startedMs), reply, trouble });
      };
    },
    addOddities: (phase, kinds) => {
      for (const kind of kinds) {
        if (!oddities.some((known) => known.kind === kind)) oddities.push({ kind, phase });
      }
    },
    see: (more) => {
      seen = { ...seen, ...more };
    },
    seen: () => seen,
    lastPhase: () => phases.at(-1) ?? null,
    close: (end, bytesRead) => ({ phases, end, oddities, bytesRead, ...seen }),
  };
}

/** A probe that was never begun. */
export function notAsked(why: string): SmtpProbe {
  return {
    phases: [],
    end: { kind: 'not-asked', why },
    tls: { kind: 'not-seen' },
    capabilities: null,
    securedCapabilities: null,
    oddities: [],
    bytesRead: 0,
  };
}
