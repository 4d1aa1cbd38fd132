import { member, parsedJson, textOf } from '../http/loose-json.js';
import type { Heard } from './credential.js';
import { shownId, shownText } from './shown-text.js';

export interface ErrorAnswer {
  readonly error: string;
  /** The numbers of Microsoft's codes, as `7000215`, the telling one first. */
  readonly codes: readonly string[];
  readonly description: string;
  readonly correlationId: string | null;
}

/** The error object of OAuth 2.0 (RFC 6749, 5.2) with Microsoft's additions; null when the body is none. */
export function errorAnswer({ body, secrets }: Extract<Heard, { kind: 'answer' }>): ErrorAnswer | null {
  const parsed = parsedJson(body);
  const error = textOf(member(parsed, 'error'));
  if (error === '') return null;
  const description = textOf(member(parsed, 'error_description'));
  const listed = member(parsed, 'error_codes');
  const numbers = Array.isArray(listed) ? listed.filter((code: unknown) => typeof code === 'number') : [];
  const written = /AADSTS(\d{1,9})/.exec(description)?.[1];
  return {
    error: shownText(error, secrets),
    codes: [...numbers.map(String), ...(written === undefined ? [] : [written])],
    description,
    correlationId: shownId(textOf(member(parsed, 'correlation_id'))),
  };
}
