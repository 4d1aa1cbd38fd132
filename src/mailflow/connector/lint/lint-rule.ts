/** One line of the lint: what of a set-up is looked at, and what it means for mail. */
import type { FindingLevel } from '../../finding.js';
import type { ConnectorInventory } from '../connector-source.js';

/** Mail hosts (MX, best first) by domain in lower case, as DNS tells them; a domain that was not looked up is absent. */
export type MailHosts = ReadonlyMap<string, readonly string[]>;

export interface LintFacts {
  readonly inventory: ConnectorInventory;
  /** Null where DNS was not asked. */
  readonly mailHosts: MailHosts | null;
}

/** What kind of thing a name is of: a domain, a rule and two connectors may all bear one name. */
export type Subject = 'inbound' | 'outbound' | 'domain' | 'rule' | 'server';

export interface Hit {
  /** The connector, where there is one; else the domain, the rule or the server. */
  readonly subject: string;
  /** What was seen, one sentence each. */
  readonly evidence: readonly [string, ...string[]];
}

/** `some`: what is seen can be judged, also when it is not all. `whole`: absence is part of the judgement. */
export type Needs = Readonly<Partial<Record<LintNeed, 'some' | 'whole'>>>;

/** Parts of the inventory, and the MX hosts of the accepted domains, which DNS tells. */
export const LINT_NEEDS = ['inbound', 'outbound', 'domains', 'rules', 'servers', 'mailHosts'] as const;
export type LintNeed = (typeof LINT_NEEDS)[number];

export interface LintRule {
  /** Stable, kebab-case; the id of its findings. */
  readonly id: string;
  readonly level: FindingLevel;
  readonly title: string;
  /** What it does to mail. */
  readonly why: string;
  readonly remedy: string;
  /** Where that comes from, for a reader who wants to check. */
  readonly reference: string;
  readonly needs: Needs;
  /** What its subjects are; a rule that names a connector which is not there is told of by its own name. */
  readonly about: Subject;
  readonly find: (facts: LintFacts) => readonly Hit[];
  readonly samples: { readonly hits: LintFacts; readonly misses: LintFacts };
}
