/** The fields of a delivery as columns, the most telling first. */
import type { Delivery, DeliveryState } from '#mailflow/trace/delivery.js';
import type { TableColumn } from '#render/row-table.js';
import type { Style } from '#render/writer.js';

export const DELIVERY_COLUMNS: readonly TableColumn<Delivery>[] = [
  { key: 'receivedAt', title: 'Received', value: (row) => row.receivedAt },
  { key: 'state', title: 'State', value: (row) => row.state, tone: (row) => TONE_BY_STATE[row.state] },
  { key: 'sender', title: 'Sender', value: (row) => row.sender },
  { key: 'recipient', title: 'Recipient', value: (row) => row.recipient },
  { key: 'reason', title: 'Reason', value: (row) => row.verdict?.reason ?? null },
  { key: 'party', title: 'Side', value: (row) => row.verdict?.party ?? null },
  { key: 'subject', title: 'Subject', value: (row) => row.subject },
  { key: 'direction', title: 'Direction', value: (row) => row.direction },
  { key: 'status', title: 'Status', value: (row) => row.status },
  { key: 'held', title: 'Held', value: (row) => row.held },
  { key: 'class', title: 'Class', value: (row) => row.verdict?.class ?? null },
  { key: 'replyCode', title: 'Reply', value: (row) => row.verdict?.replyCode ?? null },
  { key: 'enhancedStatus', title: 'Enhanced', value: (row) => row.verdict?.enhancedStatus ?? null },
  { key: 'retry', title: 'Retry', value: (row) => row.verdict?.retry ?? null },
  { key: 'lastAttemptAt', title: 'Last attempt', value: (row) => row.lastAttemptAt },
  { key: 'nextHop', title: 'Next hop', value: (row) => row.nextHop },
  { key: 'expiresAt', title: 'Expires', value: (row) => row.expiresAt },
  { key: 'expiresAtBasis', title: 'Expiry basis', value: (row) => row.expiresAtBasis },
  { key: 'messageTraceId', title: 'Trace id', value: (row) => row.messageTraceId },
  { key: 'messageId', title: 'Message-ID', value: (row) => row.messageId },
  { key: 'sizeBytes', title: 'Size', value: (row) => row.sizeBytes },
  { key: 'fromIp', title: 'From IP', value: (row) => row.fromIp },
  { key: 'toIp', title: 'To IP', value: (row) => row.toIp },
  { key: 'remedy', title: 'Remedy', value: (row) => row.verdict?.remedy ?? null },
  { key: 'text', title: 'Text', value: (row) => row.verdict?.text ?? null },
  { key: 'likelyReason', title: 'Likely reason', value: (row) => row.likely?.reason ?? null },
  { key: 'likelyParty', title: 'Likely side', value: (row) => row.likely?.party ?? null },
  { key: 'likelyShare', title: 'Share', value: (row) => row.likely?.share ?? null },
  { key: 'likelyExamined', title: 'Examined', value: (row) => row.likely?.examined ?? null },
];

const TONE_BY_STATE: Record<DeliveryState, keyof Style | null> = {
  delivered: 'good',
  pending: 'warn',
  bounced: 'bad',
  expanded: null,
  quarantined: 'warn',
  filtered: 'warn',
  recalled: null,
  unknown: 'strong',
};
