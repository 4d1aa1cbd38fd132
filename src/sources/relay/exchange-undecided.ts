/** Keeps records in their order until a later date proves how theirs are to be read, or the input ends. */
import { copyText } from '#sources/rows/copied-text.js';

import type { ExchangeDates } from './exchange-dates.js';

/** Beyond this nothing more is kept: records are then used as they come, with dates that cannot be read. */
const MOST_KEPT = 20_000;

export interface UndecidedRecords<Told> {
  /** `pastDate` is the text of a date of the record that cannot lie in the future. */
  readonly take: (record: Told, pastDate: string) => void;
  readonly end: () => void;
}

export function keepUndecided<Told>(
  dates: ExchangeDates,
  use: (record: Told) => void,
): UndecidedRecords<Told> {
  let kept: Told[] = [];
  let keptDate = '';
  let mayKeep = true;
  const useKept = (): void => {
    const ready = kept;
    kept = [];
    for (const record of ready) use(record);
  };
  return {
    take: (record, pastDate) => {
      dates.learn(pastDate);
      const undecided = dates.isUndecided(kept.length > 0 ? keptDate : pastDate);
      if (!undecided || !mayKeep) {
        useKept();
        use(record);
        return;
      }
      if (kept.length === 0) keptDate = copyText(pastDate);
      kept.push(record);
      if (kept.length < MOST_KEPT) return;
      mayKeep = false;
      useKept();
    },
    end: useKept,
  };
}
