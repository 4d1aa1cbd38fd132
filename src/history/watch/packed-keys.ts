/** 32-bit words as bytes of a file, which must mean the same on every machine: the low byte first. */

const BYTES = 4;

export function packedWords(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * BYTES));
  words.forEach((word, index) => {
    view.setUint32(index * BYTES, word, true);
  });
  return new Uint8Array(view.buffer);
}

/** Bytes that make no whole word are left out. */
export function unpackedWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(Math.floor(bytes.byteLength / BYTES));
  for (let index = 0; index < words.length; index += 1) words[index] = view.getUint32(index * BYTES, true);
  return words;
}
