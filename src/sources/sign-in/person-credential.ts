import type * as identityLibrary from '@azure/identity';
import type {
  AuthenticationRecord,
  ClientSecretCredentialOptions,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
} from '@azure/identity';

import type { ClientProof } from './credential.js';
import { leavingServers } from './leave-server.js';
import type { Credential } from './listening.js';
import type { KeptSignIn, RefreshState } from './sign-in-memory.js';

type Identity = typeof identityLibrary;

interface PersonSettings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly proof: ClientProof & { readonly kind: 'person' };
  readonly options: ClientSecretCredentialOptions;
}

/**
 * A person who signs in, once; later runs get along with what is kept. Its place is the library's own cache plugin: access
 * tokens are left out of what is kept, so that each run gets a fresh one, and none lies on the disk unasked.
 */
export async function openPersonCredential(
  identity: Identity,
  settings: PersonSettings,
): Promise<Credential> {
  const { tenantId, clientId, proof, options } = settings;
  const { state, prompt, way } = proof;
  const record = recordOf(identity, await state.read());
  const shared = {
    ...options,
    tenantId,
    clientId,
    tokenCachePersistenceOptions: { enabled: true, name: 'mailcheck' },
    disableAutomaticAuthentication: prompt === null,
    ...(record === null ? {} : { authenticationRecord: record }),
  };
  // The library has one place for it in the whole process, and looks there when a credential is made.
  identity.useIdentityPlugin(cachePlugin(state));
  const credential =
    way === 'device-code'
      ? new identity.DeviceCodeCredential({
          ...shared,
          userPromptCallback: ({ message }) => prompt?.(message),
        })
      : new identity.InteractiveBrowserCredential(shared);
  return prompt === null ? credential : asking(credential, { identity, state, prompt, way });
}

interface Asking {
  readonly identity: Identity;
  readonly state: RefreshState;
  readonly prompt: (text: string) => void;
  readonly way: 'device-code' | 'browser';
}

/** Asks the person where nothing is kept yet, and keeps who it was: without that the cache is of no use later. */
function asking(
  credential: DeviceCodeCredential | InteractiveBrowserCredential,
  { identity, state, prompt, way }: Asking,
): Credential {
  return {
    getToken: async (scope, options = {}) => {
      const before = await state.read();
      if (before?.record === undefined || before.record === null) {
        if (way === 'browser') prompt(BROWSER_WORDS);
        const record = await leavingServers(
          () => credential.authenticate(scope, options),
          options.abortSignal,
        );
        const cache = (await state.read())?.cache ?? '';
        if (record !== undefined)
          await state.write({ cache, record: identity.serializeAuthenticationRecord(record) });
      }
      return credential.getToken(scope, options);
    },
  };
}

const BROWSER_WORDS =
  'A browser opens for signing in; go on there. Where none can be opened, press Ctrl-C and use --kind device-code.';

function recordOf(identity: Identity, kept: KeptSignIn | null): AuthenticationRecord | null {
  return kept?.record === undefined || kept.record === null
    ? null
    : identity.deserializeAuthenticationRecord(kept.record);
}

interface TokenCache {
  readonly serialize: () => string;
  readonly deserialize: (text: string) => void;
}

/** As `ICachePlugin` of MSAL gives it. */
interface CacheAccess {
  readonly cacheHasChanged: boolean;
  readonly tokenCache: TokenCache;
}

/** What the library gives a plugin of persistence; declared as unknown there. */
interface PluginContext {
  readonly cachePluginControl: {
    readonly setPersistence: (provider: () => Promise<unknown>) => void;
  };
}

function isPluginContext(context: unknown): context is PluginContext {
  return typeof context === 'object' && context !== null && 'cachePluginControl' in context;
}

function cachePlugin(state: RefreshState): (context: unknown) => void {
  const plugin = {
    beforeCacheAccess: async ({ tokenCache }: CacheAccess): Promise<void> => {
      const kept = await state.read();
      if (kept !== null && kept.cache !== '') tokenCache.deserialize(kept.cache);
    },
    afterCacheAccess: async ({ cacheHasChanged, tokenCache }: CacheAccess): Promise<void> => {
      if (!cacheHasChanged) return;
      const kept = await state.read();
      await state.write({ cache: withoutAccessTokens(tokenCache.serialize()), record: kept?.record ?? null });
    },
  };
  return (context) => {
    if (!isPluginContext(context))
      throw new TypeError('the sign-in library has another way with plugins now');
    context.cachePluginControl.setPersistence(() => Promise.resolve(plugin));
  };
}

/** The cache format of all MSAL libraries: one object with a member for each kind of secret. */
function withoutAccessTokens(cache: string): string {
  const parsed: unknown = JSON.parse(cache);
  return typeof parsed === 'object' && parsed !== null
    ? JSON.stringify({ ...parsed, AccessToken: {} })
    : cache;
}
