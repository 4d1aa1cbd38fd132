import { readFileSync } from 'node:fs';

import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayContext, RelayFormat, RelayReport } from '#sources/relay/relay-reader.js';

/** A day after the recordings, so that a year that is missing is theirs. */
export const CONTEXT: RelayContext = {
  asOf: new Date('2026-11-27T00:00:00Z'),
  timeZone: 'UTC',
  dateOrder: null,
};

export interface RelayReading {
  readonly mails: readonly RelayMail[];
  readonly report: RelayReport;
}

export function readText(format: RelayFormat, text: string, context = CONTEXT): RelayReading {
  return readPieces(format, [text], context);
}

export function readPieces(format: RelayFormat, pieces: Iterable<string>, context = CONTEXT): RelayReading {
  const reader = format.open(context);
  const mails: RelayMail[] = [];
  for (const piece of pieces) mails.push(...reader.text(piece));
  mails.push(...reader.end());
  return { mails, report: reader.report() };
}

/** Bytes that are no UTF-8 become the replacement mark, as they do when a file is read. */
export function recording(name: string): string {
  return readFileSync(new URL(`../../recordings/relay/${name}`, import.meta.url), 'utf8');
}

export function countStates(mails: readonly RelayMail[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of mails) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
