import { httpDate } from '../sign-in/retry-after.js';
import { shownId } from '../sign-in/shown-text.js';
import type { Received } from './exchange.js';

/** What came back, read whole, for an adapter to judge. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly location: string | null;
  /** From the header. */
  readonly requestId: string | null;
  readonly date: Date | null;
  readonly body: string;
}

export function answerOf(response: Received): Answer {
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    location: response.headers.get('location'),
    requestId: shownId(response.headers.get('request-id')),
    date: httpDate(response.headers.get('date')),
    body: response.body,
  };
}

/** The value of a 200 that is JSON, else null. */
export function jsonOf({ status, contentType, body }: Answer): { readonly value: unknown } | null {
  if (status !== 200 || !contentType.includes('json')) return null;
  try {
    return { value: JSON.parse(body) };
  } catch {
    return null;
  }
}

/** The host alone: the rest of such an address may hold what is not for a log. */
export function locationWords({ location }: Answer): readonly string[] {
  return location !== null && URL.canParse(location) ? [`to ${new URL(location).host}`] : [];
}
