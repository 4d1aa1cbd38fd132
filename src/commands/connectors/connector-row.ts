import type { Connector } from '#mailflow/connector/connector.js';
import { LEVEL_ORDER } from '#mailflow/connector/judge-connectors.js';
import type { Finding, FindingLevel } from '#mailflow/finding.js';

/** A connector, and how bad the worst is that is said of it; null when nothing is. */
export type ConnectorRow = Connector & { readonly worstFinding: FindingLevel | null };

/** Worst first, then by name. */
export function rowsOf(
  connectors: readonly Connector[],
  findings: readonly Finding[],
): readonly ConnectorRow[] {
  return connectors
    .map((connector) => ({ ...connector, worstFinding: worstOf(connector, findings) }))
    .toSorted((a, b) => rankOf(b) - rankOf(a) || a.name.localeCompare(b.name, 'en'));
}

export function rankOf({ worstFinding }: ConnectorRow): number {
  return worstFinding === null ? 0 : 3 - LEVEL_ORDER[worstFinding];
}

function worstOf({ name }: Connector, findings: readonly Finding[]): FindingLevel | null {
  const levels = findings.filter(({ subject }) => subject === name).map(({ level }) => level);
  return levels.toSorted((a, b) => LEVEL_ORDER[a] - LEVEL_ORDER[b])[0] ?? null;
}
