import type { Notice } from '#mailflow/bounce/notice/notice.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';

import type { BatchId } from './batch-line.js';

/** What a mail says besides its verdict. */
export type NoticePart = Omit<Notice, 'verdict'>;

export type ExplainRow =
  | {
      readonly id?: BatchId;
      readonly verdict: Verdict;
      /** Where the meaning that decided comes from: a standard, a page of Microsoft's. */
      readonly reference?: string;
      readonly notice?: NoticePart;
    }
  | { readonly id: BatchId; readonly error: string };

/** Answers that say the same. */
export interface VerdictCount extends Pick<Verdict, 'reason' | 'party' | 'class'> {
  readonly count: number;
}

export interface ExplainTotals {
  readonly judged: number;
  /** Mails and lines that could not be read. */
  readonly notRead: number;
  /** The most frequent first; empty where nothing was counted. */
  readonly by: readonly VerdictCount[];
}
