/** What the events of a message tracking log mean for mail that a server still has to send. */

export type EventMeaning =
  /** The server has the message now. */
  | 'arrival'
  /** The message is in the queue again, or in parts. */
  | 'requeued'
  /** New recipients take the place of the related one. */
  | 'replaced'
  /** The other way round: the related recipient takes the place of the one that the row names. */
  | 'redirected'
  | 'deferred'
  /** Set aside until a person lets it go. */
  | 'set-aside'
  | 'delivered'
  | 'bounced'
  /** No longer in a queue of this server, and nothing is said of its fate. */
  | 'gone';

/**
 * Events of other words say nothing of a queue: copies for high availability, notices, agents at work. DELIVERFAIL is followed
 * by another delivery, RESUBMITFAIL tells of copies.
 */
const MEANING_BY_WORD: ReadonlyMap<string, EventMeaning> = new Map([
  ['RECEIVE', 'arrival'],
  ['DSN', 'arrival'],
  ['RESUBMIT', 'requeued'],
  ['TRANSFER', 'requeued'],
  ['EXPAND', 'replaced'],
  ['RESOLVE', 'replaced'],
  ['REDIRECT', 'redirected'],
  ['DUPLICATEREDIRECT', 'gone'],
  ['INITMESSAGECREATED', 'gone'],
  ['DEFER', 'deferred'],
  ['RESUBMITDEFER', 'deferred'],
  ['SUBMITDEFER', 'deferred'],
  ['THROTTLE', 'deferred'],
  ['POISONMESSAGE', 'set-aside'],
  ['SEND', 'delivered'],
  ['SENDEXTERNAL', 'delivered'],
  ['DELIVER', 'delivered'],
  ['DUPLICATEDELIVER', 'delivered'],
  ['FAIL', 'bounced'],
  ['SUBMITFAIL', 'bounced'],
  ['BADMAIL', 'bounced'],
  ['DROP', 'bounced'],
  ['MODERATORREJECT', 'bounced'],
  ['MODERATIONEXPIRE', 'bounced'],
]);

/** Null for an event that does not matter here. */
export function meaningOf(word: string): EventMeaning | null {
  return MEANING_BY_WORD.get(word) ?? MEANING_BY_WORD.get(word.toUpperCase()) ?? null;
}

/** The retries ran out: the reply says so itself, whatever its first digit. */
export function saysExpired(reply: string): boolean {
  return /QUEUE\.Expired|\bmessage expired\b/i.test(reply);
}
