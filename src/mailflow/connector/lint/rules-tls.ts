/** What a connector demands of TLS, and whether the hosts it names can meet it. */
import type { OutboundConnector } from '../connector.js';
import { bareHost, isAtOrBelow, isBareAddress } from '../smart-host.js';
import type { LintRule } from './lint-rule.js';
import { listed } from './listed.js';
import { sample } from './sample.js';
import { isWorking } from './way-out.js';

const OUTBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-outboundconnector';
const INBOUND = 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-inboundconnector';

export const TLS_RULES: readonly LintRule[] = [
  {
    id: 'outbound-tls-not-required',
    level: 'warning',
    title: 'A connector with smart hosts does not demand TLS',
    why: 'Where TLS fails or is taken out on the way, mail goes on in clear text and nobody hears of it.',
    remedy:
      'Demand it: Set-OutboundConnector NAME -TlsSettings CertificateValidation, or DomainValidation with -TlsDomain, once the other side has a certificate; EncryptionOnly where it has none of a public authority.',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter(
          (connector) => isWorking(connector) && hasSmartHosts(connector) && connector.tlsSettings === null,
        )
        .map(({ name }) => ({
          subject: name,
          evidence: ['TlsSettings is not set: TLS is used where it is offered.'],
        })),
    samples: {
      hits: sample({ outbound: [{ tlsSettings: null, tlsDomain: null }] }),
      misses: sample({
        outbound: [
          { tlsSettings: 'EncryptionOnly', tlsDomain: null },
          { name: 'Off', tlsSettings: null, enabled: false },
        ],
      }),
    },
  },
  {
    id: 'mx-tls-not-required',
    level: 'info',
    title: 'A connector by MX does not demand TLS',
    why: 'Exchange Online sends to that domain as it does to any other without a connector.',
    remedy:
      'If the connector was made for TLS, demand it: Set-OutboundConnector NAME -TlsSettings CertificateValidation, or DomainValidation with -TlsDomain.',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter(
          (connector) => isWorking(connector) && connector.usesMx === true && connector.tlsSettings === null,
        )
        .map(({ name }) => ({ subject: name, evidence: ['It sends by MX, and TlsSettings is not set.'] })),
    samples: {
      hits: sample({ outbound: [{ usesMx: true, smartHosts: [], tlsSettings: null }] }),
      misses: sample({ outbound: [{ usesMx: true, smartHosts: [], tlsSettings: 'CertificateValidation' }] }),
    },
  },
  {
    id: 'tls-domain-missing',
    level: 'warning',
    title: 'A connector checks the name in the certificate, and no name is set',
    why: 'With DomainValidation the certificate must bear TlsDomain; without one there is nothing that it could bear.',
    remedy:
      'Set the name in the certificate of the other side: Set-OutboundConnector NAME -TlsDomain mail.contoso.example.',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter(
          (connector) => isWorking(connector) && checksName(connector) && (connector.tlsDomain ?? '') === '',
        )
        .map(({ name }) => ({
          subject: name,
          evidence: ['TlsSettings is DomainValidation, and TlsDomain is empty.'],
        })),
    samples: {
      hits: sample({ outbound: [{ tlsDomain: null }] }),
      misses: sample({ outbound: [{ tlsSettings: 'CertificateValidation', tlsDomain: null }] }),
    },
  },
  {
    id: 'tls-domain-mismatch',
    level: 'warning',
    title: 'A connector expects a certificate for a domain that its hosts do not belong to',
    why: 'If the hosts present a certificate for their own names, every connection fails with 4.7.320 and mail is held until it expires.',
    remedy:
      'See which names the certificate bears (openssl s_client -starttls smtp -connect HOST:25), then set one of them: Set-OutboundConnector NAME -TlsDomain ….',
    reference: OUTBOUND,
    needs: { outbound: 'some' },
    about: 'outbound',
    find: ({ inventory }) =>
      inventory.outbound
        .filter((connector) => isWorking(connector) && checksName(connector))
        .flatMap(({ name, tlsDomain, smartHosts }) => {
          const strangers = strangersTo(tlsDomain ?? '', smartHosts ?? []);
          if (strangers.length === 0) return [];
          return [
            {
              subject: name,
              evidence: [`TlsDomain is ${tlsDomain ?? ''}; smart hosts: ${listed(strangers)}.`],
            },
          ];
        }),
    samples: {
      hits: sample({
        outbound: [{ tlsDomain: '*.fabrikam.example', smartHosts: ['relay.contoso.example'] }],
      }),
      misses: sample({
        outbound: [
          { tlsDomain: '*.contoso.example', smartHosts: ['relay.contoso.example'] },
          { name: 'Sisters', tlsDomain: 'mail.contoso.example', smartHosts: ['hybrid.contoso.example'] },
          { name: 'An address', tlsDomain: 'mail.contoso.example', smartHosts: ['[192.0.2.7]'] },
        ],
      }),
    },
  },
  {
    id: 'inbound-tls-not-required',
    level: 'info',
    title: 'An inbound connector does not demand TLS',
    why: 'Mail that it vouches for may come in clear text.',
    remedy: 'When all senders speak TLS: Set-InboundConnector NAME -RequireTls $true.',
    reference: INBOUND,
    needs: { inbound: 'some' },
    about: 'inbound',
    find: ({ inventory }) =>
      inventory.inbound
        .filter(({ enabled, requireTls }) => enabled !== false && requireTls === false)
        .map(({ name }) => ({ subject: name, evidence: ['RequireTls is false.'] })),
    samples: {
      hits: sample({ inbound: [{ requireTls: false }] }),
      misses: sample({ inbound: [{ requireTls: null }, { name: 'Off', requireTls: false, enabled: false }] }),
    },
  },
];

function hasSmartHosts({ usesMx, smartHosts }: OutboundConnector): boolean {
  return usesMx !== true && smartHosts !== null && smartHosts.length > 0;
}

function checksName({ tlsSettings }: OutboundConnector): boolean {
  return tlsSettings === 'DomainValidation';
}

/**
 * Names that have nothing in common with what the certificate must say. Sisters below one parent do not count: the
 * certificate need not bear the name that a host is called by.
 */
function strangersTo(tlsDomain: string, smartHosts: readonly string[]): readonly string[] {
  if (tlsDomain === '') return [];
  const parent = parentOf(tlsDomain.replace(/^\*\./, ''));
  return smartHosts.filter((host) => !isBareAddress(host) && !isAtOrBelow(bareHost(host), parent));
}

/** The last two labels; where that is a public suffix, hosts pass that should not, which harms nobody. */
function parentOf(domain: string): string {
  return domain.split('.').slice(-2).join('.');
}
