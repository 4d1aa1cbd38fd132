import type { Gap } from '../finding.js';
import { SETTLING_MINUTES, type TimeWindow, touchesUnsettled } from '../time-window.js';

/** What to tell a person when no row matched. */
export interface Absence {
  readonly sentences: readonly string[];
  /** Set when rows may still be on their way into the trace. */
  readonly gap: Gap | null;
}

/** No rows is an answer, and this is what it does and does not say. */
export const ABSENCE_SENTENCES: readonly string[] = [
  'No delivery matches. That alone does not prove that mail was lost: a message that was refused or put off before the service accepted it is in no trace.',
  'Ask the sender for the text of the reply or of the bounce and give it to `mailcheck explain`.',
];

/** No rows where not all could be searched: no answer yet. What is missing is told by its gap. */
export const UNSEARCHED_SENTENCES: readonly string[] = [
  'No delivery was found in the part of the window that could be searched; the rest may hold some.',
];

/** The answer to a question that nothing matched. A null window asks for all that an export has. */
export function nothingMatched(window: TimeWindow | null, now: Date): Absence {
  return { sentences: ABSENCE_SENTENCES, gap: window === null ? null : notVisibleYet(window, now) };
}

/** A gap when the window touches the time in which accepted mail may not show in the trace yet. */
export function notVisibleYet(window: TimeWindow, now: Date): Gap | null {
  if (!touchesUnsettled(window, now)) return null;
  const readyAt = window.to.getTime() + SETTLING_MINUTES * 60_000;
  return {
    what: `mail accepted in the last ${SETTLING_MINUTES} minutes`,
    reason: 'not-visible-yet',
    remedy: `Ask again in ${SETTLING_MINUTES} minutes, or end the window earlier with --to.`,
    retryAfterSeconds: Math.ceil((readyAt - now.getTime()) / 1000),
  };
}
