/** Get-OutboundConnector, which hides: each call gives one of four kinds only. */
import type { OutboundConnector } from '#mailflow/connector/connector.js';

import { type Decoder, field, record } from '../decode.js';
import type { Command } from './admin-client.js';
import { instantOrNever } from './cmdlet-values.js';
import { connectorFields } from './connector-fields.js';

interface OutboundQuestion {
  /** Which of them a call gives. */
  readonly which: string;
  readonly command: Command;
}

/**
 * Without its two switches the cmdlet leaves out connectors in test mode and those of transport rules. Whether a switch
 * adds its kind or gives that kind alone is told in two ways, so every combination is asked for and doubles are dropped.
 */
export const OUTBOUND_QUESTIONS: readonly OutboundQuestion[] = [
  { which: 'those in use', command: command({}) },
  { which: 'those of mail flow rules', command: command({ IsTransportRuleScoped: true }) },
  { which: 'those in test mode', command: command({ IncludeTestModeConnectors: true }) },
  {
    which: 'those of mail flow rules in test mode',
    command: command({ IsTransportRuleScoped: true, IncludeTestModeConnectors: true }),
  },
];

function command(switches: Readonly<Record<string, boolean>>): Command {
  return { cmdlet: 'Get-OutboundConnector', parameters: { ...switches, ResultSize: 'Unlimited' } };
}

export const decodeOutbound: Decoder<OutboundConnector> = (value, place) => {
  const row = record(value, place);
  const { flag, words, several, shared } = connectorFields(row, place);
  return {
    direction: 'outbound',
    ...shared,
    testMode: flag('TestMode'),
    ruleScoped: flag('IsTransportRuleScoped'),
    recipientDomains: several('RecipientDomains'),
    allAcceptedDomains: flag('AllAcceptedDomains'),
    routesAllViaOnPremises: flag('RouteAllMessagesViaOnPremises'),
    usesMx: flag('UseMXRecord'),
    smartHosts: several('SmartHosts'),
    tlsSettings: words('TlsSettings'),
    tlsDomain: words('TlsDomain'),
    mtaStsMode: words('MtaStsMode'),
    daneMode: words('SmtpDaneMode'),
    validationRecipients: several('ValidationRecipients'),
    validated: flag('IsValidated'),
    lastValidatedAt: field(row, 'LastValidationTimestamp', instantOrNever, place),
  };
};

/** Each once, by its GUID. */
export function merged(connectors: readonly OutboundConnector[]): readonly OutboundConnector[] {
  const byKey = new Map<string, OutboundConnector>();
  for (const connector of connectors) {
    const key = connector.guid?.toLowerCase() ?? `name ${connector.name.toLowerCase()}`;
    if (!byKey.has(key)) byKey.set(key, connector);
  }
  return [...byKey.values()];
}
