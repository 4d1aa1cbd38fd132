/** The events of one delivery: exchangeMessageTraceDetail of Graph v1.0. */
import type { TraceEvent } from '#mailflow/trace/delivery.js';
import type { DeliveryKey } from '#mailflow/trace/trace-source.js';

import { type Decoder, field, instant, orNull, record, text } from '../decode.js';
import { literal, MESSAGE_TRACES_PATH, percentEncoded } from './message-traces.js';

/** A bound function of OData: its argument stands in the path. */
export function detailsPath({ messageTraceId, recipient }: DeliveryKey): string {
  const argument = percentEncoded(literal(recipient));
  return `${MESSAGE_TRACES_PATH}/${percentEncoded(messageTraceId)}/getDetailsByRecipient(recipientAddress=${argument})`;
}

export const decodeDetail: Decoder<TraceEvent> = (value, place) => {
  const row = record(value, place);
  return {
    at: field(row, 'dateTime', instant, place),
    event: field(row, 'event', text, place),
    description: field(row, 'description', orNull(text), place) ?? '',
    data: field(row, 'data', orNull(text), place) ?? '',
  };
};
