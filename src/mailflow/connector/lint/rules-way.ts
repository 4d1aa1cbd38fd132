/** Mail that has no way, or another one than it was meant to take. */
import type { AcceptedDomain, OutboundConnector } from '../connector.js';
import { isCatchAll } from '../domain-pattern.js';
import { isMicrosoftInbound } from '../host-lists.js';
import type { Hit, LintFacts, LintRule, MailHosts } from './lint-rule.js';
import { listed } from './listed.js';
import { sample, sampleRule } from './sample.js';
import {
  exampleOf,
  isByDomain,
  isMadeFor,
  isWorking,
  patternsOf,
  refersTo,
  stateWords,
  takes,
} from './way-out.js';

const ROUTING =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/use-connectors-to-configure-mail-flow';
const DOMAINS =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/manage-accepted-domains/manage-accepted-domains';
const OUTBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-outboundconnector';
const INBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-inboundconnector';
const RULES = 'https://learn.microsoft.com/powershell/module/exchangepowershell/new-transportrule';

const SWITCH_ON_OR_OWN =
  'Switch the connector on (Set-OutboundConnector NAME -Enabled $true -TestMode $false), or, when the mailboxes are in Exchange Online now, make the domain authoritative.';
const OUR_MX = 'contoso-example.mail.protection.outlook.com';
const RELAY_OFF = {
  outbound: [{ enabled: false, recipientDomains: ['plants.contoso.example'] }],
  domains: [{ name: 'plants.contoso.example', type: 'InternalRelay' }],
};

export const WAY_RULES: readonly LintRule[] = [
  {
    id: 'relay-domain-loops',
    level: 'critical',
    title: 'Mail for a relay domain leads back to Exchange Online: every connector made for it is off',
    why: 'Exchange Online does not hold the mailboxes of a relay domain. Without the connector it follows the MX record, which names Exchange Online itself: the mail for those mailboxes loops and bounces (5.4.14).',
    remedy: SWITCH_ON_OR_OWN,
    reference: DOMAINS,
    needs: { outbound: 'whole', domains: 'some', mailHosts: 'some' },
    about: 'outbound',
    find: ({ inventory, mailHosts }) =>
      inventory.domains
        .filter((domain) => isRelay(domain) && mxOf(domain.name, mailHosts) === 'leads-back')
        .flatMap((domain) =>
          strandedBy(domain, inventory.outbound, [
            `The MX record of ${domain.name} names ${listed(hostsOf(domain.name, mailHosts))}.`,
          ]),
        ),
    samples: {
      hits: sample(RELAY_OFF, { 'plants.contoso.example': [OUR_MX] }),
      misses: sample(RELAY_OFF, { 'plants.contoso.example': ['mail.contoso.example'] }),
    },
  },
  {
    id: 'relay-domain-connector-off',
    level: 'warning',
    title: 'Mail for a relay domain may have no way: every connector made for it is off',
    why: 'Exchange Online does not hold the mailboxes of a relay domain. Without the connector it follows the MX record; where that leads back to Exchange Online, the mail loops and bounces (5.4.14). Where the MX record leads could not be told here.',
    remedy: SWITCH_ON_OR_OWN,
    reference: DOMAINS,
    needs: { outbound: 'whole', domains: 'some' },
    about: 'outbound',
    find: ({ inventory, mailHosts }) =>
      inventory.domains
        .filter((domain) => isRelay(domain) && mxOf(domain.name, mailHosts) === 'not-told')
        .flatMap((domain) => strandedBy(domain, inventory.outbound)),
    samples: {
      hits: sample(RELAY_OFF),
      misses: sample({
        ...RELAY_OFF,
        outbound: [...RELAY_OFF.outbound, { name: 'All of ours', recipientDomains: ['*.contoso.example'] }],
      }),
    },
  },
  {
    id: 'connector-off',
    level: 'warning',
    title: 'A connector is off that mail was meant to take',
    why: 'Mail goes on without it, by MX and with what TLS the other side offers: past the agreed way, and at times refused there.',
    remedy:
      'Switch the connector on if it is still needed; else remove it, so that nobody counts on it. In the Exchange admin center: Mail flow, Connectors.',
    reference: ROUTING,
    needs: { outbound: 'whole' },
    about: 'outbound',
    find: outboundOff,
    samples: {
      hits: sample({
        outbound: [
          { name: 'To Fabrikam', type: 'Partner', testMode: true, recipientDomains: ['fabrikam.example'] },
        ],
      }),
      misses: sample({
        outbound: [
          { name: 'Old', type: 'Partner', enabled: false, recipientDomains: ['fabrikam.example'] },
          { name: 'New', type: 'Partner', recipientDomains: ['fabrikam.example'] },
        ],
      }),
    },
  },
  {
    id: 'inbound-connector-off',
    level: 'warning',
    title: 'The connector for mail of your own servers is off',
    why: 'Their mail arrives as that of a stranger: filtered as such, and refused where it is for somebody outside (5.7.64).',
    remedy:
      'Switch it on (Set-InboundConnector NAME -Enabled $true), or, when no server of yours sends to Exchange Online any more, remove both connectors of the pair.',
    reference: ROUTING,
    needs: { outbound: 'some', inbound: 'whole' },
    about: 'inbound',
    find: inboundOff,
    samples: {
      hits: sample({ inbound: [{ enabled: false }], outbound: [{}] }),
      misses: sample({ inbound: [{ enabled: false }, { name: 'New' }], outbound: [{}] }),
    },
  },
  {
    id: 'rule-to-connector-off',
    level: 'warning',
    title: 'A mail flow rule routes to a connector that is off or not there',
    why: 'What the rule matches cannot take the way that the rule demands.',
    remedy:
      'Switch the connector on, or take the action out of the rule (Set-TransportRule NAME -RouteMessageOutboundConnector $null), or disable the rule.',
    reference: RULES,
    needs: { outbound: 'whole', rules: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.rules
        .filter(({ state, mode }) => state === 'Enabled' && (mode === null || mode === 'Enforce'))
        .flatMap(({ name, routesTo }) =>
          routesTo === null ? [] : deadEnd(name, routesTo, inventory.outbound),
        ),
    samples: {
      hits: sample({
        outbound: [{ name: 'Invoices', ruleScoped: true, testMode: true }],
        rules: [sampleRule({ routesTo: 'invoices' })],
      }),
      misses: sample({
        outbound: [{ name: 'Invoices', ruleScoped: true }],
        rules: [
          sampleRule({ routesTo: 'Invoices' }),
          sampleRule({ name: 'Off', state: 'Disabled', routesTo: 'Gone' }),
        ],
      }),
    },
  },
  {
    id: 'domains-overlap',
    level: 'warning',
    title: 'Two connectors are made for the same recipient domain',
    why: 'Which of them mail takes is not defined, so two messages of one minute can go two ways, with two kinds of TLS.',
    remedy:
      'Leave the domain with one connector (Set-OutboundConnector NAME -RecipientDomains …); for a second way, name more smart hosts in that one.',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) => overlaps(inventory.outbound),
    samples: {
      hits: sample({
        outbound: [
          { name: 'One', recipientDomains: ['Fabrikam.example'] },
          { name: 'Two', recipientDomains: ['fabrikam.example'] },
        ],
      }),
      misses: sample({
        outbound: [
          { name: 'One', recipientDomains: ['*'] },
          { name: 'Two', recipientDomains: ['fabrikam.example'] },
          { name: 'Three', recipientDomains: ['fabrikam.example'], ruleScoped: true },
        ],
      }),
    },
  },
  {
    id: 'senders-overlap',
    level: 'info',
    title: 'Two inbound connectors know a sender by the same mark',
    why: 'One address or certificate that two connectors claim makes it unclear whose conditions hold for its mail.',
    remedy: 'Leave each address and each certificate with one inbound connector.',
    reference: INBOUND,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) => sharedMarks(inventory.inbound),
    samples: {
      hits: sample({
        inbound: [
          { name: 'One', senderAddresses: ['192.0.2.10'], senderCertificate: null },
          { name: 'Two', senderAddresses: ['192.0.2.10'], senderCertificate: null },
        ],
      }),
      misses: sample({
        inbound: [
          { name: 'One', senderAddresses: ['192.0.2.10'], senderCertificate: null },
          { name: 'Two', senderAddresses: ['192.0.2.10'], senderCertificate: null, enabled: false },
        ],
      }),
    },
  },
  {
    id: 'catch-all-outbound',
    level: 'info',
    title: 'All mail to the outside goes through one connector',
    why: 'That is by intent where a gateway sends for you; when its hosts do not answer, all outbound mail is held, whatever its destination.',
    remedy:
      'Keep it in mind during an outage: mailcheck trace --by domain then shows every destination. Two smart hosts in two places make it safer.',
    reference: ROUTING,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter((connector) => isWorking(connector) && isByDomain(connector))
        .filter(({ recipientDomains }) => recipientDomains?.some(isCatchAll) === true)
        .map(({ name, smartHosts, usesMx }) => ({
          subject: name,
          evidence: [`Its recipient domain is *, by ${wayWords(usesMx, smartHosts)}.`],
        })),
    samples: {
      hits: sample({ outbound: [{ type: 'Partner', recipientDomains: ['*'] }] }),
      misses: sample({ outbound: [{ recipientDomains: ['*'], ruleScoped: true }] }),
    },
  },
  {
    id: 'relay-domain-without-connector',
    level: 'info',
    title: 'A relay domain has no connector',
    why: 'Mail for its recipients that are not in Exchange Online follows the MX record; where that leads to Exchange Online, it loops and bounces (5.4.14).',
    remedy:
      'If all of its mailboxes are in Exchange Online, make the domain authoritative: then unknown recipients are refused at once. Else make an outbound connector for it.',
    reference: DOMAINS,
    needs: { outbound: 'whole', domains: 'some' },
    about: 'domain',
    find: ({ inventory, mailHosts }) =>
      inventory.domains
        .filter((domain) => needsConnector(domain, mailHosts))
        .filter(({ name }) => !inventory.outbound.some((connector) => takes(connector, name, true)))
        .map(({ name, type }) => ({
          subject: name,
          evidence: [`It is ${type ?? ''}, and no outbound connector takes its mail.`],
        })),
    samples: {
      hits: sample({ domains: [{ name: 'plants.contoso.example', type: 'InternalRelay' }] }),
      misses: sample({
        outbound: [{ recipientDomains: ['*.contoso.example'] }],
        domains: [
          { name: 'plants.contoso.example', type: 'InternalRelay' },
          { name: 'fabrikam.example', type: 'Authoritative' },
        ],
      }),
    },
  },
];

function isRelay({ type }: AcceptedDomain): boolean {
  return type === 'InternalRelay' || type === 'ExternalRelay';
}

/**
 * Where mail goes that no connector takes. A name without mail hosts proves nothing, for inside others may answer; nor do
 * hosts of both kinds.
 */
function mxOf(domain: string, mailHosts: MailHosts | null): 'leads-back' | 'leads-elsewhere' | 'not-told' {
  const hosts = hostsOf(domain, mailHosts);
  if (hosts.length === 0) return 'not-told';
  if (hosts.every(isMicrosoftInbound)) return 'leads-back';
  return hosts.some(isMicrosoftInbound) ? 'not-told' : 'leads-elsewhere';
}

function hostsOf(domain: string, mailHosts: MailHosts | null): readonly string[] {
  return mailHosts?.get(domain.toLowerCase()) ?? [];
}

/** A relay domain whose mail another way than by MX would have to be found for. */
function needsConnector(domain: AcceptedDomain, mailHosts: MailHosts | null): boolean {
  return isRelay(domain) && mxOf(domain.name, mailHosts) !== 'leads-elsewhere';
}

function strandedBy(
  { name, type }: AcceptedDomain,
  outbound: readonly OutboundConnector[],
  more: readonly string[] = [],
): readonly Hit[] {
  const byDomain = outbound.filter(isByDomain);
  if (byDomain.some((connector) => isWorking(connector) && takes(connector, name, true))) return [];
  return byDomain
    .filter((connector) => isMadeFor(connector, name, true))
    .map((connector) => ({
      subject: connector.name,
      evidence: [
        `It is ${stateWords(connector)}, and takes the mail for ${name} (${type ?? ''}).`,
        `No other outbound connector that is on takes mail for ${name}.`,
        ...more,
      ],
    }));
}

/** Relay domains have a rule of their own. */
function outboundOff({ inventory, mailHosts }: LintFacts): readonly Hit[] {
  const { outbound, domains } = inventory;
  const working = outbound.filter((connector) => isByDomain(connector) && isWorking(connector));
  const stranded = new Set(
    domains.filter((domain) => needsConnector(domain, mailHosts)).map(({ name }) => name.toLowerCase()),
  );
  return outbound
    .filter((connector) => isByDomain(connector) && !isWorking(connector))
    .flatMap((connector) => {
      const bare = patternsOf(connector).filter(
        (pattern) =>
          !isCatchAll(pattern) &&
          !stranded.has(exampleOf(pattern)) &&
          !working.some((other) => takes(other, exampleOf(pattern), false)),
      );
      return bare.length === 0 ? [] : [{ subject: connector.name, evidence: offEvidence(connector, bare) }];
    });
}

function offEvidence(connector: OutboundConnector, bare: readonly string[]): Hit['evidence'] {
  return [
    `It is ${stateWords(connector)}; no other outbound connector that is on takes mail for ${listed(bare)}.`,
  ];
}

/** Where both halves were made, one of them off is no design. */
function inboundOff({ inventory: { inbound, outbound } }: LintFacts): readonly Hit[] {
  const ours = inbound.filter(({ type }) => type === 'OnPremises');
  const isOutboundOn = outbound.some((connector) => connector.type === 'OnPremises' && isWorking(connector));
  if (!isOutboundOn || ours.some(({ enabled }) => enabled !== false)) return [];
  return ours.map(({ name }) => ({
    subject: name,
    evidence: [
      'It is disabled, and no other inbound connector knows your own servers: their mail arrives as that of a stranger.',
      'The outbound connector to your own servers is on.',
    ],
  }));
}

function deadEnd(rule: string, routesTo: string, outbound: readonly OutboundConnector[]): readonly Hit[] {
  const target = outbound.find((connector) => refersTo(routesTo, connector));
  if (target === undefined) {
    return [{ subject: rule, evidence: [`It routes to ${routesTo}; there is no such outbound connector.`] }];
  }
  if (isWorking(target)) return [];
  return [
    {
      subject: target.name,
      evidence: [`It is ${stateWords(target)}; the mail flow rule ${rule} routes mail to it.`],
    },
  ];
}

function overlaps(outbound: readonly OutboundConnector[]): readonly Hit[] {
  const namesByPattern = new Map<string, readonly string[]>();
  for (const connector of outbound.filter((each) => isByDomain(each) && isWorking(each))) {
    for (const pattern of patternsOf(connector)) {
      namesByPattern.set(pattern, [...(namesByPattern.get(pattern) ?? []), connector.name]);
    }
  }
  return sharedBy(namesByPattern, (pattern, others) => `Mail for ${pattern} is taken by ${others} as well.`);
}

function sharedMarks(inbound: LintFacts['inventory']['inbound']): readonly Hit[] {
  const namesByMark = new Map<string, readonly string[]>();
  for (const { name, enabled, type, senderAddresses, senderCertificate } of inbound) {
    if (enabled === false) continue;
    const marks = [...(senderAddresses ?? []), ...(senderCertificate === null ? [] : [senderCertificate])];
    for (const mark of new Set(marks.map((each) => `${type ?? ''} ${each.toLowerCase()}`))) {
      namesByMark.set(mark, [...(namesByMark.get(mark) ?? []), name]);
    }
  }
  return sharedBy(
    namesByMark,
    (mark, others) => `${mark.slice(mark.indexOf(' ') + 1)} is claimed by ${others} as well.`,
  );
}

/** One hit for each who shares something, with all that is shared. */
function sharedBy(
  namesByKey: ReadonlyMap<string, readonly string[]>,
  sentence: (key: string, others: string) => string,
): readonly Hit[] {
  const evidenceByName = new Map<string, readonly [string, ...string[]]>();
  for (const [key, names] of namesByKey) {
    if (names.length < 2) continue;
    for (const name of names) {
      const said = sentence(key, listed(names.filter((other) => other !== name)));
      const before = evidenceByName.get(name);
      evidenceByName.set(name, before === undefined ? [said] : [...before, said]);
    }
  }
  return [...evidenceByName].map(([subject, evidence]) => ({ subject, evidence }));
}

function wayWords(usesMx: boolean | null, smartHosts: readonly string[] | null): string {
  return usesMx === true || smartHosts === null || smartHosts.length === 0 ? 'MX' : listed(smartHosts);
}
