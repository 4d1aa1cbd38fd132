/** The formats that are read, in order of precedence: of two that accept an input, the first has it. */
import { postfixJson } from './postfix-json.js';
import type { RelayFormat } from './relay-reader.js';

export const RELAY_FORMATS: readonly RelayFormat[] = [postfixJson];
