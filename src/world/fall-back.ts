/** When Exchange is asked in the place of Graph, and what is told where neither answered. */
import { isRefusal } from '#cli/exit-code.js';
import { Failure } from '#failure.js';

/**
 * Told to a person when Exchange is asked, with the cure for what will be the same the next time; null for a failure that
 * it would share, or that is nobody's fault but ours.
 */
export function fallBackNote(failure: unknown): string | null {
  if (!(failure instanceof Failure) || !isOfGraph(failure)) return null;
  const note = `Graph gave no trace (${failure.message.replace(/\.$/, '')}); asked Exchange instead.`;
  return failure.kind === 'permission' ? `${note} So that Graph answers as well: ${failure.remedy}` : note;
}

function isOfGraph({ kind, meetsEveryService }: Failure): boolean {
  if (meetsEveryService) return false;
  switch (kind) {
    case 'permission':
    case 'unreachable':
    case 'timeout':
    case 'protocol':
      return true;
    case 'usage':
    case 'input':
    case 'sign-in':
    case 'configuration':
    case 'throttled':
    case 'interrupted':
    case 'terminated':
      return false;
  }
}

/** Graph's failure, with what Exchange said; refused only where both refused. A stop or a bug stays what it is. */
export function failureOfBoth(graph: unknown, exchange: unknown): unknown {
  if (!(graph instanceof Failure) || !(exchange instanceof Failure) || isStop(exchange)) return exchange;
  const message = `${graph.message} Exchange did not answer either: ${exchange.message}`;
  const remedy =
    graph.remedy === exchange.remedy ? graph.remedy : `${graph.remedy} Or, for Exchange: ${exchange.remedy}`;
  const waits = [graph, exchange].map(({ retryAfterSeconds }) => retryAfterSeconds ?? Infinity);
  const retryAfterSeconds = Math.min(...waits);
  return new Failure(isRefusal(graph) && !isRefusal(exchange) ? exchange.kind : graph.kind, message, {
    remedy,
    cause: graph,
    ...(graph.requestId === undefined ? {} : { requestId: graph.requestId }),
    ...(retryAfterSeconds === Infinity ? {} : { retryAfterSeconds }),
  });
}

function isStop({ kind }: Failure): boolean {
  return kind === 'interrupted' || kind === 'terminated';
}
