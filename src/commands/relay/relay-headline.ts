/** The verdict in one sentence: how much waits for Microsoft, how long, and whether it is Microsoft that defers it. */
import { countedMessages } from '#mailflow/relay/judge-relay.js';
import { counted, formatAge, formatCount } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import { OUTCOME_TONES } from '#render/tones.js';
import type { Tail } from '#render/writer.js';

import type { RelayAnswer } from './relay-answer.js';

export function relayHeadline(
  answer: RelayAnswer,
  { outcome, incomplete }: Tail<unknown>,
  sheet: Sheet,
): string {
  const word = sheet.heading(OUTCOME_TONES[outcome.level], outcome.level.toUpperCase());
  return sheet.prose(`${word}: ${sentence(answer, incomplete.length > 0, sheet)}`);
}

function sentence(answer: RelayAnswer, isIncomplete: boolean, sheet: Sheet): string {
  const { relay, queues, olderSeconds } = answer;
  const { held, atMicrosoft } = relay;
  const longer = olderSeconds === null ? '' : ` for ${formatAge(olderSeconds)} or longer`;
  if (held === 0) {
    if (isIncomplete) return `no mail held${longer} was found in what could be read.`;
    return queues.length > 0 ? countsText(queues) : `nothing is held at this relay${longer}.`;
  }
  if (atMicrosoft.held === 0) {
    return `${counted(held, 'delivery is', 'deliveries are')} held${longer}, the oldest for ${ageOfOldest(relay, relay.asOf)}; ${notForMicrosoft(answer)}`;
  }
  const total = counted(held, 'held delivery', 'held deliveries');
  const some = held === atMicrosoft.held ? total : `${formatCount(atMicrosoft.held)} of ${total}`;
  const wait = atMicrosoft.held === 1 ? 'waits' : 'wait';
  return `${some} ${wait}${longer} for Microsoft 365, the oldest for ${ageOfOldest(atMicrosoft, relay.asOf)}; ${deferredText(answer, sheet)}`;
}

function countsText(queues: RelayAnswer['queues']): string {
  const { all, forMicrosoft } = countedMessages(queues);
  const many = forMicrosoft === 0 ? 'none' : formatCount(forMicrosoft);
  return `${counted(all, 'message is', 'messages are')} counted in ${counted(queues.length, 'queue', 'queues')}, ${many} of them for Microsoft 365; how old they are is not told.`;
}

/** Where nothing is told of the way, nobody knows whose mail it is. */
function notForMicrosoft({ relay, knowsOwnDomains }: RelayAnswer): string {
  const isUntold = relay.heldBy.untold === relay.held && !knowsOwnDomains;
  return isUntold
    ? 'whether it is for Microsoft 365 is not told: name your domains with --domain.'
    : 'none of it is for Microsoft 365.';
}

function deferredText({ relay: { atMicrosoft } }: RelayAnswer, sheet: Sheet): string {
  const { held, heldBy, replies } = atMicrosoft;
  if (heldBy.microsoft === 0) return 'no reply of Microsoft puts it off.';
  const all = held === 1 ? 'it' : 'them';
  const many = heldBy.microsoft === held ? all : `${formatCount(heldBy.microsoft)} of them`;
  const reply = replies[0] === undefined ? '' : ` (${replyText(replies[0], sheet)})`;
  return `Microsoft defers ${many}${reply}.`;
}

const MOST_WORDS = 60;

/** The code and the first words behind it. */
function replyText({ reply, text }: { readonly reply: string; readonly text: string }, sheet: Sheet): string {
  const at = text.lastIndexOf(reply);
  const words = at === -1 ? '' : text.slice(at + reply.length).trim();
  const cut = words.slice(0, MOST_WORDS + 1);
  const end = cut.lastIndexOf(' ');
  const shown = words.length <= MOST_WORDS ? words : `${cut.slice(0, end > 0 ? end : MOST_WORDS)} …`;
  return sheet.remote(`${reply} ${shown}`.trim());
}

function ageOfOldest({ oldest }: Pick<RelayAnswer['relay'], 'oldest'>, asOf: Date): string {
  return oldest === null ? '-' : formatAge((asOf.getTime() - oldest.receivedAt.getTime()) / 1000);
}
