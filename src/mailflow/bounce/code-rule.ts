/** A rule for a code alone, told in one line. */
import type { Matcher, Rule } from './rule.js';
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
export function toCodeRule(line: CodeLine, matcher: Matcher, generic: boolean): Rule {
  const [id, , reason, party, retry, remedy, sample] = line;
  return {
    id,
    match: [matcher],
    reason,
    party,
    // A code alone is read as Microsoft's own, unless the trace says who spoke.
    ...(party === 'service' ? { partyWhen: { another: 'recipient' } } : {}),
    retry,
    remedy,
    reference: REGISTRY,
    samples: sample,
    ...(generic ? { generic: true } : {}),
  };
}
