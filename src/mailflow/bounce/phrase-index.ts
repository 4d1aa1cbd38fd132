/**
 * Finds all phrases of all rules in one pass over a text (Aho and Corasick, 1975). Phrases instead of regular
 * expressions: the time is linear in the text whatever the rules are and whatever a remote server sends.
 *
 * Text and phrases are read alike: case, punctuation, accents and runs of blanks do not count; whole words do. A `*` at
 * the end of a phrase lets its last word go on. Phrases are named by their position in the list of phrases.
 */

/** One reader for many texts, one after the other: what it found is valid until the next reading. */
export interface PhraseFinder {
  /** Reads pieces of a text (start and end of each) as one, and tells how many phrases occur. */
  readonly read: (text: string, spans: readonly number[]) => number;
  /** The phrases of the last reading, each once, in the order of their ends. */
  readonly found: Readonly<Int32Array>;
  readonly occurs: (id: number) => boolean;
}

interface Automaton {
  /** Class of each UTF-16 code unit. */
  readonly classOf: Uint16Array;
  /** Classes, and so places of a state in `next`. */
  readonly width: number;
  /** Next state by state + class. States are named by their place; one where a phrase ends by its complement. */
  readonly next: Int32Array;
  /** First phrase that ends in a state, as id + 1. */
  readonly ends: Int32Array;
  /** Further phrases that end where this one does, as id + 1. */
  readonly alsoEnds: Int32Array;
  /** Nearest shorter state with a phrase of its own. */
  readonly shorter: Int32Array;
}

/** Phrases letter by letter, before it is known where to go when a letter does not fit. Node 0 is the beginning. */
interface Trie {
  readonly nodes: number;
  /** Class of the letter that leads to a node. */
  readonly kinds: Uint16Array;
  /** First node behind a node, and the next one behind the same node; 0 is none. */
  readonly firstChild: Int32Array;
  readonly sibling: Int32Array;
  /** First phrase that ends in a node, as id + 1. */
  readonly ends: Int32Array;
  readonly alsoEnds: Int32Array;
}

const SEPARATOR = 0;
const STRANGE = 1;
const SKIPPED = 2;
const FIRST_LETTER = 3;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const APOSTROPHES = "'’`´\u00ad";
const BLANKS = '\u00a0\u00ab\u00bb\ufeff';
/** Punctuation: general, of Chinese, Japanese and Korean, and in full width. */
const BLANK_RANGES: readonly (readonly [first: number, last: number])[] = [
  [0x2000, 0x2018],
  [0x201a, 0x206f],
  [0x3000, 0x303f],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
];
const MARKS = /[\u0300-\u036f]/g;
/** Latin, Greek and Cyrillic letters that may carry an accent. */
const ACCENTED: readonly (readonly [first: number, last: number])[] = [
  [0xc0, 0x24f],
  [0x370, 0x52f],
  [0x1e00, 0x1fff],
];

export function indexPhrases(phrases: readonly string[]): PhraseFinder {
  const patterns = phrases.map(normalise);
  const classOf = classify(patterns);
  const automaton = link(growTrie(patterns, classOf), classOf);
  const found = new Int32Array(phrases.length);
  const isFound = new Uint8Array(phrases.length);
  let count = 0;

  /** In a state where phrases end: the longest, then those that it ends with. */
  function note(ending: number): void {
    const { width, ends, alsoEnds, shorter } = automaton;
    for (let state = ending / width; state !== 0; state = shorter[state] ?? 0) {
      for (let id = ends[state] ?? 0; id !== 0; id = alsoEnds[id] ?? 0) {
        if (isFound[id - 1] === 1) continue;
        isFound[id - 1] = 1;
        found[count] = id - 1;
        count += 1;
      }
    }
  }

  function forget(): void {
    for (let index = 0; index < count; index += 1) isFound[found[index] ?? 0] = 0;
    count = 0;
  }

  function read(text: string, spans: readonly number[]): number {
    const { classOf, next } = automaton;
    forget();
    let state = next[SEPARATOR] ?? 0;
    for (let piece = 0; piece + 1 < spans.length; piece += 2) {
      const to = spans[piece + 1] ?? 0;
      for (let at = spans[piece] ?? 0; at <= to; at += 1) {
        const kind = at === to ? SEPARATOR : (classOf[text.charCodeAt(at)] ?? STRANGE);
        // Within a word that no phrase has, only its end matters.
        if (state === 0 && kind !== SEPARATOR) continue;
        state = next[state + kind] ?? 0;
        if (state < 0) {
          state = ~state;
          note(state);
        }
      }
    }
    return count;
  }

  return { read, found, occurs: (id) => isFound[id] === 1 };
}

/** ` word word ` with a blank at each closed end, in the classes' terms. */
function normalise(phrase: string): string {
  const open = phrase.endsWith('*');
  const words = withoutAccents(phrase.toLowerCase())
    .replace(/['’`´\u00ad]/g, '')
    .replace(/[^a-z0-9\u0080-\uffff]+/g, ' ')
    .trim();
  return open ? ` ${words}` : ` ${words} `;
}

/** `boîte` and `boite` are one. */
function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').normalize('NFC');
}

/** Letters and digits have a class each, the rest of ASCII separates, letters that no rule uses are all alike. */
function classify(patterns: readonly string[]): Uint16Array {
  const classOf = new Uint16Array(0x10000).fill(STRANGE);
  classOf.fill(SEPARATOR, 0, 0x80);
  const put = (character: string, kind: number): void => void (classOf[character.charCodeAt(0)] = kind);
  for (const blank of BLANKS) put(blank, SEPARATOR);
  for (const [first, last] of BLANK_RANGES) classOf.fill(SEPARATOR, first, last + 1);
  const letters = new Set(LETTERS + patterns.join('').replaceAll(' ', ''));
  for (const [index, letter] of [...letters].entries()) {
    put(letter, FIRST_LETTER + index);
    put(letter.toUpperCase(), FIRST_LETTER + index);
  }
  for (const [first, last] of ACCENTED) {
    for (let code = first; code <= last; code += 1) {
      const base = withoutAccents(String.fromCharCode(code));
      if (base.length === 1 && classOf[code] === STRANGE)
        classOf[code] = classOf[base.charCodeAt(0)] ?? STRANGE;
    }
  }
  for (const apostrophe of APOSTROPHES) put(apostrophe, SKIPPED);
  classOf.fill(SKIPPED, 0x300, 0x370);
  return classOf;
}

function growTrie(patterns: readonly string[], classOf: Uint16Array): Trie {
  const size = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const kinds = new Uint16Array(size);
  const firstChild = new Int32Array(size);
  const sibling = new Int32Array(size);
  const ends = new Int32Array(size);
  const alsoEnds = new Int32Array(patterns.length + 1);
  let nodes = 1;

  function childOf(node: number, kind: number): number {
    for (let child = firstChild[node] ?? 0; child !== 0; child = sibling[child] ?? 0) {
      if (kinds[child] === kind) return child;
    }
    const child = nodes++;
    kinds[child] = kind;
    sibling[child] = firstChild[node] ?? 0;
    firstChild[node] = child;
    return child;
  }

  for (const [id, pattern] of patterns.entries()) {
    let node = 0;
    for (let at = 0; at < pattern.length; at += 1)
      node = childOf(node, classOf[pattern.charCodeAt(at)] ?? STRANGE);
    alsoEnds[id + 1] = ends[node] ?? 0;
    ends[node] = id + 1;
  }
  return { nodes, kinds, firstChild, sibling, ends, alsoEnds };
}

/**
 * Breadth first, so that the state to fall back to is finished before it is needed, and that the shallow states, which most
 * texts are in, lie side by side. A state goes where the one that it falls back to goes, except where it has more letters:
 * so its row is a copy of that row. Blanks after a blank and apostrophes lead nowhere.
 */
function link(trie: Trie, classOf: Uint16Array): Automaton {
  const { nodes, kinds, firstChild, sibling } = trie;
  const width = classOf.reduce((widest, kind) => Math.max(widest, kind), 0) + 1;
  const next = new Int32Array(nodes * width);
  const ends = new Int32Array(nodes);
  const shorter = new Int32Array(nodes);
  const fallback = new Int32Array(nodes);
  const nodeOf = new Int32Array(nodes);
  let known = 1;
  const placeOf = (rank: number): number =>
    ends[rank] === 0 && shorter[rank] === 0 ? rank * width : ~(rank * width);

  for (let rank = 0; rank < known; rank += 1) {
    const node = nodeOf[rank] ?? 0;
    const row = rank * width;
    const back = fallback[rank] ?? 0;
    if (rank > 0) next.copyWithin(row, back * width, (back + 1) * width);
    for (let child = firstChild[node] ?? 0; child !== 0; child = sibling[child] ?? 0) {
      const kind = kinds[child] ?? STRANGE;
      const beyond = rank === 0 ? 0 : rankAt(next[row + kind] ?? 0, width);
      nodeOf[known] = child;
      fallback[known] = beyond;
      ends[known] = trie.ends[child] ?? 0;
      shorter[known] = ends[beyond] === 0 ? (shorter[beyond] ?? 0) : beyond;
      next[row + kind] = placeOf(known);
      known += 1;
    }
    next[row + SKIPPED] = placeOf(rank);
    if (rank > 0 && kinds[node] === SEPARATOR) next[row + SEPARATOR] = placeOf(rank);
  }
  return { classOf, width, next, ends, alsoEnds: trie.alsoEnds, shorter };
}

function rankAt(place: number, width: number): number {
  return (place < 0 ? ~place : place) / width;
}
