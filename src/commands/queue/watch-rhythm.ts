/** When to look again: in an even rhythm, less often the longer nothing can be seen, and once where many looks were missed. */

interface RhythmFacts {
  /** When this look was due. */
  readonly dueAt: Date;
  readonly now: Date;
  readonly everySeconds: number;
  /** Looks in a row that saw nothing, or not all. */
  readonly blindLooks: number;
  /** What the service asked for; null when nothing. */
  readonly retryAfterSeconds: number | null;
}

export interface NextLook {
  readonly at: Date;
  /** Looks that were due meanwhile; they are not made up for. */
  readonly missed: number;
}

const MOST_SECONDS = 900;

export function nextLook({ dueAt, now, everySeconds, blindLooks, retryAfterSeconds }: RhythmFacts): NextLook {
  const stepMs = everySeconds * 1000;
  // A clock that was put back would make all of the time since then wait.
  const lateMs = Math.max(0, now.getTime() - dueAt.getTime());
  const missed = Math.floor(lateMs / stepMs);
  const startMs = now.getTime() - lateMs;
  const inRhythmMs = startMs + (missed + 1) * stepMs;
  if (blindLooks === 0) return { at: new Date(inRhythmMs), missed };
  const patientSeconds = Math.max(everySeconds, Math.min(MOST_SECONDS, everySeconds * 2 ** blindLooks));
  const waitSeconds = Math.max(patientSeconds, retryAfterSeconds ?? 0);
  return { at: new Date(now.getTime() + waitSeconds * 1000), missed };
}
