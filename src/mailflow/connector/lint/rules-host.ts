/** The hosts that connectors and domains name: retired ones, addresses, one alone, and how long ago anybody tried them. */
import type { OutboundConnector } from '../connector.js';
import { retiredServiceOf } from '../host-lists.js';
import { bareHost, isBareAddress } from '../smart-host.js';
import type { LintFacts, LintRule } from './lint-rule.js';
import { listed } from './listed.js';
import { sample } from './sample.js';
import { isWorking } from './way-out.js';

const OUTBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-outboundconnector';
const VALIDATE =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/validate-connectors';
const WRONG_REGION =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/wrong-office-365-region-exo';

/** A set-up changes more often than that: certificates live for a year or less. */
export const VALIDATION_DAYS = 180;
const DAY_MS = 86_400_000;

export const HOST_RULES: readonly LintRule[] = [
  {
    id: 'retired-host',
    level: 'warning',
    title: 'A smart host belongs to a service that is switched off',
    why: 'Mail that is sent there is held and bounces after a day, or is refused (451 4.4.62).',
    remedy:
      'Name the hosts that the service has today: Set-OutboundConnector NAME -SmartHosts …. For mail to another tenant that is its own DOMAIN.mail.protection.outlook.com.',
    reference: WRONG_REGION,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      usedHosts(inventory).flatMap(({ name, hosts }) => {
        const evidence = hosts.flatMap(retiredEvidence);
        return isSome(evidence) ? [{ subject: name, evidence }] : [];
      }),
    samples: {
      hits: sample({ outbound: [{ smartHosts: ['contoso.example.s7a1.psmtp.com'] }] }),
      misses: sample({ outbound: [{ smartHosts: ['psmtp.com.contoso.example', 'notpsmtp.com'] }] }),
    },
  },
  {
    id: 'legacy-mx',
    level: 'warning',
    title: 'The MX record of a domain names a host of before',
    why: 'Mail from outside is slowed down or deferred there (451 4.4.62 ATTR35), and would be lost once the name is gone.',
    remedy:
      'Let the MX record name the host that the admin center shows for the domain (Settings, Domains, DNS records), as contoso-example.mail.protection.outlook.com.',
    reference: WRONG_REGION,
    needs: { domains: 'some', mailHosts: 'some' },
    about: 'domain',
    find: ({ inventory, mailHosts }) =>
      inventory.domains.flatMap(({ name }) => {
        const evidence = (mailHosts?.get(name.toLowerCase()) ?? []).flatMap(retiredEvidence);
        return isSome(evidence) ? [{ subject: name, evidence }] : [];
      }),
    samples: {
      hits: sample(
        { domains: [{ name: 'contoso.example' }] },
        { 'contoso.example': ['mail.global.frontbridge.com'] },
      ),
      misses: sample(
        { domains: [{ name: 'contoso.example' }] },
        { 'contoso.example': ['contoso-example.mail.protection.outlook.com'] },
      ),
    },
  },
  {
    id: 'smart-host-address',
    level: 'info',
    title: 'A smart host is a bare address',
    why: 'It does not follow when the server moves, has no second address behind it, and its certificate cannot be held against a name.',
    remedy:
      'Give the host a name in DNS, and name that: Set-OutboundConnector NAME -SmartHosts mail.contoso.example.',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      usedHosts(inventory).flatMap(({ name, hosts }) => {
        const bare = hosts.filter(isBareAddress);
        return bare.length === 0 ? [] : [{ subject: name, evidence: [`Smart hosts: ${listed(bare)}.`] }];
      }),
    samples: {
      hits: sample({ outbound: [{ smartHosts: ['[192.0.2.7]', 'mail.contoso.example'] }] }),
      misses: sample({ outbound: [{ smartHosts: ['mail.contoso.example'] }] }),
    },
  },
  {
    id: 'single-smart-host',
    level: 'info',
    title: 'A connector has one smart host',
    why: 'When it does not answer there is no second one, unless its name has several addresses.',
    remedy: 'Name a second host in another place (Set-OutboundConnector NAME -SmartHosts one,two).',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      usedHosts(inventory)
        .filter(({ hosts }) => new Set(hosts.map(bareHost)).size === 1)
        .map(({ name, hosts }) => ({
          subject: name,
          evidence: [`Its only smart host is ${hosts[0] ?? ''}.`],
        })),
    samples: {
      hits: sample({ outbound: [{ smartHosts: ['mail.contoso.example'] }] }),
      misses: sample({
        outbound: [{}, { name: 'By MX', usesMx: true, smartHosts: [] }, { name: 'Off', enabled: false }],
      }),
    },
  },
  {
    id: 'never-validated',
    level: 'info',
    title: 'A connector was never validated',
    why: 'Nobody knows whether its hosts take mail; the first who finds out is a sender.',
    remedy:
      'Validate it in the Exchange admin center (Mail flow, Connectors, Validate this connector). That sends a real test mail.',
    reference: VALIDATE,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter((connector) => isWorking(connector) && connector.validated === false)
        .map(({ name }) => ({ subject: name, evidence: ['IsValidated is false.'] })),
    samples: {
      hits: sample({ outbound: [{ validated: false, lastValidatedAt: null }] }),
      misses: sample({ outbound: [{ validated: null, lastValidatedAt: null }] }),
    },
  },
  {
    id: 'validation-old',
    level: 'info',
    title: `A connector was validated more than ${VALIDATION_DAYS} days ago`,
    why: 'Certificates, addresses and firewalls have had time to change since.',
    remedy:
      'Validate it again in the Exchange admin center (Mail flow, Connectors, Validate this connector). That sends a real test mail.',
    reference: VALIDATE,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory: { outbound, asOf } }) =>
      outbound.filter(isWorking).flatMap(({ name, validated, lastValidatedAt }) => {
        if (validated === false || lastValidatedAt === null) return [];
        const days = Math.floor((asOf.getTime() - lastValidatedAt.getTime()) / DAY_MS);
        if (days <= VALIDATION_DAYS) return [];
        const day = lastValidatedAt.toISOString().slice(0, 10);
        return [{ subject: name, evidence: [`It was last validated on ${day}, ${days} days ago.`] }];
      }),
    samples: {
      hits: sample({ outbound: [{ lastValidatedAt: new Date('2025-12-01T08:00:00Z') }] }),
      misses: sample({ outbound: [{ lastValidatedAt: new Date('2025-12-05T08:00:00Z') }] }),
    },
  },
];

interface UsedHosts {
  readonly name: string;
  readonly hosts: readonly string[];
}

/** Smart hosts of connectors that mail takes. */
function usedHosts({ outbound }: LintFacts['inventory']): readonly UsedHosts[] {
  return outbound
    .filter((connector) => isWorking(connector) && connector.usesMx !== true)
    .map(({ name, smartHosts }: OutboundConnector) => ({ name, hosts: smartHosts ?? [] }));
}

function retiredEvidence(host: string): readonly string[] {
  const service = retiredServiceOf(bareHost(host));
  return service === null ? [] : [`${host}: ${service.whatItWas}.`];
}

function isSome(evidence: readonly string[]): evidence is readonly [string, ...string[]] {
  return evidence.length > 0;
}
