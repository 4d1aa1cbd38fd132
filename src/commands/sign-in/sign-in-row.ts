import type { Profile, SignedIn } from '#cli/sign-in-port.js';

/** A service that was signed in to, or not. */
export interface ServiceRow {
  readonly kind: 'service';
  readonly profile: string;
  readonly service: 'graph' | 'exchange';
  readonly state: 'signed-in' | 'refused' | 'failed';
  readonly tenant: string | null;
  readonly who: string | null;
  readonly permissions: readonly string[];
  readonly expiresAt: Date | null;
  readonly text: string | null;
  readonly remedy: string | null;
}

/** A profile of the file, with what is kept of it. */
export interface ProfileRow {
  readonly kind: 'profile';
  readonly profile: string;
  readonly isDefault: boolean;
  readonly settings: Profile;
  readonly keptTokens: number;
  readonly keepsPerson: boolean;
}

export type LoginRow = ServiceRow | ProfileRow;

export function serviceRow(profile: string, signedIn: SignedIn): ServiceRow {
  const { service } = signedIn;
  if (signedIn.ok) {
    const { tenant, who, permissions, expiresAt } = signedIn;
    return {
      ...{ kind: 'service', profile, service, state: 'signed-in', tenant, who, permissions, expiresAt },
      ...{ text: null, remedy: null },
    };
  }
  const { kind, message: text, remedy } = signedIn.failure;
  const isRefused = ['sign-in', 'permission', 'configuration', 'usage', 'input'].includes(kind);
  return {
    ...{ kind: 'service', profile, service, state: isRefused ? 'refused' : 'failed' },
    ...{ tenant: null, who: null, permissions: [], expiresAt: null, text, remedy },
  };
}
