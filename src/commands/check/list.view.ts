import type { Views } from '#cli/command.js';
import type { RunRule } from '#mailflow/check/check-policy.js';
import type { TableColumn } from '#render/row-table.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { type CheckEntryRow, runRuleText } from './check-entry-row.js';

export interface CheckList {
  readonly policyPath: string | null;
  readonly checks: number;
  readonly enabled: number;
  readonly required: number;
  readonly for: RunRule;
}

const COLUMNS: readonly TableColumn<CheckEntryRow>[] = [
  { key: 'id', title: 'Check', value: ({ id }) => id },
  { key: 'enabled', title: 'On', value: ({ enabled }) => enabled },
  { key: 'required', title: 'Required', value: ({ required }) => required },
  { key: 'sources', title: 'Needs', value: ({ sources }) => sources.join(', ') },
  { key: 'title', title: 'What', value: ({ title }) => title },
];

export const listViews: Views<CheckEntryRow, CheckList> = {
  columns: [...COLUMNS, { key: 'limits', title: 'Limits', value: limitsText }],
  table: (rows, tail, page) => listText(rows, tail, screenSheet(page)),
  markdown: (rows, tail, page) => listText(rows, tail, markdownSheet(page)),
};

function listText(rows: readonly CheckEntryRow[], { result }: Tail<CheckList>, sheet: Sheet): string {
  if (result === null) return '';
  const { policyPath, checks, enabled, required, for: rule } = result;
  const by = policyPath === null ? 'the usual policy' : sheet.remote(policyPath);
  return [
    sheet.rows(
      `${checks} checks; by ${by} ${enabled} are looked at, and ${required} of them are required.`,
      COLUMNS,
      rows,
    ),
    sheet.blocks([{ label: 'limits', lines: rows.flatMap(limitLines) }]),
    sheet.prose(
      `${runRuleText(rule)}, unless a check has a rule of its own. mailcheck check --explain ID says all of one; mailcheck check init writes a policy to change.`,
    ),
  ].join('\n\n');
}

function limitLines(row: CheckEntryRow): readonly string[] {
  const text = limitsText(row);
  return text === '' ? [] : [`${row.id}: ${text}`];
}

/** Numbers, and of lists only what the policy put in: the usual ones would fill the line. */
function limitsText({ settings }: CheckEntryRow): string {
  return settings
    .filter(({ value, from }) => typeof value === 'number' || from !== null)
    .map(({ name, value, text }) => `${name} ${typeof value === 'number' ? value : text}`)
    .join(', ');
}
