/** Rows and details in the words of the wire. */
import type { Sighting, SimulatedDelivery, SimulatedEvent } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import { dataXml, reasonText } from './reason-text.js';

/** Shape of `microsoft.graph.exchangeMessageTrace`. */
export interface TraceRow {
  readonly id: string;
  readonly messageId: string;
  readonly senderAddress: string;
  readonly recipientAddress: string;
  readonly subject: string;
  readonly receivedDateTime: string;
  readonly status: string;
  readonly size: number;
  readonly fromIP: string | null;
  readonly toIP: string | null;
}

/** Shape of `microsoft.graph.exchangeMessageTraceDetail`. */
interface DetailRow {
  readonly id: string;
  readonly messageId: string;
  readonly dateTime: string;
  readonly event: string;
  readonly action: string;
  readonly description: string;
  readonly data: string;
}

/** How this client gets its answers. */
export interface WireStyle {
  readonly version: 'v1.0' | 'beta';
  /** Set when the client sent `Prefer: include-unknown-enum-members`. */
  readonly unknownMembers: boolean;
  readonly quirks: Quirks;
}

const DOCUMENTED_STATUSES: ReadonlySet<string> = new Set([
  ...['gettingStatus', 'pending', 'failed', 'delivered', 'expanded', 'quarantined', 'filteredAsSpam'],
  'unknownFutureValue',
]);

/** `index` is the row's place on its page. */
export function traceRow({ delivery, status }: Sighting, style: WireStyle, index: number): TraceRow {
  return {
    id: delivery.id,
    messageId: delivery.messageId,
    senderAddress: delivery.sender,
    recipientAddress: delivery.recipient,
    subject: delivery.subject,
    receivedDateTime: wireTime(delivery.receivedAt),
    status: cased(shownStatus(status, style), style, index),
    size: delivery.sizeBytes,
    fromIP: delivery.fromIp,
    toIP: delivery.toIp,
  };
}

/** The word as the client may see it: members added later need the Prefer header, others slip through as they are. */
function shownStatus(status: string, style: WireStyle): string {
  if (DOCUMENTED_STATUSES.has(status)) return status;
  if (!style.quirks.undocumentedStatuses) return 'unknownFutureValue';
  return status === 'recalled' && !style.unknownMembers ? 'unknownFutureValue' : status;
}

function cased(status: string, style: WireStyle, index: number): string {
  const pascal = status.charAt(0).toUpperCase() + status.slice(1);
  switch (style.quirks.statusCase) {
    case 'camel':
      return status;
    case 'pascal':
      return pascal;
    case 'mixed':
      return index % 2 === 0 ? status : pascal;
    case 'by-version':
      return style.version === 'beta' ? pascal : status;
  }
}

export function detailRows(
  delivery: SimulatedDelivery,
  events: readonly SimulatedEvent[],
  quirks: Quirks,
): readonly DetailRow[] {
  return eventOrder(events, quirks).map((event) => ({
    id: delivery.id,
    messageId: delivery.messageId,
    dateTime: wireTime(event.at),
    event: event.event,
    action: '',
    ...reasonPlaced(event, quirks),
  }));
}

export function eventOrder(events: readonly SimulatedEvent[], quirks: Quirks): readonly SimulatedEvent[] {
  return quirks.shuffledEvents ? disordered(events) : events;
}

export function reasonPlaced(event: SimulatedEvent, quirks: Quirks): Pick<DetailRow, 'description' | 'data'> {
  if (event.reason === null) return { description: event.description, data: dataXml(event.properties) };
  const text = reasonText(event.reason, quirks.reasonLimit);
  if (event.reasonIn === 'description') return { description: text, data: dataXml(event.properties) };
  const status = { name: 'RecipientStatus', type: 'Blob', value: text } as const;
  return { description: event.description, data: dataXml([...event.properties, status]) };
}

/** Events of one second come effect first; the seconds themselves stay in order. */
function disordered(events: readonly SimulatedEvent[]): readonly SimulatedEvent[] {
  return events
    .map((event, index) => ({ event, index }))
    .sort((a, b) => wireTime(a.event.at).localeCompare(wireTime(b.event.at)) || b.index - a.index)
    .map(({ event }) => event);
}

/** Whole seconds, UTC. */
function wireTime(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
