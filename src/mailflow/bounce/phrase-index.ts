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

/** Phrases as a tree of their characters, and what is known of its states so far. State 0 is none. */
interface Trie {
  readonly alphabet: Alphabet;
  readonly states: number;
  readonly children: Children;
  readonly parentOf: Int32Array;
  /** Class of the character that leads here. */
  readonly kindOf: Uint16Array;
  /** First phrase that ends in a state, as id + 1. */
  readonly ends: Int32Array;
  /** Further phrases that end where this one does, as id + 1. */
  readonly alsoEnds: Int32Array;
  /** The state of the longest beginning of a phrase that this one ends with; 0 until it is asked for. */
  readonly fallback: Int32Array;
  /** Nearest shorter state with a phrase of its own; 0 for none. */
  readonly shorter: Int32Array;
}

/** Steps that are kept. Beyond that, with own rules in a hundred alphabets, a step is found out each time it is taken. */
const MOST_STEPS = 2 ** 24;
const ROOT = 1;
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

/**
 * The tree is grown at once; what a character leads to is found out when a text first asks for it. A program that judges
 * one reply must not pay for all that could be.
 */
export function indexPhrases(phrases: readonly string[]): PhraseFinder {
  const patterns = phrases.map(normalise);
  const trie = growTrie(patterns, alphabetOf(patterns));
  const { ends, alsoEnds, shorter, states } = trie;
  const { classOf, width } = trie.alphabet;
  /** By place + class: the place that it leads to, below 0 where a phrase ends; 0 until it is asked for. */
  const next = new Int32Array(Math.min((states + 1) * width, MOST_STEPS));
  /** States by the order in which texts come to them, so that those that most texts come to lie side by side. */
  const rankOf = new Int32Array(states + 1);
  const stateAt = new Int32Array(states + 1);
  let ranks = 0;
  const found = new Int32Array(phrases.length);
  const isFound = new Uint8Array(phrases.length);
  let count = 0;

  function placeFor(state: number): number {
    if (rankOf[state] === 0) {
      ranks += 1;
      rankOf[state] = ranks;
      stateAt[ranks] = state;
    }
    return (rankOf[state] ?? 0) * width;
  }

  function step(place: number, kind: number): number {
    const state = stateAfter(trie, stateAt[place / width] ?? ROOT, kind);
    const target = ends[state] === 0 && shorter[state] === 0 ? placeFor(state) : -placeFor(state);
    if (place + kind < next.length) next[place + kind] = target;
    return target;
  }

  /** In a state where phrases end: the longest, then those that it ends with. */
  function note(place: number): void {
    for (let state = stateAt[place / width] ?? 0; state !== 0; state = shorter[state] ?? 0) {
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

  const root = placeFor(ROOT);
  const start = step(root, SEPARATOR);

  function read(text: string, spans: readonly number[]): number {
    forget();
    let place = start;
    for (let piece = 0; piece + 1 < spans.length; piece += 2) {
      const to = spans[piece + 1] ?? 0;
      for (let at = spans[piece] ?? 0; at <= to; at += 1) {
        const kind = at === to ? SEPARATOR : (classOf[text.charCodeAt(at)] ?? STRANGE);
        // Within a word that no phrase has, only its end matters.
        if (place === root && kind !== SEPARATOR) continue;
        const known = next[place + kind] ?? 0;
        place = known === 0 ? step(place, kind) : known;
        if (place < 0) {
          place = -place;
          note(place);
        }
      }
    }
    return count;
  }

  return { read, found, occurs: (id) => isFound[id] === 1 };
}

/** Blanks after a blank and apostrophes lead nowhere. */
function stateAfter(trie: Trie, state: number, kind: number): number {
  if (kind === SKIPPED || (kind === SEPARATOR && trie.kindOf[state] === SEPARATOR)) return state;
  return longestEnding(trie, state, kind);
}

/** The longest beginning of a phrase with which the characters up to here, and this one, end. */
function longestEnding(trie: Trie, from: number, kind: number): number {
  for (let state = from; state !== 0; state = trie.fallback[state] ?? 0) {
    const child = trie.children.get(state, kind);
    if (child === 0) continue;
    settle(trie, child);
    return child;
  }
  return ROOT;
}

/** Once for each state; its parent was settled before it. What it falls back to is shorter, so the calls come to an end. */
function settle(trie: Trie, state: number): void {
  const { parentOf, kindOf, fallback, shorter, ends } = trie;
  if (fallback[state] !== 0) return;
  const beyond = longestEnding(trie, fallback[parentOf[state] ?? 0] ?? 0, kindOf[state] ?? STRANGE);
  fallback[state] = beyond;
  shorter[state] = ends[beyond] === 0 ? (shorter[beyond] ?? 0) : beyond;
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

interface Alphabet {
  /** Class of each UTF-16 code unit. */
  readonly classOf: Uint16Array;
  /** Number of classes. */
  readonly width: number;
}

/** Letters and digits have a class each, the rest of ASCII separates, letters that no phrase uses are all alike. */
function alphabetOf(patterns: readonly string[]): Alphabet {
  const classOf = new Uint16Array(0x10000).fill(STRANGE);
  classOf.fill(SEPARATOR, 0, 0x80);
  const put = (character: string, kind: number): void => void (classOf[character.charCodeAt(0)] = kind);
  for (const blank of BLANKS) put(blank, SEPARATOR);
  for (const [first, last] of BLANK_RANGES) classOf.fill(SEPARATOR, first, last + 1);
  // By code unit: a character outside the basic plane is two letters.
  const letters = [...new Set((LETTERS + patterns.join('').replaceAll(' ', '')).split(''))];
  for (const [index, letter] of letters.entries()) put(letter, FIRST_LETTER + index);
  for (const letter of letters) {
    const capital = letter.toUpperCase();
    // The capitals of ß and of the Turkish ı are letters of their own.
    const isFree = capital.length === 1 && !isLetter(classOf, capital);
    if (isFree) put(capital, classOf[letter.charCodeAt(0)] ?? STRANGE);
  }
  for (const [first, last] of ACCENTED) {
    for (let code = first; code <= last; code += 1) {
      if (classOf[code] === STRANGE) classOf[code] = classOf[baseOf(code)] ?? STRANGE;
    }
  }
  for (const apostrophe of APOSTROPHES) put(apostrophe, SKIPPED);
  classOf.fill(SKIPPED, 0x300, 0x370);
  return { classOf, width: FIRST_LETTER + letters.length };
}

function isLetter(classOf: Uint16Array, character: string): boolean {
  return (classOf[character.charCodeAt(0)] ?? STRANGE) >= FIRST_LETTER;
}

/** The letter that carries the accents; the character itself when it has none. */
function baseOf(code: number): number {
  const base = withoutAccents(String.fromCharCode(code));
  return base.length === 1 ? base.charCodeAt(0) : code;
}

function growTrie(patterns: readonly string[], alphabet: Alphabet): Trie {
  const size = patterns.reduce((sum, pattern) => sum + pattern.length, ROOT + 1);
  const children = new Children(size);
  const parentOf = new Int32Array(size);
  const kindOf = new Uint16Array(size).fill(STRANGE);
  const ends = new Int32Array(size);
  const alsoEnds = new Int32Array(patterns.length + 1);
  let states: number = ROOT;
  for (const [id, pattern] of patterns.entries()) {
    let state = ROOT;
    for (let at = 0; at < pattern.length; at += 1) {
      const kind = alphabet.classOf[pattern.charCodeAt(at)] ?? STRANGE;
      let child = children.get(state, kind);
      if (child === 0) {
        states += 1;
        child = states;
        children.put(state, kind, child);
        parentOf[child] = state;
        kindOf[child] = kind;
      }
      state = child;
    }
    alsoEnds[id + 1] = ends[state] ?? 0;
    ends[state] = id + 1;
  }
  const fallback = new Int32Array(size);
  const shorter = new Int32Array(size);
  return { alphabet, states, children, parentOf, kindOf, ends, alsoEnds, fallback, shorter };
}

/** Child states by parent and class: a table with open addresses, small and quick to fill. */
class Children {
  readonly #mask: number;
  readonly #parents: Int32Array;
  readonly #kinds: Uint16Array;
  readonly #states: Int32Array;

  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(most * 2));
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots);
    this.#kinds = new Uint16Array(slots);
    this.#states = new Int32Array(slots);
  }

  /** 0 for none. */
  get(parent: number, kind: number): number {
    return this.#states[this.#slotOf(parent, kind)] ?? 0;
  }

  put(parent: number, kind: number, child: number): void {
    const slot = this.#slotOf(parent, kind);
    this.#parents[slot] = parent;
    this.#kinds[slot] = kind;
    this.#states[slot] = child;
  }

  /** Where the child is, or the free place where it belongs. At most half of all places are taken. */
  #slotOf(parent: number, kind: number): number {
    let slot = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(kind, 0x85ebca6b)) & this.#mask;
    while (this.#states[slot] !== 0 && !(this.#parents[slot] === parent && this.#kinds[slot] === kind))
      slot = (slot + 1) & this.#mask;
    return slot;
  }
}
