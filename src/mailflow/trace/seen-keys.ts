import { createDigestSet } from './digest-set.js';
import { createKeyedHash } from './keyed-hash.js';

/** Which keys have been seen, without keeping the keys. */
export interface SeenKeys {
  /** True when the key is new. */
  readonly add: (key: string) => boolean;
  /** Distinct keys so far. */
  readonly size: () => number;
  /** Memory of the table, in bytes. */
  readonly byteLength: () => number;
}

/** Two keys of a million share a digest with a chance of one in thirty million; then the second is taken for seen. */
export function createSeenKeys(seed: number): SeenKeys {
  const hash = createKeyedHash(seed);
  const digests = createDigestSet();
  return {
    add: (key) => digests.add(hash.first(key), hash.second()),
    size: digests.size,
    byteLength: digests.byteLength,
  };
}
