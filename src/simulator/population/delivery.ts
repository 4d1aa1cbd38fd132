/**
 * What really happened to the mail of the simulated tenant. A delivery knows its whole way, past and future; what the
 * trace shows of it is a view at one instant, some minutes behind the truth. Nothing here knows HTTP or Graph.
 */

/** One message for one recipient, with its whole way. All times are the truth, not what the trace shows. */
export interface SimulatedDelivery {
  /** The trace id: a GUID, the same for all recipients of a message. */
  readonly id: string;
  readonly messageId: string;
  /** Empty for a DSN. */
  readonly sender: string;
  readonly recipient: string;
  readonly subject: string;
  readonly receivedAt: Date;
  readonly sizeBytes: number;
  readonly fromIp: string | null;
  readonly toIp: string | null;
  /** How far the trace lags behind the truth. The row is invisible for that long. */
  readonly lagSeconds: number;
  /** Oldest first. */
  readonly statuses: readonly StatusChange[];
  /** Oldest first; those of one second in the order of cause and effect. Told when asked, for few are ever read. */
  readonly events: () => readonly SimulatedEvent[];
}

export interface StatusChange {
  readonly at: Date;
  /** A word of the service in camel case; free text, because the service has undocumented ones. */
  readonly status: string;
}

export interface SimulatedEvent {
  readonly at: Date;
  readonly event: string;
  /** Human text; gives way to the reason where that is told in the description. */
  readonly description: string;
  readonly reason: ReasonRecord | null;
  /** Where the reason stands: most often in the description, at times in the `RecipientStatus` property only. */
  readonly reasonIn: 'description' | 'recipient-status';
  readonly properties: readonly EventProperty[];
}

/** `[{LED=…};{MSG=…};{FQDN=…};{IP=…};{LRT=…}]`; a null key is left out of the record. */
export interface ReasonRecord {
  readonly lastError: string;
  readonly message: string | null;
  readonly fqdn: string | null;
  readonly ip: string | null;
  readonly lastRetryAt: Date | null;
  /** What the service writes behind the closing bracket; often empty. */
  readonly trailer: string;
}

/** One `<MEP>` element of a detail's `data`. */
export interface EventProperty {
  readonly name: string;
  readonly type: 'String' | 'Long' | 'Integer' | 'Double' | 'Bool' | 'DateTime' | 'Blob';
  readonly value: string;
}

/** What the trace shows of a delivery at one instant. */
export interface Sighting {
  readonly delivery: SimulatedDelivery;
  readonly status: string;
}

/** Null while the delivery is not visible yet. */
export function sightingAt(delivery: SimulatedDelivery, now: Date): Sighting | null {
  const status = delivery.statuses.findLast((change) => change.at.getTime() <= horizonMs(delivery, now));
  return status === undefined ? null : { delivery, status: status.status };
}

export function eventsSeenAt(delivery: SimulatedDelivery, now: Date): readonly SimulatedEvent[] {
  if (sightingAt(delivery, now) === null) return [];
  return delivery.events().filter((event) => event.at.getTime() <= horizonMs(delivery, now));
}

/** The newest reason of a deferral or failure that the trace shows, or null when nothing went wrong so far. */
export function reasonSeenAt(delivery: SimulatedDelivery, now: Date): ReasonRecord | null {
  const trouble = eventsSeenAt(delivery, now).filter(({ event }) => event === 'Defer' || event === 'Fail');
  return trouble.findLast(({ reason }) => reason !== null)?.reason ?? null;
}

/** The deliveries of each message. */
export function groupedById(
  population: readonly SimulatedDelivery[],
): ReadonlyMap<string, readonly SimulatedDelivery[]> {
  const groups = new Map<string, SimulatedDelivery[]>();
  for (const delivery of population) {
    const group = groups.get(delivery.id);
    if (group === undefined) groups.set(delivery.id, [delivery]);
    else group.push(delivery);
  }
  return groups;
}

/** What decides where a delivery stands in a list. */
export type ListPosition = Pick<SimulatedDelivery, 'receivedAt' | 'id' | 'recipient'>;

/** Newest first, ties by id and recipient: the order in which the trace lists. */
export function newestFirst(a: ListPosition, b: ListPosition): number {
  return (
    b.receivedAt.getTime() - a.receivedAt.getTime() || order(a.id, b.id) || order(a.recipient, b.recipient)
  );
}

function horizonMs(delivery: SimulatedDelivery, now: Date): number {
  return now.getTime() - delivery.lagSeconds * 1000;
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
