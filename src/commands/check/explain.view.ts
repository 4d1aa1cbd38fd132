import type { Views } from '#cli/command.js';
import { textOf } from '#mailflow/check/accepted.js';
import type { TableColumn } from '#render/row-table.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { type CheckEntryRow, runRuleText, type SettingRow } from './check-entry-row.js';

export interface ExplainedCheck extends Omit<CheckEntryRow, 'settings'> {
  readonly policyPath: string | null;
  readonly looksAt: string;
  readonly why: string;
  readonly unknownWhen: string;
  readonly cure: string;
  /** As `policy.yaml:5`; null where it is as usual. */
  readonly from: Readonly<Record<'enabled' | 'required' | 'for', string | null>>;
}

const COLUMNS: readonly TableColumn<SettingRow>[] = [
  { key: 'name', title: 'Setting', value: ({ name }) => name },
  { key: 'value', title: 'In force', value: ({ text }) => text },
  { key: 'from', title: 'From', value: ({ from }) => from ?? 'default' },
  { key: 'says', title: 'What it does', value: ({ says }) => says },
];

export const explainViews: Views<SettingRow, ExplainedCheck> = {
  columns: [...COLUMNS, { key: 'usual', title: 'Default', value: ({ usual }) => textOf(usual) }],
  table: (rows, tail, page) => explainText(rows, tail, screenSheet(page)),
  markdown: (rows, tail, page) => explainText(rows, tail, markdownSheet(page)),
};

function explainText(rows: readonly SettingRow[], { result }: Tail<ExplainedCheck>, sheet: Sheet): string {
  if (result === null) return '';
  const { id, title, looksAt, why, unknownWhen, cure, sources, from, policyPath } = result;
  const origin = (place: string | null): string => (place === null ? 'default' : sheet.remote(place));
  return [
    sheet.prose(`${sheet.heading('strong', id)}: ${title}.`),
    sheet.fields([
      ['looks at', looksAt],
      ['why so', why],
      ['unknown when', unknownWhen],
      ['cure', cure],
      ['needs', sources.join(', ')],
      ['looked at', `${result.enabled ? 'yes' : 'no'} (${origin(from.enabled)})`],
      ['required', `${result.required ? 'yes' : 'no'} (${origin(from.required)})`],
      ['runs', `${runRuleText(result.for)} (${origin(from.for)})`],
    ]),
    rows.length === 0
      ? sheet.prose('It has no settings of its own.')
      : sheet.blocks([{ label: 'settings', lines: rows.map((row) => settingText(row, origin)) }]),
    ...(policyPath === null ? [sheet.prose('mailcheck check init writes a policy to change them.')] : []),
  ].join('\n\n');
}

/** `warningHeld: 20 deliveries (default). So many of them are a warning.` */
function settingText(
  { name, text, from, says }: SettingRow,
  origin: (place: string | null) => string,
): string {
  return `${name}: ${text} (${origin(from)}). ${says}`;
}
