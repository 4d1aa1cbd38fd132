import type { Views } from '#cli/command.js';
import type { CentreMessage } from '#mailflow/health/service-issue.js';
import { counted, formatCount, formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Column, Tail } from '#render/writer.js';

import { gapLines } from '../trace/gap-lines.js';

/** A post of the message centre with its body as plain text. */
export interface CentreRow extends Omit<CentreMessage, 'body' | 'contentType'> {
  readonly isAboutMail: boolean;
  readonly text: string;
}

export interface MessagesResult {
  readonly messages: number;
  readonly aboutMail: number;
  readonly since: Date | null;
  readonly isWhole: boolean;
}

const MESSAGE_COLUMNS: readonly Column<CentreRow>[] = [
  { key: 'id', title: 'Id', value: (row) => row.id },
  { key: 'isAboutMail', title: 'Mail', value: (row) => row.isAboutMail },
  { key: 'title', title: 'Title', value: (row) => row.title },
  { key: 'modifiedAt', title: 'Changed', value: (row) => row.modifiedAt },
  { key: 'actionRequiredBy', title: 'Act by', value: (row) => row.actionRequiredBy },
  { key: 'severity', title: 'Severity', value: (row) => row.severity },
  { key: 'category', title: 'Category', value: (row) => row.category },
  { key: 'isMajorChange', title: 'Major', value: (row) => row.isMajorChange },
  { key: 'services', title: 'Services', value: (row) => row.services.join('; ') },
  { key: 'tags', title: 'Tags', value: (row) => row.tags.join('; ') },
  { key: 'startedAt', title: 'From', value: (row) => row.startedAt },
  { key: 'endedAt', title: 'To', value: (row) => row.endedAt },
  { key: 'text', title: 'Text', value: (row) => row.text },
];

export const messagesViews: Views<CentreRow, MessagesResult> = {
  columns: MESSAGE_COLUMNS,
  table: (kept, tail, page) => messagesText(kept, tail, screenSheet(page)),
  markdown: (kept, tail, page) => messagesText(kept, tail, markdownSheet(page)),
};

function messagesText(kept: readonly CentreRow[], tail: Tail<MessagesResult>, sheet: Sheet): string {
  if (tail.result === null) return '';
  const { messages, aboutMail } = tail.result;
  const shown = kept.length < messages ? `, ${formatCount(kept.length)} shown` : '';
  const title = `${counted(messages, 'post', 'posts')} of the message centre${sinceText(tail.result, sheet)}, ${formatCount(aboutMail)} about mail${shown}.`;
  const hint =
    kept.length < messages ? [`All: --limit ${messages}. Texts: --format json.`] : ['Texts: --format json.'];
  const table =
    kept.length === 0
      ? sheet.prose(emptyText(tail.result, sheet))
      : sheet.below(sheet.rows(title, columnsFor(sheet), kept), hint);
  return [table, gapLines(tail, sheet).join('\n')].filter((block) => block !== '').join('\n\n');
}

function emptyText(result: MessagesResult, sheet: Sheet): string {
  return result.isWhole
    ? `The message centre has no post${sinceText(result, sheet)}.`
    : 'No post was found in the part of the message centre that could be read.';
}

function sinceText({ since }: MessagesResult, { page }: Sheet): string {
  return since === null ? '' : ` that changed since ${formatInstant(since, page.timeZone)}`;
}

function columnsFor({ page }: Sheet): readonly TableColumn<CentreRow>[] {
  const day = (at: Date | null): string | null =>
    at === null ? null : formatInstant(at, page.timeZone).slice(0, '2026-06-02'.length);
  const wide: readonly TableColumn<CentreRow>[] = [
    { key: 'severity', title: 'Severity', value: (row) => row.severity },
    { key: 'services', title: 'Services', value: (row) => row.services.join(', ') },
  ];
  return [
    { key: 'id', title: 'Id', value: (row) => row.id },
    { key: 'isAboutMail', title: 'Mail', value: (row) => row.isAboutMail },
    { key: 'title', title: 'Title', value: (row) => row.title },
    { key: 'modifiedAt', title: 'Changed', value: (row) => day(row.modifiedAt) },
    {
      key: 'actionRequiredBy',
      title: 'Act by',
      value: (row) => day(row.actionRequiredBy),
      tone: (row) => (row.actionRequiredBy === null ? null : 'warn'),
    },
    // A title tells more than these.
    ...(page.widthColumns < WIDE ? [] : wide),
  ];
}

const WIDE = 100;
