/** Writes one population as each kind of export, and says what a reader must find in it. */
import { type Culture, formatDate } from './culture.js';
import type { SampleMessage, SampleRecipient, Status } from './population.js';
import { type Random, seededRandom, shuffled } from './random.js';

export const EXPORT_KINDS = [
  'summary',
  'enhanced-summary',
  'extended',
  'powershell-list',
  'powershell-detail',
  'graph-page',
  'graph-array',
  'graph-lines',
  'tracking-log-raw',
  'tracking-log-export',
] as const;

export type ExportKind = (typeof EXPORT_KINDS)[number];

export interface ExportStyle {
  readonly delimiter: ',' | ';' | '\t';
  readonly newline: '\n' | '\r\n';
  readonly culture: Culture;
  /** Zone of the kinds that write local time; the others write UTC. */
  readonly timeZone: string;
  /** The `#TYPE` line of Windows PowerShell. */
  readonly typeLine: boolean;
  /** The Graph page names a next one. */
  readonly nextLink: boolean;
  /** The long last column of an Extended report. */
  readonly customData: boolean;
}

export const PLAIN_STYLE: ExportStyle = {
  delimiter: ',',
  newline: '\r\n',
  culture: 'iso',
  timeZone: 'UTC',
  typeLine: false,
  nextLink: false,
  customData: true,
};

/** The text of an export, piece by piece. */
export function* writeExport(
  kind: ExportKind,
  messages: Iterable<SampleMessage>,
  style: ExportStyle,
): Generator<string> {
  switch (kind) {
    case 'summary':
      yield* table(
        ['Date', 'Sender Address', 'Recipient Address', 'Subject', 'Status'],
        summaryRows(messages, style),
        style,
      );
      return;
    case 'enhanced-summary':
      yield* table(ENHANCED_COLUMNS, enhancedRows(messages), style);
      return;
    case 'extended':
      yield* table(EXTENDED_COLUMNS, extendedRows(messages, style), style);
      return;
    case 'powershell-list':
      if (style.typeLine) yield `#TYPE Microsoft.Exchange.Management.MessageTrace${style.newline}`;
      yield* table(LIST_COLUMNS, listRows(messages, style), style);
      return;
    case 'powershell-detail':
      if (style.typeLine) yield `#TYPE Microsoft.Exchange.Management.MessageTraceDetail${style.newline}`;
      yield* table(DETAIL_COLUMNS, detailRows(messages, style), style);
      return;
    case 'graph-page':
      yield* graphPage(messages, style);
      return;
    case 'graph-array':
      yield* joined('[', graphRows(messages), ']');
      return;
    case 'graph-lines':
      for (const row of graphRows(messages)) yield `${row}\n`;
      return;
    case 'tracking-log-raw':
      yield '#Software: Microsoft Exchange Server\r\n#Version: 15.02.1544.004\r\n#Log-type: Message Tracking Log\r\n';
      yield '#Date: 2026-06-02T00:00:00.000Z\r\n#Fields: ';
      yield* table(
        EXTENDED_COLUMNS.map((name) => rawName(name)),
        extendedRows(messages, style),
        { ...style, delimiter: ',' },
      );
      return;
    case 'tracking-log-export':
      yield* table(TRACKING_COLUMNS, trackingRows(messages, style), style);
  }
}

/** The status words of an export and how many deliveries must carry each. */
export function expectedCounts(kind: ExportKind, messages: Iterable<SampleMessage>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) {
    for (const recipient of message.recipients) {
      const word = expectedWord(kind, recipient.status, message.direction);
      counts.set(word, (counts.get(word) ?? 0) + 1);
      if (!hasMembers(kind, recipient.status)) continue;
      const memberWord = expectedWord(kind, 'Delivered', message.direction);
      counts.set(memberWord, (counts.get(memberWord) ?? 0) + 1);
    }
  }
  return counts;
}

/** Event-level exports name the new recipients of a group or a redirected address. */
function hasMembers(kind: ExportKind, status: Status): boolean {
  const namesThem = kind === 'extended' || kind === 'tracking-log-raw' || kind === 'tracking-log-export';
  return namesThem && (status === 'Expanded' || status === 'Resolved');
}

function expectedWord(kind: ExportKind, status: Status, direction: SampleMessage['direction']): string {
  switch (kind) {
    case 'summary':
    case 'powershell-list':
      return status;
    case 'graph-page':
    case 'graph-array':
    case 'graph-lines':
      return status.charAt(0).toLowerCase() + status.slice(1);
    case 'extended':
    case 'tracking-log-raw':
    case 'tracking-log-export':
      return outcomeOf(status, direction).toUpperCase();
    case 'enhanced-summary':
    case 'powershell-detail': {
      const outcome = outcomeOf(status, direction);
      return outcome === 'SendExternal' && kind === 'powershell-detail' ? 'Send external' : outcome;
    }
  }
}

function outcomeOf(status: Status, direction: SampleMessage['direction']): string {
  switch (status) {
    case 'Delivered':
    case 'Quarantined':
      return direction === 'Incoming' ? 'Deliver' : 'SendExternal';
    case 'Failed':
    case 'FilteredAsSpam':
      return 'Fail';
    case 'Pending':
      return 'Defer';
    case 'Expanded':
      return 'Expand';
    case 'Resolved':
      return 'Resolve';
    case 'GettingStatus':
      return 'Receive';
  }
}

const LIST_COLUMNS = [
  'PSComputerName',
  'RunspaceId',
  'MessageTraceId',
  'MessageId',
  'Received',
  'SenderAddress',
  'RecipientAddress',
  'FromIP',
  'ToIP',
  'Subject',
  'Status',
  'Size',
];
const DETAIL_COLUMNS = [
  'Date',
  'MessageId',
  'MessageTraceId',
  'SenderAddress',
  'RecipientAddress',
  'Subject',
  'Event',
  'Action',
  'Detail',
  'Data',
];
const ENHANCED_COLUMNS = [
  'origin_timestamp_utc',
  'sender_address',
  'recipient_status',
  'message_subject',
  'total_bytes',
  'message_id',
  'network_message_id',
  'original_client_ip',
  'directionality',
  'connector_id',
  'delivery_priority',
];
const EXTENDED_COLUMNS = [
  'date_time_utc',
  'client_ip',
  'client_hostname',
  'server_ip',
  'server_hostname',
  'source_context',
  'connector_id',
  'source',
  'event_id',
  'internal_message_id',
  'message_id',
  'network_message_id',
  'recipient_address',
  'recipient_status',
  'total_bytes',
  'recipient_count',
  'related_recipient_address',
  'reference',
  'message_subject',
  'sender_address',
  'return_path',
  'message_info',
  'directionality',
  'tenant_id',
  'original_client_ip',
  'original_server_ip',
  'custom_data',
];
const TRACKING_COLUMNS = [
  'Timestamp',
  'ClientIp',
  'Source',
  'EventId',
  'MessageId',
  'NetworkMessageId',
  'Recipients',
  'RecipientStatus',
  'TotalBytes',
  'RelatedRecipientAddress',
  'MessageSubject',
  'Sender',
  'Directionality',
];

function rawName(name: string): string {
  return name === 'date_time_utc' ? 'date-time' : name.replaceAll('_', '-');
}

function* summaryRows(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<readonly string[]> {
  for (const { message, recipient } of deliveriesOf(messages)) {
    const date = formatDate(message.receivedAt, style.culture, style.timeZone);
    yield [date, message.sender, recipient.address, message.subject, recipient.status];
  }
}

function* listRows(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<readonly string[]> {
  for (const { message, recipient } of deliveriesOf(messages)) {
    yield [
      'outlook.office365.com',
      '8a6c5c1e-0000-4000-8000-000000000001',
      message.traceId,
      message.messageId,
      formatDate(message.receivedAt, style.culture),
      message.sender,
      recipient.address,
      message.fromIp,
      '',
      message.subject,
      recipient.status,
      String(message.sizeBytes),
    ];
  }
}

function* enhancedRows(messages: Iterable<SampleMessage>): Generator<readonly string[]> {
  for (const message of messages) {
    const outcomes = message.recipients.map((recipient) => {
      const word = outcomeOf(recipient.status, message.direction);
      return `${recipient.address}##${word === 'Receive' ? word : `Receive, ${word}`}`;
    });
    yield [
      formatDate(message.receivedAt, 'iso-ticks'),
      message.sender,
      outcomes.join(';'),
      message.subject,
      String(message.sizeBytes),
      message.messageId,
      message.traceId.replaceAll('-', ''),
      message.fromIp,
      message.direction,
      '',
      'Normal',
    ];
  }
}

function* detailRows(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<readonly string[]> {
  for (const { message, recipient } of deliveriesOf(messages)) {
    const outcome = expectedWord('powershell-detail', recipient.status, message.direction);
    const words = outcome === 'Receive' ? ['Receive'] : ['Receive', outcome];
    for (const [place, word] of words.entries()) {
      const at = new Date(message.receivedAt.getTime() + place * 1000);
      yield [
        formatDate(at, style.culture),
        message.messageId,
        message.traceId,
        message.sender,
        recipient.address,
        message.subject,
        word,
        '',
        place === 0 ? 'Message received by: AB1PR0' : recipient.reply,
        '<root><MEP Name="SequenceNumber" Long="0"/></root>',
      ];
    }
  }
}

interface EventRow {
  readonly event: string;
  readonly source: string;
  readonly seconds: number;
  readonly recipients: readonly string[];
  readonly statuses: readonly string[];
  readonly related: string;
}

/** About 16 rows for a message, in no order. */
function* eventRows(messages: Iterable<SampleMessage>): Generator<{ message: SampleMessage; row: EventRow }> {
  const random = seededRandom(16);
  for (const message of messages) {
    const rows = shuffled([...wayOf(message, random)], random);
    for (const row of rows) yield { message, row };
  }
}

function* wayOf(message: SampleMessage, random: Random): Generator<EventRow> {
  const everyone = message.recipients.map((recipient) => recipient.address);
  const row = (event: string, seconds: number, recipients = everyone): EventRow => ({
    event,
    seconds,
    recipients,
    source: 'SMTP',
    statuses: [],
    related: '',
  });
  yield row('RECEIVE', 0);
  let count = 3;
  for (const recipient of message.recipients) {
    for (const event of outcomeRows(recipient, message)) {
      yield event;
      count += 1;
    }
  }
  yield* failuresTogether(message);
  yield row('HAREDIRECT', 1);
  yield row('HADISCARD', 400);
  for (; count < 16; count += 1) yield { ...row('AGENTINFO', 1 + random.below(20)), source: 'AGENT' };
}

function* outcomeRows(recipient: SampleRecipient, message: SampleMessage): Generator<EventRow> {
  const base = { source: 'SMTP', recipients: [recipient.address], statuses: [recipient.reply], related: '' };
  switch (recipient.status) {
    case 'Expanded':
    case 'Resolved': {
      const member = { ...base, recipients: [`member.of.${recipient.address}`], statuses: [] };
      const event = recipient.status === 'Expanded' ? 'EXPAND' : 'RESOLVE';
      yield { ...member, event, source: 'ROUTING', seconds: 2, related: recipient.address };
      yield { ...member, event: message.direction === 'Incoming' ? 'DELIVER' : 'SENDEXTERNAL', seconds: 90 };
      return;
    }
    case 'Pending':
      for (const seconds of [60, 120, 300]) yield { ...base, event: 'DEFER', seconds };
      return;
    case 'Failed':
    case 'FilteredAsSpam':
    case 'GettingStatus':
      return;
    case 'Delivered':
    case 'Quarantined':
      // Late mail was deferred first; the last outcome counts.
      if (message.sizeBytes % 5 === 0)
        yield { ...base, event: 'DEFER', seconds: 30, statuses: ['451 4.3.2 busy; later'] };
      yield {
        ...base,
        event: message.direction === 'Incoming' ? 'DELIVER' : 'SENDEXTERNAL',
        seconds: 90,
        statuses: ['250 2.0.0 OK; queued'],
      };
  }
}

/** One row for all that failed, addresses and replies joined. */
function* failuresTogether(message: SampleMessage): Generator<EventRow> {
  const failed = message.recipients.filter(
    ({ status }) => status === 'Failed' || status === 'FilteredAsSpam',
  );
  if (failed.length === 0) return;
  yield {
    event: 'FAIL',
    source: 'ROUTING',
    seconds: 90,
    related: '',
    recipients: failed.map((recipient) => recipient.address),
    statuses: failed.map((recipient) => recipient.reply),
  };
}

const CUSTOM_DATA =
  'S:SFA=SUM|SFV=NSPM|IPV=NLI|SRV=|SFS=(13230040)(376014)(1800799024)|SCL=1|SCORE=-1|LIST=0|DI=SO|RD=relay.contoso.example|H=relay.contoso.example|CIP=192.0.2.10|CTRY=DE|LANG=de|LAT=120;' +
  'S:TRA=ETR|ruleId=00000000-0000-4000-8000-000000000001|st=6/2/2026 5:04:11 PM|action=SetHeader|sev=1|mode=Enforce;S:CompCost=|ETR=0|AMA=EV|engine=M|v=0|sig=1.1;S:AMA=SUM|action=ni|error=|atch=0';

function* extendedRows(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<readonly string[]> {
  for (const { message, row } of eventRows(messages)) {
    const at = new Date(message.receivedAt.getTime() + row.seconds * 1000);
    yield [
      formatDate(at, 'iso-ticks'),
      message.fromIp,
      'AB1PR04MB0001',
      '198.51.100.7',
      'AB1PR04MB0002.eurprd04.prod.outlook.com',
      '',
      '',
      row.source,
      row.event,
      '1234567890',
      message.messageId,
      message.traceId,
      row.recipients.join(';'),
      row.statuses.join(';'),
      String(message.sizeBytes),
      String(row.recipients.length),
      row.related,
      '',
      message.subject,
      message.sender,
      message.sender,
      formatDate(message.receivedAt, 'iso'),
      message.direction,
      'aaaaaaaa-0000-4000-8000-000000000000',
      message.fromIp,
      '',
      style.customData ? CUSTOM_DATA : '',
    ];
  }
}

function* trackingRows(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<readonly string[]> {
  for (const { message, row } of eventRows(messages)) {
    const at = new Date(message.receivedAt.getTime() + row.seconds * 1000);
    yield [
      formatDate(at, style.culture, style.timeZone),
      message.fromIp,
      row.source,
      row.event,
      message.messageId,
      message.traceId,
      row.recipients.join(' '),
      row.statuses.join(';'),
      String(message.sizeBytes),
      row.related,
      message.subject,
      message.sender === '' ? '<>' : message.sender,
      message.direction,
    ];
  }
}

function* graphRows(messages: Iterable<SampleMessage>): Generator<string> {
  for (const { message, recipient } of deliveriesOf(messages)) {
    yield JSON.stringify({
      id: message.traceId,
      messageId: message.messageId,
      senderAddress: message.sender,
      recipientAddress: recipient.address,
      subject: message.subject,
      receivedDateTime: formatDate(message.receivedAt, 'iso'),
      status: expectedWord('graph-page', recipient.status, message.direction),
      size: message.sizeBytes,
      fromIP: message.fromIp,
      toIP: null,
    });
  }
}

function* graphPage(messages: Iterable<SampleMessage>, style: ExportStyle): Generator<string> {
  yield* joined(
    '{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#traces","value":[',
    graphRows(messages),
    ']',
  );
  yield style.nextLink ? ',"@odata.nextLink":"https://graph.microsoft.com/v1.0/traces?$skiptoken=x"}' : '}';
}

function* joined(before: string, parts: Iterable<string>, after: string): Generator<string> {
  yield before;
  let separator = '';
  for (const part of parts) {
    yield `${separator}${part}`;
    separator = ',\n';
  }
  yield after;
}

function* table(
  names: readonly string[],
  rows: Iterable<readonly string[]>,
  style: ExportStyle,
): Generator<string> {
  yield names.join(style.delimiter) + style.newline;
  for (const row of rows) yield row.map(quoted).join(style.delimiter) + style.newline;
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function* deliveriesOf(
  messages: Iterable<SampleMessage>,
): Generator<{ message: SampleMessage; recipient: SampleRecipient }> {
  for (const message of messages) for (const recipient of message.recipients) yield { message, recipient };
}
