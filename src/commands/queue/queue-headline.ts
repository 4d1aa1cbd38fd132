/** The verdict on the queue in one sentence: how much is held, and the oldest for how long. */
import { counted, formatAge } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import { OUTCOME_TONES } from '#render/tones.js';
import type { Tail } from '#render/writer.js';

import type { QueueAnswer } from './queue-answer.js';

export function queueHeadline(
  { survey, times, tally, olderSeconds }: QueueAnswer,
  { outcome }: Tail<unknown>,
  sheet: Sheet,
): string {
  const { total, oldest, pastExpiry } = times;
  const word = sheet.heading(OUTCOME_TONES[outcome.level], outcome.level.toUpperCase());
  const longer = olderSeconds === null ? '' : ` for ${formatAge(olderSeconds)} or longer`;
  // The verdict, the trend and the diff tell of all of it.
  const inAll = tally.all.held === total ? '' : `; ${counted(tally.all.held, 'is', 'are')} held in all`;
  if (oldest === null) {
    const past = pastExpiry === 0 ? '' : ` ${pastText(pastExpiry)}.`;
    const nothing = survey.isListedWhole
      ? `nothing is held in this window${longer}${inAll}.`
      : `${longer === '' ? 'no held mail' : `no mail held${longer}`} was found in the part of the window that could be searched${inAll}.`;
    return sheet.prose(`${word}: ${nothing}${past}`);
  }
  const age = formatAge((tally.asOf.getTime() - oldest.receivedAt.getTime()) / 1000);
  return sheet.prose(
    `${word}: ${counted(total, 'delivery is', 'deliveries are')} held (4.x)${longer}, the oldest for ${age}${inAll}.`,
  );
}

export function pastText(pastExpiry: number): string {
  return `${counted(pastExpiry, 'is past its expiry', 'are past their expiry')} and not counted: late statuses of the trace, or mail that waits for a person`;
}
