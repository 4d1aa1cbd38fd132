/** Lines out of pieces that are cut anywhere, within a limit, so that one endless line cannot fill the memory. */

/** Longer lines are cut; the longest line that a relay writes of one recipient has a few thousand characters. */
const LONGEST_LINE = 65_536;

export interface LineSplitter {
  readonly push: (piece: string) => void;
  /** The input is over: a last line without a line break is a line. */
  readonly end: () => void;
}

/** Gets each line without its line break; `isCut` where it was longer than the limit. */
export type TakeLine = (line: string, isCut: boolean) => void;

export function splitLines(take: TakeLine, longest = LONGEST_LINE): LineSplitter {
  let held = '';
  let isCut = false;
  let isFirst = true;

  const hold = (part: string): void => {
    isCut ||= held.length + part.length > longest;
    held += part.slice(0, longest - held.length);
  };
  const finish = (): void => {
    const [line, wasCut] = [held, isCut];
    held = '';
    isCut = false;
    take(line.endsWith('\r') ? line.slice(0, -1) : line, wasCut);
  };
  return {
    push: (piece) => {
      const text = clean(piece, isFirst);
      isFirst &&= piece === '';
      let at = 0;
      // Only the new piece is searched: a long line that comes letter by letter must not be searched each time.
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', at)) {
        if (held === '' && end - at <= longest) {
          take(
            text.slice(at, end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end),
            false,
          );
        } else {
          hold(text.slice(at, end));
          finish();
        }
        at = end + 1;
      }
      if (at < text.length) hold(text.slice(at));
    },
    end: () => {
      if (held !== '') finish();
    },
  };
}

const CARRIAGE_RETURN = 13;

/** Without a byte order mark, and without the NULs that a crash leaves in logs. */
function clean(piece: string, isFirst: boolean): string {
  const text = isFirst && piece.startsWith('\ufeff') ? piece.slice(1) : piece;
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}
