import type { AssertionSource } from './assertion.js';
import type { Proxy } from './proxy.js';
import type { RefreshState } from './sign-in-memory.js';

/** What the rest of this folder needs of a credential library, so that tests can stand in for it. */

/** How to sign in; `mailcheck login --kind` and MAILCHECK_SIGN_IN use these words. */
export type CredentialKind =
  | 'client-secret'
  | 'certificate'
  | 'managed-identity'
  | 'federated-token'
  | 'github'
  | 'azure-pipelines'
  | 'device-code'
  | 'browser'
  | 'azure-cli';

export interface CredentialSettings {
  /** Empty where the credential itself decides it, as a managed identity does. */
  readonly tenantId: string;
  /** Empty where the credential itself decides it. */
  readonly clientId: string;
  readonly proof: ClientProof;
  /** Base of the sign-in service, as `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** False for an authority of no known cloud: nobody can vouch for it but the admin who named it. */
  readonly isKnownCloud: boolean;
  /** One more certificate authority to trust, PEM; null for the built-in list alone. */
  readonly caPem: string | null;
  /** On the way to the authority; null for none. */
  readonly proxy: Proxy | null;
}

export type ClientProof =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'certificate';
      /** PEM file with certificate and private key. */
      readonly path: string;
      /** What is in it; empty before it is read. Secret. */
      readonly pem: string;
      readonly password: string | null;
      readonly sendChain: boolean;
    }
  /** Somebody else vouches for this machine, by a token that is good for this alone. */
  | { readonly kind: 'assertion'; readonly source: AssertionSource }
  | {
      readonly kind: 'managed-identity';
      /** Of one that a user assigned; null for that of the system. */
      readonly identity: MachineIdentity | null;
    }
  | { readonly kind: 'azure-cli' }
  | {
      readonly kind: 'person';
      readonly way: 'device-code' | 'browser';
      readonly state: RefreshState;
      /** How to sign in again, as `mailcheck login --profile contoso`. */
      readonly again: string;
      /** Shows what a person has to do; null where nobody may be asked, and only what is kept may be used. */
      readonly prompt: ((text: string) => void) | null;
    };

/** One of several ids of the same. */
export interface MachineIdentity {
  readonly by: 'clientId' | 'objectId' | 'resourceId';
  readonly id: string;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** The last thing heard from the sign-in service, as the wire said it. The library's own errors leave it out. */
export type Heard =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'network'; readonly code: string }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly retryAfter: string | null;
      readonly date: string | null;
      /** What was sent with the question: the answer may repeat it. */
      readonly secrets: readonly string[];
    };

export type TokenReply =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly heard: Heard; readonly cause: unknown };

/** Asks for one token. A fresh credential for each: its cache would give a refused token again. */
export type AskForToken = (
  settings: CredentialSettings,
  scope: string,
  signal: AbortSignal | undefined,
) => Promise<TokenReply>;
