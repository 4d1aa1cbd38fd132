/** What `login` and `logout` ask of the world. */
import type { Failure } from '#failure.js';
import type { Profile, Profiles } from '#settings/profile.js';

export type { Profile, Profiles };
export { EMPTY_PROFILE, parseProfileName } from '#settings/profile.js';

export interface SignInPort {
  /** Of the file of profiles, for people. */
  readonly profilesPath: string;
  readonly profiles: () => Promise<Profiles>;
  /** Writes it down. The first one becomes the default. */
  readonly saveProfile: (name: string, profile: Profile, isDefault: boolean) => Promise<void>;
  /** False where there was none. */
  readonly removeProfile: (name: string) => Promise<boolean>;
  /** Asks for a token for each service, anew. Rejects with a Failure before the first is asked. */
  readonly signIn: (name: string, profile: Profile) => Promise<SignIn>;
  /** What is kept of sign-ins: by the names of profiles, also of those that are gone. */
  readonly kept: () => Promise<readonly KeptNote[]>;
  /** False where nothing was. */
  readonly forget: (name: string) => Promise<boolean>;
  /** Null where nobody can be asked. */
  readonly confirm: (question: string) => Promise<boolean | null>;
  /** What the environment says of who signs in. */
  readonly usual: Pick<Profile, 'tenant' | 'clientId'>;
  /** The absolute path of a file that the user named. */
  readonly absolutePath: (path: string) => string;
}

export interface SignIn {
  readonly services: readonly SignedIn[];
  /** Whether there is something that later runs need, of a person who signed in. */
  readonly hasRefreshState: boolean;
  /** Writes what the profile asks for to its private file, and with `withPerson` the sign-in of the person. */
  readonly keep: (withPerson: boolean) => Promise<void>;
  /** Of that file. */
  readonly path: string;
}

export type SignedIn =
  | {
      readonly ok: true;
      readonly service: 'graph' | 'exchange';
      readonly expiresAt: Date;
      /** What the token says of itself; nothing is verified. */
      readonly tenant: string | null;
      /** The app or the person. */
      readonly who: string | null;
      readonly permissions: readonly string[];
    }
  | { readonly ok: false; readonly service: 'graph' | 'exchange'; readonly failure: Failure };

export interface KeptNote {
  readonly name: string;
  readonly path: string;
  /** Tokens that are still good. */
  readonly tokens: number;
  readonly hasPerson: boolean;
}
