import type { Views } from '#cli/command.js';
import type { DrillRequest } from '#cli/ports.js';
import { safeText } from '#render/safe-text.js';
import type { Page } from '#render/writer.js';

export type Shell = 'sh' | 'powershell';

export type DrillRow =
  | { readonly kind: 'start'; readonly scenario: string; readonly title: string }
  | {
      readonly kind: 'environment';
      readonly name: string;
      readonly value: string | null;
      readonly shell: Shell;
    }
  | ({ readonly kind: 'request' } & DrillRequest);

/** Environment lines can be pasted as they stand; everything else is a comment to a shell. */
export const drillViews: Views<DrillRow, null> = {
  columns: [
    { key: 'kind', title: 'Kind', value: (row) => row.kind },
    { key: 'name', title: 'Name', value: (row) => (row.kind === 'environment' ? row.name : null) },
    { key: 'value', title: 'Value', value: (row) => (row.kind === 'environment' ? row.value : null) },
    { key: 'at', title: 'At', value: (row) => (row.kind === 'request' ? row.at : null) },
    { key: 'method', title: 'Method', value: (row) => (row.kind === 'request' ? row.method : null) },
    { key: 'path', title: 'Path', value: (row) => (row.kind === 'request' ? row.path : null) },
    { key: 'status', title: 'Status', value: (row) => (row.kind === 'request' ? row.status : null) },
  ],
  table: () => '',
  line: drillLine,
};

function drillLine(row: DrillRow, page: Page): string {
  switch (row.kind) {
    case 'start':
      return `# DRILL ${row.scenario}: ${row.title}. A simulated tenant; paste these lines into another shell.\n`;
    case 'environment':
      return `${assignment(row.name, row.value, row.shell)}\n`;
    case 'request':
      return requestLine(row, page);
  }
}

function assignment(name: string, value: string | null, shell: Shell): string {
  if (value === null) return shell === 'powershell' ? `$env:${name} = $null` : `unset ${name}`;
  if (shell === 'powershell') return `$env:${name} = '${value.replaceAll("'", "''")}'`;
  return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
}

function requestLine(row: DrillRequest, page: Page): string {
  const status = row.status < 400 ? page.style.good(String(row.status)) : page.style.bad(String(row.status));
  const note = row.note === '' ? '' : `  ${safeText(row.note)}`;
  return `# ${row.at.toISOString().slice(11, 19)} ${status} ${row.server} ${row.method} ${safeText(row.path)}${note}\n`;
}
