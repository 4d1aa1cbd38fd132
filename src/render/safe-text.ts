/**
 * Remote text made harmless for a person's screen. It knows which code points can move a cursor, hide, or turn the
 * reading order round, and shows each of them as a mark such as `\u{1b}`; letters of every script stay as they are.
 * It refuses to know where the text came from: subjects, names, replies and error texts are all hostile.
 */

/**
 * Body of a character class (flag `u`): controls, line separators, lone surrogates, everything that Unicode calls
 * ignorable by default (bidi controls, zero-width characters, soft hyphen, fillers, variation selectors, tags),
 * noncharacters and interlinear annotations.
 */
export const HIDDEN = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u{FFF9}-\u{FFFB}`;

/** Marks stacked on one base before the rest are spelled out. */
const STACKED_MARKS = 16;

// A joiner or a variation selector has a meaning inside an emoji, and only there; the length keeps a chain from
// becoming one endless grapheme.
const PICTURE = String.raw`\p{Extended_Pictographic}[\u{FE0E}\u{FE0F}]?[\u{1F3FB}-\u{1F3FF}]?`;
const EMOJI = String.raw`${PICTURE}(?:\u{200D}${PICTURE}){0,7}|[0-9#*]\u{FE0F}\u{20E3}`;

interface Patterns {
  readonly emojiOrHidden: RegExp;
  readonly stack: RegExp;
  readonly leadingMarks: RegExp;
}

const known: { patterns: Patterns | null } = { patterns: null };

/** Made for the first text that is more than ASCII: reading Unicode's tables takes as long as to answer without them. */
function patterns(): Patterns {
  return (known.patterns ??= {
    emojiOrHidden: new RegExp(`(${EMOJI})|[${HIDDEN}]`, 'gu'),
    stack: new RegExp(String.raw`\p{M}{${String(STACKED_MARKS + 1)},}`, 'gu'),
    leadingMarks: new RegExp(String.raw`^\p{M}+`, 'u'),
  });
}

interface SafeTextOptions {
  /** `keep` leaves LF, and CR LF as LF, for text that is shown on lines of its own. Default: `mark`. */
  readonly newlines?: 'mark' | 'keep';
}

/** One line of printable text, whatever came in. Linear in the length of `remote`. */
export function safeText(remote: string, options: SafeTextOptions = {}): string {
  if (options.newlines === 'keep') return remote.split(/\r?\n/u).map(safeOneLine).join('\n');
  return safeOneLine(remote);
}

/**
 * Keeps a finished line from being a command to a build server. GitHub's runner takes a line that begins with `::`
 * even after spaces, so a space in front would not help; its older `##[` and Azure's `##vso[` count anywhere in a line.
 */
export function safeLine(line: string): string {
  const broken = breakCommands(line);
  if (!broken.includes('::') && !broken.includes('##')) return broken;
  return broken.replace(/^(\s*):(?=:)/u, String.raw`$1\u{3a}`).replace(/^(\s*)#(?=#)/u, String.raw`$1\u{23}`);
}

/** The visible form of one code point, as `\u{202e}`. */
export function markOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function safeOneLine(remote: string): string {
  if (/^[\x20-\x7e]*$/u.test(remote)) return breakCommands(remote);
  const { emojiOrHidden, stack, leadingMarks } = patterns();
  const visible = remote.replace(
    emojiOrHidden,
    (found: string, emoji: string | undefined) => emoji ?? markOf(found),
  );
  // A mark at the very start would sit on whatever stands before the cell.
  const based = visible.replace(leadingMarks, markAll);
  return breakCommands(based.replace(stack, spellOutRest));
}

function spellOutRest(stack: string): string {
  const marks = Array.from(stack);
  return marks.slice(0, STACKED_MARKS).join('') + marks.slice(STACKED_MARKS).map(markOf).join('');
}

function markAll(text: string): string {
  return Array.from(text, markOf).join('');
}

/** Hardly any text has two of these, and to make the pattern ready takes as long as to look through a thousand that have none. */
function breakCommands(text: string): string {
  return text.includes('##') ? text.replace(/##(?=\[|vso\[)/gu, String.raw`#\u{23}`) : text;
}
