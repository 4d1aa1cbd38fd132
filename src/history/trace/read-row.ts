/** Rows and events as they lie in our own tables. What is not as it was written means that the file is damaged. */
import type { DeliveryState, Direction, TraceEntry, TraceEvent } from '#mailflow/trace/delivery.js';
import { DELIVERY_STATES } from '#mailflow/trace/delivery.js';

import { damaged, instant, number, parsedJson, text, textOrNull } from '../driver/cells.js';
import type { Row } from '../driver/database.js';

export function stateIn(row: Row): DeliveryState {
  const word = text(row, 'state');
  const state = DELIVERY_STATES.find((known) => known === word);
  if (state === undefined) throw damaged('state');
  return state;
}

export function entryIn(row: Row): TraceEntry {
  return {
    messageTraceId: textOrNull(row, 'message_trace_id'),
    messageId: textOrNull(row, 'message_id'),
    subject: textOrNull(row, 'subject'),
    receivedAt: instant(row, 'received_ms'),
    sizeBytes: row['size_bytes'] === null ? null : number(row, 'size_bytes'),
    status: text(row, 'status'),
    events: null,
    ...wayIn(row),
  };
}

/** What tells which way a message went. */
export function wayIn(
  row: Row,
): Pick<TraceEntry, 'sender' | 'recipient' | 'fromIp' | 'toIp' | 'directionHint'> {
  return {
    sender: text(row, 'sender'),
    recipient: text(row, 'recipient'),
    fromIp: textOrNull(row, 'from_ip'),
    toIp: textOrNull(row, 'to_ip'),
    directionHint: directionIn(row),
  };
}

const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound', 'internal', 'unknown'];

function directionIn(row: Row): Direction | null {
  const word = textOrNull(row, 'direction');
  const direction = DIRECTIONS.find((known) => known === word);
  if (word !== null && direction === undefined) throw damaged('direction');
  return direction ?? null;
}

/** Events are kept as a list of lists: at, event, description, data. */
export function eventsIn(row: Row): readonly TraceEvent[] {
  const events = parsedJson(text(row, 'events'), 'events');
  if (!Array.isArray(events)) throw damaged('events');
  return events.map(eventOf);
}

export function eventsText(events: readonly TraceEvent[]): string {
  return JSON.stringify(
    events.map(({ at, event, description, data }) => [at.getTime(), event, description, data]),
  );
}

function eventOf(value: unknown): TraceEvent {
  const [atMs, event, description, data] = Array.isArray(value) ? value.map((part: unknown) => part) : [];
  if (typeof atMs !== 'number' || typeof event !== 'string') throw damaged('events');
  if (typeof description !== 'string' || typeof data !== 'string') throw damaged('events');
  return { at: new Date(atMs), event, description, data };
}
