/** Bytes for tests of mail. */

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
