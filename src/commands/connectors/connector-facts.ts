/** All that was told of a set-up, for those who read it on paper: what the tables of the screen have no room for. */
import type { OnPremisesServer, RoutingRule, TransportConfig } from '#mailflow/connector/connector.js';
import { formatInstant } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Field, Sheet } from '#render/sheet.js';
import type { CellValue } from '#render/writer.js';

import { CONNECTOR_COLUMNS } from './connector-columns.js';
import type { ConnectorRow } from './connector-row.js';
import type { ConnectorsAnswer } from './connectors-answer.js';

/** What stands elsewhere on the page, or in the name of the fact. */
const TOLD_ELSEWHERE: readonly string[] = ['name', 'direction', 'worstFinding', 'findings'];

export function factParagraphs(
  kept: readonly ConnectorRow[],
  { inventory: { rules, servers, transport }, isOfAll }: ConnectorsAnswer,
  sheet: Sheet,
): readonly string[] {
  return [
    connectorFacts(kept, sheet),
    ...(isOfAll
      ? [
          tableOf('Mail flow rules that route or hold', RULE_COLUMNS, rules, sheet),
          tableOf('Out-of-date servers of your own', SERVER_COLUMNS, servers, sheet),
          transportFacts(transport, sheet),
        ]
      : []),
  ];
}

function connectorFacts(kept: readonly ConnectorRow[], sheet: Sheet): string {
  if (kept.length === 0) return '';
  const facts = kept.map((row): Field => {
    const told = CONNECTOR_COLUMNS.filter(({ key }) => !TOLD_ELSEWHERE.includes(key)).flatMap(
      ({ title, value }) => factText(title, value(row), sheet),
    );
    return [`${sheet.remote(row.name)} (${row.direction})`, told.join('; ')];
  });
  return `${sheet.prose('All that is told of each connector')}\n\n${sheet.fields(facts)}`;
}

/** What was not told, and what is empty, is no fact. */
function factText(title: string, value: CellValue, sheet: Sheet): readonly string[] {
  if (value === null || value === '') return [];
  return [`${title}: ${valueText(value, sheet)}`];
}

function valueText(value: Exclude<CellValue, null>, { remote, page }: Sheet): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value instanceof Date) return formatInstant(value, page.timeZone);
  // Facts are parted by what parts the words of a list in a sheet.
  return remote(String(value).replaceAll('; ', ', '));
}

function tableOf<Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  sheet: Sheet,
): string {
  return rows.length === 0 ? '' : sheet.rows(title, columns, rows);
}

const RULE_COLUMNS: readonly TableColumn<RoutingRule>[] = [
  { key: 'name', title: 'Rule', value: ({ name }) => name },
  { key: 'priority', title: 'Priority', value: ({ priority }) => priority },
  { key: 'state', title: 'State', value: ({ state }) => state },
  { key: 'mode', title: 'Mode', value: ({ mode }) => mode },
  { key: 'routesTo', title: 'Routes to', value: ({ routesTo }) => routesTo },
  { key: 'errorAction', title: 'When it fails', value: ({ errorAction }) => errorAction },
  { key: 'changedAt', title: 'Changed', value: ({ changedAt }) => changedAt },
];

const SERVER_COLUMNS: readonly TableColumn<OnPremisesServer>[] = [
  { key: 'name', title: 'Server', value: ({ name }) => name },
  { key: 'version', title: 'Version', value: ({ version }) => version },
  { key: 'build', title: 'Build', value: ({ build }) => build },
  {
    key: 'recommendedBuilds',
    title: 'Recommended',
    value: ({ recommendedBuilds }) => recommendedBuilds?.join('; ') ?? null,
  },
  { key: 'firstSeenAt', title: 'First seen', value: ({ firstSeenAt }) => firstSeenAt },
  { key: 'slowedFrom', title: 'Slowed from', value: ({ slowedFrom }) => slowedFrom },
  { key: 'blockedFrom', title: 'Blocked from', value: ({ blockedFrom }) => blockedFrom },
  { key: 'nextStageAt', title: 'Next stage', value: ({ nextStageAt }) => nextStageAt },
];

function transportFacts(transport: TransportConfig | null, sheet: Sheet): string {
  if (transport === null) return '';
  const told = [
    ...factText('seconds until held mail expires', transport.messageExpirationSeconds, sheet),
    ...factText('more days for journal reports', transport.journalExpirationDays, sheet),
    ...factText('delay notices to outside', transport.externalDelayNotices, sheet),
    ...factText('delay notices inside', transport.internalDelayNotices, sheet),
    ...factText('clients with old TLS', transport.legacyTlsClients, sheet),
  ];
  return told.length === 0 ? '' : sheet.prose(`Transport settings: ${told.join('; ')}.`);
}
