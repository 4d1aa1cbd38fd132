/**
 * A trace source made of two: where the first one fails before it has given anything, the second is asked in its place,
 * for the list and for details alike. What fails later is a gap, as ever: half of an answer is never taken from each.
 */
import type { TraceBatch, TraceDetailLookup, TraceSource } from './trace-source.js';

export interface FallingBackOptions {
  readonly first: TraceSource;
  /** From then on the first asks nobody: what is kept of it answers, or that failure is thrown. */
  readonly abandonFirst: (failure: unknown) => void;
  /** Opened when it is needed. */
  readonly openSecond: () => Promise<TraceSource>;
  /** Tells a person why the second is asked; null for a failure that the second would meet as well. */
  readonly noteOf: (failure: unknown) => string | null;
  /** What to tell where neither answered. */
  readonly failureOfBoth: (first: unknown, second: unknown) => unknown;
}

export function fallingBackSource(options: FallingBackOptions): TraceSource {
  const { first, abandonFirst, openSecond, noteOf, failureOfBoth } = options;
  const course: Course = { answering: first, isDecided: false, second: null };
  const decide = (source: TraceSource): void => {
    [course.answering, course.isDecided] = [source, true];
  };
  const ofAnswering: TraceDetailLookup = (delivery, signal) =>
    (course.answering.details ?? NOT_KNOWN)(delivery, signal);

  async function* fromSecond(...asked: Asked): AsyncGenerator<TraceBatch> {
    course.second = await openSecond();
    course.answering = course.second;
    yield* course.second.deliveries(...asked);
  }

  return {
    get kind() {
      return course.answering.kind;
    },
    get tenant() {
      return course.answering.tenant;
    },
    requestCount: () => first.requestCount() + (course.second?.requestCount() ?? 0),
    asOf: () => course.answering.asOf(),
    deliveries: async function* (...asked) {
      if (course.isDecided) {
        yield* course.answering.deliveries(...asked);
        return;
      }
      const hindrance = yield* unlessHindered(first.deliveries(...asked));
      if (hindrance === null) {
        decide(first);
        return;
      }
      const note = noteOf(hindrance.failure);
      if (note === null) throw hindrance.failure;
      yield { entries: [], gaps: [], notes: [note] };
      const another = yield* unlessHindered(fromSecond(...asked));
      if (another === null) {
        decide(course.answering);
        return;
      }
      abandonFirst(failureOfBoth(hindrance.failure, another.failure));
      decide(first);
      yield* first.deliveries(...asked);
    },
    ...(first.quotaLeft === undefined ? {} : { quotaLeft: () => course.answering.quotaLeft?.() ?? null }),
    ...(first.questionsLeft === undefined ? {} : { questionsLeft: first.questionsLeft }),
    ...(first.details === undefined ? {} : { details: ofAnswering }),
    // Of the one that answers: without our domains each tells directions in its own way.
    inbound: () => course.answering.inbound?.() ?? null,
    ...(first.keptDetails === undefined
      ? {}
      : { keptDetails: (key) => course.answering.keptDetails?.(key) ?? Promise.resolve(null) }),
  };
}

type Asked = Parameters<TraceSource['deliveries']>;

interface Course {
  answering: TraceSource;
  isDecided: boolean;
  second: TraceSource | null;
}

const NOT_KNOWN: TraceDetailLookup = () => Promise.resolve({ kind: 'events', events: [] });

/** What ended a list before it had given anything. */
interface Hindrance {
  readonly failure: unknown;
}

async function* unlessHindered(
  batches: AsyncIterable<TraceBatch>,
): AsyncGenerator<TraceBatch, Hindrance | null> {
  let hasGiven = false;
  try {
    for await (const batch of batches) {
      hasGiven ||= batch.page !== undefined || batch.entries.length > 0 || batch.gaps.length > 0;
      yield batch;
    }
    return null;
  } catch (failure) {
    if (hasGiven) throw failure;
    return { failure };
  }
}
