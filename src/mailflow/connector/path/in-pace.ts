/** Many connections at once, and few to each host: whoever is probed must not take it for an attack. */

export interface Pace {
  readonly atOnce: number;
  readonly perHost: number;
  /** From the start of one connection to a host to that of the next. */
  readonly gapMs: number;
}

/** `bounds` of politeness: Postfix notices a client from the third connection on, and everybody notices a burst. */
export const PROBE_PACE: Pace = { atOnce: 50, perHost: 2, gapMs: 1000 };

export interface PaceClock {
  /** Never goes back. */
  readonly monotonicMs: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface PacedWork<Job, Result> {
  readonly hostOf: (job: Job) => string;
  readonly run: (job: Job) => Promise<Result>;
  /** In place of `run` for what has not begun when the signal aborts. */
  readonly whenStopped: (job: Job) => Result;
  /** Told after each. */
  readonly onDone?: (done: number) => void;
  readonly pace: Pace;
  readonly clock: PaceClock;
  readonly signal: AbortSignal;
}

interface Host {
  open: number;
  nextMs: number;
}

/** The results in the order of the jobs. Rejects as soon as one run does. */
export async function inPace<Job, Result>(
  jobs: readonly Job[],
  work: PacedWork<Job, Result>,
): Promise<readonly Result[]> {
  const { pace, clock, signal, run, whenStopped, hostOf, onDone } = work;
  const results = new Map<number, Result>();
  const hosts = new Map<string, Host>();
  const waiting = jobs.map((job, index) => ({ job, index, host: hostAt(hosts, hostOf(job)) }));
  const running = new Set<Promise<void>>();
  const begin = ({ job, index, host }: (typeof waiting)[number]): void => {
    host.open += 1;
    host.nextMs = clock.monotonicMs() + pace.gapMs;
    const task: Promise<void> = run(job).then((result) => {
      results.set(index, result);
      host.open -= 1;
      running.delete(task);
      onDone?.(results.size);
    });
    running.add(task);
  };
  while (waiting.length > 0 && !signal.aborted) {
    const next = running.size < pace.atOnce ? waiting.findIndex(({ host }) => mayBegin(host)) : -1;
    const [started] = next === -1 ? [] : waiting.splice(next, 1);
    if (started === undefined) await change();
    else begin(started);
  }
  await Promise.all(running);
  return jobs.map((job, index) => results.get(index) ?? whenStopped(job));

  function mayBegin({ open, nextMs }: Host): boolean {
    return open < pace.perHost && clock.monotonicMs() >= nextMs;
  }

  /** Until a run ends, a host may be connected to again, or all is stopped. */
  async function change(): Promise<void> {
    const over = new AbortController();
    const anyOf = AbortSignal.any([over.signal, signal]);
    const waits = waiting.filter(({ host }) => host.open < pace.perHost).map(({ host }) => host.nextMs);
    const untilMs = running.size < pace.atOnce && waits.length > 0 ? Math.min(...waits) : Infinity;
    const pauseMs = Math.min(Math.max(untilMs - clock.monotonicMs(), 1), LONGEST_PAUSE_MS);
    const pause = clock.sleep(pauseMs, anyOf).catch(() => undefined);
    await Promise.race([...running, pause]);
    over.abort();
  }
}

/** A timer that is longer may fire at once; whoever wakes looks again. */
const LONGEST_PAUSE_MS = 60_000;

function hostAt(hosts: Map<string, Host>, key: string): Host {
  const host = hosts.get(key) ?? { open: 0, nextMs: -Infinity };
  hosts.set(key, host);
  return host;
}
