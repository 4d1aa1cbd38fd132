/** Who wrote a reply, as far as its own words tell. */

/** Words that only Microsoft's servers write. */
export const MICROSOFT_WORDS: readonly string[] = [
  'mail protection outlook com',
  'olc protection outlook com',
  'resolver*',
  'storedrv*',
  'smtpsend*',
  'aka ms',
  'go microsoft com',
  'fwlink',
  'microsoft*',
  'exchange online',
  'access denied + as',
];

/** Names of Exchange Online's servers: of the one that speaks, or, behind a quoted reply, of the one that tells of it. */
export const SERVER_NAMES: readonly string[] = ['prod outlook com', 'prod protection outlook com'];

/** What Exchange Online writes behind the reply of another server, before its own name. */
export const TELLING_OF_ANOTHER: readonly string[] = ['lastattemptedservername', 'lastattemptedip'];

/** Codes without a word between them. */
export function hasWords(text: string, spans: readonly number[]): boolean {
  let run = 0;
  for (let piece = 0; piece + 1 < spans.length; piece += 2) {
    const to = spans[piece + 1] ?? 0;
    for (let at = spans[piece] ?? 0; at < to; at += 1) {
      run = isLetter(text.charCodeAt(at)) ? run + 1 : 0;
      if (run === SHORTEST_WORD) return true;
    }
    run = 0;
  }
  return false;
}

const SHORTEST_WORD = 3;

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code >= 0xaa;
}
