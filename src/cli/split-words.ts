/**
 * A command line as the words of one program, by a small rule of our own: no shell reads it, so nothing in it is
 * expanded, piped or redirected. Blanks part words. What stands in single quotes is taken as it is; in double quotes, and
 * outside of quotes, a backslash takes a following quote, blank or backslash as it is, and is itself before anything else,
 * so that paths of Windows need no doubling.
 */

export type SplitWords =
  | { readonly ok: true; readonly words: readonly string[] }
  /** What was expected, as the end of a sentence. */
  | { readonly ok: false; readonly expected: string };

/** Words that only a shell gives a meaning; quoted they are ordinary. */
const SHELL_WORDS = /^(?:\|{1,2}|&{1,2}|;|[0-9]?>{1,2}(?:&[0-9])?|<{1,2})$/u;
const MOST_CHARS = 8_192;
const ESCAPABLE = new Set(['"', "'", '\\', ' ', '\t']);

export function splitWords(line: string): SplitWords {
  if (line.length > MOST_CHARS) return { ok: false, expected: `at most ${MOST_CHARS} characters` };
  if (line.includes('\0')) return { ok: false, expected: 'text without NUL' };
  const words: string[] = [];
  let word: string | null = null;
  let wasQuoted = false;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quote !== "'" && char === '\\' && ESCAPABLE.has(line.charAt(at + 1))) {
      at += 1;
      word = (word ?? '') + line.charAt(at);
      wasQuoted = true;
    } else if (quote !== null) {
      if (char === quote) quote = null;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
      wasQuoted = true;
    } else if (/\s/u.test(char)) {
      if (word !== null && !wasQuoted && SHELL_WORDS.test(word)) return noShell(word);
      if (word !== null) words.push(word);
      word = null;
      wasQuoted = false;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== null) return { ok: false, expected: `a closing ${quote}` };
  if (word !== null && !wasQuoted && SHELL_WORDS.test(word)) return noShell(word);
  if (word !== null) words.push(word);
  if (words[0] === undefined || words[0] === '') return { ok: false, expected: 'the name of a program' };
  return { ok: true, words };
}

function noShell(word: string): SplitWords {
  return {
    ok: false,
    expected: `one program and its arguments: no shell reads it, so ${word} means nothing`,
  };
}
