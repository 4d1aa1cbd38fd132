/** Which style tells a level. Colour says it again, and never alone. */
import type { FindingLevel } from '#mailflow/finding.js';

import type { OutcomeLevel, Style } from './writer.js';

export const OUTCOME_TONES: Readonly<Record<OutcomeLevel, keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  critical: 'bad',
  unknown: 'strong',
  refused: 'strong',
};

export const FINDING_TONES: Readonly<Record<FindingLevel, keyof Style>> = {
  info: 'faint',
  warning: 'warn',
  critical: 'bad',
};
