/** Hostile text, and scanners that share nothing with the code they judge. */
import fc from 'fast-check';

/** Each has hurt a terminal, a spreadsheet, a reader or a build server somewhere. */
export const HOSTILE_TEXTS = [
  '\u001b[2J\u001b[1;1Hdelivered',
  '\u001b]0;owned\u0007',
  '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  '\u001b]52;c;cm0gLXJm\u0007',
  '\u001bPq\u001b\\',
  '\u009b31m',
  'seen\rhidden',
  'back\b\b\b\b',
  'line\nfeed\r\nand more',
  'nel\u0085ls\u2028ps\u2029vt\u000bff\u000cnul\u0000del\u007f',
  'invoice\u202exslx.exe',
  '\u2066isolate\u2069\u200e\u200f\u061c',
  'zero\u200bwidth\u200c\u200d\ufeff\u00ad\u2060',
  'tag\u{e0041}\u{e0042}',
  'vs\u{fe00}\u{e0100}',
  `zalgo${'\u0301'.repeat(60)}`,
  '\u0301starts with a mark',
  '\ud800 lone \udc00',
  '\\ud800 spelt out',
  '=cmd|"/C calc"!A0',
  '+1+1',
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '＠x',
  '\u00a0=1',
  'line\n  =1\n+2',
  'a;=1',
  'a,"b";c',
  '::set-output name=x::y',
  '  ::error::x',
  '::1',
  'x\n::add-mask::y',
  'say ##[add-mask]x',
  '##vso[task.setvariable variable=a]b',
  '## heading',
  '![x](https://evil.example/p.png)',
  '[x](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '``` fence ``',
  'a|b\\|c\\',
  '@team #12 GH-12 https://evil.example www.evil.example a@contoso.example',
  '*bold* _em_ ~~no~~ &amp; $x$',
  '1. list',
  '__proto__',
  '👩‍👩‍👧‍👦 👍🏽 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'مرحبا שלום 会議 ｱﾞ 각 ก็',
  '\u1100'.repeat(30),
  '\u0600\u0600x',
  '🏽 alone',
  'x'.repeat(300),
] as const;

const unit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(' ', '', ',', '"', "'", ';', '|', '`', ':', '#', '\n', '\r', '\t'),
  },
);

export const hostileText = fc.array(unit, { maxLength: 5 }).map((parts) => parts.join(''));

/** Code points that must never leave towards a screen; LF is the only control that ends a line. */
export function invisibleIn(text: string): string[] {
  return Array.from(text)
    .filter((character) => character !== '\n' && isInvisible(character.codePointAt(0) ?? 0))
    .map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16)}`);
}

/** The joiner and U+FE0F are judged by `strayEmojiParts`: inside an emoji they are part of a picture. */
const INVISIBLE_RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0d],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

function isInvisible(code: number): boolean {
  return INVISIBLE_RANGES.some(([from, to]) => code >= from && code <= to);
}

/** Joiners and presentation selectors that do not follow a picture, a skin tone, a selector or a key. */
export function strayEmojiParts(text: string): string[] {
  const characters = Array.from(text);
  return characters.filter((character, at) => {
    const before = characters[at - 1] ?? '';
    if (character === '\u200d')
      return !/\p{Extended_Pictographic}|\ufe0e|\ufe0f|\p{Emoji_Modifier}/u.test(before);
    if (character === '\ufe0f' || character === '\ufe0e')
      return !/[\p{Extended_Pictographic}0-9#*]/u.test(before);
    return false;
  });
}

/** What GitHub's and Azure's runners would take as a command, by their own rules. */
export function buildCommandsIn(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/u)
    .filter(
      (line) => /^(?:::|##)/u.test(line.trimStart()) || line.includes('##[') || line.includes('##vso['),
    );
}

/** SGR sequences of our own style, taken out; anything else that begins with ESC stays and is found. */
export function withoutOwnColour(text: string): string {
  return text.replace(/\u001b\[(?:1|2|22|31|32|33|39)m/gu, '');
}
