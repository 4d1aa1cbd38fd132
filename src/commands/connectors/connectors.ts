import type { Answer, Conclusion } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import {
  EXCHANGE_FLAGS,
  limitFlag,
  maxRequestsFlag,
  noHistoryFlag,
  quotaFlag,
  waitFlag,
} from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { ConnectorRequest, Ports } from '#cli/ports.js';
import { connectorFlag } from '#cli/probe-flags.js';
import type { InventoryPart } from '#mailflow/connector/connector.js';
import type { ConnectorInventory, ConnectorSource } from '#mailflow/connector/connector-source.js';
import { judgeConnectors, unjudgedRules } from '#mailflow/connector/judge-connectors.js';
import type { MailHosts } from '#mailflow/connector/lint/lint-rule.js';
import type { Finding } from '#mailflow/finding.js';

import { askMailHosts, type DomainMailHosts } from './ask-mail-hosts.js';
import { chooseConnectors } from './choose-connectors.js';
import { type ConnectorRow, isAbout, rowsOf } from './connector-row.js';
import { connectorsViews } from './connectors.view.js';
import type { ConnectorsAnswer } from './connectors-answer.js';
import { keepSetUp } from './kept-set-up.js';
import { readConnectorRequest } from './probe-options.js';

interface ConnectorsOptions {
  readonly request: ConnectorRequest;
  /** Names or GUIDs; empty for all. */
  readonly wanted: readonly string[];
  readonly limit: number | null;
}

const SCREEN_ROWS = 20;

export const connectors = defineCommand<ConnectorsOptions, ConnectorRow, ConnectorsAnswer>({
  words: ['connectors'],
  summary: 'List connectors and accepted domains, and judge what in them endangers mail',
  permissions: [
    'Application permission Exchange.ManageAsApp (Office 365 Exchange Online), with admin consent',
    'and a role for the service principal: the Entra role Global Reader, or an Exchange role group with View-Only Configuration',
    'Look: mailcheck help permissions',
  ],
  examples: [
    { does: 'Rehearse on a tenant that nobody has looked after', line: 'connectors --drill=june-2026' },
    { does: 'Is our set-up in order?', line: 'connectors' },
    {
      does: 'One connector, with all that is said of it',
      line: 'connectors --connector "Outbound to our servers"',
    },
    {
      does: 'For a monitor: red only where mail surely breaks',
      line: 'connectors --fail-on critical --format json',
    },
    { does: 'For a ticket', line: 'connectors --format markdown --redact' },
  ],
  about:
    'Reads inbound and outbound connectors (also those that are hidden: in test mode, or used by mail flow rules), accepted domains, the time after which mail expires, rules that route or hold, and the report on servers of your own that are out of date. That is 8 or 9 requests, one a second, and changes nothing. DNS is asked for the MX records of the accepted domains, for 4 seconds at most; without an answer the rules that need them are named as not checked, and the code does not change. What a set-up alone can tell is judged; whether a host answers is not tried. It always asks; what it was told saves status and check their questions for 15 minutes.',
  flags: [connectorFlag, maxRequestsFlag, waitFlag, quotaFlag, noHistoryFlag],
  commonFlags: EXCHANGE_FLAGS,
  asksOnly: 'exchange',
  judges: true,
  schema: 'mailcheck.connectors/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseConnectors,
  run: runConnectors,
  views: connectorsViews,
});

function parseConnectors(raw: RawArguments, context: ParseContext): ConnectorsOptions {
  return {
    request: readConnectorRequest(raw, context),
    wanted: readFlag(raw, connectorFlag, context),
    limit: readFlag(raw, limitFlag, context),
  };
}

const PART_WORDS: Readonly<Record<InventoryPart, string>> = {
  inbound: 'inbound connectors',
  outbound: 'outbound connectors',
  domains: 'accepted domains',
  transport: 'transport settings',
  rules: 'mail flow rules',
  servers: 'servers that are out of date',
};

async function* runConnectors(
  { request, wanted, limit }: ConnectorsOptions,
  ports: Ports,
): Answer<ConnectorRow, ConnectorsAnswer> {
  const source = await ports.connectors(request);
  const inventory = await source.inventory(ports.signal, {
    onPart: (part) => ports.progress(`Asking Exchange for ${PART_WORDS[part]}`),
  });
  await keepSetUp(inventory, request.keepsHistory, ports);
  const chosen = chooseConnectors(inventory, wanted);
  const mailHosts = await askMailHosts(inventory.domains, ports);
  const known = knownHosts(mailHosts, inventory);
  const findings = judgeConnectors(inventory, known);
  const isOfAll = wanted.length === 0;
  const rows = rowsOf(chosen, findings);
  yield rows;
  const unjudged = unjudgedRules(inventory, known);
  const answer = { inventory, rows, unjudged, mailHosts, isOfAll, shownDomains: limit ?? SCREEN_ROWS };
  const isMeant = (finding: Finding): boolean => chosen.some((connector) => isAbout(finding, connector));
  return conclude(answer, isOfAll ? findings : findings.filter(isMeant), source);
}

/** A domain whose hosts are not known is absent; null where none are. Without domains there is nothing to know. */
function knownHosts(
  mailHosts: readonly DomainMailHosts[],
  { domains, sight }: ConnectorInventory,
): MailHosts | null {
  if (domains.length === 0 && sight.domains === 'whole') return new Map();
  const known = mailHosts.flatMap(({ domain, hosts }) =>
    hosts === null ? [] : [[domain.toLowerCase(), hosts] as const],
  );
  return known.length === 0 ? null : new Map(known);
}

function conclude(
  answer: ConnectorsAnswer,
  findings: readonly Finding[],
  source: ConnectorSource,
): Conclusion<ConnectorsAnswer> {
  return {
    result: answer,
    summary: summaryOf(answer, findings),
    tenant: source.tenant,
    source: { kind: source.kind, asOf: source.asOf(), requests: source.requestCount() },
    window: null,
    findings,
    incomplete: answer.inventory.gaps,
  };
}

function summaryOf(
  { inventory, rows, unjudged, mailHosts }: ConnectorsAnswer,
  findings: readonly Finding[],
): object {
  const of = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length;
  const { domains, transport, rules, servers, sight } = inventory;
  return {
    connectors: rows.length,
    inbound: rows.filter(({ direction }) => direction === 'inbound').length,
    outbound: rows.filter(({ direction }) => direction === 'outbound').length,
    findings: { critical: of('critical'), warning: of('warning'), info: of('info') },
    sight,
    acceptedDomains: domains,
    mailHosts,
    transport,
    rules,
    servers,
    notJudged: unjudged,
  };
}
