import type { Verdict } from '../bounce/verdict.js';
import type { TraceEvent } from './delivery.js';

/** What the events of one delivery say. */
export interface Judgement {
  /** Null when there are no events to judge. */
  readonly verdict: Verdict | null;
  /** The last try that the events name; null when none. */
  readonly lastAttemptAt: Date | null;
  readonly nextHop: string | null;
  /** Set where the events end with the message in the hands of its moderators. */
  readonly waitsForModerator?: true;
}

/** `status` is the row's own word; the events decide, the status fills in where they are silent. */
export type JudgeEvents = (events: readonly TraceEvent[], status: string) => Judgement;

/** The same where the rules may have to be fetched first: a listing without events needs none. */
export type LateJudge = (events: readonly TraceEvent[], status: string) => Judgement | Promise<Judgement>;
