/** A failure as a person reads it on stderr: what happened, then what to do. */
import { wrap } from './layout.js';
import { safeText } from './safe-text.js';
import type { ErrorNote } from './writer.js';

/** Two lines, more where they do not fit or there are details; each ends with a line feed. `widthColumns` may be Infinity. */
export function failureText(
  failure: Pick<ErrorNote, 'message' | 'details' | 'remedy' | 'requestId'>,
  widthColumns: number,
): string {
  const request = failure.requestId === null ? '' : ` (request ${safeText(failure.requestId)})`;
  const cause = wrap(`mailcheck: ${safeText(failure.message)}${request}`, widthColumns, '  ');
  const details = (failure.details ?? []).flatMap((detail) =>
    wrap(`  ${safeText(detail)}`, widthColumns, '    '),
  );
  const cure = failure.remedy === '' ? [] : wrap(`  ${safeText(failure.remedy)}`, widthColumns, '  ');
  return [...cause, ...details, ...cure].map((line) => `${line}\n`).join('');
}
