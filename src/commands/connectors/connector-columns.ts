/** Connectors in columns: all facts for a sheet, the telling ones for a screen. */
import { domainPattern } from '#mailflow/connector/domain-pattern.js';
import type { TableColumn } from '#render/row-table.js';
import type { CellValue, Column } from '#render/writer.js';

import type { ConnectorRemark, ConnectorRow } from './connector-row.js';

type Inbound = Extract<ConnectorRow, { direction: 'inbound' }>;
type Outbound = Extract<ConnectorRow, { direction: 'outbound' }>;

/** What the other kind has not stays blank. */
function ofInbound(key: string, title: string, value: (row: Inbound) => CellValue): Column<ConnectorRow> {
  return { key, title, value: (row) => (row.direction === 'inbound' ? value(row) : null) };
}

function ofOutbound(key: string, title: string, value: (row: Outbound) => CellValue): Column<ConnectorRow> {
  return { key, title, value: (row) => (row.direction === 'outbound' ? value(row) : null) };
}

export const CONNECTOR_COLUMNS: readonly Column<ConnectorRow>[] = [
  { key: 'name', title: 'Connector', value: ({ name }) => name },
  { key: 'direction', title: 'Direction', value: ({ direction }) => direction },
  { key: 'enabled', title: 'Enabled', value: ({ enabled }) => enabled },
  { key: 'worstFinding', title: 'Worst finding', value: ({ worstFinding }) => worstFinding },
  { key: 'type', title: 'Type', value: ({ type }) => type },
  { key: 'madeBy', title: 'Made by', value: ({ madeBy }) => madeBy },
  { key: 'cloudServicesMail', title: 'Cloud services mail', value: (row) => row.cloudServicesMail },
  ofOutbound('testMode', 'Test mode', (row) => row.testMode),
  ofOutbound('ruleScoped', 'By rule', (row) => row.ruleScoped),
  ofOutbound('recipientDomains', 'Recipient domains', (row) => joined(row.recipientDomains)),
  ofOutbound('allAcceptedDomains', 'All accepted domains', (row) => row.allAcceptedDomains),
  ofOutbound('routesAllViaOnPremises', 'All via own servers', (row) => row.routesAllViaOnPremises),
  ofOutbound('usesMx', 'By MX', (row) => row.usesMx),
  ofOutbound('smartHosts', 'Smart hosts', (row) => joined(row.smartHosts)),
  ofOutbound('tlsSettings', 'TLS', (row) => row.tlsSettings),
  ofOutbound('tlsDomain', 'TLS domain', (row) => row.tlsDomain),
  ofOutbound('mtaStsMode', 'MTA-STS', (row) => row.mtaStsMode),
  ofOutbound('daneMode', 'DANE', (row) => row.daneMode),
  ofOutbound('validated', 'Validated', (row) => row.validated),
  ofOutbound('lastValidatedAt', 'Last validated', (row) => row.lastValidatedAt),
  ofOutbound('validationRecipients', 'Validation recipients', (row) => joined(row.validationRecipients)),
  ofInbound('senderDomains', 'Sender domains', (row) => joined(row.senderDomains)),
  ofInbound('senderAddresses', 'Sender addresses', (row) => joined(row.senderAddresses)),
  ofInbound('associatedDomains', 'Associated domains', (row) => joined(row.associatedDomains)),
  ofInbound('requireTls', 'TLS required', (row) => row.requireTls),
  ofInbound('senderCertificate', 'Sender certificate', (row) => row.senderCertificate),
  ofInbound('restrictsToAddresses', 'Restricted to addresses', (row) => row.restrictsToAddresses),
  ofInbound('restrictsToCertificate', 'Restricted to certificate', (row) => row.restrictsToCertificate),
  ofInbound('treatsAsInternal', 'Treated as internal', (row) => row.treatsAsInternal),
  ofInbound('skipsLastAddress', 'Skips last address', (row) => row.enhancedFiltering.skipsLastAddress),
  ofInbound('skippedAddresses', 'Skipped addresses', (row) => joined(row.enhancedFiltering.skippedAddresses)),
  ofInbound('filteringTestMode', 'Filtering in test mode', (row) => row.enhancedFiltering.testMode),
  ofInbound('filteringUsers', 'Filtering for', (row) => joined(row.enhancedFiltering.users)),
  { key: 'changedAt', title: 'Changed', value: ({ changedAt }) => changedAt },
  { key: 'comment', title: 'Comment', value: ({ comment }) => comment },
  { key: 'guid', title: 'GUID', value: ({ guid }) => guid },
  { key: 'findings', title: 'Findings', value: ({ findings }) => remarksText(findings) },
];

const SCREEN_COLUMNS: readonly TableColumn<ConnectorRow>[] = [
  { key: 'name', title: 'Connector', value: ({ name }) => name },
  { key: 'direction', title: 'Way', value: ({ direction }) => (direction === 'inbound' ? 'in' : 'out') },
  { key: 'state', title: 'State', value: stateOf, tone: (row) => (stateOf(row) === 'on' ? null : 'warn') },
  {
    key: 'worstFinding',
    title: 'Worst',
    value: ({ worstFinding }) => worstFinding,
    tone: ({ worstFinding }) => TONES[worstFinding ?? 'info'],
  },
  { key: 'domains', title: 'Domains', value: domainsOf },
  { key: 'hosts', title: 'To or from', value: hostsOf },
  { key: 'tls', title: 'TLS', value: tlsOf },
  { key: 'type', title: 'Type', value: ({ type }) => type },
  {
    key: 'validated',
    title: 'Validated',
    value: (row) => (row.direction === 'outbound' ? row.lastValidatedAt : null),
  },
];

/** Where there is little room, names stay whole, and the rest is left to the findings and to other formats. */
export function screenColumns(widthColumns: number): readonly TableColumn<ConnectorRow>[] {
  const last = LAST_COLUMNS.find(({ below }) => widthColumns < below)?.key;
  const end = SCREEN_COLUMNS.findIndex(({ key }) => key === last) + 1;
  return end === 0 ? SCREEN_COLUMNS : SCREEN_COLUMNS.slice(0, end);
}

const LAST_COLUMNS = [
  { below: 100, key: 'domains' },
  { below: 150, key: 'hosts' },
] as const;

const TONES = { critical: 'bad', warning: 'warn', info: null } as const;

/** `warning domains-overlap: Mail for …; info single-smart-host: …`, for a sheet that has nothing else of them. */
function remarksText(findings: readonly ConnectorRemark[]): string | null {
  if (findings.length === 0) return null;
  return findings.map(({ id, level, evidence }) => `${level} ${id}: ${evidence.join(' ')}`).join('; ');
}

function joined(words: readonly string[] | null): string | null {
  return words === null ? null : words.join('; ');
}

function stateOf(row: ConnectorRow): string {
  if (row.enabled === null) return 'not told';
  if (!row.enabled) return 'off';
  return row.direction === 'outbound' && row.testMode === true ? 'test mode' : 'on';
}

function domainsOf(row: ConnectorRow): string | null {
  if (row.direction === 'inbound') return row.senderDomains?.map(domainPattern).join(', ') ?? null;
  if (row.ruleScoped === true) return 'by rule';
  const own = row.allAcceptedDomains === true ? ['all accepted'] : [];
  return [...own, ...(row.recipientDomains ?? [])].join(', ');
}

function hostsOf(row: ConnectorRow): string | null {
  if (row.direction === 'outbound') return row.usesMx === true ? 'MX' : (row.smartHosts?.join(', ') ?? null);
  const certificate = row.senderCertificate === null ? [] : [row.senderCertificate];
  return [...certificate, ...(row.senderAddresses ?? [])].join(', ');
}

function tlsOf(row: ConnectorRow): string | null {
  if (row.direction === 'inbound') {
    if (row.requireTls === null) return null;
    return row.requireTls ? 'required' : 'not required';
  }
  if (row.tlsSettings === null) return 'if offered';
  return row.tlsDomain === null ? row.tlsSettings : `${row.tlsSettings} ${row.tlsDomain}`;
}
