/**
 * Columns of one grapheme, by the rules of the package string-width: nothing for what does not print, two for pictures,
 * two for a Korean syllable however it is spelled, else East Asian Width. What asks Unicode's tables is made when a text
 * first needs it, for most never do: reading those tables costs as much as all else between the command and its answer.
 */
import { eastAsianWidth } from 'get-east-asian-width';

interface Unicode {
  /** A character that prints. */
  readonly visible: RegExp;
  readonly emoji: RegExp;
  readonly pictographs: RegExp;
  readonly spacingMark: RegExp;
}

const known: { unicode: Unicode | null } = { unicode: null };

/** Written as texts: of a literal the tables are read as soon as the file is. */
function unicode(): Unicode {
  return (known.unicode ??= {
    visible: new RegExp(
      String.raw`[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]`,
      'v',
    ),
    emoji: new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v'),
    pictographs: new RegExp(String.raw`\p{Extended_Pictographic}`, 'gu'),
    spacingMark: new RegExp(String.raw`\p{Spacing_Mark}`, 'v'),
  });
}

export function graphemeWidth(grapheme: string): number {
  const at = grapheme.search(unicode().visible);
  if (at === -1) return 0;
  if (isPicture(grapheme)) return 2;
  const shown = grapheme.slice(at);
  return koreanWidth(shown) ?? plainWidth(shown);
}

/** Longer ones are no picture that anybody drew. */
const LONGEST_PICTURE = 50;
const ZERO_WIDTH_JOINER = '\u200d';

function isPicture(grapheme: string): boolean {
  const { emoji, pictographs } = unicode();
  if (emoji.test(grapheme)) return true;
  if (grapheme.length > LONGEST_PICTURE) return false;
  if (/^[\d#*]\u20e3$/.test(grapheme)) return true;
  return grapheme.includes(ZERO_WIDTH_JOINER) && (grapheme.match(pictographs) ?? []).length >= 2;
}

/** The first character, and those behind it that take room of their own: spacing marks and half-width forms. */
function plainWidth(shown: string): number {
  const [first = '', ...others] = Array.from(shown);
  const extra = others.filter(
    (character) => unicode().spacingMark.test(character) || (character >= '\uff00' && character <= '\uffef'),
  );
  return [first, ...extra].reduce((sum, character) => sum + columnsOf(character), 0);
}

function columnsOf(character: string): number {
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}

type Jamo = 'leading' | 'vowel' | 'trailing';

/** Null where it does not begin with a part of a Korean syllable. Parts that make no syllable stand side by side. */
function koreanWidth(shown: string): number | null {
  const characters = Array.from(shown).filter((character) => unicode().visible.test(character));
  const parts = characters.map(jamoOf);
  if (parts[0] === null || parts.length === 0) return null;
  let width = 0;
  for (let index = 0; index < parts.length; index += 1) {
    if (parts[index] === 'leading' && parts[index + 1] === 'vowel') {
      width += 2;
      index += parts[index + 2] === 'trailing' ? 2 : 1;
    } else {
      width += columnsOf(characters[index] ?? '');
    }
  }
  return width;
}

/** Hangul Jamo with its two extensions (Unicode, blocks U+1100, U+A960 and U+D7B0). */
function jamoOf(character: string): Jamo | null {
  if (/[\u1100-\u115f\ua960-\ua97c]/.test(character)) return 'leading';
  if (/[\u1160-\u11a7\ud7b0-\ud7c6]/.test(character)) return 'vowel';
  return /[\u11a8-\u11ff\ud7cb-\ud7fb]/.test(character) ? 'trailing' : null;
}
