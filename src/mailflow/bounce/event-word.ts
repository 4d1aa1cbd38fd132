/** What the event words of message traces and of on-premises tracking logs say about the outcome. */

export type EventMeaning =
  | 'failed'
  | 'deferred'
  | 'delivered'
  | 'relayed'
  | 'dropped'
  | 'expanded'
  | 'quarantined'
  | 'filtered'
  | 'recalled'
  | 'silent';

const MEANINGS: ReadonlyMap<string, EventMeaning> = new Map([
  ['fail', 'failed'],
  ['failed', 'failed'],
  ['deliverfail', 'failed'],
  ['submitfail', 'failed'],
  ['resubmitfail', 'failed'],
  ['badmail', 'failed'],
  ['poisonmessage', 'failed'],
  ['moderatorreject', 'failed'],
  ['moderationexpire', 'failed'],
  ['defer', 'deferred'],
  ['deferred', 'deferred'],
  ['submitdefer', 'deferred'],
  ['resubmitdefer', 'deferred'],
  ['throttle', 'deferred'],
  ['deliver', 'delivered'],
  ['delivered', 'delivered'],
  ['send', 'relayed'],
  ['sendexternal', 'relayed'],
  ['drop', 'dropped'],
  ['expand', 'expanded'],
  ['expanddl', 'expanded'],
  ['expanded', 'expanded'],
  ['quarantine', 'quarantined'],
  ['quarantined', 'quarantined'],
  ['spam', 'filtered'],
  ['malware', 'filtered'],
  ['recall', 'recalled'],
  ['recalled', 'recalled'],
]);

/** `Send external`, `SENDEXTERNAL` and `send_external` are one word; a word nobody knows is silent. */
export function meaningOf(event: string): EventMeaning {
  return MEANINGS.get(eventKey(event)) ?? 'silent';
}

/** The word without case, blanks and marks. */
export function eventKey(event: string): string {
  return event
    .slice(0, 64)
    .toLowerCase()
    .replace(/[^a-z]/g, '');
}
