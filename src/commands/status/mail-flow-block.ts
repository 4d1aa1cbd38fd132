/** How much mail is held and failed, and the main reasons with their 95 % ranges. */
import type { TraceSight } from '#mailflow/incident/sightings.js';
import type { SignalName } from '#mailflow/incident/signal.js';
import type { ReasonEstimate, ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { counted, formatAge, formatCount, formatCountInterval } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';

/** Of held and of failed mail; a wide page has room for more. */
const REASONS_SHOWN = { narrow: { held: 2, failed: 1 }, wide: { held: 3, failed: 2 } };

export function mailFlowLines(
  { survey }: TraceSight,
  badSignals: readonly SignalName[],
  sheet: Sheet,
  isWide: boolean,
): readonly string[] {
  const { held, failed } = REASONS_SHOWN[isWide ? 'wide' : 'narrow'];
  return [
    countsLine(survey, badSignals.includes('trace'), sheet),
    ...reasonLines('held', survey.reasons.held, held),
    ...reasonLines('failed', survey.reasons.failed, failed),
  ];
}

/** For rows and summaries, without marks. */
export function countsText({ held, failed, deliveries, window }: Survey): string {
  const { heldText, failedText } = countWords({ held, failed });
  const during = window === null ? '' : ` in ${formatAge(spanSeconds(window))}`;
  return `${heldText}, ${failedText} of ${counted(deliveries, 'delivery', 'deliveries')}${during}.`;
}

function countWords({ held, failed }: Pick<Survey, 'held' | 'failed'>): {
  readonly heldText: string;
  readonly failedText: string;
} {
  return { heldText: `${formatCount(held)} held (4.x)`, failedText: `${formatCount(failed)} failed (5.x)` };
}

/** Ordinary days have held and failed mail too: it bears a mark only where a verdict rests on it. */
function countsLine(survey: Survey, isBad: boolean, { mark }: Sheet): string {
  const text = countsText(survey);
  if (!isBad) return text;
  const { heldText, failedText } = countWords(survey);
  return text
    .replace(heldText, (words) => (survey.held > 0 ? mark('warn', words) : words))
    .replace(failedText, (words) => (survey.failed > 0 ? mark('bad', words) : words));
}

function spanSeconds({ from, to }: TimeWindow): number {
  return (to.getTime() - from.getTime()) / 1000;
}

function reasonLines(population: 'held' | 'failed', share: ReasonShare, most: number): readonly string[] {
  if (share.population === 0) return [];
  if (share.examined === 0) return [`Why ${formatCount(share.population)} are ${population} was not read.`];
  return share.by.slice(0, most).map((reason) => reasonLine(population, reason));
}

function reasonLine(population: 'held' | 'failed', estimated: ReasonEstimate): string {
  const { reason, party, class: verdictClass, estimate, low, high } = estimated;
  const number =
    low === high
      ? formatCount(estimate)
      : `about ${formatCount(estimate)} (${formatCountInterval(low, high)})`;
  return `${population} ${number}: ${reason}, side ${party}, ${verdictClass}`;
}
