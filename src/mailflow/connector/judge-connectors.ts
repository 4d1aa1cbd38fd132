/** Holds a set-up against the lint. Pure: ages are counted to the inventory's own clock, and DNS is handed in by whoever asked it. */
import type { Finding, FindingLevel } from '../finding.js';
import type { Sight } from './connector.js';
import type { ConnectorInventory } from './connector-source.js';
import type { LintFacts, LintRule, MailHosts } from './lint/lint-rule.js';
import { LINT_RULES } from './lint/lint-rules.js';

/**
 * What is wrong or worth knowing, worst first; by connector where there is one. Rules that need what was not seen find
 * nothing: `unjudgedRules` names them.
 */
export function judgeConnectors(
  inventory: ConnectorInventory,
  mailHosts: MailHosts | null = null,
): readonly Finding[] {
  const facts: LintFacts = { inventory, mailHosts };
  return LINT_RULES.filter((rule) => unmetNeeds(rule, facts).length === 0)
    .flatMap((rule) => findingsOf(rule, facts))
    .toSorted((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level]);
}

export const LEVEL_ORDER: Readonly<Record<FindingLevel, number>> = { critical: 0, warning: 1, info: 2 };

export interface UnjudgedRule {
  readonly id: string;
  readonly title: string;
  /** What it needs and was not to be seen: parts of the inventory, or `mailHosts` for the MX hosts of the domains. */
  readonly unseen: readonly string[];
}

export function unjudgedRules(
  inventory: ConnectorInventory,
  mailHosts: MailHosts | null = null,
): readonly UnjudgedRule[] {
  return LINT_RULES.map((rule) => ({
    id: rule.id,
    title: rule.title,
    unseen: unmetNeeds(rule, { inventory, mailHosts }),
  })).filter(({ unseen }) => unseen.length > 0);
}

function findingsOf(rule: LintRule, facts: LintFacts): readonly Finding[] {
  const { id, level, title, remedy } = rule;
  return rule.find(facts).map(({ subject, evidence }) => ({
    ...{ id, level, title, subject, evidence, remedy },
    source: 'exchange',
  }));
}

function unmetNeeds({ needs }: LintRule, { inventory: { sight }, mailHosts }: LintFacts): readonly string[] {
  const { mailHosts: dns, ...parts } = needs;
  const seen: Readonly<Record<string, Sight>> = sight;
  const unseen = Object.entries(parts).flatMap(([part, need]) =>
    isEnough(seen[part] ?? 'not-seen', need) ? [] : [part],
  );
  return dns !== undefined && mailHosts === null ? [...unseen, 'mailHosts'] : unseen;
}

function isEnough(sight: Sight, need: 'some' | 'whole'): boolean {
  if (sight === 'whole' || sight === 'not-needed') return true;
  return sight === 'in-part' && need === 'some';
}
