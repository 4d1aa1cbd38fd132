/** Get-MessageTraceDetailV2: the events of one delivery, as far as it was received within the asked dates. */
import type { SimulatedDelivery, SimulatedEvent } from '../population/delivery.js';
import { eventsSeenAt } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import type { Command, Reading } from './command.js';
import { textOf, unknownParameter } from './command.js';
import { badArgument } from './error-answer.js';
import { receivedText } from './instant.js';
import { spanOf } from './window.js';

export interface DetailAnswer {
  readonly delivery: SimulatedDelivery | null;
  readonly events: readonly SimulatedEvent[];
}

const PARAMETERS = [
  ...[
    'MessageTraceId',
    'RecipientAddress',
    'StartDate',
    'EndDate',
    'Event',
    'Action',
    'MessageId',
    'SenderAddress',
  ],
];

/** A pair that is not known, or was received outside the dates, has no events: that is no error. */
export function readDetails(
  command: Command,
  rules: {
    readonly deliveriesById: ReadonlyMap<string, readonly SimulatedDelivery[]>;
    readonly now: Date;
    readonly quirks: Quirks;
  },
): Reading<DetailAnswer> {
  const { now, quirks, deliveriesById } = rules;
  const stranger = unknownParameter(command, PARAMETERS);
  if (stranger !== null) return { ok: false, error: stranger };
  const id = textOf(command, 'MessageTraceId')?.toLowerCase();
  const recipient = textOf(command, 'RecipientAddress')?.toLowerCase();
  if (id === undefined || recipient === undefined) {
    return { ok: false, error: badArgument('MessageTraceId and RecipientAddress are required.') };
  }
  const span = spanOf(command, now, quirks);
  if (!span.ok) return span;
  const delivery = deliveriesById.get(id)?.find((each) => each.recipient.toLowerCase() === recipient);
  const received = delivery === undefined ? null : receivedText(delivery);
  if (delivery === undefined || received === null || received < span.value.from || received > span.value.to) {
    return { ok: true, value: { delivery: null, events: [] } };
  }
  return { ok: true, value: { delivery, events: eventsSeenAt(delivery, now) } };
}
