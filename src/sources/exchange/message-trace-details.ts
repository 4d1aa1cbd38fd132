/** Get-MessageTraceDetailV2: the events of one delivery. */
import type { TraceEvent } from '#mailflow/trace/delivery.js';
import type { DetailQuestion } from '#mailflow/trace/trace-source.js';

import { type Decoder, field, instant, orNull, record, text } from '../decode.js';
import type { Command } from './admin-client.js';
import { bound } from './message-traces.js';

const DAY_MS = 24 * 3600 * 1000;
/** Room for a clock that differs, and for a time that was rounded. */
const BEFORE_MS = 3600 * 1000;
/** The service takes ten days at most; held mail has come to its end long before. */
const AFTER_MS = 9 * DAY_MS;
const KEPT_DAYS = 90;

/** Without dates the service looks at the last two days only, and says nothing of what it left out. */
export function detailCommand({ messageTraceId, recipient, receivedAt }: DetailQuestion, now: Date): Command {
  const oldestMs = (Math.floor(now.getTime() / DAY_MS) - KEPT_DAYS) * DAY_MS;
  const fromMs = Math.max(receivedAt.getTime() - BEFORE_MS, Math.min(oldestMs, receivedAt.getTime()));
  const toMs = Math.max(Math.min(receivedAt.getTime() + AFTER_MS, now.getTime()), fromMs);
  return {
    cmdlet: 'Get-MessageTraceDetailV2',
    parameters: {
      MessageTraceId: messageTraceId,
      RecipientAddress: recipient,
      StartDate: bound(new Date(fromMs)),
      EndDate: bound(new Date(toMs)),
    },
  };
}

export const decodeDetail: Decoder<TraceEvent> = (value, place) => {
  const row = record(value, place);
  return {
    at: field(row, 'Date', instant, place),
    event: field(row, 'Event', text, place),
    description: field(row, 'Detail', orNull(text), place) ?? '',
    data: field(row, 'Data', orNull(text), place) ?? '',
  };
};
