/** How much mail is held and failed, and the main reasons with their 95 % ranges. */
import type { TraceSight } from '#mailflow/incident/sightings.js';
import type { SignalName } from '#mailflow/incident/signal.js';
import type { ReasonEstimate, ReasonShare } from '#mailflow/sampling/estimate-reasons.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { counted, formatAge, formatCount, formatCountInterval } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';

/** The main reasons of both together; where no verdict rests on mail, the first of each is enough. */
const REASONS_SHOWN = { narrow: 2, wide: 5 };

export function mailFlowLines(
  { survey }: TraceSight,
  badSignals: readonly SignalName[],
  sheet: Sheet,
  isWide: boolean,
): readonly string[] {
  const isBad = badSignals.includes('trace');
  const { held, failed } = survey.reasons;
  const reasons = [...reasonsOf('held', held), ...reasonsOf('failed', failed)].toSorted(
    (left, right) => right.estimate - left.estimate,
  );
  return [
    countsLine(survey, isBad, sheet),
    ...[unreadText('held', held), unreadText('failed', failed)].flat(),
    ...reasons.slice(0, REASONS_SHOWN[isWide ? 'wide' : 'narrow']).map(reasonText),
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

interface NamedReason extends ReasonEstimate {
  readonly population: 'held' | 'failed';
}

function reasonsOf(population: NamedReason['population'], { by }: ReasonShare): readonly NamedReason[] {
  return by.map((reason) => ({ population, ...reason }));
}

function unreadText(population: NamedReason['population'], share: ReasonShare): readonly string[] {
  if (share.population === 0 || share.examined > 0) return [];
  return [
    `Why ${formatCount(share.population)} ${population === 'held' ? 'are held' : 'failed'} was not read.`,
  ];
}

/** The range is that of 95 %; none where all was read. */
function reasonText(named: NamedReason): string {
  const { population, reason, party, class: verdictClass, estimate, low, high } = named;
  const range = low === high ? '' : ` (${formatCountInterval(low, high)})`;
  const what = reason === 'unknown' ? 'no reason told' : `${reason}, side ${party}, ${verdictClass}`;
  return `${formatCount(estimate)}${range} ${population}: ${what}`;
}
