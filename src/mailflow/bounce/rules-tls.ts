/** TLS between servers: DANE, MTA-STS, certificates, STARTTLS. */
import type { BookRule } from './rule.js';

const DANE = 'https://learn.microsoft.com/purview/how-smtp-dane-works';
const MTA_STS = 'https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts';
const FLOW = 'https://learn.microsoft.com/defender-office-365/mail-flow-intelligence-in-office-365';
const HYBRID = 'https://learn.microsoft.com/troubleshoot/exchange/hybrid-email-delivery';

export const TLS_RULES: readonly BookRule[] = [
  {
    id: 'dane-no-starttls',
    match: [{ enhanced: ['x.7.321'] }],
    reason: 'tls-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The recipient's domain promises TLS by DANE but its MX offers no STARTTLS. Its postmaster enables TLS on every MX host.",
    reference: DANE,
    samples: [
      '450 4.7.321 starttls-not-supported: Destination mail server must support TLS to receive mail',
      '550 5.7.321 starttls-not-supported',
    ],
    expires: true,
  },
  {
    id: 'dane-certificate-expired',
    match: [{ enhanced: ['x.7.322'] }],
    reason: 'tls-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The certificate of the recipient's mail server has expired. Its postmaster renews it and updates the TLSA record.",
    reference: DANE,
    samples: [
      "450 4.7.322 certificate-expired: Destination mail server's certificate is expired",
      '550 5.7.322 certificate-expired',
    ],
    expires: true,
  },
  {
    id: 'dane-tlsa-mismatch',
    match: [{ enhanced: ['x.7.323'] }],
    reason: 'tls-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "TLSA record and certificate of the recipient's mail server do not match. Its postmaster publishes the record of the certificate in use.",
    reference: DANE,
    samples: ['450 4.7.323 tlsa-invalid: The domain failed DANE validation', '550 5.7.323 tlsa-invalid'],
    expires: true,
  },
  {
    id: 'dane-dnssec-broken',
    match: [{ enhanced: ['x.7.324'] }],
    reason: 'dns-failure',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "DNSSEC of the recipient's domain is broken. Its DNS admin renews signatures or corrects the DS record at the registrar.",
    reference: DANE,
    samples: [
      '450 4.7.324 dnssec-invalid: Destination domain returned invalid DNSSEC records',
      '550 5.7.324 dnssec-invalid',
    ],
    expires: true,
  },
  {
    id: 'dane-host-mismatch',
    match: [{ enhanced: ['x.7.325'] }],
    reason: 'tls-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "The certificate of the recipient's mail server names neither the domain nor the MX host. Its postmaster installs one that does.",
    reference: DANE,
    samples: [
      '450 4.7.325 certificate-host-mismatch: Remote certificate MUST have a common name',
      '550 5.7.325 certificate-host-mismatch',
    ],
    expires: true,
  },
  {
    id: 'mta-sts-failed',
    match: [
      { phrases: ['failed mta sts validation', 'mta sts'], enhanced: ['x.4.8', 'x.7.5'] },
      { enhanced: ['x.4.8', 'x.7.5'], speaker: 'microsoft' },
    ],
    reason: 'tls-failed',
    party: 'network',
    retry: 'after-fix',
    remedy:
      "MX hosts, certificates and MTA-STS policy of the recipient's domain contradict each other. Its postmaster lists every MX in the policy file and gives each a trusted certificate with that name.",
    reference: MTA_STS,
    samples: [
      "450 4.4.8 MX hosts of 'fabrikam.example' failed MTA-STS validation",
      "550 5.4.8 MX hosts of 'fabrikam.example' failed MTA-STS validation",
      '450 4.7.5 Remote certificate failed MTA-STS validation. Reason: ValidityExpired',
      '550 5.7.5 Remote certificate failed MTA-STS validation',
    ],
    expires: true,
  },
  {
    id: 'certificate-subject-mismatch',
    match: [{ phrases: ['certificate validation failed + subject*'] }],
    reason: 'tls-failed',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "The destination's certificate bears another name than the connector expects. The Exchange admin changes TlsDomain (Set-OutboundConnector), or the partner's admin installs a certificate with that name.",
    reference: FLOW,
    samples: ['450 4.7.320 Certificate validation failed. SubjectMismatch'],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'certificate-validation-failed',
    match: [
      {
        phrases: [
          'certificate validation failed',
          'untrustedroot',
          'certificate has expired',
          'certificate verify failed',
          'certificate not trusted',
          'untrusted certificate',
        ],
      },
      { enhanced: ['x.7.320'] },
    ],
    reason: 'tls-failed',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      "The destination's certificate fails the connector's check: expired, or its chain is incomplete. The admin there installs a valid one with all intermediates; yours compares TlsSettings (Get-OutboundConnector).",
    reference: FLOW,
    samples: [
      '450 4.7.320 Certificate validation failed. Reason: expired',
      '450 4.7.320 Certificate validation failed',
      '450 4.4.317 Cannot connect to remote server [Message=UntrustedRoot]',
      '550 5.7.320 Message expired, certificate validation failed',
    ],
    finality: 'transient',
    expires: true,
  },
  {
    id: 'send-connector-certificate-missing',
    match: [
      {
        phrases: [
          'tlscertificatename of the send connector could not be found',
          'tlscertificatename + sendconnector',
          'certificate + sendconnector + not be found',
        ],
      },
    ],
    reason: 'tls-failed',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'The send connector names a certificate that this server does not have. The Exchange admin imports it, or sets TlsCertificateName to the one in use (Set-SendConnector), then retries the queue.',
    reference: HYBRID,
    samples: [
      '454 4.7.5 The certificate specified in TlsCertificateName of the Send connector could not be found',
      '454 4.7.5 The certificate specified in TlsCertificateName of the SendConnector could not be found',
    ],
    finality: 'transient',
  },
  {
    id: 'tls-version-too-old',
    match: [
      {
        phrases: [
          'tls 1 0 and 1 1 are not supported',
          'tls 1 0 is not supported',
          'upgrade + to support tls 1 2',
          'requires tls version',
          'requires high strength ciphers',
          'unsupported tls version',
        ],
      },
      { enhanced: ['x.7.66'] },
    ],
    reason: 'tls-failed',
    party: 'sender',
    retry: 'after-fix',
    remedy:
      'The sending server, device or program offers only TLS 1.0, 1.1 or weak ciphers. Its admin updates it and switches TLS 1.2 on (in Windows under SCHANNEL), or sends through a relay that has it.',
    reference: 'https://learn.microsoft.com/purview/prepare-tls-1.2-in-office-365',
    samples: [
      '421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2',
      '553 This route requires TLS version 1.2 or greater',
    ],
  },
  {
    id: 'tls-required',
    match: [
      {
        phrases: [
          'starttls is required',
          'issue a starttls command first',
          'failed to establish appropriate tls channel',
          'tls required',
          'requires tls',
          'must use tls',
          'encryption required',
          'encryption needed',
          'starttls + required',
          'tls handshake failed',
          'tls negotiation failed',
          'cannot start tls',
          'tls not available',
          'tls is required but was not offered',
          'tls session + required',
          'tls connection + required',
          'server certificate not verified',
          'does not support tls',
          'doesnt support tls',
          'doesnt support starttls',
          'route requires encryption',
          'starttls is mandatory',
          'tls is mandatory',
          'tls currently unavailable',
          'tls temporarily unavailable',
          'tls unavailable',
          'tls sslv3 connection required',
          'only with ssl or tls',
          'sent over a tls connection',
          'senders to use tls',
          'does not support starttls',
        ],
      },
    ],
    reason: 'tls-failed',
    party: 'connector',
    retry: 'after-fix',
    remedy:
      'The two servers could not agree on TLS. The admin of the side that lacks it enables TLS 1.2 with a full certificate chain and stops firewalls that strip STARTTLS; if the partner cannot, relax the connector.',
    reference: HYBRID,
    samples: [
      '451 5.7.3 STARTTLS is required to send mail',
      '451 5.7.3 Must issue a STARTTLS command first',
      '450 4.4.317 STARTTLS is required to send mail',
      '454 4.7.0 Failed to establish appropriate TLS channel: Access Denied',
      '530 5.7.0 Must issue a STARTTLS command first',
    ],
    finality: 'transient',
  },
];
