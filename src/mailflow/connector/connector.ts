/**
 * Connectors of an Exchange Online tenant and what decides beside them where its mail goes: accepted domains, transport
 * settings, rules that route or hold, servers of its own. As the service tells them; a word that nobody knows is kept as
 * it came. Null is what the service did not tell or what does not apply: never `false`.
 */

export type Connector = InboundConnector | OutboundConnector;

interface AnyConnector {
  readonly name: string;
  readonly guid: string | null;
  readonly enabled: boolean | null;
  /** `OnPremises`, `Partner`. */
  readonly type: string | null;
  /** Who made it: `HybridWizard`, `AdminUI`, `Migrated`, `Default`. */
  readonly madeBy: string | null;
  readonly comment: string | null;
  readonly cloudServicesMail: boolean | null;
  readonly changedAt: Date | null;
}

/** Which mail from outside is treated how. */
export interface InboundConnector extends AnyConnector {
  readonly direction: 'inbound';
  /** As `smtp:*;1`: the number is a priority. */
  readonly senderDomains: readonly string[] | null;
  readonly senderAddresses: readonly string[] | null;
  readonly associatedDomains: readonly string[] | null;
  readonly requireTls: boolean | null;
  readonly senderCertificate: string | null;
  readonly restrictsToAddresses: boolean | null;
  readonly restrictsToCertificate: boolean | null;
  readonly treatsAsInternal: boolean | null;
  readonly enhancedFiltering: EnhancedFiltering;
}

/** Looking past a gateway at the address that the mail really came from. */
export interface EnhancedFiltering {
  readonly skipsLastAddress: boolean | null;
  readonly skippedAddresses: readonly string[] | null;
  readonly testMode: boolean | null;
  /** Empty: everybody. */
  readonly users: readonly string[] | null;
}

/** By which way mail to some domains leaves. */
export interface OutboundConnector extends AnyConnector {
  readonly direction: 'outbound';
  readonly testMode: boolean | null;
  /** Used by transport rules alone. */
  readonly ruleScoped: boolean | null;
  /** As `*.partner.example`; `*` is everything. */
  readonly recipientDomains: readonly string[] | null;
  readonly allAcceptedDomains: boolean | null;
  readonly routesAllViaOnPremises: boolean | null;
  /** False: by smart hosts. */
  readonly usesMx: boolean | null;
  /** Names, or addresses as `[192.0.2.7]`. */
  readonly smartHosts: readonly string[] | null;
  /** `EncryptionOnly`, `CertificateValidation`, `DomainValidation`; null asks for TLS where it is offered and for no more. */
  readonly tlsSettings: string | null;
  readonly tlsDomain: string | null;
  readonly mtaStsMode: string | null;
  readonly daneMode: string | null;
  readonly validationRecipients: readonly string[] | null;
  readonly validated: boolean | null;
  readonly lastValidatedAt: Date | null;
}

export interface AcceptedDomain {
  readonly name: string;
  /** `Authoritative`, `InternalRelay`, `ExternalRelay`. */
  readonly type: string | null;
  readonly isDefault: boolean | null;
  readonly isInitial: boolean | null;
  readonly matchesSubdomains: boolean | null;
  /** Whether mail from it is stopped. */
  readonly sendingFromStopped: boolean | null;
  /** Whether mail to it is stopped. */
  readonly sendingToStopped: boolean | null;
  readonly pendingRemoval: boolean | null;
  readonly pendingCompletion: boolean | null;
  readonly authentication: string | null;
  readonly daneStatus: string | null;
}

/** Settings for the whole organisation. */
export interface TransportConfig {
  /** How long queued mail is retried before it bounces; 12 to 24 hours. */
  readonly messageExpirationSeconds: number | null;
  /** So much longer for journal reports. */
  readonly journalExpirationDays: number | null;
  readonly externalDelayNotices: boolean | null;
  readonly internalDelayNotices: boolean | null;
  readonly legacyTlsClients: boolean | null;
}

/** A mail flow rule that routes mail to a connector, or that holds mail when it fails. */
export interface RoutingRule {
  readonly name: string;
  /** 0 is the first. */
  readonly priority: number | null;
  /** `Enabled`, `Disabled`. */
  readonly state: string | null;
  /** `Enforce`, `Audit`, `AuditAndNotify`. */
  readonly mode: string | null;
  /** Name or GUID of an outbound connector. */
  readonly routesTo: string | null;
  /** `Ignore`, `Defer`. */
  readonly errorAction: string | null;
  readonly changedAt: Date | null;
}

/** An Exchange server of ours that the service holds to be out of date, and slows down or blocks for it. */
export interface OnPremisesServer {
  readonly name: string;
  readonly version: string | null;
  readonly build: string | null;
  readonly recommendedBuilds: readonly string[] | null;
  readonly firstSeenAt: Date | null;
  readonly slowedFrom: Date | null;
  readonly blockedFrom: Date | null;
  readonly nextStageAt: Date | null;
}

/** The pieces that are asked for one by one. */
export type InventoryPart = 'inbound' | 'outbound' | 'domains' | 'transport' | 'rules' | 'servers';

/** `not-needed`: there is nothing that it could be about. */
export type Sight = 'whole' | 'in-part' | 'not-seen' | 'not-needed';
