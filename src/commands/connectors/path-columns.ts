/** Paths in columns: all facts for a sheet, the telling ones for a screen. */
import type { RouteRole } from '#mailflow/connector/path/mail-route.js';
import type { PhaseName } from '#mailflow/connector/probe/smtp-probe.js';
import type { TableColumn } from '#render/row-table.js';
import type { Column, Style } from '#render/writer.js';

import { type PathRow, tookMs } from './path-row.js';

function phaseMs(key: string, title: string, phase: PhaseName): Column<PathRow> {
  return { key, title, value: (row) => tookMs(row, phase) };
}

export const PATH_COLUMNS: readonly Column<PathRow>[] = [
  { key: 'role', title: 'Role', value: ({ role }) => role },
  { key: 'direction', title: 'Direction', value: ({ direction }) => direction },
  { key: 'route', title: 'Connector or domain', value: ({ route }) => route },
  { key: 'domain', title: 'MX of', value: ({ domain }) => domain },
  { key: 'order', title: 'Place', value: ({ order }) => order },
  { key: 'preference', title: 'Preference', value: ({ preference }) => preference },
  { key: 'host', title: 'Host', value: ({ host }) => host },
  { key: 'hostState', title: 'Host in all', value: ({ hostState }) => hostState },
  { key: 'worksAt', title: 'Works at place', value: ({ worksAt }) => worksAt },
  { key: 'secondWorks', title: 'Second way', value: ({ secondWorks }) => secondWorks },
  { key: 'isNeeded', title: 'Mail needs it', value: ({ isNeeded }) => isNeeded },
  { key: 'address', title: 'Address', value: ({ address }) => address },
  { key: 'port', title: 'Port', value: ({ port }) => port },
  { key: 'status', title: 'Verdict', value: ({ status }) => status },
  { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
  { key: 'stopAfter', title: 'Stop after', value: ({ stopAfter }) => stopAfter },
  { key: 'proven', title: 'Proven up to', value: ({ proven }) => proven },
  { key: 'findings', title: 'Findings', value: ({ findings }) => listed(findings.map(({ id }) => id)) },
  {
    key: 'evidence',
    title: 'Evidence',
    value: ({ findings }) =>
      listed(
        findings.map(({ evidence }) => evidence),
        ' ',
      ),
  },
  { key: 'unknown', title: 'Not known', value: ({ unknown }) => listed(unknown) },
  { key: 'replyCode', title: 'Code', value: ({ verdict }) => verdict?.replyCode ?? null },
  { key: 'enhancedStatus', title: 'Enhanced code', value: ({ verdict }) => verdict?.enhancedStatus ?? null },
  { key: 'verdictState', title: 'State', value: ({ verdict }) => verdict?.state ?? null },
  { key: 'verdictReason', title: 'Reply means', value: ({ verdict }) => verdict?.reason ?? null },
  { key: 'verdictParty', title: 'Side', value: ({ verdict }) => verdict?.party ?? null },
  { key: 'reply', title: 'Last reply', value: lastReply },
  { key: 'replies', title: 'Replies', value: allReplies },
  { key: 'troubles', title: 'Ended without a reply', value: allTroubles },
  phaseMs('connectMs', 'Connect ms', 'connect'),
  phaseMs('bannerMs', 'Greeting ms', 'banner'),
  phaseMs('ehloMs', 'EHLO ms', 'ehlo'),
  phaseMs('starttlsMs', 'STARTTLS ms', 'starttls'),
  phaseMs('tlsMs', 'TLS ms', 'tls'),
  phaseMs('secondEhloMs', 'EHLO in TLS ms', 'second-ehlo'),
  phaseMs('mailMs', 'MAIL ms', 'mail'),
  phaseMs('rcptMs', 'RCPT ms', 'rcpt'),
  { key: 'totalMs', title: 'Total ms', value: ({ totalMs }) => totalMs },
  { key: 'tls', title: 'TLS', value: ({ tls }) => tls.sight },
  { key: 'tlsProtocol', title: 'TLS version', value: ({ tls }) => tls.protocol ?? null },
  { key: 'tlsCipher', title: 'Cipher', value: ({ tls }) => tls.cipher ?? null },
  { key: 'nameCheck', title: 'Name in certificate', value: ({ tls }) => tls.nameCheck ?? null },
  { key: 'chainCheck', title: 'Chain', value: ({ tls }) => tls.chain },
  { key: 'certificateSubject', title: 'Subject', value: ({ certificate }) => certificate?.subject ?? null },
  { key: 'certificateIssuer', title: 'Issuer', value: ({ certificate }) => certificate?.issuer ?? null },
  {
    key: 'certificateNames',
    title: 'Names',
    value: ({ certificate }) => certificate?.names.join('; ') ?? null,
  },
  {
    key: 'certificateNameCount',
    title: 'Names in all',
    value: ({ certificate }) => certificate?.nameCount ?? null,
  },
  {
    key: 'certificateChain',
    title: 'Certificates',
    value: ({ certificate }) =>
      certificate?.chain.map(({ subject }) => subject.replaceAll('\n', ', ')).join(' < ') ?? null,
  },
  {
    key: 'certificateSelfSigned',
    title: 'Signed by itself',
    value: ({ certificate }) => certificate?.isSelfSigned ?? null,
  },
  {
    key: 'certificateValidFrom',
    title: 'Valid from',
    value: ({ certificate }) => certificate?.validFrom ?? null,
  },
  {
    key: 'certificateValidTo',
    title: 'Valid until',
    value: ({ certificate }) => certificate?.validTo ?? null,
  },
  {
    key: 'certificateFingerprint',
    title: 'SHA-256',
    value: ({ certificate }) => certificate?.fingerprint ?? null,
  },
  { key: 'mtaSts', title: 'MTA-STS', value: ({ mtaSts }) => mtaSts },
  { key: 'mtaStsMode', title: 'MTA-STS mode', value: ({ mtaStsMode }) => mtaStsMode },
  { key: 'dane', title: 'DANE', value: ({ dane }) => dane },
  { key: 'tlsa', title: 'TLSA', value: ({ tlsa }) => listed(tlsa) },
  {
    key: 'addressAuthenticated',
    title: 'Address proven',
    value: ({ isAddressAuthenticated }) => isAddressAuthenticated,
  },
  {
    key: 'capabilities',
    title: 'EHLO offers',
    value: ({ capabilities }) => listed(capabilities ?? []),
  },
  {
    key: 'oddities',
    title: 'Odd',
    value: ({ oddities }) => listed(oddities),
  },
  {
    key: 'aliases',
    title: 'Stands for',
    value: ({ aliases }) => listed(aliases, ' > '),
  },
  { key: 'bytesRead', title: 'Bytes read', value: ({ bytesRead }) => bytesRead },
];

function listed(words: readonly string[], between = '; '): string | null {
  return words.length === 0 ? null : words.join(between);
}

function allReplies({ phases }: PathRow): string | null {
  return listed(phases.flatMap(({ phase, text }) => (text === null ? [] : [`${phase}: ${onOneLine(text)}`])));
}

function allTroubles({ phases }: PathRow): string | null {
  return listed(phases.flatMap(({ phase, trouble }) => (trouble === null ? [] : [`${phase}: ${trouble}`])));
}

const TONES: Readonly<Record<PathRow['status'], keyof Style>> = {
  pass: 'good',
  warn: 'warn',
  fail: 'bad',
  permerror: 'bad',
  temperror: 'warn',
  skipped: 'faint',
};

/** The first ones are those that stay where there is little room. */
const SCREEN_COLUMNS: readonly TableColumn<PathRow>[] = [
  { key: 'host', title: 'Host', value: ({ host, route }) => host ?? route },
  { key: 'status', title: 'Verdict', value: ({ status }) => status, tone: ({ status }) => TONES[status] },
  { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
  { key: 'route', title: 'Connector or domain', value: ({ route }) => route },
  { key: 'address', title: 'Address', value: addressAndPort },
  { key: 'proven', title: 'Proven', value: ({ proven }) => proven },
  {
    key: 'tls',
    title: 'TLS',
    value: ({ tls }) => tls.protocol ?? (tls.sight === 'not-seen' ? null : tls.sight),
  },
  { key: 'totalMs', title: 'ms', value: ({ totalMs }) => totalMs },
  {
    key: 'until',
    title: 'Certificate until',
    value: ({ certificate }) => dayOf(certificate?.validTo ?? null),
  },
  { key: 'mtaSts', title: 'MTA-STS', value: ({ mtaSts }) => inUse(mtaSts) },
  { key: 'dane', title: 'DANE', value: ({ dane }) => inUse(dane) },
];

function inUse(status: PathRow['dane']): string | null {
  return status === 'skipped' ? null : status;
}

const ROUTE_TITLES: Readonly<Record<RouteRole, string | null>> = {
  'smart-host': 'Connector',
  'partner-mx': 'Connector',
  mx: 'Domain',
  named: null,
};

/** Where there is little room, what is left stays legible; the rest is told by findings and by other formats. */
export function screenColumns(role: RouteRole, widthColumns: number): readonly TableColumn<PathRow>[] {
  const title = ROUTE_TITLES[role];
  const columns = SCREEN_COLUMNS.flatMap((column) => {
    if (column.key !== 'route') return [column];
    return title === null ? [] : [{ ...column, title }];
  });
  const last = LAST_COLUMNS.find(({ below }) => widthColumns < below)?.key;
  return last === undefined ? columns : columns.slice(0, columns.findIndex(({ key }) => key === last) + 1);
}

const LAST_COLUMNS = [
  { below: 60, key: 'reason' },
  { below: 100, key: 'address' },
  { below: 150, key: 'proven' },
] as const;

function addressAndPort({ address, port }: PathRow): string | null {
  if (address === null || port === null || port === 25) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function dayOf(at: Date | null): string | null {
  return at === null || Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 10);
}

function lastReply({ phases }: PathRow): string | null {
  const last = phases.findLast(({ phase, text }) => phase !== 'quit' && text !== null)?.text ?? null;
  return last === null ? null : onOneLine(last);
}

function onOneLine(reply: string): string {
  return reply.replaceAll('\n', ' ');
}
