import type { Views } from '#cli/command.js';
import type { AcceptedDomain } from '#mailflow/connector/connector.js';
import type { ConnectorInventory } from '#mailflow/connector/connector-source.js';
import type { LintNeed } from '#mailflow/connector/lint/lint-rule.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import { counted, formatCount } from '#render/human-format.js';
import type { TableColumn } from '#render/row-table.js';
import type { Sheet } from '#render/sheet.js';
import { markdownSheet, screenSheet } from '#render/sheet.js';
import type { Tail } from '#render/writer.js';

import { gapLines } from '../trace/gap-lines.js';
import { CONNECTOR_COLUMNS, screenColumns } from './connector-columns.js';
import { factParagraphs } from './connector-facts.js';
import { type ConnectorRow, rankOf } from './connector-row.js';
import type { ConnectorsAnswer } from './connectors-answer.js';
import { connectorsMonitor } from './connectors-monitor.js';
import {
  countWords,
  findingParagraphs,
  type Manner,
  MARKDOWN,
  markedCounts,
  SCREEN,
} from './finding-groups.js';

export const connectorsViews: Views<ConnectorRow, ConnectorsAnswer> = {
  columns: CONNECTOR_COLUMNS,
  monitor: connectorsMonitor,
  rank: rankOf,
  table: (kept, tail, page) =>
    connectorsText(kept, tail, {
      sheet: screenSheet(page),
      manner: SCREEN,
      domainColumns: domainColumnsFor(page.widthColumns),
      moreOf: () => [],
    }),
  markdown: (kept, tail, page) =>
    connectorsText(kept, tail, {
      sheet: markdownSheet(page),
      manner: MARKDOWN,
      domainColumns: [...DOMAIN_COLUMNS, ...MORE_DOMAIN_COLUMNS],
      moreOf: factParagraphs,
    }),
};

interface Paper {
  readonly sheet: Sheet;
  readonly manner: Manner;
  readonly domainColumns: readonly TableColumn<DomainRow>[];
  /** What there is room for beside the tables. */
  readonly moreOf: typeof factParagraphs;
}

function connectorsText(
  kept: readonly ConnectorRow[],
  tail: Tail<ConnectorsAnswer>,
  { sheet, manner, domainColumns, moreOf }: Paper,
): string {
  const { result } = tail;
  if (result === null) return '';
  const paragraphs = [
    headline(result, tail, sheet),
    ...findingParagraphs(tail.findings, sheet, { manner, whyOf }),
    connectorTable(kept, result, sheet),
    domainTable(result, domainColumns, sheet),
    ...moreOf(kept, result, sheet),
    unansweredText(result, sheet),
    notJudgedText(result, sheet, manner),
    ...gapLines(tail, sheet),
  ];
  return paragraphs.filter((text) => text !== '').join('\n\n');
}

function whyOf(id: string): string | undefined {
  return LINT_RULES.find((rule) => rule.id === id)?.why;
}

function headline(result: ConnectorsAnswer, { findings, incomplete }: Tail<unknown>, sheet: Sheet): string {
  const seen = seenWords(result);
  const counts = countWords(findings);
  const what = `${seen ?? 'the rest'}${incomplete.length === 0 ? '' : ', as far as could be seen'}`;
  const line =
    counts === ''
      ? sheet.prose(seen === null ? NOTHING_SEEN : `Nothing to object to in ${what}.`)
      : markedCounts(sheet.prose(`${counts} on ${what}.`), findings, sheet);
  return [line, sheet.prose(expiryText(result))].join('\n');
}

const NOTHING_SEEN = 'Nothing could be judged: neither connectors nor accepted domains were to be seen.';

/** Of what was not to be seen there is no number; null when that is all. */
function seenWords({ rows, inventory: { sight, domains }, isOfAll }: ConnectorsAnswer): string | null {
  const of = (direction: ConnectorRow['direction']): number =>
    rows.filter((row) => row.direction === direction).length;
  const ofDirection = (direction: ConnectorRow['direction']): readonly string[] =>
    sight[direction] === 'not-seen' || (!isOfAll && of(direction) === 0)
      ? []
      : [counted(of(direction), `${direction} connector`, `${direction} connectors`)];
  const words = [
    ...ofDirection('outbound'),
    ...ofDirection('inbound'),
    ...(sight.domains === 'not-seen' || !isOfAll
      ? []
      : [counted(domains.length, 'accepted domain', 'accepted domains')]),
  ];
  return words.length === 0 ? null : words.join(', ');
}

function expiryText({ inventory: { transport } }: ConnectorsAnswer): string {
  const seconds = transport?.messageExpirationSeconds ?? null;
  return seconds === null
    ? 'How long held mail is retried could not be read; 24 h is the usual.'
    : `Held mail is retried for ${formatCount(seconds / 3600)} h, then it bounces (MessageExpiration).`;
}

const NO_CONNECTORS = 'No connectors: mail goes in and out by MX alone.';

function isSeenWhole({ sight }: ConnectorInventory): boolean {
  return sight.inbound === 'whole' && sight.outbound === 'whole';
}

function connectorTable(
  kept: readonly ConnectorRow[],
  { rows, inventory, isOfAll }: ConnectorsAnswer,
  sheet: Sheet,
): string {
  if (kept.length === 0) return isOfAll && isSeenWhole(inventory) ? NO_CONNECTORS : '';
  const title =
    kept.length < rows.length
      ? `Connectors, ${formatCount(kept.length)} of ${formatCount(rows.length)}; those with findings first.`
      : 'Connectors';
  return sheet.rows(title, screenColumns(sheet.page.widthColumns), kept);
}

/** An accepted domain, and where DNS says that its mail goes; null where DNS did not say. */
interface DomainRow extends AcceptedDomain {
  readonly mailHosts: readonly string[] | null;
}

const DOMAIN_COLUMNS: readonly TableColumn<DomainRow>[] = [
  { key: 'name', title: 'Accepted domain', value: ({ name }) => name },
  { key: 'type', title: 'Type', value: ({ type }) => type },
  { key: 'isDefault', title: 'Default', value: ({ isDefault }) => isDefault },
  {
    key: 'sendingFromStopped',
    title: 'Sends',
    value: ({ sendingFromStopped }) => passes(sendingFromStopped),
    tone: ({ sendingFromStopped }) => (sendingFromStopped === true ? 'bad' : null),
  },
  {
    key: 'sendingToStopped',
    title: 'Receives',
    value: ({ sendingToStopped }) => passes(sendingToStopped),
    tone: ({ sendingToStopped }) => (sendingToStopped === true ? 'bad' : null),
  },
  { key: 'mailHosts', title: 'MX', value: ({ mailHosts }) => mxWords(mailHosts) },
  { key: 'matchesSubdomains', title: 'Subdomains', value: ({ matchesSubdomains }) => matchesSubdomains },
];

const MORE_DOMAIN_COLUMNS: readonly TableColumn<DomainRow>[] = [
  { key: 'isInitial', title: 'Initial', value: ({ isInitial }) => isInitial },
  { key: 'pendingRemoval', title: 'Being removed', value: ({ pendingRemoval }) => pendingRemoval },
  { key: 'pendingCompletion', title: 'Unfinished', value: ({ pendingCompletion }) => pendingCompletion },
  { key: 'authentication', title: 'Authentication', value: ({ authentication }) => authentication },
  { key: 'daneStatus', title: 'DANE', value: ({ daneStatus }) => daneStatus },
];

/** Where there is little room, names stay whole. */
function domainColumnsFor(widthColumns: number): readonly TableColumn<DomainRow>[] {
  const last = DOMAIN_ENDS.find(({ below }) => widthColumns < below)?.key;
  const end = DOMAIN_COLUMNS.findIndex(({ key }) => key === last) + 1;
  return end === 0 ? DOMAIN_COLUMNS : DOMAIN_COLUMNS.slice(0, end);
}

const DOMAIN_ENDS = [
  { below: 60, key: 'type' },
  { below: 100, key: 'sendingToStopped' },
  { below: 150, key: 'mailHosts' },
] as const;

function mxWords(hosts: readonly string[] | null): string | null {
  if (hosts === null) return null;
  return hosts.length === 0 ? 'none' : hosts.join(', ');
}

/** Null where it was not told. */
function passes(isStopped: boolean | null): string | null {
  if (isStopped === null) return null;
  return isStopped ? 'stopped' : 'yes';
}

function domainTable(
  { inventory: { domains }, mailHosts, isOfAll, shownDomains }: ConnectorsAnswer,
  columns: readonly TableColumn<DomainRow>[],
  sheet: Sheet,
): string {
  if (!isOfAll || domains.length === 0 || shownDomains === 0) return '';
  const isTelling = ({ isDefault, sendingFromStopped, sendingToStopped, type }: AcceptedDomain): number =>
    Number(sendingFromStopped === true || sendingToStopped === true) * 4 +
    Number(isDefault === true) * 2 +
    Number(type !== 'Authoritative');
  const hostsByDomain = new Map(mailHosts.map(({ domain, hosts }) => [domain, hosts]));
  const shown = domains
    .toSorted((a, b) => isTelling(b) - isTelling(a))
    .slice(0, shownDomains)
    .map((domain): DomainRow => ({ ...domain, mailHosts: hostsByDomain.get(domain.name) ?? null }));
  const title =
    shown.length < domains.length
      ? `Accepted domains, ${formatCount(shown.length)} of ${formatCount(domains.length)}; all: --format json.`
      : 'Accepted domains';
  return sheet.rows(title, columns, shown);
}

/** Our own trouble, which says nothing of a domain. */
function unansweredText(
  { mailHosts, inventory: { domains }, isOfAll }: ConnectorsAnswer,
  sheet: Sheet,
): string {
  const untold = mailHosts.filter(({ hosts }) => hosts === null);
  const [first] = untold;
  if (first === undefined || !isOfAll) return '';
  const named = untold.slice(0, NAMED_DOMAINS).map(({ domain }) => sheet.remote(domain));
  const rest = untold.length > named.length ? [`${formatCount(untold.length - named.length)} more`] : [];
  const whose =
    untold.length === domains.length
      ? 'the accepted domains'
      : `${counted(untold.length, 'domain', 'domains')} (${[...named, ...rest].join(', ')})`;
  return sheet.prose(
    `DNS did not tell the MX records of ${whose}: ${DNS_WORDS.get(first.reason ?? '') ?? 'no answer'}. That says nothing of their mail; MAILCHECK_DNS_SERVER names another resolver.`,
  );
}

const NAMED_DOMAINS = 3;

const DNS_WORDS: ReadonlyMap<string, string> = new Map([
  ['timeout', 'no answer in time'],
  ['stopped', 'no answer in time'],
  ['server-failed', 'the resolver failed'],
  ['server-refused', 'the resolver refused'],
  ['no-name-server', 'no resolver can be reached from here'],
  ['odd-answer', 'the resolver answers oddly'],
]);

const NEED_WORDS: Readonly<Record<LintNeed, string>> = {
  inbound: 'all inbound connectors',
  outbound: 'all outbound connectors',
  domains: 'the accepted domains',
  rules: 'the mail flow rules',
  servers: 'the report on servers',
  mailHosts: 'the MX records of the domains',
};

/** What is not checked must not look as if it had been. */
function notJudgedText({ unjudged, isOfAll }: ConnectorsAnswer, sheet: Sheet, { lineFeed }: Manner): string {
  if (!isOfAll) return '';
  const titlesByNeed = new Map<string, readonly string[]>();
  for (const { title, unseen } of unjudged) {
    const needed = allOf(unseen.map((part) => NEED_WORDS[part]));
    titlesByNeed.set(needed, [...(titlesByNeed.get(needed) ?? []), title]);
  }
  const lines = [...titlesByNeed].map(([needed, titles]) =>
    sheet.prose(`Not checked, for want of ${needed}: ${titleWords(titles)}.`),
  );
  return lines.join(lineFeed);
}

function allOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((text) => text !== '').join(' and ');
}

const QUOTED_TITLES = 3;

function titleWords(titles: readonly string[]): string {
  return titles.length > QUOTED_TITLES
    ? `${formatCount(titles.length)} rules (notJudged in --format json)`
    : titles.map((title) => `"${title}"`).join(', ');
}
