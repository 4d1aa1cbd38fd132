/** What all formats of lines have in common: pieces become lines, mail is handed out, and what cannot be read is counted. */
import type { RelayMail } from '#mailflow/relay/relay-mail.js';

import { splitLines } from './line-splitter.js';
import type { RelayReader } from './relay-reader.js';

/** Where a format puts what it finds. */
export interface Findings {
  readonly mail: (mail: RelayMail) => void;
  /** The line that is being read should have been of use and could not be read; says what was expected, never what was there. */
  readonly broken: (expected: string) => void;
  /** A time that a line tells; the newest of them is reported. */
  readonly seenAt: (timeMs: number) => void;
}

export interface LineFormat {
  /** One line. Never throws on what it holds. */
  readonly line: (line: string, isCut: boolean) => void;
  /** The input is over. */
  readonly end?: () => void;
  /** What else a person should know, asked for at any time. */
  readonly notes?: () => readonly string[];
}

const MOST_SHOWN = 5;

export function readLines(open: (findings: Findings) => LineFormat, longest?: number): RelayReader {
  let mails: RelayMail[] = [];
  let records = 0;
  let broken = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  let isCounted = false;
  const firstBroken: string[] = [];
  const countBroken = (expected: string): void => {
    if (isCounted) return;
    isCounted = true;
    broken += 1;
    if (firstBroken.length < MOST_SHOWN) firstBroken.push(`line ${records}: ${expected} was expected`);
  };
  const format = open({
    mail: (mail) => mails.push(mail),
    broken: countBroken,
    seenAt: (timeMs) => {
      if (timeMs > newestMs) newestMs = timeMs;
    },
  });
  const splitter = splitLines((line, isCut) => {
    records += 1;
    isCounted = false;
    if (isCut) countBroken('a shorter line');
    format.line(line, isCut);
  }, longest);
  const handOut = (): readonly RelayMail[] => {
    const found = mails;
    mails = [];
    return found;
  };
  return {
    text: (piece) => {
      splitter.push(piece);
      return handOut();
    },
    end: () => {
      splitter.end();
      format.end?.();
      return handOut();
    },
    report: () => ({
      records,
      broken,
      firstBroken,
      notes: format.notes?.() ?? [],
      newestAt: Number.isFinite(newestMs) ? new Date(newestMs) : null,
    }),
  };
}
