/**
 * What an administrator has set up around mail flow, as objects with the field names of the cmdlets. Dates are instants
 * here; how they are spelled is a matter of the wire.
 */
export type SetUpObject = Readonly<Record<string, unknown>>;

export interface SetUp {
  readonly inboundConnectors: readonly SetUpObject[];
  readonly outboundConnectors: readonly SetUpObject[];
  readonly acceptedDomains: readonly SetUpObject[];
  readonly transportConfig: SetUpObject;
  readonly transportRules: readonly SetUpObject[];
  /** Out-of-date servers of the tenant's own. */
  readonly onPremisesServers: readonly SetUpObject[];
}

/** A set-up that has an age: dates in it are told from now. */
export type SetUpAt = (now: Date) => SetUp;

const DAY_MS = 86_400_000;

export function daysAgo(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}

function common(name: string, number: number): SetUpObject {
  return {
    Name: name,
    Identity: name,
    Guid: `7a1e0000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    DistinguishedName: `CN=${name},CN=Transport Settings,CN=contoso.example,CN=Configuration`,
    AdminDisplayName: '',
    WhenChangedUTC: new Date('2025-11-18T09:12:44Z'),
    WhenCreatedUTC: new Date('2023-02-07T14:03:10Z'),
    IsValid: true,
    ObjectState: 'Unchanged',
    ExchangeVersion: '0.1 (8.0.535.0)',
  };
}

/** The two kinds have different fields, and what one has not is absent there. */
export function inboundConnector(name: string, number: number, changes: SetUpObject = {}): SetUpObject {
  return {
    ...common(name, number),
    Enabled: true,
    ConnectorType: 'OnPremises',
    ConnectorSource: 'HybridWizard',
    Comment: '',
    SenderIPAddresses: [],
    SenderDomains: ['smtp:*;1'],
    ClientHostNames: [],
    TrustedOrganizations: [],
    AssociatedAcceptedDomains: [],
    RequireTls: true,
    RestrictDomainsToIPAddresses: false,
    RestrictDomainsToCertificate: false,
    CloudServicesMailEnabled: true,
    TreatMessagesAsInternal: false,
    TlsSenderCertificateName: 'mail.contoso.example',
    ScanAndDropRecipients: [],
    EFTestMode: false,
    EFSkipLastIP: false,
    EFSkipIPs: [],
    EFSkipMailGateway: [],
    EFUsers: [],
    ...changes,
  };
}

export function outboundConnector(name: string, number: number, changes: SetUpObject = {}): SetUpObject {
  return {
    ...common(name, number),
    Enabled: true,
    UseMXRecord: false,
    Comment: '',
    ConnectorType: 'OnPremises',
    ConnectorSource: 'HybridWizard',
    RecipientDomains: [],
    SmartHosts: ['mail.contoso.example', 'mail2.contoso.example'],
    TlsDomain: 'mail.contoso.example',
    TlsSettings: 'DomainValidation',
    IsTransportRuleScoped: false,
    RouteAllMessagesViaOnPremises: false,
    CloudServicesMailEnabled: true,
    AllAcceptedDomains: false,
    SenderRewritingEnabled: false,
    TestMode: false,
    MtaStsMode: 'Opportunistic',
    SmtpDaneMode: 'Opportunistic',
    LinkForModifiedConnector: '00000000-0000-0000-0000-000000000000',
    ValidationRecipients: ['postmaster@contoso.example'],
    IsValidated: true,
    LastValidationTimestamp: new Date('2026-01-20T10:00:00Z'),
    ...changes,
  };
}

export function acceptedDomain(domain: string, number: number, changes: SetUpObject = {}): SetUpObject {
  return {
    ...common(domain, number),
    DomainName: domain,
    CatchAllRecipientID: null,
    DomainType: 'Authoritative',
    MatchSubDomains: false,
    AddressBookEnabled: true,
    Default: false,
    EmailOnly: false,
    ExternallyManaged: false,
    AuthenticationType: 'Managed',
    LiveIdInstanceType: 'Business',
    PendingRemoval: false,
    PendingCompletion: false,
    FederatedOrganizationLink: null,
    MailFlowPartner: null,
    OutboundOnly: false,
    PendingFederatedAccountNamespace: false,
    PendingFederatedDomain: false,
    IsCoexistenceDomain: false,
    PerimeterDuplicateDetected: false,
    IsDefaultFederatedDomain: false,
    SendingFromDomainDisabled: false,
    SendingToDomainDisabled: false,
    InitialDomain: false,
    SmtpDaneStatus: null,
    MailFlowRegion: null,
    ...changes,
  };
}

export function transportRule(name: string, number: number, changes: SetUpObject = {}): SetUpObject {
  return {
    ...common(name, number),
    Priority: 0,
    State: 'Enabled',
    Mode: 'Enforce',
    Conditions: ['Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SentToScopePredicate'],
    Exceptions: null,
    Actions: null,
    Description: 'If the message:\r\n\tIs sent to outside of the organization\r\n',
    FromScope: null,
    SentToScope: 'NotInOrganization',
    RouteMessageOutboundConnector: null,
    DeleteMessage: false,
    Quarantine: false,
    RedirectMessageTo: null,
    BlindCopyTo: null,
    StopRuleProcessing: false,
    RuleErrorAction: 'Ignore',
    SenderAddressLocation: 'Header',
    WhenChanged: new Date('2025-10-02T07:30:00Z'),
    ...changes,
  };
}

export const USUAL_TRANSPORT_CONFIG: SetUpObject = {
  ...common('Transport Settings', 401),
  MessageExpiration: '1.00:00:00',
  JournalMessageExpirationDays: 0,
  SmtpClientAuthenticationDisabled: true,
  AllowLegacyTLSClients: false,
  ExternalDelayDsnEnabled: true,
  InternalDelayDsnEnabled: true,
  ExternalDsnReportingAuthority: null,
  ExternalPostmasterAddress: null,
  Rfc2231EncodingEnabled: false,
  ReplyAllStormProtectionEnabled: true,
  ReplyAllStormBlockDurationHours: 4,
  MaxRecipientEnvelopeLimit: 'Unlimited',
  AddressBookPolicyRoutingEnabled: false,
  JournalingReportNdrTo: '<>',
};

export function onPremisesServer(name: string, changes: SetUpObject = {}): SetUpObject {
  return {
    ServerFQDN: name,
    Build: '15.1.2507.16',
    ExchangeServer: 'ExchangeServer2016',
    RecommendedBuildVersions: '15.1.2507.61,15.1.2507.59',
    NextStageThrottleRate: 10,
    NextStageBlockRate: 0,
    ...changes,
  };
}
