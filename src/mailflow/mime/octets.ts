/** Bytes as text with one character per byte: searching such text is fast, and no byte is lost or joined to another. */

/** Text whose characters are all below U+0100; each stands for one byte. */
export type Octets = string;

const CHUNK = 8192;

export function octetsOf(bytes: Uint8Array): Octets {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    // Spreading a typed array walks its iterator, ten times slower.
    pieces.push(String(Reflect.apply(String.fromCharCode, null, bytes.subarray(at, at + CHUNK))));
  }
  return pieces.join('');
}

/** Characters from U+0100 on, which `Octets` never has, lose their high bits. */
export function bytesOf(octets: Octets): Uint8Array {
  const bytes = new Uint8Array(octets.length);
  for (let at = 0; at < octets.length; at += 1) bytes[at] = octets.charCodeAt(at);
  return bytes;
}
