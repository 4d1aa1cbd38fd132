/** Which outbound connectors mail to a domain can take, and which are in the way of nothing. */
import type { OutboundConnector } from '../connector.js';
import { covers, domainPattern, isCatchAll } from '../domain-pattern.js';

/** Switched on, and doing what it says. Not told counts as on: a finding needs proof. */
export function isWorking({ enabled, testMode }: OutboundConnector): boolean {
  return enabled !== false && testMode !== true;
}

/** `disabled`, `in test mode`. */
export function stateWords({ enabled }: OutboundConnector): string {
  return enabled === false ? 'disabled' : 'in test mode';
}

/** Takes mail by its recipient, not by a rule. */
export function isByDomain({ ruleScoped }: OutboundConnector): boolean {
  return ruleScoped !== true;
}

/** Named for that domain, or for all of our own; not merely for everything. */
export function isMadeFor(connector: OutboundConnector, domain: string, isAccepted: boolean): boolean {
  const named = (connector.recipientDomains ?? []).some(
    (given) => !isCatchAll(given) && covers(given, domain),
  );
  return named || (isAccepted && connector.allAcceptedDomains === true);
}

export function takes(connector: OutboundConnector, domain: string, isAccepted: boolean): boolean {
  const isCovered = (connector.recipientDomains ?? []).some((given) => covers(given, domain));
  return isCovered || (isAccepted && connector.allAcceptedDomains === true);
}

/** Patterns, each once, in the spelling in which they can be compared. */
export function patternsOf(connector: OutboundConnector): readonly string[] {
  return [...new Set((connector.recipientDomains ?? []).map(domainPattern))];
}

/** A domain that a pattern stands for, to ask who else takes it. */
export function exampleOf(pattern: string): string {
  return pattern.startsWith('*.') ? pattern.slice(2) : pattern;
}

export function refersTo(rule: string, { name, guid }: OutboundConnector): boolean {
  const given = rule.trim().toLowerCase();
  return given === name.trim().toLowerCase() || (guid !== null && given === guid.toLowerCase());
}
