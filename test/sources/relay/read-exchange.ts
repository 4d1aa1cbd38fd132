/** Reads output of Exchange Server through a format as a source does, and gathers all that came. */
import type { RelayMail } from '#mailflow/relay/relay-mail.js';
import type { RelayQueueCount } from '#mailflow/relay/relay-queue.js';
import type { RelayContext, RelayFormat, RelayReader, RelayReport } from '#sources/relay/relay-reader.js';

import { recording } from './read-relay.js';

export interface ExchangeAnswer {
  readonly mails: readonly RelayMail[];
  readonly queues: readonly RelayQueueCount[];
  readonly report: RelayReport;
}

export const CONTEXT: RelayContext = {
  asOf: new Date('2026-06-02T09:15:00Z'),
  timeZone: 'UTC',
  dateOrder: null,
};

export function exchangeFixture(name: string): string {
  return recording(`exchange/${name}`);
}

export function readPieces(reader: RelayReader, pieces: readonly string[]): ExchangeAnswer {
  const mails = pieces.flatMap((piece) => reader.text(piece));
  mails.push(...reader.end());
  return { mails, queues: reader.queues?.() ?? [], report: reader.report() };
}

export function readText(
  format: RelayFormat,
  text: string,
  context: Partial<RelayContext> = {},
): ExchangeAnswer {
  return readPieces(format.open({ ...CONTEXT, ...context }), [text]);
}

/** Cuts a text at places that may come in any order, twice, or lie outside. */
export function cutAt(text: string, places: readonly number[]): readonly string[] {
  const cuts = places.map((place) => place % (text.length + 1)).sort((one, other) => one - other);
  return [0, ...cuts].map((start, index) => text.slice(start, cuts[index]));
}
