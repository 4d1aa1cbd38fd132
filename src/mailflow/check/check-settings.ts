/** What each check may be told, by its id: the limits of `queue` and `status` under the names that they have there. */
import type { IncidentThresholds } from '../incident/thresholds.js';
import type { InboundRules } from '../queue/inbound-volume.js';
import type {
  AlikeThresholds,
  ExpiringThresholds,
  FailedThresholds,
  RecentThresholds,
  WaitingThresholds,
} from '../queue/thresholds.js';

export const CHECK_IDS = [
  'service-health',
  'held-mail',
  'deferral-rate',
  'expiring-mail',
  'bounce-rate',
  'inbound-volume',
  'connectors',
  'mail-paths',
  'certificates',
  'sign-in',
  'freshness',
  'quota',
] as const;
export type CheckId = (typeof CHECK_IDS)[number];

/** `history`: what earlier runs kept. */
export const CHECK_SOURCES = [
  'trace',
  'health',
  'history',
  'connectors',
  'paths',
  'sign-in',
  'quota',
] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

export interface ServiceHealthSettings extends Pick<IncidentThresholds, 'explainedShare'> {
  /** Parts of names or ids of services, ignoring case. */
  readonly ignoreServices: readonly string[];
  /** Ids of issues that are known and waited for. */
  readonly ignoreIssues: readonly string[];
  /** Advisories on mail delivery are a warning; else they inform. */
  readonly advisoriesWarn: boolean;
}

export interface HeldMailSettings extends WaitingThresholds, Pick<IncidentThresholds, 'timesUsual'> {}

export interface DeferralRateSettings extends RecentThresholds {
  readonly alikeDomains: AlikeThresholds['domains'];
  readonly alikeNextHops: AlikeThresholds['nextHops'];
  readonly alikeShare: AlikeThresholds['share'];
  readonly alikeHeld: AlikeThresholds['held'];
}

export type InboundVolumeSettings = Pick<
  InboundRules,
  'leastWeeks' | 'leastMinutes' | 'leastUsual' | 'leastMissing' | 'criticalMissing'
>;

export interface ConnectorsSettings extends Pick<IncidentThresholds, 'leastRead'> {
  /** Ids of the lint's rules. */
  readonly ignoreFindings: readonly string[];
  /** Names of connectors, domains, rules or servers. */
  readonly ignoreSubjects: readonly string[];
  /** Warnings of the lint are a warning; else only what surely breaks mail counts, as in `status`. */
  readonly warningsWarn: boolean;
}

export interface MailPathsSettings {
  readonly ignoreFindings: readonly string[];
  readonly ignoreHosts: readonly string[];
}

export interface CertificatesSettings {
  readonly warningDays: number;
  readonly criticalDays: number;
  readonly ignoreHosts: readonly string[];
}

export interface FreshnessSettings extends Pick<
  IncidentThresholds,
  'newestRowMinutes' | 'missingDeliveries'
> {
  /** An answer of a needed source that is older does not count as now. */
  readonly sourceMinutes: number;
}

export interface QuotaSettings {
  readonly warningShare: number;
  readonly criticalShare: number | null;
}

export interface CheckSettings {
  readonly 'service-health': ServiceHealthSettings;
  readonly 'held-mail': HeldMailSettings;
  readonly 'deferral-rate': DeferralRateSettings;
  readonly 'expiring-mail': ExpiringThresholds;
  readonly 'bounce-rate': FailedThresholds;
  readonly 'inbound-volume': InboundVolumeSettings;
  readonly connectors: ConnectorsSettings;
  readonly 'mail-paths': MailPathsSettings;
  readonly certificates: CertificatesSettings;
  readonly 'sign-in': Readonly<Record<string, never>>;
  readonly freshness: FreshnessSettings;
  readonly quota: QuotaSettings;
}
