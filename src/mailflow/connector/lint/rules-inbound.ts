/** Inbound connectors: whom they let in, whom they shut out, and what they make the filters believe. */
import type { EnhancedFiltering, InboundConnector } from '../connector.js';
import { isCatchAll } from '../domain-pattern.js';
import { isMicrosoftInbound } from '../host-lists.js';
import type { Hit, LintRule } from './lint-rule.js';
import { listed } from './listed.js';
import { sample } from './sample.js';

const INBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-inboundconnector';
const FILTERING =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/enhanced-filtering-for-connectors';

const GATEWAY = {
  ...{ name: 'From the gateway', type: 'Partner', madeBy: 'AdminUI', senderCertificate: null },
  ...{ senderAddresses: ['192.0.2.0/24'], restrictsToAddresses: true },
} as const;
const FILTERING_OFF = { skipsLastAddress: false, skippedAddresses: [], testMode: false, users: [] };

export const INBOUND_RULES: readonly LintRule[] = [
  {
    id: 'inbound-unrestricted',
    level: 'warning',
    title: 'An inbound connector is restricted by neither address nor certificate',
    why: 'Whoever claims a sender domain of it is taken for that sender.',
    remedy:
      "Restrict it to the other side's certificate (Set-InboundConnector NAME -TlsSenderCertificateName mail.contoso.example -RestrictDomainsToCertificate $true -RequireTls $true) or to its addresses (-SenderIPAddresses … -RestrictDomainsToIPAddresses $true).",
    reference: INBOUND,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) =>
      inventory.inbound
        .filter((connector) => isOn(connector) && isUnrestricted(connector) && !isTlsForAll(connector))
        .map(({ name }) => ({
          subject: name,
          evidence: ['It names no certificate and no address, or does not insist on them.'],
        })),
    samples: {
      hits: sample({
        inbound: [
          {
            ...{ type: 'Partner', senderDomains: ['smtp:fabrikam.example;1'] },
            ...{ senderCertificate: 'mail.fabrikam.example', restrictsToCertificate: false },
          },
        ],
      }),
      misses: sample({
        inbound: [
          { senderCertificate: 'mail.contoso.example' },
          GATEWAY,
          { name: 'Off', senderCertificate: null, enabled: false },
          { name: 'Not told', type: 'Partner', restrictsToAddresses: null, restrictsToCertificate: null },
        ],
      }),
    },
  },
  {
    id: 'inbound-restriction-empty',
    level: 'warning',
    title: 'An inbound connector insists on an address or certificate, and names none',
    why: 'Nobody can meet that, so mail of its sender domains is refused.',
    remedy:
      'Name the certificate or the addresses of the other side (Set-InboundConnector NAME -TlsSenderCertificateName … or -SenderIPAddresses …), or take the restriction away.',
    reference: INBOUND,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) =>
      inventory.inbound
        .filter(isOn)
        .flatMap((connector) =>
          emptyRestriction(connector).map((said) => ({ subject: connector.name, evidence: [said] })),
        ),
    samples: {
      hits: sample({ inbound: [{ ...GATEWAY, senderAddresses: [] }] }),
      misses: sample({ inbound: [GATEWAY, { ...GATEWAY, name: 'Not told', senderAddresses: null }] }),
    },
  },
  {
    id: 'catch-all-partner',
    level: 'warning',
    title: 'A partner connector for every sender demands TLS',
    why: 'Mail of each sender whose server offers no TLS is refused, whoever it is.',
    remedy:
      'Name the domains that it was made for (Set-InboundConnector NAME -SenderDomains fabrikam.example), or restrict it to the addresses of your gateway.',
    reference: INBOUND,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) =>
      inventory.inbound
        .filter((connector) => isOn(connector) && isUnrestricted(connector) && isTlsForAll(connector))
        .map(({ name }) => ({
          subject: name,
          evidence: [
            'Its sender domain is *, RequireTls is true, and neither address nor certificate restricts it.',
          ],
        })),
    samples: {
      hits: sample({ inbound: [{ type: 'Partner', senderCertificate: null }] }),
      misses: sample({
        inbound: [
          GATEWAY,
          { name: 'Fabrikam', type: 'Partner', senderDomains: ['smtp:fabrikam.example;1'] },
          { name: 'Ours', type: 'OnPremises' },
        ],
      }),
    },
  },
  {
    id: 'enhanced-filtering-gap',
    level: 'warning',
    title: 'Mail comes through a gateway, and the filters do not look behind it',
    why: 'SPF and reputation are then those of the gateway: honest mail fails DMARC and lands in junk or quarantine, and forged mail does not.',
    remedy:
      'Switch on enhanced filtering for the connector (Defender portal, Policies & rules, Threat policies, Enhanced filtering), or Set-InboundConnector NAME -EFSkipLastIP $true; with several gateways in a row name them in -EFSkipIPs.',
    reference: FILTERING,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) =>
      inventory.inbound
        .filter((connector) => isOn(connector) && isGateway(connector))
        .flatMap(({ name, enhancedFiltering }) =>
          filteringGap(enhancedFiltering).map((said) => ({
            subject: name,
            evidence: [
              'It takes mail of every sender from given addresses or a given certificate: a gateway.',
              said,
            ],
          })),
        ),
    samples: {
      hits: sample({ inbound: [GATEWAY] }),
      misses: sample({
        inbound: [
          { ...GATEWAY, enhancedFiltering: { ...FILTERING_OFF, skipsLastAddress: true } },
          {
            ...GATEWAY,
            name: 'Listed',
            enhancedFiltering: { ...FILTERING_OFF, skippedAddresses: ['192.0.2.0/24'] },
          },
          { ...GATEWAY, name: 'A partner', senderDomains: ['smtp:fabrikam.example;1'] },
        ],
      }),
    },
  },
  {
    id: 'mx-host-without-connector',
    level: 'info',
    title: 'Mail for a domain comes through a host that no inbound connector knows',
    why: 'The filters take that host for the sender: SPF fails and its reputation counts, and whoever sends past it is taken in as well.',
    remedy:
      'If a gateway stands there, make a partner connector for every sender that names its addresses or its certificate, and switch on enhanced filtering for it. If the mailboxes of the domain are elsewhere, there is nothing to do.',
    reference: FILTERING,
    needs: { inbound: 'whole', domains: 'some', mailHosts: 'some' },
    about: 'domain',
    find: ({ inventory, mailHosts }) =>
      inventory.inbound.some((connector) => isOn(connector) && knowsEverybody(connector))
        ? []
        : inventory.domains
            .filter(({ type }) => type === 'Authoritative')
            .flatMap(({ name }) => strangeHosts(name, mailHosts?.get(name.toLowerCase()) ?? [])),
    samples: {
      hits: sample(
        {
          inbound: [{ name: 'A partner', type: 'Partner', senderDomains: ['smtp:fabrikam.example;1'] }],
          domains: [{}],
        },
        { 'contoso.example': ['mx1.filter.example', 'mx2.filter.example'] },
      ),
      misses: sample(
        { inbound: [GATEWAY], domains: [{}] },
        { 'contoso.example': ['mx1.filter.example', 'mx2.filter.example'] },
      ),
    },
  },
];

/** A gateway, or servers of our own, through which mail of all senders may come. */
function knowsEverybody(connector: InboundConnector): boolean {
  return isGateway(connector) || (connector.type !== 'Partner' && isForEverybody(connector));
}

/** Where one of them is Microsoft's, mail comes both ways by intent or by the time that DNS takes. */
function strangeHosts(domain: string, hosts: readonly string[]): readonly Hit[] {
  if (hosts.length === 0 || hosts.includes(domain.toLowerCase()) || hosts.some(isMicrosoftInbound)) return [];
  return [{ subject: domain, evidence: [`Its MX record names ${listed(hosts)}.`] }];
}

function isOn({ enabled }: InboundConnector): boolean {
  return enabled !== false;
}

function hasAddresses({ senderAddresses }: InboundConnector): boolean {
  return senderAddresses !== null && senderAddresses.length > 0;
}

function hasCertificate({ senderCertificate }: InboundConnector): boolean {
  return senderCertificate !== null && senderCertificate !== '';
}

/** Our own servers are known by their mark alone; a partner's mark counts where the connector insists on it. */
function isUnrestricted(connector: InboundConnector): boolean {
  if (connector.type !== 'Partner') return !hasAddresses(connector) && !hasCertificate(connector);
  return connector.restrictsToAddresses === false && connector.restrictsToCertificate === false;
}

function isForEverybody({ senderDomains }: InboundConnector): boolean {
  return senderDomains?.some(isCatchAll) === true;
}

function isTlsForAll(connector: InboundConnector): boolean {
  return connector.type === 'Partner' && isForEverybody(connector) && connector.requireTls === true;
}

function isGateway(connector: InboundConnector): boolean {
  const { type, restrictsToAddresses, restrictsToCertificate } = connector;
  if (type !== 'Partner' || !isForEverybody(connector)) return false;
  return (
    (restrictsToAddresses === true && hasAddresses(connector)) ||
    (restrictsToCertificate === true && hasCertificate(connector))
  );
}

function emptyRestriction(connector: InboundConnector): readonly string[] {
  const { restrictsToAddresses, restrictsToCertificate, senderAddresses } = connector;
  if (restrictsToAddresses === true && senderAddresses?.length === 0)
    return ['RestrictDomainsToIPAddresses is true, and SenderIPAddresses is empty.'];
  return restrictsToCertificate === true && !hasCertificate(connector)
    ? ['RestrictDomainsToCertificate is true, and TlsSenderCertificateName is empty.']
    : [];
}

/** What of it is missing; empty where it is on for everybody, or was not told. */
function filteringGap({
  skipsLastAddress,
  skippedAddresses,
  testMode,
  users,
}: EnhancedFiltering): readonly string[] {
  if (skipsLastAddress === null || skippedAddresses === null) return [];
  if (!skipsLastAddress && skippedAddresses.length === 0)
    return ['EFSkipLastIP is false and EFSkipIPs is empty: enhanced filtering is off.'];
  if (testMode === true) return ['EFTestMode is true: enhanced filtering looks and does not act.'];
  return users !== null && users.length > 0 ? [`EFUsers has ${listed(users)}: it is on for them alone.`] : [];
}
