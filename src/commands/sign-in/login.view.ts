import type { Views } from '#cli/command.js';
import type { Profile } from '#cli/sign-in-port.js';
import { clockFormat } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import { markdownSheet, screenSheet, type Sheet } from '#render/sheet.js';
import type { Page } from '#render/writer.js';

import type { LoginRow, ProfileRow, ServiceRow } from './sign-in-row.js';

export type LoginResult =
  | {
      readonly kind: 'login';
      readonly name: string;
      readonly profile: Profile;
      readonly path: string;
      /** Null where nobody signed in. */
      readonly kept: {
        readonly what: readonly string[];
        readonly path: string;
        readonly isPerson: boolean;
      } | null;
      readonly isChecked: boolean;
    }
  | { readonly kind: 'list'; readonly path: string };

export const loginViews: Views<LoginRow, LoginResult> = {
  columns: [
    { key: 'kind', title: 'Kind', value: (row) => row.kind },
    { key: 'profile', title: 'Profile', value: (row) => row.profile },
    { key: 'service', title: 'Service', value: (row) => (row.kind === 'service' ? row.service : null) },
    { key: 'state', title: 'State', value: (row) => (row.kind === 'service' ? row.state : null) },
    { key: 'tenant', title: 'Tenant', value: tenantOf },
    { key: 'who', title: 'Who', value: whoOf },
    {
      key: 'permissions',
      title: 'Permissions',
      value: (row) => (row.kind === 'service' ? row.permissions.join(' ') : null),
    },
    { key: 'expiresAt', title: 'Expires', value: (row) => (row.kind === 'service' ? row.expiresAt : null) },
    {
      key: 'signIn',
      title: 'Sign-in',
      value: (row) => (row.kind === 'profile' ? row.settings.signIn : null),
    },
    {
      key: 'keptTokens',
      title: 'Kept tokens',
      value: (row) => (row.kind === 'profile' ? row.keptTokens : null),
      align: 'right',
    },
    {
      key: 'keepsPerson',
      title: 'Keeps sign-in',
      value: (row) => (row.kind === 'profile' ? row.keepsPerson : null),
    },
  ],
  table: (kept, { result }, page) => loginText(kept, result, screenSheet(page)),
  markdown: (kept, { result }, page) => loginText(kept, result, markdownSheet(page)),
};

function tenantOf(row: LoginRow): string | null {
  return row.kind === 'service' ? row.tenant : row.settings.tenant;
}

function whoOf(row: LoginRow): string | null {
  return row.kind === 'service' ? row.who : row.settings.clientId;
}

function loginText(rows: readonly LoginRow[], result: LoginResult | null, sheet: Sheet): string {
  if (result === null) return '';
  const services = rows.filter((row) => row.kind === 'service');
  return result.kind === 'list'
    ? listText(
        rows.filter((row) => row.kind === 'profile'),
        result.path,
        sheet,
      )
    : [...services.map((row) => serviceText(row, sheet)), outcomeText(result, sheet)].join('\n\n');
}

function serviceText(row: ServiceRow, { page, fields, remote }: Sheet): string {
  const name = row.service === 'graph' ? 'Graph' : 'Exchange';
  if (row.state !== 'signed-in') {
    return fields([
      [name, row.state === 'refused' ? 'refused' : 'no answer'],
      ['why', remote(row.text ?? '')],
      ['do', remote(row.remedy ?? '')],
    ]);
  }
  const may = row.permissions.length === 0 ? 'nothing that the token tells of' : row.permissions.join(', ');
  return fields([
    [name, 'signed in'],
    ['as', remote(row.who ?? 'not told')],
    ['tenant', remote(row.tenant ?? 'not told')],
    ['may', remote(may)],
    ['token until', row.expiresAt === null ? 'not told' : untilText(row.expiresAt, page)],
  ]);
}

function untilText(at: Date, { timeZone, now }: Page): string {
  const { time, day } = clockFormat(timeZone);
  return `${time(at)} ${day(now).split(', ')[1] ?? ''}`.trim();
}

function outcomeText(result: Extract<LoginResult, { kind: 'login' }>, { prose, remote }: Sheet): string {
  const { name, path, kept, isChecked } = result;
  const written = `Profile ${name} is written down in ${remote(path)}; no secret is in it.`;
  const next = `What it may ask is tried by mailcheck doctor --profile ${name}.`;
  const signedIn = isChecked ? '' : 'Nobody signed in yet.';
  return prose([written, signedIn, keptWords(kept, remote), next].filter(isSaid).join(' '));
}

function isSaid(text: string): boolean {
  return text !== '';
}

function keptWords(
  kept: Extract<LoginResult, { kind: 'login' }>['kept'],
  remote: (text: string) => string,
): string {
  if (kept === null) return '';
  if (kept.what.length > 0)
    return `Kept in ${remote(kept.path)}: ${kept.what.join(', ')}; mailcheck logout removes it.`;
  return kept.isPerson
    ? 'The sign-in is not kept, so other commands cannot use it; with --yes it is kept without asking.'
    : 'No token is kept.';
}

function listText(rows: readonly ProfileRow[], path: string, sheet: Sheet): string {
  if (rows.length === 0)
    return sheet.prose(`No profile in ${sheet.remote(path)} yet; mailcheck login --profile NAME makes one.`);
  return sheet.summary(`Profiles in ${sheet.remote(path)}`, LIST_COLUMNS, rows);
}

const LIST_COLUMNS: readonly TableColumn<ProfileRow>[] = [
  {
    key: 'profile',
    title: 'Profile',
    value: (row) => (row.isDefault ? `${row.profile} (default)` : row.profile),
  },
  { key: 'tenant', title: 'Tenant', value: (row) => row.settings.tenant ?? 'environment' },
  { key: 'signIn', title: 'Sign-in', value: (row) => row.settings.signIn ?? 'environment' },
  { key: 'cloud', title: 'Cloud', value: (row) => row.settings.cloud ?? 'worldwide' },
  { key: 'kept', title: 'Kept', value: keptText },
];

function keptText({ keptTokens, keepsPerson }: ProfileRow): string {
  const parts = [...(keepsPerson ? ['sign-in'] : []), ...(keptTokens > 0 ? [`${keptTokens} tokens`] : [])];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}
