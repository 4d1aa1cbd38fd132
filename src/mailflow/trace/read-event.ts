/** One trace event in plain terms: what its word means, what was said, who said it, where the message went. */
import { type EventMeaning, meaningOf } from '../bounce/event-word.js';
import { parseReasonRecord, type ReasonRecord } from '../smtp/reason-record.js';
import type { TraceEvent } from './delivery.js';
import { parseDetailData } from './detail-data.js';

export interface EventReading {
  readonly meaning: EventMeaning;
  readonly at: Date;
  /** The text that holds reply or reason record; empty when the event tells none. */
  readonly text: string;
  /** `IsSmtpResponseFromExternalServer`: whose reply it was; null when not told. */
  readonly fromExternalServer: boolean | null;
  /** When the service last tried, by the record's own clock; null when not told. */
  readonly lastTryAt: Date | null;
  readonly nextHop: string | null;
}

const LAST_SERVER = /\[?LastAttempted(?:ServerName|IP)=([^\]\s;}]{1,255})/gi;
const EXTERNAL = /IsSmtpResponseFromExternalServer=(true|false)/i;
const MAX_CHARS = 65_536;

export function readEvent(event: TraceEvent): EventReading {
  const values = parseDetailData(event.data);
  const description = event.description.slice(0, MAX_CHARS);
  const status = (values.get('RecipientStatus') ?? '').slice(0, MAX_CHARS);
  const described = parseReasonRecord(description);
  const record = described ?? parseReasonRecord(status);
  return {
    meaning: meaningOf(event.event),
    at: event.at,
    text: described === null ? textOf(description, status, record !== null) : description,
    fromExternalServer: speakerOf(values),
    lastTryAt: record?.lastTryAt ?? null,
    nextHop: nextHopOf(record, `${description} ${status}`, values),
  };
}

/** The record may stand in either; a description without digits is only a caption. */
function textOf(description: string, status: string, statusHasRecord: boolean): string {
  if (status === '') return description;
  return statusHasRecord || !/[245]\d\d|[245]\.\d/.test(description) ? status : description;
}

function speakerOf(values: ReadonlyMap<string, string>): boolean | null {
  const said =
    values.get('IsSmtpResponseFromExternalServer') ??
    EXTERNAL.exec(values.get('CustomData') ?? '')?.[1] ??
    '';
  if (/^(?:true|1)$/i.test(said)) return true;
  return /^(?:false|0)$/i.test(said) ? false : null;
}

/** The name that the record gives, else its address, else the last server tried, else where the proxy led. */
function nextHopOf(
  record: ReasonRecord | null,
  text: string,
  values: ReadonlyMap<string, string>,
): string | null {
  const tried = text
    .matchAll(LAST_SERVER)
    .next()
    .value?.[1]?.replace(/:\d{1,5}$/, '');
  const candidates = [
    record?.host,
    record?.address,
    tried,
    values.get('OutboundProxyTargetHostName'),
    values.get('OutboundProxyTargetIPAddress'),
    values.get('OutboundProxyTargetIP'),
  ];
  return candidates.find((name) => name !== undefined && name !== null && name !== '') ?? null;
}
