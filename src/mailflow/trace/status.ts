import type { DeliveryState } from './delivery.js';

/** The statuses of Graph, PowerShell and the admin center (`exchangeMessageTraceStatus` and what was seen beside it). */
const STATE_BY_STATUS: ReadonlyMap<string, DeliveryState> = new Map([
  ['gettingstatus', 'pending'],
  ['pending', 'pending'],
  ['failed', 'bounced'],
  ['delivered', 'delivered'],
  ['expanded', 'expanded'],
  // Redirected after a look-up in the directory: the new address has its own row.
  ['resolved', 'expanded'],
  ['quarantined', 'quarantined'],
  ['filteredasspam', 'filtered'],
  ['recalled', 'recalled'],
  ['unknown', 'unknown'],
  ['none', 'unknown'],
  ['unknownfuturevalue', 'unknown'],
]);

/**
 * Event words, which exports of events put where others have a status. Words that say only that work went on
 * (RECEIVE, SUBMIT, TRANSFER, AGENTINFO, HAREDIRECTFAIL …) tell no outcome and are left out: unknown.
 */
const STATE_BY_EVENT: ReadonlyMap<string, DeliveryState> = new Map([
  ['deliver', 'delivered'],
  ['duplicatedeliver', 'delivered'],
  // Handed over to the next server; what happens there is not ours to see.
  ['send', 'delivered'],
  ['sendexternal', 'delivered'],
  ['defer', 'pending'],
  ['submitdefer', 'pending'],
  ['resubmitdefer', 'pending'],
  ['throttle', 'pending'],
  ['fail', 'bounced'],
  ['deliverfail', 'bounced'],
  ['submitfail', 'bounced'],
  ['resubmitfail', 'bounced'],
  ['badmail', 'bounced'],
  ['poisonmessage', 'bounced'],
  ['moderatorreject', 'bounced'],
  ['moderationexpire', 'bounced'],
  // A loss by its word alone. That a group copy ends with a DROP too is told by its reason, not by its word.
  ['drop', 'bounced'],
  ['expand', 'expanded'],
  ['expanddl', 'expanded'],
  ['resolve', 'expanded'],
  ['redirect', 'expanded'],
  ['spam', 'filtered'],
  ['malware', 'filtered'],
]);

/** The state that a status word stands for, in whichever case and spacing it came; a word nobody knows is `unknown`. */
export function stateOfStatus(status: string): DeliveryState {
  // Nearly all words come as they stand in the table, millions of times; the others pay for their looks.
  const known = STATE_BY_STATUS.get(status) ?? STATE_BY_STATUS.get(status.toLowerCase());
  if (known !== undefined) return known;
  const word = bareWord(status);
  return STATE_BY_STATUS.get(word) ?? STATE_BY_EVENT.get(word) ?? 'unknown';
}

/** True when a row's status is what was asked for; an event word counts as the status that it leads to. */
export function isStatusAsked(asked: string, status: string): boolean {
  const word = bareWord(status);
  const askedWord = bareWord(asked);
  if (word === askedWord) return true;
  const outcome = STATE_BY_EVENT.get(word);
  return outcome !== undefined && outcome === STATE_BY_STATUS.get(askedWord);
}

/** The comparable form of a status or event word: "Filtered as spam" and "FilteredAsSpam" are one. */
export function bareWord(status: string): string {
  return status.toLowerCase().replaceAll(/[\s_-]/g, '');
}
