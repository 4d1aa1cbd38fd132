/** The words of an OData expression: one pass, no backtracking. */
export interface FilterToken {
  readonly kind: 'word' | 'string' | 'mark';
  /** The value of a string, with doubled quotes undone. */
  readonly text: string;
}

/** Null when a string has no end. */
export function filterTokens(text: string): readonly FilterToken[] | null {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isSpace(char)) {
      at += 1;
    } else if (isMark(char)) {
      tokens.push({ kind: 'mark', text: char });
      at += 1;
    } else {
      const end = char === "'" ? stringEnd(text, at) : wordEnd(text, at);
      if (end === null) return null;
      tokens.push(tokenOf(text.slice(at, end)));
      at = end;
    }
  }
  return tokens;
}

function tokenOf(raw: string): FilterToken {
  if (!raw.startsWith("'")) return { kind: 'word', text: raw };
  return { kind: 'string', text: raw.slice(1, -1).replaceAll("''", "'") };
}

/** The index behind the closing quote; a doubled quote does not close. */
function stringEnd(text: string, start: number): number | null {
  let at = text.indexOf("'", start + 1);
  while (at >= 0 && text.charAt(at + 1) === "'") at = text.indexOf("'", at + 2);
  return at < 0 ? null : at + 1;
}

function wordEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSpace(text.charAt(at)) && !isMark(text.charAt(at))) at += 1;
  return at;
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

function isMark(char: string): boolean {
  return char === '(' || char === ')' || char === ',';
}
