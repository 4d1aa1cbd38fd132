/** Where the public key stands in a certificate: TLSA records hash those bytes (RFC 6698, section 2.1.2), whatever its algorithm. */

interface Element {
  readonly tag: number;
  readonly from: number;
  /** Where its content begins. */
  readonly inside: number;
  readonly to: number;
}

const VERSION = 0xa0;
/** No length at all, which certificates do not use. */
const INDEFINITE = 0x80;
/** Before the key: serial number, signature algorithm, issuer, validity, subject (RFC 5280, section 4.1). */
const FIELDS_BEFORE = 5;

/** Empty when the bytes are no certificate. */
export function publicKeyInfoOf(certificate: Buffer): Buffer {
  const outer = elementAt(certificate, 0);
  const signed = outer && elementAt(certificate, outer.inside);
  let field = signed && elementAt(certificate, signed.inside);
  if (field?.tag === VERSION) field = elementAt(certificate, field.to);
  for (let left = FIELDS_BEFORE; left > 0 && field !== null; left -= 1)
    field = elementAt(certificate, field.to);
  return field === null ? Buffer.alloc(0) : certificate.subarray(field.from, field.to);
}

/** Null where no element of X.690 fits into the bytes. */
function elementAt(bytes: Buffer, from: number): Element | null {
  const tag = bytes[from];
  const first = bytes[from + 1];
  if (tag === undefined || first === undefined || first === INDEFINITE) return null;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const inside = from + 2 + lengthBytes;
  if (lengthBytes > 4 || inside > bytes.length) return null;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(from + 2, lengthBytes);
  return inside + length > bytes.length ? null : { tag, from, inside, to: inside + length };
}
