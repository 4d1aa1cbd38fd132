/** The few resources of Graph that are simulated. */
import { decoded } from '../request-log.js';

export type Version = 'v1.0' | 'beta';

export type Route =
  | { readonly kind: 'list'; readonly version: Version }
  | { readonly kind: 'details'; readonly version: Version; readonly id: string; readonly recipient: string }
  | { readonly kind: 'unknown'; readonly segment: string };

const TRACES = /^\/(v1\.0|beta)\/admin\/exchange\/tracing\/messageTraces(.*)$/u;
const FUNCTION = /^(?:microsoft\.graph\.|graph\.)?getDetailsByRecipient\(recipientAddress='(.*)'\)$/su;

/** `path` is still percent-encoded. The key may stand behind a slash or in parentheses, as OData allows both. */
export function routeOf(method: string, path: string): Route {
  const [, version, rest = ''] = TRACES.exec(path) ?? [];
  const unknown: Route = { kind: 'unknown', segment: decoded(path.slice(path.lastIndexOf('/') + 1)) };
  if (version === undefined || method !== 'GET') return unknown;
  const known = version === 'beta' ? 'beta' : 'v1.0';
  if (rest === '') return { kind: 'list', version: known };
  return detailRoute(decoded(rest), known) ?? unknown;
}

function detailRoute(rest: string, version: Version): Route | null {
  const [, id, call = ''] = /^(?:\/([^/(]+)|\('[^']+'\))\/(.+)$/su.exec(rest) ?? [];
  const recipient = FUNCTION.exec(call)?.[1];
  const key = id ?? /^\('([^']+)'\)/u.exec(rest)?.[1];
  if (recipient === undefined || key === undefined || !quotesAreDoubled(recipient)) return null;
  return { kind: 'details', version, id: key, recipient: recipient.replaceAll("''", "'") };
}

function quotesAreDoubled(text: string): boolean {
  return !text.replaceAll("''", '').includes("'");
}
