import type { SourceClock } from './clock.js';
import type { Call } from './exchange.js';
import type { Send } from './send.js';

interface Listener {
  readonly onRequest?: (text: string) => void;
  readonly clock: SourceClock;
}

/** Tells of each request when it is over: method, what it asks for (its path, unless `words` says more), status, time. */
export function told(
  send: Send,
  { onRequest, clock }: Listener,
  words: (call: Call) => string = ({ path }) => path,
): Send {
  if (onRequest === undefined) return send;
  return async (call) => {
    const startMs = clock.monotonicMs();
    const sent = await send(call);
    const method = call.json === null ? 'GET' : 'POST';
    const outcome = sent.kind === 'answered' ? String(sent.response.status) : sent.code;
    onRequest(`${method} ${words(call)} ${outcome}, ${Math.round(clock.monotonicMs() - startMs)} ms`);
    return sent;
  };
}
