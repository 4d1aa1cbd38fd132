/** The kinds of message trace exports, told by the names in the header, never by the place of a column. */

export type Column =
  | 'date'
  | 'sender'
  | 'recipient'
  | 'subject'
  | 'status'
  | 'messageId'
  | 'traceId'
  | 'size'
  | 'fromIp'
  | 'toIp'
  | 'direction'
  | 'event'
  | 'recipientStatus'
  | 'relatedRecipient'
  | 'detail'
  | 'data';

/** Where each column stands; -1 for one that the file does not have. */
export type ColumnPlaces = Readonly<Record<Column, number>>;

export type ListKind = 'summary' | 'enhanced-summary' | 'powershell-list';
export type EventKind = 'extended' | 'powershell-detail' | 'tracking-log';
export type TableKind = ListKind | EventKind;

/** `unmarked` is time of a zone that the file does not tell. */
export type ZoneOfDates = 'utc' | 'unmarked';

interface KindSpec {
  readonly kind: TableKind;
  /** As an admin would call it. */
  readonly title: string;
  readonly zone: ZoneOfDates;
  /** Accepted names, in order of preference; squashed, see `squash`. */
  readonly names: Readonly<Partial<Record<Column, readonly string[]>>>;
  /** Columns without which the file is not of this kind. */
  readonly needed: readonly Column[];
  /** Columns whose absence is worth a remark. */
  readonly usual: readonly Column[];
  /** Tells kinds with like columns apart. */
  readonly only?: (names: ReadonlySet<string>) => boolean;
}

const EVENT_NAMES = {
  event: ['eventid'],
  recipientStatus: ['recipientstatus'],
  relatedRecipient: ['relatedrecipientaddress'],
  detail: ['sourcecontext'],
  messageId: ['messageid'],
  traceId: ['networkmessageid'],
  subject: ['messagesubject', 'subject'],
  size: ['totalbytes'],
  fromIp: ['originalclientip'],
  toIp: ['serverip'],
  direction: ['directionality'],
} as const;

/** In order of precedence: the first kind whose needed columns are all there. */
const KINDS: readonly KindSpec[] = [
  {
    kind: 'extended',
    title: 'Extended report',
    zone: 'utc',
    names: {
      ...EVENT_NAMES,
      date: ['datetimeutc', 'datetime'],
      sender: ['senderaddress'],
      recipient: ['recipientaddress'],
    },
    needed: ['date', 'event', 'recipient'],
    usual: ['traceId', 'messageId', 'sender', 'subject', 'recipientStatus', 'size'],
  },
  {
    kind: 'tracking-log',
    title: 'message tracking log of Exchange Server',
    zone: 'unmarked',
    names: {
      ...EVENT_NAMES,
      date: ['timestamp'],
      sender: ['sender', 'senderaddress'],
      recipient: ['recipients', 'recipientaddress'],
    },
    needed: ['date', 'event', 'recipient'],
    usual: ['traceId', 'messageId', 'sender', 'subject', 'recipientStatus', 'size'],
  },
  {
    kind: 'enhanced-summary',
    title: 'Enhanced summary report',
    zone: 'utc',
    names: {
      date: ['origintimestamputc', 'origintimestamp'],
      sender: ['senderaddress'],
      recipient: ['recipientstatus'],
      subject: ['messagesubject'],
      size: ['totalbytes'],
      messageId: ['messageid'],
      traceId: ['networkmessageid'],
      fromIp: ['originalclientip'],
      direction: ['directionality'],
    },
    needed: ['date', 'recipient'],
    usual: ['traceId', 'messageId', 'sender', 'subject', 'size'],
  },
  {
    kind: 'powershell-detail',
    title: 'Get-MessageTraceDetailV2 export',
    zone: 'utc',
    names: {
      date: ['date'],
      event: ['event'],
      recipient: ['recipientaddress'],
      sender: ['senderaddress'],
      subject: ['subject'],
      messageId: ['messageid'],
      traceId: ['messagetraceid'],
      detail: ['detail'],
      data: ['data'],
    },
    needed: ['date', 'event', 'traceId'],
    usual: ['recipient', 'detail', 'messageId'],
  },
  {
    kind: 'powershell-list',
    title: 'Get-MessageTraceV2 export',
    zone: 'utc',
    names: {
      date: ['received'],
      sender: ['senderaddress'],
      recipient: ['recipientaddress'],
      subject: ['subject'],
      status: ['status'],
      messageId: ['messageid'],
      traceId: ['messagetraceid'],
      size: ['size'],
      fromIp: ['fromip'],
      toIp: ['toip'],
    },
    needed: ['date', 'recipient', 'status'],
    usual: ['traceId', 'messageId', 'sender', 'subject', 'size', 'fromIp', 'toIp'],
    // A Summary names its columns with spaces; the cmdlet's names survive a Select-Object that drops the id.
    only: (names) => names.has('messagetraceid') || names.has('recipientaddress'),
  },
  {
    kind: 'summary',
    title: 'Summary export of the admin center',
    zone: 'unmarked',
    names: {
      date: ['date', 'date/received', 'datereceived', 'received', 'receivedtime', 'receiveddate'],
      sender: ['sender', 'senderaddress'],
      recipient: ['recipient', 'recipientaddress'],
      subject: ['subject'],
      status: ['status'],
      messageId: ['messageid'],
      traceId: ['networkmessageid', 'messagetraceid'],
      size: ['size'],
      fromIp: ['fromip'],
      toIp: ['toip'],
    },
    needed: ['date', 'sender', 'recipient', 'status'],
    usual: ['subject'],
  },
];

export interface TableShape {
  readonly kind: TableKind;
  readonly title: string;
  readonly zone: ZoneOfDates;
  /** Minutes east of UTC that the header itself states, as in `date (utc+02:00)`. */
  readonly statedOffsetMinutes: number | null;
  readonly places: ColumnPlaces;
  /** Names of usual columns that are missing. */
  readonly missing: readonly string[];
}

/** What the header says, or null when no kind has such columns. */
export function recogniseTable(header: readonly string[]): TableShape | null {
  const names = header.map(plainName);
  const stated = names.map(statedOffset);
  const squashed = names.map((name, place) => (stated[place] === null ? squash(name) : 'date'));
  const present = new Set([...squashed, ...names]);
  for (const spec of KINDS) {
    const places = placesOf(spec, squashed);
    if (spec.needed.some((column) => places[column] === -1) || spec.only?.(present) === false) continue;
    return {
      kind: spec.kind,
      title: spec.title,
      zone: spec.zone,
      statedOffsetMinutes: stated[places.date] ?? null,
      places,
      missing: spec.usual.filter((column) => places[column] === -1).map((column) => nameIn(spec, column)),
    };
  }
  return null;
}

export const ACCEPTED_TABLES = KINDS.map((spec) => spec.title).join(', ');

export function isEventKind(kind: TableKind): kind is EventKind {
  return kind === 'extended' || kind === 'powershell-detail' || kind === 'tracking-log';
}

function placesOf(spec: KindSpec, squashed: readonly string[]): ColumnPlaces {
  const place = (column: Column) => {
    const found = spec.names[column]?.map((name) => squashed.indexOf(name)) ?? [];
    return found.find((index) => index !== -1) ?? -1;
  };
  return {
    date: place('date'),
    sender: place('sender'),
    recipient: place('recipient'),
    subject: place('subject'),
    status: place('status'),
    messageId: place('messageId'),
    traceId: place('traceId'),
    size: place('size'),
    fromIp: place('fromIp'),
    toIp: place('toIp'),
    direction: place('direction'),
    event: place('event'),
    recipientStatus: place('recipientStatus'),
    relatedRecipient: place('relatedRecipient'),
    detail: place('detail'),
    data: place('data'),
  };
}

function nameIn(spec: KindSpec, column: Column): string {
  return spec.names[column]?.[0] ?? column;
}

function plainName(name: string): string {
  return name
    .replaceAll(/["\ufeff]/g, '')
    .trim()
    .toLowerCase();
}

/** One service writes `event_id`, another `event-id` or `EventId`, a page `Event ID`. */
function squash(name: string): string {
  return name.replaceAll(/[-_\s]/g, '');
}

/** `date (utc)` is 0, `date (utc+05:30)` is 330; anything else is null. */
function statedOffset(name: string): number | null {
  const match = /^(?:date|received|date\/received)\s*\(utc\s*(?:([+-])\s*(\d{1,2})(?::?(\d{2}))?)?/.exec(
    name,
  );
  if (match === null) return null;
  const [, sign, hours = '0', minutes = '0'] = match;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}
