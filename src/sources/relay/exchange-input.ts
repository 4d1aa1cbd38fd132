/** Input of Exchange Server as a shell writes it: a table or JSON, told apart by its first character. */

/**
 * Characters. Readers below get the text in blocks of this length however it comes, so that what is too long is too
 * long wherever the text was cut. The first block comes line by line: who looks at the beginning only gets what it tells.
 */
const BLOCK_LENGTH = 65_536;

export interface BlockReader {
  readonly push: (block: string) => void;
  readonly end: () => void;
}

export interface ExchangeInput {
  readonly text: (piece: string) => void;
  readonly end: () => void;
}

/** Opens the reader with the first text in view that is more than blanks, at least a line. */
export function openInput(openReader: (beginning: string) => BlockReader): ExchangeInput {
  let held = '';
  let takenLength = 0;
  let atStart = true;
  let reader: BlockReader | null = null;
  const take = (end: number): void => {
    const block = held.slice(0, end);
    held = held.slice(end);
    takenLength += block.length;
    reader ??= openReader(block);
    reader.push(block);
  };
  /** In the first block each line that says something, then each whole block. */
  const blockEnd = (): number => {
    const end = BLOCK_LENGTH - (takenLength % BLOCK_LENGTH);
    const lineEnd = takenLength < BLOCK_LENGTH ? held.indexOf('\n', firstLetter(held)) + 1 : 0;
    if (lineEnd > 0 && lineEnd <= end) return lineEnd;
    return held.length >= end ? end : 0;
  };
  return {
    text: (piece) => {
      held += withoutNul(atStart ? withoutMark(piece) : piece);
      atStart &&= piece === '';
      for (let end = blockEnd(); end > 0; end = blockEnd()) take(end);
    },
    end: () => {
      if (held !== '' || reader === null) take(held.length);
      reader?.end();
    },
  };
}

/** The place of the first character that is no blank; the end where there is none. */
function firstLetter(text: string): number {
  const place = text.search(/\S/);
  return place === -1 ? text.length : place;
}

export function looksLikeJson(beginning: string): boolean {
  return /^\s*[[{]/.test(withoutMark(beginning));
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Text that was converted between encodings by hand has them; no name, address or date does. */
function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}
