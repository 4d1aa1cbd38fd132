import type { RelayFormat } from './relay-reader.js';

/** Every format that can be told by itself, the most telling first. */
export const RELAY_FORMATS: readonly RelayFormat[] = [];
