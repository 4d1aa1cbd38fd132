/** How long the tenant keeps trying: kept for a day, else asked beside the trace. Without an answer 24 h are assumed. */
import type { Ports, TraceRequest } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { ExpirationHistory, KeptExpiration } from '#mailflow/trace/message-expiration.js';
import { isStillGood } from '#mailflow/trace/message-expiration.js';

export interface Expiration {
  /** Null: not known. */
  readonly hours: number | null;
  /** Why it is not known, to stand within a sentence; null where it is. */
  readonly why: string | null;
  /** Requests that it took. */
  readonly requests: number;
}

/** Asks at most once, and not before it matters. */
export interface ExpirationDesk {
  readonly ask: () => Promise<Expiration>;
  /** What came of it; waits for an answer that is on its way. Null: nobody asked. */
  readonly outcome: () => Promise<Expiration | null>;
  /** Stops a question that is on its way: whoever read the answer has left. */
  readonly drop: () => void;
}

export function openExpirationDesk(ask: (dropped: AbortSignal) => Promise<Expiration>): ExpirationDesk {
  const dropping = new AbortController();
  let asked: Promise<Expiration> | null = null;
  const start = (): Promise<Expiration> =>
    ask(dropping.signal).catch((error: unknown) => {
      if (dropping.signal.aborted) return unknownFor('nobody waits for it');
      throw error;
    });
  return {
    ask: () => (asked ??= start()),
    outcome: async () => asked,
    drop: () => dropping.abort(),
  };
}

/** The same rows; whoever leaves before the last of them waits for no question beside them. */
export async function* untilLeft<Rows, Result>(
  walk: AsyncGenerator<Rows, Result, void>,
  desk: ExpirationDesk,
): AsyncGenerator<Rows, Result, void> {
  let isWhole = false;
  try {
    const result = yield* walk;
    isWhole = true;
    return result;
  } finally {
    if (!isWhole) desk.drop();
  }
}

type Keeping = Pick<Ports, 'expirationHistory'>;
type Asking = Pick<Ports, 'expiration' | 'expirationHistory' | 'now' | 'signal'>;

/** Rejects only when a person stops the program: nothing depends on it. */
export async function askExpiration(
  request: TraceRequest,
  ports: Asking,
  dropped: AbortSignal,
): Promise<Expiration> {
  if (request.files.length > 0) return unknownFor('exports do not tell it');
  const { history, kept } = await openKept(request, ports);
  if (kept !== null && isStillGood(kept, ports.now())) return known(kept.hours, 0);
  const asked = await askService(request, ports, AbortSignal.any([ports.signal, dropped]));
  if (asked.hours !== null) await keep(history, { hours: asked.hours, seenAt: ports.now() });
  // What was true some days ago is a better guess than what is true of most.
  return asked.hours === null && kept !== null ? known(kept.hours, asked.requests) : asked;
}

/** The last one that was told, without asking anybody. */
export async function keptExpiration(request: TraceRequest, ports: Keeping): Promise<Expiration> {
  if (request.files.length > 0) return unknownFor('exports do not tell it');
  const { kept } = await openKept(request, ports);
  return kept === null ? unknownFor('nothing is kept of it') : known(kept.hours, 0);
}

interface OpenedKept {
  readonly history: ExpirationHistory | null;
  readonly kept: KeptExpiration | null;
}

async function openKept({ keepsHistory }: TraceRequest, ports: Keeping): Promise<OpenedKept> {
  const history = await unlessFailed(
    () => ports.expirationHistory(keepsHistory),
    () => null,
  );
  const kept = await unlessFailed(
    async () => (await history?.last()) ?? null,
    () => null,
  );
  return { history, kept };
}

async function askService(
  { quota, keepsHistory, maxRequests }: TraceRequest,
  ports: Asking,
  signal: AbortSignal,
): Promise<Expiration> {
  // A cap is for the trace: what can be assumed takes nothing from it.
  if (maxRequests !== null) return unknownFor('--max-requests leaves no request for it');
  return unlessFailed(
    async () => {
      const source = await ports.expiration({ quota, keepsHistory });
      if (source === null) return unknownFor('Exchange was not asked');
      const hours = await source.hours(signal);
      const requests = source.requestCount();
      return hours === null ? { ...unknownFor('the tenant tells none'), requests } : known(hours, requests);
    },
    ({ message }) => unknownFor(message.replace(/\.$/u, '')),
  );
}

function keep(history: ExpirationHistory | null, kept: KeptExpiration): Promise<void> {
  return unlessFailed(
    async () => history?.keep(kept),
    () => undefined,
  );
}

/** Even a tenant that Exchange cannot make out is no reason to withhold the trace. */
async function unlessFailed<Value>(
  ask: () => Promise<Value>,
  instead: (failure: Failure) => Value,
): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Failure) || error.kind === 'interrupted' || error.kind === 'terminated')
      throw error;
    return instead(error);
  }
}

function known(hours: number, requests: number): Expiration {
  return { hours, why: null, requests };
}

function unknownFor(why: string): Expiration {
  return { hours: null, why, requests: 0 };
}
