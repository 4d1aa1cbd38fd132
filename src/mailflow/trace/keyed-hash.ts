/** A 64-bit digest of a text, in two unsigned halves, since JavaScript's fast integers have 32 bits. */
export interface KeyedHash {
  /**
   * Works on the text and gives the digest's first half. With the two halves of another digest it goes on from there:
   * then it is the digest of both texts, and where one ends and the other begins counts too.
   */
  readonly first: (text: string, before?: number, beforeSecond?: number) => number;
  /** The second half of the digest of the text that was given last. */
  readonly second: () => number;
}

const WORD = 0x1_0000_0000;
const FINAL_ROUNDS = 3;

/**
 * HalfSipHash-1-3 with 64 bits of output (Aumasson and Bernstein, the 32-bit sibling of SipHash), over UTF-16
 * units, two to a word, the last word carrying the length. Keyed, because the texts are remote: without knowing
 * the seed nobody can write two messages that count as one. `seed` is any non-negative safe integer.
 */
export function createKeyedHash(seed: number): KeyedHash {
  const key0 = (seed % WORD) | 0;
  const key1 = Math.floor(seed / WORD) | 0;
  let second = 0;

  function first(text: string, before = 0, beforeSecond = 0): number {
    const whole = text.length >> 1;
    let v0 = key0 ^ before;
    let v1 = key1 ^ 0xee ^ beforeSecond;
    let v2 = key0 ^ 0x6c796765;
    let v3 = key1 ^ 0x74656462;
    // Written out twice, and with each rotation in place: the rounds take most of the time, a question in them a quarter
    // of it, and until the engine has got to know them a call more than all the rest.
    for (let step = 0; step <= whole; step += 1) {
      const word =
        step < whole ? text.charCodeAt(2 * step) | (text.charCodeAt(2 * step + 1) << 16) : lastWord(text);
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    let half = 0;
    v2 ^= 0xee;
    for (let step = 0; step < 2 * FINAL_ROUNDS; step += 1) {
      if (step === FINAL_ROUNDS) {
        half = v1 ^ v3;
        v1 ^= 0xdd;
      }
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    second = (v1 ^ v3) >>> 0;
    return half >>> 0;
  }

  return { first, second: () => second };
}

/** The odd unit, or nothing, and the length. */
function lastWord(text: string): number {
  const isOdd = text.length % 2 === 1;
  return (isOdd ? text.charCodeAt(text.length - 1) : 0) | (text.length << 16);
}
