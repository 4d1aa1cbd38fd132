/** The few ASN.1 types (X.690, distinguished encoding) that a certificate is made of. */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

export function tagged(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer =>
  tagged(TAG.sequence, Buffer.concat(parts));
export const set = (...parts: readonly Uint8Array[]): Buffer => tagged(TAG.set, Buffer.concat(parts));
export const octetString = (content: Uint8Array): Buffer => tagged(TAG.octetString, content);
export const utf8String = (text: string): Buffer => tagged(TAG.utf8String, Buffer.from(text));
export const truth = (): Buffer => tagged(TAG.boolean, Buffer.from([0xff]));
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  tagged(TAG.bitString, Buffer.concat([Buffer.from([unusedBits]), content]));

/** A positive whole number, given as its bytes. */
export function positiveInteger(bytes: Uint8Array): Buffer {
  const needsSign = ((bytes[0] ?? 0) & 0x80) !== 0;
  return tagged(TAG.integer, needsSign ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime, which holds years up to 2049 (RFC 5280, section 4.1.2.5). */
export function time(instant: Date): Buffer {
  const digits = instant.toISOString().slice(2, 19).replaceAll(/[-:T]/gu, '');
  return tagged(TAG.utcTime, Buffer.from(`${digits}Z`));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}
