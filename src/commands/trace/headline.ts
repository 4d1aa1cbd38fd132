/** The answer in a few sentences: how much is held and failed, since when, how long there is left. */
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { DEFAULT_EXPIRATION_HOURS } from '#mailflow/trace/to-delivery.js';
import { counted, formatAge, formatCount, formatCountInterval, formatSpan } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import type { Page, Tail } from '#render/writer.js';

import type { TraceAnswer } from './trace-answer.js';

export function headline(
  { survey, asksTroubleOnly }: TraceAnswer,
  tail: Tail<unknown>,
  sheet: Sheet,
): string {
  const lines = [
    countsText(survey, asksTroubleOnly, sheet),
    sheet.prose(pendingText(survey, tail, sheet.page)),
    sheet.prose(innocentText(survey)),
    sheet.prose(windowText(tail, sheet.page)),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** Marked after it is wrapped, for marks have no width. */
function countsText(
  { held, failed, deliveries, messages }: Survey,
  asksTroubleOnly: boolean,
  { page, prose }: Sheet,
): string {
  const heldText = `${formatCount(held)} held (4.x)`;
  const failedText = `${formatCount(failed)} failed (5.x)`;
  const all = `of ${counted(deliveries, 'delivery', 'deliveries')}, ${counted(messages, 'message', 'messages')}.`;
  const whole = asksTroubleOnly ? 'deliveries; other mail was not asked for.' : all;
  return prose(`${heldText} and ${failedText} ${whole}`)
    .replace(heldText, page.style[held > 0 ? 'warn' : 'good'])
    .replace(failedText, page.style[failed > 0 ? 'bad' : 'good']);
}

function pendingText(result: Survey, tail: Tail<unknown>, page: Page): string {
  const { oldestHeld, expiringWithin4h, pastExpiry } = result;
  if (oldestHeld === null) return 'Nothing received in this window is pending.';
  const seenAt = tail.source?.asOf ?? page.now;
  const age = `Still pending: the oldest for ${formatAge((seenAt.getTime() - oldestHeld.receivedAt.getTime()) / 1000)}`;
  if (!canShowExpiry(tail, seenAt)) return `${age} in this window; older mail: --since 2d.`;
  const near = expiringWithin4h === 0 ? 'none expires' : counted(expiringWithin4h, 'expires', 'expire');
  const past =
    pastExpiry === 0
      ? ''
      : `, ${counted(pastExpiry, 'is', 'are')} past it (stale status, or waiting for a person)`;
  return `${age}; ${near} within 4 h${past}.`;
}

/** A young window cannot hold mail that is about to expire, and must not say that there is none. */
function canShowExpiry(tail: Tail<unknown>, seenAt: Date): boolean {
  const oldestAgeHours =
    tail.window === null ? 0 : (seenAt.getTime() - tail.window.from.getTime()) / 3_600_000;
  return oldestAgeHours > DEFAULT_EXPIRATION_HOURS - EXPIRY_NEAR_HOURS;
}

/** Said where there is some; that there is none stands in the reasons. */
function innocentText({ heldInnocent, held }: Survey): string {
  if (heldInnocent === null || heldInnocent.estimate === 0) return '';
  const { estimate, low, high } = heldInnocent;
  const about =
    low === high
      ? formatCount(estimate)
      : `about ${formatCount(estimate)} (${formatCountInterval(low, high)})`;
  const those = `${about} wait by intent (a rule, a moderator, a greylist)`;
  return `Of the ${formatCount(held)} held, ${those}: no outage; the moderator or the owner of the rule acts.`;
}

function windowText(tail: Tail<unknown>, page: Page): string {
  if (tail.window === null) return '';
  const { from, to, settledUntil, complete } = tail.window;
  const settled =
    settledUntil < to ? `; settled until ${formatSpan(from, settledUntil, page.timeZone).until}` : '';
  return `Received ${formatSpan(from, to, page.timeZone).text}${settled}${complete ? '' : '; NOT listed whole'}.`;
}
