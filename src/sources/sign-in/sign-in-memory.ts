/** What may be kept of a sign-in between runs, of one profile. Knows no file: whoever opens it decides where. */

/** What the sign-in library needs to get tokens without asking the person again. Secret. */
export interface RefreshState {
  /** Null when nothing is kept. */
  readonly read: () => Promise<KeptSignIn | null>;
  readonly write: (kept: KeptSignIn) => Promise<void>;
}

export interface KeptSignIn {
  /** The library's own cache, serialised. Secret. */
  readonly cache: string;
  /** Who signed in, serialised by the library; null before it is known. */
  readonly record: string | null;
}

/** Access tokens, kept only where the admin asked for it. Secret. */
export interface KeptTokens {
  /** Null for none, or where it cannot be read. */
  readonly read: (key: string) => Promise<KeptToken | null>;
  readonly write: (key: string, kept: KeptToken) => Promise<void>;
}

export interface KeptToken {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Keeps in memory, for as long as the run. */
export function passingState(): RefreshState {
  const held: { kept: KeptSignIn | null } = { kept: null };
  return {
    read: () => Promise.resolve(held.kept),
    write: (kept) => {
      held.kept = kept;
      return Promise.resolve();
    },
  };
}
