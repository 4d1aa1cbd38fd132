import type { Views } from '#cli/command.js';
import type { QuotaUse, QuotaUser } from '#mailflow/quota/quota-use.js';
import { clockFormat, counted, formatCount } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Field, Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Page } from '#render/writer.js';

export const quotaViews: Views<QuotaUse, null> = {
  columns: [
    { key: 'origin', title: 'Endpoint', value: (row) => row.origin },
    { key: 'tenant', title: 'Tenant', value: (row) => row.tenant },
    { key: 'limit', title: 'Limit', value: (row) => row.limit, align: 'right' },
    { key: 'used', title: 'Used', value: (row) => row.used, align: 'right' },
    { key: 'free', title: 'Free', value: (row) => row.free, align: 'right' },
    { key: 'freeUnattended', title: 'Free unattended', value: (row) => row.freeUnattended, align: 'right' },
    { key: 'nextFreeAt', title: 'Next free', value: (row) => row.nextFreeAt },
    {
      key: 'nextFreeUnattendedAt',
      title: 'Next free unattended',
      value: (row) => row.nextFreeUnattendedAt,
    },
    { key: 'allFreeAt', title: 'All free', value: (row) => row.allFreeAt },
    { key: 'pausedUntil', title: 'Paused until', value: (row) => row.pausedUntil },
    { key: 'usedBy', title: 'Used by', value: ({ usedBy }) => usedBy.map(userText).join('; ') },
  ],
  rank: (row) => row.used,
  table: (kept, _tail, page) => quotasText(kept, screenSheet(page)),
  markdown: (kept, _tail, page) => quotasText(kept, markdownSheet(page)),
};

function userText({ command, processId, attended, requests }: QuotaUser): string {
  const who = attended ? 'attended' : 'unattended';
  return `${command} (process ${processId}, ${who}) ${requests}`;
}

function quotasText(uses: readonly QuotaUse[], sheet: Sheet): string {
  return uses.length === 0
    ? sheet.prose('No run of mailcheck on this machine sent a request in the last 5 minutes; all are free.')
    : uses.map((use) => quotaText(use, sheet)).join('\n\n');
}

function quotaText(use: QuotaUse, sheet: Sheet): string {
  const fields = sheet.fields(fieldsOf(use, sheet));
  if (use.usedBy.length === 0) return fields;
  return [fields, sheet.summary('Used by', userColumns(sheet.page), use.usedBy)].join('\n\n');
}

function fieldsOf(use: QuotaUse, { page, remote }: Sheet): readonly Field[] {
  const when = whenText(page);
  const next =
    use.nextFreeAt?.getTime() === use.nextFreeUnattendedAt?.getTime()
      ? when(use.nextFreeAt)
      : `${when(use.nextFreeAt)}; unattended ${when(use.nextFreeUnattendedAt)}`;
  return [
    ['endpoint', remote(use.origin)],
    ['tenant', use.tenant === '' ? 'not named' : remote(use.tenant)],
    ['used', `${formatCount(use.used)} of ${counted(use.limit, 'request', 'requests')} in 5 min`],
    ['free', `${formatCount(use.free)} at a terminal, ${formatCount(use.freeUnattended)} unattended`],
    ['next free', next],
    ['all free', when(use.allFreeAt)],
    ...(use.pausedUntil === null ? [] : [pauseField(use.pausedUntil, page)]),
  ];
}

function pauseField(until: Date, page: Page): Field {
  return ['paused', `the service asked to wait; over ${whenText(page)(until)}`];
}

/** `in 41 s, at 17:30:41 UTC`. */
function whenText(page: Page): (at: Date | null) => string {
  const { time } = clockFormat(page.timeZone);
  const zone = zoneOf(page);
  return (at) => {
    if (at === null) return 'now';
    // Not a second too early.
    const seconds = Math.max(0, Math.ceil((at.getTime() - page.now.getTime()) / 1000));
    return `in ${formatCount(seconds)} s, at ${time(new Date(page.now.getTime() + seconds * 1000))} ${zone}`;
  };
}

function userColumns(page: Page): readonly TableColumn<QuotaUser>[] {
  const { time } = clockFormat(page.timeZone);
  return [
    { key: 'command', title: 'Command', value: (user) => user.command },
    // A number of a process is no amount: without a comma.
    { key: 'processId', title: 'Process', value: (user) => String(user.processId), align: 'right' },
    { key: 'attended', title: 'Attended', value: (user) => user.attended },
    { key: 'requests', title: 'Requests', value: (user) => user.requests, align: 'right' },
    { key: 'firstAt', title: `First (${zoneOf(page)})`, value: (user) => time(user.firstAt) },
    { key: 'lastAt', title: 'Last', value: (user) => time(user.lastAt) },
  ];
}

function zoneOf({ now, timeZone }: Page): string {
  return clockFormat(timeZone).day(now).split(', ')[1] ?? '';
}
