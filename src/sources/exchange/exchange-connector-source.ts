/**
 * Connectors and what belongs to them over the admin endpoint of Exchange Online. Knows six cmdlets, their quirks and
 * which role each needs; it refuses to know what a set-up means for mail.
 */
import type {
  AcceptedDomain,
  InboundConnector,
  InventoryPart,
  OnPremisesServer,
  OutboundConnector,
  RoutingRule,
  Sight,
  TransportConfig,
} from '#mailflow/connector/connector.js';
import type {
  ConnectorInventory,
  ConnectorSource,
  InventoryWish,
} from '#mailflow/connector/connector-source.js';
import type { Gap } from '#mailflow/finding.js';

import type { Errand } from '../http/errand.js';
import { decodeDomain, DOMAINS_COMMAND } from './accepted-domains.js';
import { type AdminClient } from './admin-client.js';
import { decodeInbound, INBOUND_COMMAND } from './inbound-connectors.js';
import { decodeServer, SERVERS_COMMAND } from './on-premises-servers.js';
import { type ExchangeOptions, openAdmin } from './open-admin.js';
import { decodeOutbound, merged, OUTBOUND_QUESTIONS } from './outbound-connectors.js';
import { type CmdletQuestion, gapOf, readCmdlet, type Refusal } from './read-cmdlet.js';
import { decodeTransport, TRANSPORT_COMMAND } from './transport-config.js';
import { decodeRule, routesOrHolds, RULES_COMMAND } from './transport-rules.js';

/** There is no window to shorten and no sample to lessen. */
const CONNECTOR_ERRAND: Errand = {
  whenLate: 'Raise --timeout: all of it is nine questions, one a second.',
  whenCapped: 'Raise --max-requests: all of it is nine requests, and more where lists are long.',
  budgetUsedUp:
    'The request budget is used up: the quota of the service is counted over 5 minutes, all runs together.',
  whenHeldBack: (seconds) =>
    `Try again in ${seconds} s, or wait with --wait; mailcheck quota tells who used it.`,
  whenThrottled: (seconds) =>
    `Try again in ${seconds} s, or wait with --wait; other tools of the tenant may be using the same quota.`,
  whenBrokenOff: 'Try again in some minutes.',
};

/** Opens nothing yet; the first question does. Throws a Failure when the settings are wrong. */
export function openExchangeConnectorSource(options: ExchangeOptions): ConnectorSource {
  const { client, gate, clock } = openAdmin(options, CONNECTOR_ERRAND);
  let asOf: Date | null = null;
  const dated: AdminClient = {
    invoke: async (command, signal) => {
      const got = await client.invoke(command, signal);
      if (got.kind === 'answer') asOf ??= got.date;
      return got;
    },
  };
  return {
    kind: options.kind === 'drill' ? 'drill' : 'exchange',
    tenant: options.tenant,
    requestCount: gate.admittedCount,
    asOf: () => asOf,
    inventory: async (signal, wish = {}) => {
      const found = await takeInventory({ client: dated, origin: options.origin.origin, signal }, wish);
      return { ...found, asOf: asOf ?? clock.now() };
    },
  };
}

type Asking = Parameters<typeof readCmdlet>[1];

const WORDS: Readonly<Record<InventoryPart, string>> = {
  inbound: 'Inbound connectors',
  outbound: 'Outbound connectors',
  domains: 'Accepted domains',
  transport: 'Transport settings',
  rules: 'Mail flow rules',
  servers: 'Out-of-date servers of your own',
};

const ALL_PARTS: readonly InventoryPart[] = [
  'inbound',
  'outbound',
  'domains',
  'transport',
  'rules',
  'servers',
];

/** What came of each part; what was not asked for is absent. */
interface Collected {
  readonly inbound: readonly InboundConnector[];
  readonly outbound: readonly OutboundConnector[];
  readonly domains: readonly AcceptedDomain[];
  readonly transport: readonly TransportConfig[];
  readonly rules: readonly RoutingRule[];
  readonly servers: readonly OnPremisesServer[];
}

/** One part after the other: the endpoint bears no more. */
async function takeInventory(
  asking: Asking,
  { parts = ALL_PARTS, onPart }: InventoryWish,
): Promise<Omit<ConnectorInventory, 'asOf'>> {
  const sight = new Map<InventoryPart, Sight>();
  const gaps: Gap[] = [];
  const refusals: Refusal[] = [];
  const unasked: InventoryPart[] = [];
  let found: Collected = NOTHING;
  const part = async <T>(name: InventoryPart, questions: readonly CmdletQuestion<T>[]) => {
    if (refusals.some(({ isForAll }) => isForAll)) {
      unasked.push(name);
      sight.set(name, 'not-seen');
      return [];
    }
    onPart?.(name);
    const answer = await readPart(name, questions, asking);
    sight.set(name, answer.sight);
    gaps.push(...answer.gaps);
    refusals.push(...answer.refusals);
    return answer.items;
  };
  const one = <T>(name: InventoryPart, question: Omit<CmdletQuestion<T>, 'what'>) =>
    part(name, [{ ...question, what: WORDS[name] }]);
  for (const name of parts) found = { ...found, ...(await ask(name)) };
  const [first] = refusals;
  if (first !== undefined && [...sight.values()].every((each) => each === 'not-seen')) {
    throw first.trouble.failure;
  }
  const seen = (name: InventoryPart): Sight =>
    sight.get(name) ?? (parts.includes(name) ? 'not-needed' : 'not-seen');
  return {
    ...found,
    outbound: merged(found.outbound),
    transport: found.transport[0] ?? null,
    rules: found.rules.filter(routesOrHolds),
    sight: {
      ...{ inbound: seen('inbound'), outbound: seen('outbound'), domains: seen('domains') },
      ...{ transport: seen('transport'), rules: seen('rules'), servers: seen('servers') },
    },
    gaps: distinct([...gaps, ...unaskedGap(unasked, refusals)]),
  };

  async function ask(name: InventoryPart): Promise<Partial<Collected>> {
    switch (name) {
      case 'inbound':
        return { inbound: await one(name, { command: INBOUND_COMMAND, decode: decodeInbound }) };
      case 'outbound':
        return { outbound: await part(name, outboundQuestions()) };
      case 'domains':
        return { domains: await one(name, { command: DOMAINS_COMMAND, decode: decodeDomain }) };
      case 'transport':
        return { transport: await one(name, { command: TRANSPORT_COMMAND, decode: decodeTransport }) };
      case 'rules':
        return { rules: await one(name, { command: RULES_COMMAND, decode: decodeRule }) };
      case 'servers':
        return mayHaveServers()
          ? { servers: await one(name, { command: SERVERS_COMMAND, decode: decodeServer }) }
          : {};
    }
  }

  function mayHaveServers(): boolean {
    return sight.get('inbound') !== 'whole' || found.inbound.some(isOfOurServers);
  }
}

const NOTHING: Collected = {
  ...{ inbound: [], outbound: [], domains: [] },
  ...{ transport: [], rules: [], servers: [] },
};

/** Enforcement strikes mail over such a connector; where there is none, there is no report. */
function isOfOurServers({ type, enabled }: InboundConnector): boolean {
  return type === 'OnPremises' && enabled !== false;
}

function outboundQuestions(): readonly CmdletQuestion<OutboundConnector>[] {
  return OUTBOUND_QUESTIONS.map(({ which, command }) => ({
    command,
    what: `${WORDS.outbound}, ${which}`,
    decode: decodeOutbound,
  }));
}

interface PartAnswer<T> {
  readonly items: readonly T[];
  readonly sight: Sight;
  readonly gaps: readonly Gap[];
  readonly refusals: readonly Refusal[];
}

/** One for all of them: they have one reason. */
function unaskedGap(parts: readonly InventoryPart[], refusals: readonly Refusal[]): readonly Gap[] {
  const end = refusals.find(({ isForAll }) => isForAll);
  if (end === undefined || parts.length === 0) return [];
  const [first = '', ...rest] = parts.map((part) => WORDS[part]);
  const words = [first, ...rest.map((word) => word.charAt(0).toLowerCase() + word.slice(1))];
  return [gapOf(words.join(', '), end.trouble)];
}

async function readPart<T>(
  name: InventoryPart,
  questions: readonly CmdletQuestion<T>[],
  asking: Asking,
): Promise<PartAnswer<T>> {
  const items: T[] = [];
  const gaps: Gap[] = [];
  const refusals: Refusal[] = [];
  for (const [index, question] of questions.entries()) {
    const answer = await readCmdlet(question, asking);
    items.push(...answer.items);
    gaps.push(...answer.gaps);
    if (answer.refusal === null) continue;
    const { refusal } = answer;
    // A cmdlet that no role allows is not asked for again with other parameters.
    const endsPart = refusal.isForAll || refusal.trouble.reason === 'refused';
    refusals.push(refusal);
    const isAnySeen = refusals.length <= index;
    const partWords = isAnySeen ? `${WORDS[name]}, in part` : WORDS[name];
    gaps.push(gapOf(endsPart ? partWords : question.what, refusal.trouble));
    if (endsPart) return { items, gaps, refusals, sight: isAnySeen ? 'in-part' : 'not-seen' };
  }
  if (refusals.length === questions.length) return { items, gaps, refusals, sight: 'not-seen' };
  return { items, gaps, refusals, sight: gaps.length === 0 ? 'whole' : 'in-part' };
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [gap.what, gap])).values()];
}
