/**
 * What connectors add to the verdict. A set-up is no outage: what it lacks is counted and told, and weighs nothing until
 * mail is surely turned away, or waits at a host that a connector names.
 */
import type { OutboundConnector } from '../connector/connector.js';
import type { ConnectorInventory } from '../connector/connector-source.js';
import { judgeConnectors } from '../connector/judge-connectors.js';
import { isWorking } from '../connector/lint/way-out.js';
import { bareHost } from '../connector/smart-host.js';
import type { Finding, FindingLevel } from '../finding.js';
import { counted } from '../quantity.js';
import type { HeldReading } from '../queue/held-reading.js';
import type { Signal } from './signal.js';

export interface SetUp {
  /** Null where they were not to be seen. */
  readonly inbound: number | null;
  readonly outbound: number | null;
  /** Connectors and rules that lead nowhere while mail is meant to take them, worst first. */
  readonly off: readonly string[];
  /** Accepted domains that may not send or receive. */
  readonly stopped: readonly string[];
  /** What the lint says in all. */
  readonly findings: Readonly<Record<FindingLevel, number>>;
  readonly heldAt: readonly HeldAtConnector[];
}

/** Held mail that was read, and that waits for a smart host which Exchange Online cannot reach or speak with. */
export interface HeldAtConnector {
  readonly connector: string;
  /** As the connector names them. */
  readonly hosts: readonly string[];
  readonly read: number;
}

export interface JudgedSetUp {
  readonly setUp: SetUp;
  /** Those that a person asks for while mail is late. */
  readonly findings: readonly Finding[];
}

const OFF: ReadonlySet<string> = new Set([
  'relay-domain-loops',
  'relay-domain-connector-off',
  'connector-off',
  'inbound-connector-off',
  'rule-to-connector-off',
]);
const STOPPED: ReadonlySet<string> = new Set(['default-domain-stopped', 'domain-stopped']);

/** Null where no connector was seen; `read` are readings of held mail. */
export function judgeSetUp(
  { value, quality }: Signal<ConnectorInventory>,
  read: readonly HeldReading[],
): JudgedSetUp | null {
  if (value === null) return null;
  const said = judgeConnectors(value);
  const subjectsOf = (ids: ReadonlySet<string>): readonly string[] => [
    ...new Set(said.filter(({ id }) => ids.has(id)).map(({ subject }) => subject)),
  ];
  const countOf = (level: FindingLevel): number => said.filter((finding) => finding.level === level).length;
  return {
    setUp: {
      inbound: value.sight.inbound === 'not-seen' ? null : value.inbound.length,
      outbound: value.sight.outbound === 'not-seen' ? null : value.outbound.length,
      off: subjectsOf(OFF),
      stopped: subjectsOf(STOPPED),
      findings: { critical: countOf('critical'), warning: countOf('warning'), info: countOf('info') },
      heldAt: heldAtConnectors(read, value.outbound),
    },
    findings: said
      .filter(({ id }) => OFF.has(id) || STOPPED.has(id))
      .map((finding) => ({ ...finding, level: weightOf(finding, quality) })),
  };
}

/** Only what surely turns mail away counts, and only where it was seen whole and now. */
function weightOf({ level }: Finding, quality: Signal<unknown>['quality']): FindingLevel {
  return level === 'critical' && quality === 'fresh' ? 'critical' : 'info';
}

function heldAtConnectors(
  read: readonly HeldReading[],
  outbound: readonly OutboundConnector[],
): readonly HeldAtConnector[] {
  return outbound
    .filter((connector) => isWorking(connector) && connector.usesMx !== true)
    .map(({ name, smartHosts }) => {
      const waiting = (smartHosts ?? []).map((host) => ({
        host,
        readings: read.filter(({ unreachedHops }) => unreachedHops.includes(bareHost(host))),
      }));
      return {
        connector: name,
        hosts: waiting.filter(({ readings }) => readings.length > 0).map(({ host }) => host),
        read: new Set(waiting.flatMap(({ readings }) => readings)).size,
      };
    })
    .filter((held) => held.read > 0)
    .sort((one, other) => other.read - one.read);
}

/** Microsoft's own tries prove it, which no try from here could; a few of them may be chance. */
export function heldAtFindings(
  { heldAt }: SetUp,
  { leastRead, source }: { readonly leastRead: number; readonly source: string },
): readonly Finding[] {
  return heldAt.map(({ connector, hosts, read }) => ({
    id: 'connector-host-unreached',
    level: read >= leastRead ? 'warning' : 'info',
    title: 'Exchange Online cannot hand mail to a smart host of a connector',
    subject: connector,
    evidence: [
      `${counted(read, 'held delivery that was read waits', 'held deliveries that were read wait')} for ${hosts.join(', ')}, of the connector ${connector} (4.4.312 to 4.4.318).`,
    ],
    remedy:
      'See to that host: its name in DNS, its firewall, which must admit the addresses of Exchange Online, and its TLS. `mailcheck connectors probe` shows what of that can be seen from here.',
    source,
  }));
}
