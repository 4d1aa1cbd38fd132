/** A set-up as text and back. A text that is not what was written, whoever changed it, is none. */
import type { KeptDomain, KeptOutbound, KeptRule, KeptSetUp } from '#mailflow/connector/kept-set-up.js';

import { unlessDamaged } from '../driver/cells.js';
import { answerRecord, finite, instant, list, orNull, record, text, truth } from './read-answer.js';

type Told = Omit<KeptSetUp, 'seenAt'>;

export function setUpText({ outbound, domains, rules, asOf }: Told): string {
  return JSON.stringify({ outbound, domains, rules, asOf });
}

export function setUpIn(json: string): Told | null {
  return unlessDamaged(() => {
    const { outbound, domains, rules, asOf } = answerRecord(json);
    return {
      outbound: list(outbound, outboundConnector),
      domains: list(domains, domain),
      rules: list(rules, rule),
      asOf: instant(asOf),
    };
  });
}

function outboundConnector(value: unknown): KeptOutbound {
  const given = record(value);
  return {
    name: text(given['name']),
    guid: orNull(given['guid'], text),
    enabled: orNull(given['enabled'], truth),
    type: orNull(given['type'], text),
    testMode: orNull(given['testMode'], truth),
    ruleScoped: orNull(given['ruleScoped'], truth),
    recipientDomains: orNull(given['recipientDomains'], texts),
    allAcceptedDomains: orNull(given['allAcceptedDomains'], truth),
    routesAllViaOnPremises: orNull(given['routesAllViaOnPremises'], truth),
    usesMx: orNull(given['usesMx'], truth),
    smartHosts: orNull(given['smartHosts'], texts),
    tlsSettings: orNull(given['tlsSettings'], text),
    tlsDomain: orNull(given['tlsDomain'], text),
    validated: orNull(given['validated'], truth),
    lastValidatedAt: orNull(given['lastValidatedAt'], instant),
  };
}

function domain(value: unknown): KeptDomain {
  const given = record(value);
  return {
    name: text(given['name']),
    type: orNull(given['type'], text),
    isDefault: orNull(given['isDefault'], truth),
    isInitial: orNull(given['isInitial'], truth),
    matchesSubdomains: orNull(given['matchesSubdomains'], truth),
    sendingFromStopped: orNull(given['sendingFromStopped'], truth),
    sendingToStopped: orNull(given['sendingToStopped'], truth),
    pendingRemoval: orNull(given['pendingRemoval'], truth),
    pendingCompletion: orNull(given['pendingCompletion'], truth),
  };
}

function rule(value: unknown): KeptRule {
  const given = record(value);
  return {
    name: text(given['name']),
    priority: orNull(given['priority'], finite),
    state: orNull(given['state'], text),
    mode: orNull(given['mode'], text),
    routesTo: orNull(given['routesTo'], text),
    errorAction: orNull(given['errorAction'], text),
  };
}

function texts(value: unknown): readonly string[] {
  return list(value, text);
}
