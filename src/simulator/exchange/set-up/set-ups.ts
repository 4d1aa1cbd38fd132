/** A hybrid tenant in good order, and the same after some years in which nobody looked. */
import type { SetUpAt } from './set-up.js';
import {
  acceptedDomain,
  daysAgo,
  inboundConnector,
  onPremisesServer,
  outboundConnector,
  transportRule,
  USUAL_TRANSPORT_CONFIG,
} from './set-up.js';

const DOMAINS = [
  acceptedDomain('contoso.example', 201, { Default: true }),
  acceptedDomain('contoso.onmicrosoft.example', 202, { InitialDomain: true, MailFlowRegion: 'EUR' }),
  acceptedDomain('plants.contoso.example', 203, { DomainType: 'InternalRelay' }),
];

const FROM_GATEWAY = {
  ...{ ConnectorType: 'Partner', ConnectorSource: 'AdminUI', CloudServicesMailEnabled: false },
  ...{ TlsSenderCertificateName: null, SenderIPAddresses: ['192.0.2.0/26', '198.51.100.0/26'] },
  ...{ RestrictDomainsToIPAddresses: true, EFSkipLastIP: true },
};
const TO_PARTNER = {
  ...{ ConnectorType: 'Partner', ConnectorSource: 'AdminUI', CloudServicesMailEnabled: false },
};

export const HEALTHY_SET_UP: SetUpAt = (now) => ({
  inboundConnectors: [
    inboundConnector('Inbound from our servers', 1),
    inboundConnector('Inbound from the mail gateway', 2, FROM_GATEWAY),
  ],
  outboundConnectors: [
    outboundConnector('Outbound to our servers', 101, {
      RecipientDomains: ['plants.contoso.example'],
      LastValidationTimestamp: daysAgo(now, 21),
    }),
    outboundConnector('Outbound to Woodgrove', 102, {
      ...TO_PARTNER,
      ...{ RecipientDomains: ['woodgrove.example'], UseMXRecord: true, SmartHosts: [] },
      ...{ TlsSettings: 'CertificateValidation', TlsDomain: null, LastValidationTimestamp: daysAgo(now, 75) },
    }),
    outboundConnector('Encrypted mail', 103, {
      ...TO_PARTNER,
      ...{ IsTransportRuleScoped: true, LastValidationTimestamp: daysAgo(now, 30) },
      ...{
        SmartHosts: ['crypto1.contoso.example', 'crypto2.contoso.example'],
        TlsDomain: '*.contoso.example',
      },
    }),
  ],
  acceptedDomains: DOMAINS,
  transportConfig: USUAL_TRANSPORT_CONFIG,
  transportRules: [
    transportRule('Disclaimer', 301, { Priority: 1 }),
    transportRule('Encrypt what is marked', 302, { RouteMessageOutboundConnector: 'Encrypted mail' }),
  ],
  onPremisesServers: [],
});

export const NEGLECTED_SET_UP: SetUpAt = (now) => ({
  inboundConnectors: [
    inboundConnector('Inbound from our servers', 1),
    inboundConnector('Inbound from the mail gateway', 2, { ...FROM_GATEWAY, EFSkipLastIP: false }),
    inboundConnector('Inbound from Fabrikam', 3, {
      ...{ ConnectorType: 'Partner', ConnectorSource: 'AdminUI', CloudServicesMailEnabled: false },
      ...{ SenderDomains: ['smtp:fabrikam.example;1'], RequireTls: false, TlsSenderCertificateName: null },
    }),
  ],
  outboundConnectors: [
    outboundConnector('Outbound to our servers', 101, {
      ...{ RecipientDomains: ['plants.contoso.example'], SmartHosts: ['mail.contoso.example'] },
      LastValidationTimestamp: daysAgo(now, 412),
    }),
    outboundConnector('Outbound to Woodgrove', 102, {
      ...TO_PARTNER,
      ...{ RecipientDomains: ['woodgrove.example'], SmartHosts: ['[198.51.100.77]'] },
      ...{ TlsSettings: null, TlsDomain: null, IsValidated: false, LastValidationTimestamp: null },
    }),
    outboundConnector('Woodgrove (new)', 104, {
      ...TO_PARTNER,
      ...{
        RecipientDomains: ['woodgrove.example'],
        SmartHosts: ['mx1.woodgrove.example', 'mx2.woodgrove.example'],
      },
      ...{ TlsDomain: '*.woodgrove.example', LastValidationTimestamp: daysAgo(now, 40) },
    }),
    outboundConnector('Encrypted mail', 103, {
      ...TO_PARTNER,
      ...{ IsTransportRuleScoped: true, TestMode: true, LastValidationTimestamp: daysAgo(now, 30) },
      ...{
        SmartHosts: ['crypto1.contoso.example', 'crypto2.contoso.example'],
        TlsDomain: '*.contoso.example',
      },
    }),
    outboundConnector('Outbound to Tailspin', 105, {
      ...TO_PARTNER,
      ...{ RecipientDomains: ['tailspin.example'], TestMode: true, TlsDomain: '*.tailspin.example' },
      ...{ SmartHosts: ['mx1.tailspin.example', 'mx2.tailspin.example'] },
      LastValidationTimestamp: daysAgo(now, 3),
    }),
  ],
  acceptedDomains: [
    ...DOMAINS,
    acceptedDomain('old.contoso.example', 204, { SendingFromDomainDisabled: true }),
  ],
  transportConfig: { ...USUAL_TRANSPORT_CONFIG, MessageExpiration: '0.18:00:00' },
  transportRules: [
    transportRule('Disclaimer', 301, { Priority: 1 }),
    transportRule('Encrypt what is marked', 302, { RouteMessageOutboundConnector: 'Encrypted mail' }),
    transportRule('Scan attachments', 303, { Priority: 2, RuleErrorAction: 'Defer' }),
  ],
  onPremisesServers: [
    onPremisesServer('ex1.contoso.example', {
      FirstDetectedDate: daysAgo(now, 50),
      ThrottleEnabledDate: daysAgo(now, 20),
      BlockingEnabledDate: daysAgo(now, -10),
      NextStageStartDate: daysAgo(now, -4),
    }),
  ],
});
