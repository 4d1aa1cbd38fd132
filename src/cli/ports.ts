/** What commands may ask of the world. Each port opens on first use, so that a command pays only for what it asks. */
import type { CheckRunHistory } from '#mailflow/check/check-run.js';
import type { PolicyText } from '#mailflow/check/policy-document.js';
import type { ConnectorSource } from '#mailflow/connector/connector-source.js';
import type { MailDns } from '#mailflow/connector/dns/mail-dns.js';
import type { SetUpHistory } from '#mailflow/connector/kept-set-up.js';
import type { PaceClock } from '#mailflow/connector/path/in-pace.js';
import type { RouteHost } from '#mailflow/connector/path/mail-route.js';
import type { SmtpProber } from '#mailflow/connector/probe/smtp-prober.js';
import type { DoctorSource } from '#mailflow/doctor/doctor-source.js';
import type { HealthHistory, HealthSource } from '#mailflow/health/health-source.js';
import type { StatusPageSource } from '#mailflow/health/status-page.js';
import type { LookHistory } from '#mailflow/incident/look.js';
import type { QueueLookHistory } from '#mailflow/queue/queue-look.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';
import type { ReachSource } from '#mailflow/reach/reach-source.js';
import type { RelaySource } from '#mailflow/relay/relay-source.js';
import type { ExpirationHistory, ExpirationSource } from '#mailflow/trace/message-expiration.js';
import type { TraceSource } from '#mailflow/trace/trace-source.js';

import type { ShellWords } from './shell-words.js';
import type { SignInPort } from './sign-in-port.js';

export interface TraceRequest {
  /** Exports to read; empty asks the service. */
  readonly files: readonly string[];
  readonly fileTimeZone: string | null;
  readonly dateOrder: 'dmy' | 'mdy' | 'ymd' | null;
  readonly maxRequests: number | null;
  readonly waitForQuota: boolean;
  /** Requests in five minutes that the service allows this tenant; null for the usual. */
  readonly quota: number | null;
  /** False leaves nothing on the disk. */
  readonly keepsHistory: boolean;
  /** Time for all of it where `--timeout` says nothing; null for the usual. */
  readonly timeoutSeconds?: number | null;
}

export interface HealthRequest {
  /** Time for all of it where `--timeout` says nothing; null for the usual. */
  readonly timeoutSeconds: number | null;
}

export interface ReachRequest extends HealthRequest {
  /** Domains of our own, whose inbound mail hosts are looked up and tried; empty tries none. */
  readonly ownDomains: readonly string[];
  /** Only whether our own network leads anywhere; all of them when absent. */
  readonly only?: 'control';
}

export interface ConnectorRequest {
  /** Time for all of it where `--timeout` says nothing; null for the usual. */
  readonly timeoutSeconds?: number | null;
  /** Another source has the question, and this one only adds to it: who was not named beside it is not asked. */
  readonly isBeside?: boolean;
  readonly maxRequests: number | null;
  readonly waitForQuota: boolean;
  /** Requests in five minutes that the service allows this tenant; null for the usual. */
  readonly quota: number | null;
  /** False leaves nothing on the disk. */
  readonly keepsHistory: boolean;
}

export interface ExpirationRequest {
  /** Requests in five minutes that the service allows this tenant; null for the usual. */
  readonly quota: number | null;
  /** False leaves nothing on the disk. */
  readonly keepsHistory: boolean;
}

export interface PathRequest extends HealthRequest {
  /** Addresses of our own networks may be connected to. */
  readonly allowPrivate: boolean;
  /** Addresses of resolvers; empty for the usual. */
  readonly resolvers: readonly string[];
  /** Ports beside 25, 465 and 587. */
  readonly ports: readonly number[];
}

export interface RelayRequest {
  /** Outputs of queue commands and logs, `-` is standard input; with none and no program, the one of the environment. */
  readonly files: readonly string[];
  /** Programs to start without a shell, each as its words. */
  readonly programs: readonly (readonly string[])[];
  readonly fileTimeZone: string | null;
  readonly dateOrder: 'dmy' | 'mdy' | 'ymd' | null;
  /** Name of the format of all inputs; null: found out from each. */
  readonly format: string | null;
}

/** What it takes to walk the way of mail up to its hosts. */
export interface PathTools {
  readonly dns: MailDns;
  readonly prober: SmtpProber;
  readonly clock: PaceClock;
  /** Aborted when the user stops the program, and when the time for all of it is up. */
  readonly signal: AbortSignal;
  /** Takes the deadline away. */
  readonly close: () => void;
  /** A mail host that has to do with nobody: where it can be reached, so can others. */
  readonly control: Omit<RouteHost, 'preference'>;
}

export interface RunningDrill {
  readonly scenario: string;
  readonly title: string;
  /** Environment variables with which another shell talks to it; null: to be taken away there. */
  readonly environment: readonly (readonly [name: string, value: string | null])[];
  /** Requests as they are answered, until the drill is stopped. */
  readonly requests: (signal: AbortSignal) => AsyncIterable<DrillRequest>;
}

export interface DrillRequest {
  readonly at: Date;
  readonly server: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly note: string;
}

export interface InputMail {
  /** The file as the user gave it; in an mbox with the number of the mail. */
  readonly name: string;
  /** At most as many bytes as a mail may have and one more, so that a cut is seen. */
  readonly bytes: Uint8Array;
}

export interface Ports {
  readonly now: () => Date;
  readonly random: () => number;
  /** Aborted when the user stops the program; its reason is a Failure. A deadline is kept by the source that is asked. */
  readonly signal: AbortSignal;
  readonly traces: (request: TraceRequest) => Promise<TraceSource>;
  readonly health: (request: HealthRequest) => Promise<HealthSource>;
  readonly statusPage: (request: HealthRequest) => Promise<StatusPageSource>;
  readonly reach: (request: ReachRequest) => Promise<ReachSource>;
  /** Everything that can stop a first answer; never fails for what it finds. */
  readonly doctor: (request: HealthRequest) => Promise<DoctorSource>;
  readonly connectors: (request: ConnectorRequest) => Promise<ConnectorSource>;
  /** What is kept of their set-up; null where nothing may be kept, or the tenant is not known. */
  readonly setUpHistory: (keepsHistory: boolean) => Promise<SetUpHistory | null>;
  readonly paths: (request: PathRequest) => Promise<PathTools>;
  readonly relays: (request: RelayRequest) => Promise<RelaySource>;
  /** What is kept of service health; null where nothing may be kept, or the tenant is not known. */
  readonly healthHistory: (keepsHistory: boolean) => Promise<HealthHistory | null>;
  /** The looks of earlier runs; null where nothing may be kept, or the tenant is not known. */
  readonly looks: (keepsHistory: boolean) => Promise<LookHistory | null>;
  /** Looks of earlier runs at the queue; null where nothing may be kept, or the tenant is not known. */
  readonly queueLooks: (keepsHistory: boolean) => Promise<QueueLookHistory | null>;
  /** Earlier runs of `check` under one policy; null where nothing may be kept, or the tenant is not known. */
  readonly checkRuns: (keepsHistory: boolean, policyKey: string) => Promise<CheckRunHistory | null>;
  /** How long the tenant keeps trying; null where Exchange is not to be asked. */
  readonly expiration: (request: ExpirationRequest) => Promise<ExpirationSource | null>;
  /** What is kept of it; null where nothing may be kept, or the tenant is not known. */
  readonly expirationHistory: (keepsHistory: boolean) => Promise<ExpirationHistory | null>;
  /** Every quota that was used lately, on this machine and in this store; asks no service. */
  readonly quotaUses: (serviceQuota: number | null) => Promise<readonly QuotaUse[]>;
  /** Standard input as text lines, without line ends; of a line that is longer, a mebibyte and one character more. */
  readonly inputLines: () => AsyncIterable<string>;
  /** A small file whole, at most a mebibyte. Rejects with an input failure when it cannot be read. */
  readonly inputFile: (path: string) => Promise<Uint8Array>;
  /** A policy, YAML or JSON. Rejects with an input failure when the file cannot be read. */
  readonly policyFile: (path: string) => Promise<PolicyText>;
  /** Writes a file whole or not at all. Rejects with a usage failure when it cannot, or when it is there and may not be replaced. */
  readonly writeFile: (
    path: string,
    text: string,
    options: { readonly mayReplace: boolean },
  ) => Promise<void>;
  /** One saved mail. Rejects with an input failure when it cannot be read or is no regular file. */
  readonly inputMail: (path: string) => Promise<InputMail>;
  /** The mails of a file, an mbox, a folder of both, or standard input (`-`), as they come. */
  readonly inputMails: (path: string) => AsyncIterable<InputMail>;
  /** For `login` and `logout`; everybody else signs in by asking. */
  readonly signIn: () => Promise<SignInPort>;
  /** The words of this program, for the shells that complete them. */
  readonly shellWords: () => Promise<ShellWords>;
  readonly startDrill: (scenario: string | null, at: string | null) => Promise<RunningDrill>;
  /** Waits; rejects when the user stops the program. */
  readonly pause: (ms: number) => Promise<void>;
  /** A remark for the person at the terminal (stderr). */
  readonly note: (text: string) => void;
  /** What is going on, replaced by the next (stderr, terminals only). */
  readonly progress: (text: string) => void;
}
