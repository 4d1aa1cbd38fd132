/** The clock of a machine, which somebody can put forward and back, beside one that nobody can. */
export interface WallClock {
  readonly now: () => Date;
  readonly monotonicMs: () => number;
  /** Time that really passes. */
  readonly pass: (ms: number) => void;
  /** The wall clock jumps; no time passes. */
  readonly putForward: (ms: number) => void;
}

export function wallClock(startIso: string): WallClock {
  let wallMs = Date.parse(startIso);
  let passedMs = 0;
  return {
    now: () => new Date(wallMs),
    monotonicMs: () => passedMs,
    pass: (ms) => {
      wallMs += ms;
      passedMs += ms;
    },
    putForward: (ms) => {
      wallMs += ms;
    },
  };
}
