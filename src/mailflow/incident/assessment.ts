/** What all signals together say. The exit code follows from `findings` and `gaps`, as for every judging command. */
import type { Finding, Gap } from '../finding.js';
import type { VerdictLevel } from './look.js';
import type { SetUp } from './set-up.js';
import type { SignalName } from './signal.js';

export interface Assessment {
  readonly level: VerdictLevel;
  /** The verdict in one sentence, with numbers. */
  readonly sentence: string;
  readonly findings: readonly Finding[];
  /** Of the signals that the verdict needs: why it could not tell. */
  readonly gaps: readonly Gap[];
  /** Outermost first: sign-in, mailbox access, mail flow, connector, recipient. */
  readonly layers: readonly LayerState[];
  /** What connectors were seen, and what of them matters now; null where none could be asked for. */
  readonly setUp: SetUp | null;
  /** What most likely explains the trouble, with its evidence; null when nothing does, or when there is none. */
  readonly cause: Cause | null;
  /** What to do now, most urgent first, and what not to do. */
  readonly advice: readonly Advice[];
  /** What would change the verdict. */
  readonly wouldChange: readonly string[];
  /** Signals on whose evidence a warning or worse rests. */
  readonly badSignals: readonly SignalName[];
  /** By the looks that were kept; null where there are none. */
  readonly alert: AlertState | null;
}

export interface LayerState {
  readonly layer: 'sign-in' | 'mailbox-access' | 'mail-flow' | 'connector' | 'recipient';
  readonly state: 'ok' | 'degraded' | 'broken' | 'unknown';
  /** On what it rests, one sentence. */
  readonly says: string;
}

export interface Cause {
  readonly kind: 'issue' | 'service' | 'connector' | 'destination' | 'recipient' | 'own-side' | 'coincidence';
  readonly says: string;
  readonly issueId: string | null;
  readonly evidence: readonly string[];
}

export interface Advice {
  readonly kind: 'do' | 'do-not';
  readonly text: string;
}

export interface AlertState {
  readonly state: 'open' | 'closed' | 'unknown';
  /** Since when it has been so. */
  readonly since: Date;
  readonly isFlapping: boolean;
  /** As `3 of the last 5 looks were bad`. */
  readonly says: string;
}
