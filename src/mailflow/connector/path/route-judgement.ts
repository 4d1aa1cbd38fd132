/** What is said of a route: each of its addresses, the order in which a sender tries them, what is wrong, what is not known. */
import type { Finding, Gap } from '../../finding.js';
import type { DnsStatus } from '../dns/dns-judgement.js';
import type { MtaStsPolicy } from '../dns/mta-sts-policy.js';
import type { ProbeJudgement, ProbeStatus } from '../probe/judge-probe.js';
import type { SmtpProbe } from '../probe/smtp-probe.js';
import type { StopPoint } from '../probe/smtp-prober.js';
import type { Hop, MailRoute } from './mail-route.js';

export interface JudgedPath {
  readonly route: MailRoute;
  /** A host of the route; null where DNS names none. */
  readonly hop: Hop | null;
  /** Null where the host has none that may be tried. */
  readonly address: string | null;
  readonly status: ProbeStatus;
  readonly proven: StopPoint | null;
  /** In a word, why it is no pass: the finding without its first word, or the reason of the gap. */
  readonly reason: string | null;
  readonly probe: SmtpProbe | null;
  readonly verdict: ProbeJudgement['verdict'];
  /** `skipped`: not in use there, or not asked. */
  readonly mtaSts: DnsStatus;
  /** Of the policy that holds for the route; null where none is known. */
  readonly mtaStsMode: MtaStsPolicy['mode'] | null;
  readonly dane: DnsStatus;
  /** All that is said of this address, or of the name that leads to none. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

/** `defers`: it puts mail off, which is not down. */
export type HopState = 'works' | 'defers' | 'broken' | 'unknown';

export interface HopOutcome {
  readonly host: string;
  readonly order: number;
  readonly preference: number | null;
  readonly state: HopState;
}

export interface RouteJudgement {
  readonly route: MailRoute;
  readonly paths: readonly JudgedPath[];
  /** In the order in which a sender tries them. */
  readonly order: readonly HopOutcome[];
  /** The place of the first host that works; null where none does, as far as could be seen. */
  readonly worksAt: number | null;
  /** Whether another host than the first works; null where there is none, or it could not be told. */
  readonly secondWorks: boolean | null;
  readonly findings: readonly Finding[];
  readonly gaps: readonly Gap[];
}

export function isWorking(status: ProbeStatus): boolean {
  return status === 'pass' || status === 'warn';
}
