/** Hops that our own or the partner's set-up decides: connectors, attribution, proxies, loops. */
import type { BookRule } from './rule.js';

const NDR =
  'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online';
const HYBRID = 'https://learn.microsoft.com/troubleshoot/exchange/hybrid-email-delivery';
const CONNECTORS =
  'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/use-connectors-to-configure-mail-flow';
const OBSERVED = 'observed in public reports; not documented by Microsoft';

export const CONNECTOR_RULES: readonly BookRule[] = [
  {
    id: 'wrong-region-host',
    match: [{ phrases: ['wrong office 365 region', 'wrong microsoft 365 region', 'attr35'] }],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "The sending side uses an old or foreign Microsoft host. Its admin points MX and smart hosts at DOMAIN.mail.protection.outlook.com of the tenant; for a relay the tenant's admin adds an inbound connector.",
    reference: NDR,
    samples: [
      '451 4.4.62 Mail sent to the wrong Office 365 region. ATTR35',
      '451 4.4.62 Mail sent to the wrong region. ATTR35',
    ],
    finality: 'transient',
  },
  {
    id: 'server-authentication-failed',
    match: [
      {
        phrases: [
          'cannot achieve exchange server authentication',
          'temporary authentication failure',
          'not authorized',
        ],
        enhanced: ['5.7.3', '4.7.0'],
      },
    ],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'The Exchange servers do not accept each other. The admin of both checks time, Kerberos and certificates, the authentication set on the receive connector, and firewalls that remove X-EXPS.',
    reference: HYBRID,
    samples: [
      '451 5.7.3 Cannot achieve Exchange Server authentication',
      '454 4.7.0 Temporary authentication failure',
      '550 5.7.3 Not Authorized',
    ],
    finality: 'transient',
  },
  {
    id: 'tenant-attribution-refused',
    match: [
      { phrases: ['tenantattribution', 'attr36'] },
      { phrases: ['relay access denied'], enhanced: ['5.7.64'] },
      { enhanced: ['5.7.64'] },
    ],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'No inbound connector of the tenant matches the IP or certificate of the sending server. Its Exchange admin updates the connector (IP list, or the certificate name in TlsSenderCertificateName).',
    reference: NDR,
    samples: [
      '550 5.7.64 TenantAttribution; Relay Access Denied ATTR36',
      '550 5.7.64 TenantAttribution; Relay Access Denied',
    ],
    finality: 'permanent',
  },
  {
    id: 'remote-refused-relaying',
    match: [{ enhanced: ['5.7.367'] }],
    reason: 'relay-denied',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "The recipient's server does not take mail for that domain. The domain's admin corrects the MX or lets that server relay for it.",
    reference: OBSERVED,
    samples: ['550 5.7.367 Remote server returned not permitted to relay'],
    finality: 'permanent',
  },
  {
    id: 'partner-connector-restricted',
    match: [
      { phrases: ['restrictdomainstoipaddresses', 'restrictdomainstocertificate'] },
      { enhanced: ['5.7.51'] },
    ],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "The recipient's partner connector takes this domain only from listed IPs or certificates. Its admin adds the sending server, or the sender routes through the listed one.",
    reference: CONNECTORS,
    samples: [
      '550 5.7.51 TenantInboundAttribution; Rejecting. Recipient has a partner connector with RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set',
    ],
    finality: 'permanent',
  },
  {
    id: 'inbound-connector-blocked',
    match: [{ phrases: ['bad inbound connector'] }, { enhanced: ['5.7.711'] }],
    reason: 'connector-restricted',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'Microsoft blocked the inbound connector as compromised. The Exchange admin secures the source server and its accounts, then unblocks the connector under Restricted entities in the Defender portal.',
    reference: OBSERVED,
    samples: ['550 5.7.711 Access denied, bad inbound connector. AS(2204)'],
    finality: 'permanent',
  },
  {
    id: 'proxy-session-failed',
    match: [{ phrases: ['proxy session setup failed on frontend'] }],
    reason: 'connection-failed',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'The front end of an Exchange server could not open the onward session. Its admin reads the quoted inner reply and the last endpoint in the text, and tests that hop from the server itself (Test-NetConnection, port 25).',
    reference: HYBRID,
    samples: [
      '450 4.4.101 Proxy session setup failed on Frontend',
      '450 4.7.0 Proxy session setup failed on Frontend',
    ],
    finality: 'transient',
    generic: true,
  },
  {
    id: 'firewall-rewrites-smtp',
    match: [{ phrases: ['unrecognized command'], enhanced: ['5.3.3'] }],
    reason: 'protocol-error',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "A command between the servers was not understood, most often because a firewall rewrites SMTP. The firewall's admin turns SMTP inspection off; the Exchange admin checks the authentication of the connector.",
    reference: HYBRID,
    samples: ['500 5.3.3 Unrecognized command'],
    finality: 'permanent',
  },
  {
    id: 'firewall-hides-extensions',
    match: [{ phrases: ['body type not supported by remote host'] }],
    reason: 'protocol-error',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The next hop does not offer 8BITMIME, usually because a firewall hides it. The admin there turns SMTP inspection off on the firewall before the recipient's server.",
    reference: HYBRID,
    samples: ['554 5.6.1 Body type not supported by Remote Host'],
    finality: 'permanent',
  },
  {
    id: 'server-names-itself',
    match: [{ phrases: ['system incorrectly configured'] }],
    reason: 'loop',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'A server finds its own name as next hop. The Exchange admin gives each connector an FQDN of its own and checks that MX and smart hosts do not lead back to the sending server.',
    reference: NDR,
    samples: ['554 5.3.5 System incorrectly configured'],
    finality: 'permanent',
  },
  {
    id: 'hop-count-exceeded',
    match: [
      {
        phrases: [
          'hop count exceeded',
          'hop count + exceeded',
          'routing loop',
          'mail loop*',
          'loop was found',
          'loop broken',
          'mail forwarding loop',
          'too many hops',
          'maximum hop*',
          'loops back to myself',
          'loop detected',
          'looping',
          'too many received headers',
          'too many received lines',
        ],
      },
      { enhanced: ['5.4.6', '5.4.12-20'] },
    ],
    reason: 'loop',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'Two systems hand the message to each other. The admins of both check the accepted domain type (authoritative or internal relay), connectors, MX and forwarding of this recipient.',
    reference:
      'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/fix-error-code-5-4-6-through-5-4-20-in-exchange-online',
    samples: [
      '554 5.4.14 Hop count exceeded - possible mail loop ATTR34',
      '554 5.4.14 Hop count exceeded - possible mail loop',
      '554 5.4.6 Hop count exceeded - possible mail loop',
      '554 5.4.6 Routing loop detected',
      '554 5.4.12 SMTP; Hop count exceeded - possible mail loop detected on message id',
    ],
    finality: 'permanent',
  },
];
