/** A search through bytes that come piece by piece, so that nothing large is ever held. */
import { findSecret, LONGEST_FORM } from './secret-forms.js';

export interface Search {
  readonly add: (bytes: Buffer) => void;
  /** What was found first, with a little of what stands around it; null for nothing. */
  readonly found: () => string | null;
  readonly bytes: () => number;
}

const PIECE_BYTES = 1024 * 1024;
const SHOWN_CHARACTERS = 60;
/** What a terminal is told beside the text, and where a line was broken to fit it: a secret may be parted by both. */

const BETWEEN = /\u001b\[[0-9;?]*[A-Za-z]|\s+/gu;

/** So many bytes at once, together with the end of those before. */
export function newSearch(pieceBytes = PIECE_BYTES): Search {
  const held: { pieces: Buffer[]; size: number; rest: string; found: string | null; bytes: number } = {
    ...{ pieces: [], size: 0, rest: '', found: null, bytes: 0 },
  };
  const look = (): void => {
    const text = held.rest + Buffer.concat(held.pieces.splice(0)).toString('latin1');
    held.size = 0;
    held.found ??= told(text) ?? told(text.replaceAll(BETWEEN, ''));
    // Twice as much, for what stands between the parts.
    held.rest = text.slice(-2 * LONGEST_FORM);
  };
  return {
    add: (bytes) => {
      held.pieces.push(bytes);
      held.size += bytes.length;
      held.bytes += bytes.length;
      if (held.size >= pieceBytes) look();
    },
    found: () => {
      if (held.size > 0) look();
      return held.found;
    },
    bytes: () => held.bytes,
  };
}

function told(text: string): string | null {
  const found = findSecret(text);
  if (found === null) return null;
  const around = text.slice(Math.max(0, found.at - SHOWN_CHARACTERS), found.at + SHOWN_CHARACTERS);
  return `${found.name} in ${JSON.stringify(around)}`;
}

/** For a text that is there as a whole. */
export function secretIn(text: string | Buffer): string | null {
  const search = newSearch();
  search.add(typeof text === 'string' ? Buffer.from(text) : text);
  return search.found();
}
