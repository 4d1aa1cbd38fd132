/** A rule for a code alone, told in one line. */
import type { BookRule, Matcher } from './rule.js';
import type { Party, Reason, Retry } from './verdict.js';

const REGISTRY = 'IANA registry of enhanced status codes; RFC 3463';

export type CodeLine = readonly [
  id: string,
  codes: readonly string[],
  reason: Reason,
  party: Party,
  retry: Retry,
  remedy: string,
  sample: readonly [string, ...string[]],
];

/** `generic` rules speak only when nothing else does. */
export function toCodeRule(line: CodeLine, matcher: Matcher, generic: boolean): BookRule {
  const [id, , reason, party, retry, remedy, sample] = line;
  return {
    id,
    match: [matcher],
    reason,
    // A fault of the receiving system: Microsoft's when Microsoft wrote it, else that of whoever receives the mail.
    ...(party === 'service' ? { party: 'recipient', partyWhen: { microsoft: 'service' } } : { party }),
    retry,
    remedy,
    reference: REGISTRY,
    samples: sample,
    ...(generic ? { generic: true } : {}),
  };
}
