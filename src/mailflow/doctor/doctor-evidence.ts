/**
 * What was seen of everything that stands between this machine and a first answer, from the machine outwards. Plain values:
 * who looks and how is for others to know; what it means is judged beside this file. No secret is in any of it.
 */
import type { QuotaUse } from '../quota/quota-use.js';
import type { ReachOutcome } from '../reach/reach-source.js';

export interface DoctorEvidence {
  readonly now: Date;
  readonly machine: MachineFacts;
  readonly setUp: SetUpSight;
  readonly files: readonly FileSight[];
  readonly store: StoreSight;
  /** Null where the set-up is wrong, so that nobody knows whom to ask. */
  readonly hosts: readonly HostSight[] | null;
  readonly credential: CredentialSight;
  /** Null where nobody asked for one. */
  readonly graphToken: TokenSight | null;
  readonly exchangeToken: TokenSight | null;
  readonly calls: Readonly<Record<CallName, CallSight | null>>;
  /** Of this machine, by its own ledger. */
  readonly quotas: readonly QuotaUse[];
}

export interface MachineFacts {
  /** As `22.22.0`. */
  readonly nodeVersion: string;
  readonly platform: string;
  readonly terminal: {
    readonly isTerminal: boolean;
    readonly widthColumns: number;
    readonly isColoured: boolean;
    readonly isUnicode: boolean;
  };
}

/** A trouble as its finder tells it. */
export interface Trouble {
  readonly kind: TroubleKind;
  readonly message: string;
  readonly remedy: string;
  readonly retryAfterSeconds: number | null;
}

export type TroubleKind =
  'sign-in' | 'permission' | 'configuration' | 'unreachable' | 'throttled' | 'timeout' | 'protocol';

export interface SetUpSight {
  /** What cannot be used as it stands: an address, a CA file, a proxy. Null for nothing. */
  readonly trouble: Trouble | null;
  readonly cloud: string;
  /** Where traces are asked: one of the two alone, or Graph and then Exchange. */
  readonly traces: 'graph' | 'exchange' | 'either';
  /** As HOST:PORT; null for none. */
  readonly proxy: string | null;
  /** The variable that names it. */
  readonly proxyVariable: string | null;
  /** PEM file to trust beside the usual roots; null for none. */
  readonly caFile: string | null;
  /** The same for everything that Node runs. */
  readonly extraCaFile: string | null;
}

export interface FileSight {
  readonly path: string;
  readonly role: 'home' | 'store' | 'settings' | 'ca-file' | 'certificate' | 'secret';
  /** Permission bits; null where the system has none. */
  readonly mode: number | null;
  /** Whether somebody else may change it, or read it. */
  readonly othersWrite: boolean;
  readonly othersRead: boolean;
  /** Root placed it, or it lies on a read-only mount: who may read it is not ours to change. */
  readonly isPlaced: boolean;
}

export interface StoreSight {
  readonly folder: string;
  /** What keeps it from being used; null for nothing. */
  readonly trouble: Trouble | null;
  readonly databases: readonly DatabaseSight[];
  /** As `NFS`; null for a disk of the machine. */
  readonly networkDrive: string | null;
  readonly freeBytes: number | null;
}

export interface DatabaseSight {
  readonly name: string;
  readonly bytes: number;
  readonly version: number | null;
  /** `unread`: too large to be looked through now. */
  readonly integrity: 'sound' | 'damaged' | 'unread' | 'locked';
}

export type DoctorHost = 'control' | 'sign-in' | 'graph' | 'exchange' | 'status-page';

export interface HostSight {
  readonly target: DoctorHost;
  readonly host: string;
  readonly port: number;
  readonly outcome: ReachOutcome;
  /** What the proxy on the way said or why it could not be reached, as `407` or `ECONNREFUSED`; null where it let us through or there is none. */
  readonly proxyRefusal: string | null;
  /** Whether the way led through the proxy. */
  readonly isProxied: boolean;
  /** Null without TLS, and where none was seen. */
  readonly certificate: CertificateSight | null;
  /** How far its clock is ahead of ours; null where it told none. */
  readonly aheadMs: number | null;
}

export interface CertificateSight {
  /** Who vouches for it in the end, as a person reads it. Remote text. */
  readonly authority: string;
  /** Whether that is one of the authorities that Node itself brings. */
  readonly isPublic: boolean;
  readonly validUntil: Date | null;
}

export type CredentialSight =
  | {
      readonly kind: 'found';
      /** As `client secret`. */
      readonly what: string;
      /** As `AZURE_CLIENT_SECRET`. */
      readonly from: string;
      /** As `app 22222222-…, tenant contoso.example`; empty where that is not told. */
      readonly asWhom: string;
      /** Null where it cannot be told from here. */
      readonly expiresAt: Date | null;
      /** False where ready tokens take the place of signing in. */
      readonly needsSignIn: boolean;
    }
  | { readonly kind: 'missing'; readonly trouble: Trouble };

export type TokenSight =
  | {
      readonly kind: 'held';
      /** Somebody else fetched it; `variable` holds it. */
      readonly isReady: boolean;
      readonly variable: string;
      /** Of the service that is asked; the first is its address. */
      readonly audiences: readonly string[];
      /** Null where it is none that can be read. */
      readonly claims: Claims | null;
    }
  | { readonly kind: 'refused'; readonly trouble: Trouble };

/** What a token says of itself; nothing is verified. Remote text. */
export interface Claims {
  readonly audience: string;
  readonly tenant: string | null;
  readonly app: string | null;
  readonly expiresAt: Date | null;
  /** Application permissions. */
  readonly roles: readonly string[];
  /** Delegated permissions. */
  readonly scopes: readonly string[];
}

export type CallName = 'trace' | 'health' | 'messages' | 'settings' | 'exchange-trace';

export type CallSight =
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'failed';
      /** `service-principal`: the tenant lacks Microsoft's own app behind it. `token`: nobody is let in with it. */
      readonly meaning: 'service-principal' | 'token' | 'permission' | 'other';
      readonly trouble: Trouble;
    };
