/** How the authority says no (RFC 6749, section 5.2, with Microsoft's additions). */
import { randomUUID } from 'node:crypto';

import type { Answer } from '../answer.js';
import { jsonAnswer } from '../answer.js';

export interface SignInRequest {
  readonly method: string;
  /** The own origin, as `https://127.0.0.1:4443`. */
  readonly origin: string;
  /** Path and query; begins with a slash. */
  readonly url: string;
  readonly body: string;
  readonly now: Date;
}

export interface Refusal {
  readonly status: number;
  readonly error: string;
  /** The number of the AADSTS code. */
  readonly code: number;
  readonly text: string;
}

export function invalidClient(code: number, text: string): Refusal {
  return { status: 401, error: 'invalid_client', code, text };
}

export function invalidGrant(code: number, text: string): Refusal {
  return { status: 400, error: 'invalid_grant', code, text };
}

/** A refusal for a reason that lies outside of this small authority, as the expiry of a secret. */
export function refuseSignIn(code: number, request: SignInRequest): Answer {
  return refusalAnswer(invalidClient(code, REASONS.get(code) ?? 'The request was refused.'), request);
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [7000222, 'The client secret keys that were provided have expired.'],
  [700024, 'The client assertion is not within its valid time range.'],
  [53003, 'Access has been blocked by Conditional Access policies.'],
]);

export function refusalAnswer(refusal: Refusal, request: SignInRequest): Answer {
  const timestamp = `${request.now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const traceId = randomUUID();
  const query = new URL(request.origin + request.url).searchParams;
  const correlationId = query.get('client-request-id') ?? randomUUID();
  const trailer = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  const body = {
    error: refusal.error,
    error_description: `AADSTS${refusal.code}: ${refusal.text} ${trailer}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `${request.origin}/error?code=${refusal.code}`,
  };
  return jsonAnswer(refusal.status, body, `refused: AADSTS${refusal.code}`);
}
