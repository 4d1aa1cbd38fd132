/** The port through which everything is looked at that can stop a first answer. In domain terms: no token, header or path passes through. */
import type {
  CallName,
  CallSight,
  CredentialSight,
  DoctorEvidence,
  FileSight,
  HostSight,
  MachineFacts,
  SetUpSight,
  StoreSight,
  TokenSight,
} from './doctor-evidence.js';

export interface DoctorSource {
  readonly machine: MachineFacts;
  readonly setUp: SetUpSight;
  readonly credential: CredentialSight;
  readonly files: () => Promise<readonly FileSight[]>;
  readonly store: () => Promise<StoreSight>;
  /** One connection to each. Never rejects but for an interruption. */
  readonly hosts: (signal: AbortSignal) => Promise<readonly HostSight[]>;
  /** Signs in where no ready token is there. Never rejects but for an interruption. */
  readonly token: (service: 'graph' | 'exchange', signal: AbortSignal) => Promise<TokenSight>;
  /** The least question that proves a permission. Never rejects but for an interruption. */
  readonly call: (name: CallName, signal: AbortSignal) => Promise<CallSight>;
  readonly quotas: () => Promise<DoctorEvidence['quotas']>;
  /** Questions sent to Graph and Exchange so far; those for tokens are not among them. */
  readonly requestCount: () => number;
  /** As it was named. */
  readonly tenant: string | null;
  readonly isDrill: boolean;
}
