/** What the event words of Exchange mean for the order of events and for the outcome of a delivery. */

interface EventMeaning {
  /** Among events of one instant: what comes later on the way has the higher rank. */
  readonly rank: number;
  /** True when the word can be what became of a delivery. */
  readonly isOutcome: boolean;
  /** True for words of the service's own bookkeeping, thousands of which say nothing about a delivery. */
  readonly isNoise: boolean;
}

const step = (rank: number): EventMeaning => ({ rank, isOutcome: false, isNoise: false });
const outcome = (rank: number): EventMeaning => ({ rank, isOutcome: true, isNoise: false });
const noise: EventMeaning = { rank: 4, isOutcome: false, isNoise: true };

const MEANING_BY_WORD: ReadonlyMap<string, EventMeaning> = new Map([
  ['RECEIVE', step(0)],
  ['CLIENTSUBMISSION', step(0)],
  ['SUBMIT', step(1)],
  ['RESUBMIT', step(1)],
  ['TRANSFER', step(5)],
  ['DSN', step(12)],
  ['RESOLVE', outcome(6)],
  ['RESOLVED', outcome(6)],
  ['REDIRECT', outcome(6)],
  ['EXPAND', outcome(6)],
  ['EXPANDED', outcome(6)],
  ['DEFER', outcome(7)],
  ['SUBMITDEFER', outcome(7)],
  ['RESUBMITDEFER', outcome(7)],
  ['THROTTLE', outcome(7)],
  ['SEND', outcome(8)],
  ['SENDEXTERNAL', outcome(8)],
  ['DELIVER', outcome(9)],
  ['DELIVERED', outcome(9)],
  ['DROP', outcome(10)],
  ['DROPPED', outcome(10)],
  ['QUARANTINE', outcome(10)],
  ['FAIL', outcome(11)],
  ['FAILED', outcome(11)],
  ['DELIVERFAIL', outcome(11)],
  ['SUBMITFAIL', outcome(11)],
  ['RESUBMITFAIL', outcome(11)],
  ['BADMAIL', outcome(11)],
  ['POISONMESSAGE', outcome(11)],
  ['MODERATORREJECT', outcome(11)],
  ['MODERATIONEXPIRE', outcome(11)],
  ['AGENTINFO', noise],
  ['HADISCARD', noise],
  ['HARECEIVE', noise],
  ['HAREDIRECT', noise],
  ['HAREDIRECTFAIL', noise],
  ['INITMESSAGECREATED', noise],
  ['LOAD', noise],
  ['NOTIFYMAPI', noise],
  ['NOTIFYSHADOW', noise],
  ['PROCESS', noise],
  ['SUPPRESSED', noise],
]);

/** Upper case without blanks: `Send external` is `SENDEXTERNAL`. */
export function eventKey(word: string): string {
  return word.toUpperCase().replaceAll(/[\s_-]/g, '');
}

export function meaningOf(word: string): EventMeaning {
  return MEANING_BY_WORD.get(word) ?? MEANING_BY_WORD.get(eventKey(word)) ?? step(4);
}

/** The words whose row names the new recipients, and as related recipient the one they replace. */
export function replacesRecipient(word: string): boolean {
  const key = eventKey(word);
  return key === 'EXPAND' || key === 'RESOLVE' || key === 'REDIRECT';
}

/** The last outcome of a list in causal order; null when it has none. */
export function outcomeWord(words: readonly string[]): string | null {
  const outcomes = words.filter((word) => meaningOf(word).isOutcome);
  // What is dropped after a group was expanded is the group's copy, not the members' mail.
  const expanded = outcomes.find((word) => eventKey(word).startsWith('EXPAND'));
  const last = outcomes.at(-1) ?? null;
  return last !== null && expanded !== undefined && eventKey(last).startsWith('DROP') ? expanded : last;
}
