/** Holds a set-up against the lint. Pure: ages are counted to the inventory's own clock, and DNS is handed in by whoever asked it. */
import type { Finding, FindingLevel } from '../finding.js';
import type { Sight } from './connector.js';
import type { ConnectorInventory } from './connector-source.js';
import {
  LINT_NEEDS,
  type LintFacts,
  type LintNeed,
  type LintRule,
  type MailHosts,
} from './lint/lint-rule.js';
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
  /** What it needs and was not to be seen. */
  readonly unseen: readonly LintNeed[];
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

function unmetNeeds(
  { needs }: LintRule,
  { inventory: { sight }, mailHosts }: LintFacts,
): readonly LintNeed[] {
  const dns: Sight = mailHosts === null ? 'not-seen' : 'whole';
  return LINT_NEEDS.filter((need) => {
    const level = needs[need];
    return level !== undefined && !isEnough(need === 'mailHosts' ? dns : sight[need], level);
  });
}

function isEnough(sight: Sight, need: 'some' | 'whole'): boolean {
  if (sight === 'whole' || sight === 'not-needed') return true;
  return sight === 'in-part' && need === 'some';
}
