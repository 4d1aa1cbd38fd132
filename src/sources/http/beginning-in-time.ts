import { Failure } from '#failure.js';

interface Promptness {
  /** Null for no bound but the deadline. */
  readonly firstAnswerMs: number | null;
  /** How long the pause for quota that is in force still lasts; 0 for none. */
  readonly quotaPauseMs: () => number;
  /** As `graph.microsoft.com`, for messages. */
  readonly host: string;
}

/**
 * Gives a list up when it has not begun in time, so that time is left to ask elsewhere. A pause for quota is no fault of
 * the service: the time begins anew behind it. Once something has come, the deadline alone counts.
 */
export async function* beginningInTime<T>(
  { firstAnswerMs, quotaPauseMs, host }: Promptness,
  list: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  if (firstAnswerMs === null) {
    yield* list(signal);
    return;
  }
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  const look = (): void => {
    const pauseMs = quotaPauseMs();
    if (pauseMs > 0) timer = setTimeout(look, pauseMs + firstAnswerMs);
    else controller.abort(notBegun(host, firstAnswerMs));
  };
  let timer = setTimeout(look, firstAnswerMs);
  if (signal.aborted) follow();
  signal.addEventListener('abort', follow, { once: true });
  try {
    for await (const item of list(controller.signal)) {
      clearTimeout(timer);
      yield item;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', follow);
  }
}

function notBegun(host: string, ms: number): Failure {
  const seconds = Math.round(ms / 100) / 10;
  return new Failure('timeout', `${host} had not begun to answer after ${seconds} s.`, {
    remedy: 'Raise --timeout, or try again in some minutes.',
  });
}
