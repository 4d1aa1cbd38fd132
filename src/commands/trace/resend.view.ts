import type { Views } from '#cli/command.js';
import type { ResendCounts, ResendRow } from '#mailflow/trace/resend.js';
import { counted, formatCount, formatSpan } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { gapLines } from './gap-lines.js';

/** Who, to whom, when, what: the fields of a mail merge. */
const COLUMNS: readonly TableColumn<ResendRow>[] = [
  { key: 'sender', title: 'Sender', value: (row) => row.sender },
  { key: 'recipient', title: 'Recipient', value: (row) => row.recipient },
  { key: 'receivedAt', title: 'Sent', value: (row) => row.receivedAt },
  { key: 'subject', title: 'Subject', value: (row) => row.subject },
  { key: 'reason', title: 'Reason', value: (row) => row.reason },
  { key: 'enhancedStatus', title: 'Enhanced', value: (row) => row.enhancedStatus },
  { key: 'messageId', title: 'Message-ID', value: (row) => row.messageId },
  { key: 'messageTraceId', title: 'Trace id', value: (row) => row.messageTraceId },
];

export const resendViews: Views<ResendRow, ResendCounts> = {
  columns: COLUMNS,
  rank: (row) => row.receivedAt.getTime(),
  table: (kept, tail, page) => resendText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => resendText(kept, tail, markdownSheet(page)),
};

function resendText(kept: readonly ResendRow[], tail: Tail<ResendCounts>, sheet: Sheet): string {
  const counts = tail.result;
  if (counts === null) return '';
  const blocks = [
    summaryText(counts, tail, sheet),
    kept.length === 0 ? '' : rowsText(kept, counts, sheet),
    gapLines(tail, sheet).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function summaryText(counts: ResendCounts, tail: Tail<ResendCounts>, sheet: Sheet): string {
  const lines = [
    mustText(counts, tail.incomplete.length > 0),
    mustNotText(counts),
    restText(counts),
    tail.window === null
      ? ''
      : `Received ${formatSpan(tail.window.from, tail.window.to, sheet.page.timeZone).text}.`,
  ];
  return lines
    .filter((line) => line !== '')
    .map(sheet.prose)
    .join('\n');
}

function mustText({ resend, senders }: ResendCounts, isIncomplete: boolean): string {
  const warning = isIncomplete ? ' This list is NOT complete; see below.' : '';
  if (resend === 0) return `No mail is known that must be sent again.${warning}`;
  const who = counted(senders, 'sender', 'senders');
  const what =
    resend === 1 ? '1 delivery must be sent again' : `${formatCount(resend)} deliveries must be sent again`;
  return `${what}, by ${who}: bounced for a reason on the service side.${warning}`;
}

function mustNotText({ held }: ResendCounts): string {
  if (held === 0) return 'Nothing is held.';
  const what =
    held === 1
      ? '1 delivery must NOT be sent again: it is'
      : `${formatCount(held)} deliveries must NOT be sent again: they are`;
  return `${what} still held and tried again; a second copy would arrive twice.`;
}

function restText({ otherSide, sideUnknown, withoutSender }: ResendCounts): string {
  const parts = [
    otherSide === 0 ? '' : `${formatCount(otherSide)} for a reason that sending again does not mend`,
    sideUnknown === 0
      ? ''
      : `${formatCount(sideUnknown)} for one whose side the text does not tell (trace --by party)`,
    withoutSender === 0 ? '' : `${formatCount(withoutSender)} that nobody sent (reports)`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Also failed, not on this list: ${parts.join('; ')}.`;
}

function rowsText(kept: readonly ResendRow[], { resend }: ResendCounts, sheet: Sheet): string {
  const title = `To be sent again, ${formatCount(kept.length)} of ${formatCount(resend)}, newest first:`;
  const hint = kept.length < resend ? [sheet.prose('All of them, for a mail merge: --format csv.')] : [];
  return [sheet.rows(title, COLUMNS, kept), ...hint].join('\n');
}
