import type { Connector } from '#mailflow/connector/connector.js';
import { LEVEL_ORDER } from '#mailflow/connector/judge-connectors.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';
import type { Finding, FindingLevel } from '#mailflow/finding.js';

/** What the lint says of a connector. */
export type ConnectorRemark = Pick<Finding, 'id' | 'level' | 'evidence'>;

/** A connector, what is said of it, and how bad the worst of that is; null when nothing is. */
export type ConnectorRow = Connector & {
  readonly worstFinding: FindingLevel | null;
  readonly findings: readonly ConnectorRemark[];
};

/** Worst first, then by name. */
export function rowsOf(
  connectors: readonly Connector[],
  findings: readonly Finding[],
): readonly ConnectorRow[] {
  return connectors
    .map((connector) => rowOf(connector, findings))
    .toSorted((a, b) => rankOf(b) - rankOf(a) || a.name.localeCompare(b.name, 'en'));
}

export function rankOf({ worstFinding }: ConnectorRow): number {
  return worstFinding === null ? 0 : 3 - LEVEL_ORDER[worstFinding];
}

/** A domain, a rule and a connector of the other direction may bear the same name. */
export function isAbout({ id, subject }: Finding, { name, direction }: Connector): boolean {
  return subject === name && ABOUT_BY_ID.get(id) === direction;
}

const ABOUT_BY_ID: ReadonlyMap<string, string> = new Map(LINT_RULES.map(({ id, about }) => [id, about]));

function rowOf(connector: Connector, findings: readonly Finding[]): ConnectorRow {
  const remarks = findings
    .filter((finding) => isAbout(finding, connector))
    .map(({ id, level, evidence }) => ({ id, level, evidence }))
    .toSorted((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level]);
  return { ...connector, worstFinding: remarks[0]?.level ?? null, findings: remarks };
}
