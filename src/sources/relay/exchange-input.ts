/** Input of Exchange Server as a shell writes it: a table or JSON, told apart by its first character. */

/**
 * Characters. Readers below get the text in blocks of this length however it comes, so that what is too long is too
 * long wherever the text was cut.
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

/** Opens the reader with the first block in view, which is the whole of a short input. */
export function openInput(openReader: (beginning: string) => BlockReader): ExchangeInput {
  let held = '';
  let atStart = true;
  let reader: BlockReader | null = null;
  const take = (block: string): void => {
    reader ??= openReader(block);
    reader.push(block);
  };
  return {
    text: (piece) => {
      held += withoutNul(atStart ? withoutMark(piece) : piece);
      atStart &&= piece === '';
      if (held.length < BLOCK_LENGTH) return;
      let at = 0;
      for (; held.length - at >= BLOCK_LENGTH; at += BLOCK_LENGTH) take(held.slice(at, at + BLOCK_LENGTH));
      held = held.slice(at);
    },
    end: () => {
      if (held !== '' || reader === null) take(held);
      held = '';
      reader?.end();
    },
  };
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
