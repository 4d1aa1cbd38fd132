/** What stands between the credentials of the library and us. */
import type { Agent } from 'node:https';

import type { Heard } from './credential.js';

export type Credential = Readonly<{
  getToken: (
    scope: string,
    options?: { readonly abortSignal?: AbortSignal },
  ) => Promise<{ token: string; expiresOnTimestamp: number } | null>;
}>;

/** How what goes over the wire is sent, stopped and told of. */
export interface Listening {
  readonly hear: (news: Heard) => void;
  readonly agent: Agent;
  readonly signal: AbortSignal | undefined;
  /** The token of somebody who vouches for us; empty where none is needed. */
  readonly assertion: string;
}
