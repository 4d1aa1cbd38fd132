import type { Gap } from '../finding.js';
import type { TraceBatch } from './trace-source.js';

/** Gaps and notes of all batches, each once, in the order in which they came. */
export interface Remarks {
  readonly add: (batch: Pick<TraceBatch, 'gaps' | 'notes'>) => void;
  readonly gaps: () => readonly Gap[];
  readonly notes: () => readonly string[];
}

export function createRemarks(): Remarks {
  const gaps = new Map<string, Gap>();
  const notes = new Set<string>();
  return {
    add: (batch) => {
      for (const gap of batch.gaps) gaps.set(JSON.stringify([gap.reason, gap.what]), gap);
      for (const note of batch.notes) notes.add(note);
    },
    gaps: () => [...gaps.values()],
    notes: () => [...notes],
  };
}
