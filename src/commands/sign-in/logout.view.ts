import type { Views } from '#cli/command.js';
import { counted } from '#render/human-format.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';

export interface LogoutRow {
  readonly profile: string;
  readonly removedSignIn: boolean;
  /** Of the file that was removed; null where none was. */
  readonly path: string | null;
  /** Those that would still have been good. */
  readonly tokens: number;
  readonly hadPerson: boolean;
  readonly removedProfile: boolean;
}

export const logoutViews: Views<LogoutRow, null> = {
  columns: [
    { key: 'profile', title: 'Profile', value: (row) => row.profile },
    { key: 'removedSignIn', title: 'Sign-in removed', value: (row) => row.removedSignIn },
    { key: 'path', title: 'File', value: (row) => row.path },
    { key: 'tokens', title: 'Tokens', value: (row) => row.tokens, align: 'right' },
    { key: 'hadPerson', title: 'Person', value: (row) => row.hadPerson },
    { key: 'removedProfile', title: 'Profile removed', value: (row) => row.removedProfile },
  ],
  table: (kept, _tail, page) => logoutText(kept, screenSheet(page)),
  markdown: (kept, _tail, page) => logoutText(kept, markdownSheet(page)),
};

function logoutText(rows: readonly LogoutRow[], sheet: Sheet): string {
  if (rows.length === 0) return sheet.prose('Nothing is kept of any sign-in.');
  return rows.map((row) => sheet.prose(rowText(row, sheet))).join('\n');
}

function rowText(row: LogoutRow, { remote }: Sheet): string {
  const what = [
    ...(row.hadPerson ? ['the sign-in of a person'] : []),
    ...(row.tokens > 0 ? [counted(row.tokens, 'access token', 'access tokens')] : []),
  ].join(' and ');
  const removed = row.removedSignIn
    ? `Profile ${row.profile}: removed ${what === '' ? 'what was kept' : what} (${remote(row.path ?? '')}).`
    : `Profile ${row.profile}: nothing was kept of a sign-in.`;
  return row.removedProfile ? `${removed} The profile is removed as well.` : removed;
}
