/**
 * Finds all phrases of all rules in one pass over a text (Aho and Corasick, 1975). Phrases instead of regular
 * expressions: the time is linear in the text whatever the rules are and whatever a remote server sends.
 *
 * Text and phrases are read alike: case, punctuation, accents and runs of blanks do not count; whole words do. A `*` at
 * the end of a phrase lets its last word go on.
 */

/** Phrases that occur in a text, named by their position in the list of phrases. */
export interface Found {
  /** Each once, in the order of their ends. */
  readonly ids: readonly number[];
  readonly has: (id: number) => boolean;
}

export type PhraseFinder = (text: string) => Found;

interface Automaton {
  readonly classOf: Uint16Array;
  readonly width: number;
  /** Next state by state × character class. */
  readonly next: Int32Array;
  /** First phrase that ends in a state, as id + 1. */
  readonly ends: Int32Array;
  /** Further phrases that end where this one does, as id + 1. */
  readonly alsoEnds: Int32Array;
  /** Nearest shorter state with a phrase of its own. */
  readonly shorter: Int32Array;
}

const SEPARATOR = 0;
const STRANGE = 1;
const SKIPPED = 0xffff;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const APOSTROPHES = "'’`´\u00ad";

export function indexPhrases(phrases: readonly string[]): PhraseFinder {
  const patterns = phrases.map(normalise);
  const classOf = classify(patterns);
  const automaton = link(growTrie(patterns, classOf));
  return (text) => scan(automaton, isPlain(text) ? text : fold(text), phrases.length);
}

function scan(automaton: Automaton, text: string, phraseCount: number): Found {
  const { classOf, width, next, ends } = automaton;
  const seen = new Uint8Array(phraseCount);
  const ids: number[] = [];
  let state = next[SEPARATOR] ?? 0;
  let previous = SEPARATOR;
  for (let at = 0; at <= text.length; at += 1) {
    const kind = at === text.length ? SEPARATOR : (classOf[text.charCodeAt(at)] ?? STRANGE);
    if (kind === SKIPPED || (kind === SEPARATOR && previous === SEPARATOR)) continue;
    previous = kind;
    state = next[state * width + kind] ?? 0;
    if (ends[state] !== 0 || automaton.shorter[state] !== 0) mark(automaton, state, seen, ids);
  }
  return { ids, has: (id) => seen[id] === 1 };
}

function mark(automaton: Automaton, from: number, seen: Uint8Array, ids: number[]): void {
  for (let state = from; state !== 0; state = automaton.shorter[state] ?? 0) {
    for (let id = automaton.ends[state] ?? 0; id !== 0; id = automaton.alsoEnds[id] ?? 0) {
      if (seen[id - 1] === 1) continue;
      seen[id - 1] = 1;
      ids.push(id - 1);
    }
  }
}

/** ` word word ` with a blank at each closed end, in the classes' terms. */
function normalise(phrase: string): string {
  const open = phrase.endsWith('*');
  const words = fold(phrase.toLowerCase())
    .replace(/['’`´\u00ad]/g, '')
    .replace(/[^a-z0-9\u0080-\uffff]+/g, ' ')
    .trim();
  return open ? ` ${words}` : ` ${words} `;
}

function isPlain(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** Accents off, so that `boîte` and `boite` are one. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}

/** Letters and digits have a class each, the rest of ASCII separates, letters that no rule uses are all alike. */
function classify(patterns: readonly string[]): Uint16Array {
  const classOf = new Uint16Array(0x10000).fill(STRANGE);
  classOf.fill(SEPARATOR, 0, 0x80);
  for (const blank of '\u00a0\u2013\u2014\u201c\u201d\u00ab\u00bb\u3000\u3001\u3002')
    classOf[blank.charCodeAt(0)] = SEPARATOR;
  let used = STRANGE;
  for (const letter of new Set(Array.from(LETTERS + patterns.join('').replaceAll(' ', '')))) {
    used += 1;
    classOf[letter.charCodeAt(0)] = used;
    classOf[letter.toUpperCase().charCodeAt(0)] = used;
  }
  for (const apostrophe of APOSTROPHES) classOf[apostrophe.charCodeAt(0)] = SKIPPED;
  return classOf;
}

function growTrie(patterns: readonly string[], classOf: Uint16Array): Automaton {
  const size = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const width = Math.max(...classOf.filter((kind) => kind !== SKIPPED)) + 1;
  const next = new Int32Array(size * width);
  const ends = new Int32Array(size);
  const alsoEnds = new Int32Array(patterns.length + 1);
  let states = 1;
  for (const [id, pattern] of patterns.entries()) {
    let state = 0;
    for (let at = 0; at < pattern.length; at += 1) {
      const slot = state * width + (classOf[pattern.charCodeAt(at)] ?? STRANGE);
      if (next[slot] === 0) next[slot] = states++;
      state = next[slot] ?? 0;
    }
    alsoEnds[id + 1] = ends[state] ?? 0;
    ends[state] = id + 1;
  }
  return { classOf, width, next, ends, alsoEnds, shorter: new Int32Array(size) };
}

/** Breadth first, so that the state to fall back to is finished before it is needed. */
function link(trie: Automaton): Automaton {
  const { width, next, ends, shorter } = trie;
  const fallback = new Int32Array(ends.length);
  const queue = [0];
  for (const state of queue) {
    const back = fallback[state] ?? 0;
    for (let kind = 0; kind < width; kind += 1) {
      const slot = state * width + kind;
      const beyond = state === 0 ? 0 : (next[back * width + kind] ?? 0);
      const child = next[slot] ?? 0;
      if (child === 0) {
        next[slot] = beyond;
        continue;
      }
      fallback[child] = beyond;
      shorter[child] = ends[beyond] === 0 ? (shorter[beyond] ?? 0) : beyond;
      queue.push(child);
    }
  }
  return trie;
}
