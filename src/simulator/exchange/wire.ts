/** Rows and events in the words of PowerShell over REST: Pascal case, sidecar keys, seven digits. */
import { eventOrder, reasonPlaced } from '../graph/wire.js';
import type { Sighting, SimulatedDelivery, SimulatedEvent } from '../population/delivery.js';
import type { Quirks } from '../quirks.js';
import { sevenDigits, styled } from './instant.js';
import type { Placed } from './list.js';
import type { SetUpObject } from './set-up/set-up.js';

type Row = Readonly<Record<string, unknown>>;

/** `index` is the row's place in its answer. */
export function traceRow(
  { delivery, status, received }: Sighting & Placed,
  quirks: Quirks,
  index: number,
): Row {
  return {
    MessageTraceId: delivery.id,
    MessageId: delivery.messageId,
    ...dated('Received', styled(received, quirks.exchangeDates, index), quirks),
    SenderAddress: delivery.sender,
    RecipientAddress: delivery.recipient,
    FromIP: delivery.fromIp,
    ToIP: delivery.toIp,
    Subject: delivery.subject,
    Status: status.charAt(0).toUpperCase() + status.slice(1),
    ...(quirks.sidecarKeys ? { 'Size@odata.type': '#Int32' } : {}),
    Size: delivery.sizeBytes,
  };
}

export function detailRows(
  delivery: SimulatedDelivery,
  events: readonly SimulatedEvent[],
  quirks: Quirks,
): readonly Row[] {
  return eventOrder(events, quirks).map((event, index) => {
    const { description, data } = reasonPlaced(event, quirks);
    return {
      MessageId: delivery.messageId,
      MessageTraceId: delivery.id,
      ...dated('Date', styled(sevenDigits(event.at), quirks.exchangeDates, index), quirks),
      Event: event.event,
      Action: '',
      Detail: description,
      Data: data,
    };
  });
}

/** An object of a set-up: types stand beside what is no text, and every date comes as the service happens to write it. */
export function setUpRow(object: SetUpObject, quirks: Quirks, index: number): Row {
  const written = Object.entries(object).map(([name, value]): Row => {
    if (value instanceof Date)
      return dated(name, styled(sevenDigits(value), quirks.exchangeDates, index), quirks);
    const type = Array.isArray(value) ? '#Collection(String)' : null;
    return {
      ...(type !== null && quirks.sidecarKeys ? { [`${name}@odata.type`]: type } : {}),
      [name]: value,
    };
  });
  return Object.fromEntries(written.flatMap((each) => Object.entries(each)));
}

function dated(name: string, value: string, { sidecarKeys }: Quirks): Row {
  return { ...(sidecarKeys ? { [`${name}@data.type`]: 'System.DateTime' } : {}), [name]: value };
}

/** The frame of a good answer. */
export function collection(
  value: readonly Row[] | null,
  warnings: readonly string[],
  tenantId: string,
  nextLink: string | null = null,
): object {
  return {
    '@odata.context': `https://outlook.office365.com/adminapi/beta/${tenantId}/$metadata#Collection(Exchange.GenericHashTable)`,
    'adminapi.warnings@odata.type': '#Collection(String)',
    '@adminapi.warnings': warnings,
    ...(nextLink === null ? {} : { '@odata.nextLink': nextLink }),
    value,
  };
}
