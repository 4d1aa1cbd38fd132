/** The forms in which a secret is written down, by hand or by a program, as one expression to search bytes with. */
import { SECRET_MARK } from '#simulator/sign-in/secret-mark.js';

const RSA = Buffer.from('06092a864886f70d010101', 'hex');

/** What a secret that carries no mark is known by. */
const BEGINNINGS: readonly (readonly [string, Buffer])[] = [
  ['a signed token', Buffer.from('eyJhbGciOi')],
  ['a signed token', Buffer.from('eyJ0eXAiOi')],
  ['a private key', Buffer.from('PRIVATE KEY-----')],
  // PKCS #8 (RFC 5958): the name of RSA, and then an octet string, for 1024 to 4096 bits; a public key is a bit string.
  ...[0x02, 0x04, 0x06, 0x09].map(
    (length) => ['a private key', Buffer.from([...RSA, 0x05, 0x00, 0x04, 0x82, length])] as const,
  ),
  // PBES2 (RFC 8018): a private key with a password.
  ['a private key', Buffer.from('06092a864886f70d01050d', 'hex')],
];

const NAME_BY_FORM: ReadonlyMap<string, string> = new Map([
  ...[...formsOfMark(SECRET_MARK)].map((form) => [form, 'a marked secret'] as const),
  ...BEGINNINGS.flatMap(([name, bytes]) => [...formsOfBytes(bytes)].map((form) => [form, name] as const)),
]);

/** In text as latin1, a character for each byte. */
const ANY_FORM = new RegExp([...NAME_BY_FORM.keys()].map(escaped).join('|'), 'u');

/** The longest form: where bytes are searched by pieces, so much of the last piece belongs to the next one. */
export const LONGEST_FORM = Math.max(...[...NAME_BY_FORM.keys()].map(({ length }) => length));

/** What was found and where it begins; null for nothing. */
export function findSecret(latin1: string): { readonly name: string; readonly at: number } | null {
  const found = ANY_FORM.exec(latin1);
  return found === null ? null : { name: NAME_BY_FORM.get(found[0]) ?? 'a secret', at: found.index };
}

/** Letters and digits, so that neither JSON nor a shell nor HTML writes it another way; a URL could, sign by sign. */
function formsOfMark(mark: string): ReadonlySet<string> {
  const cases = [mark, mark.toLowerCase(), mark.toUpperCase()];
  const percent = Array.from(Buffer.from(mark), (byte) => `%${byte.toString(16)}`).join('');
  const percents = [percent, percent.toUpperCase()];
  const wide = Buffer.from(mark, 'utf16le').toString('latin1');
  return new Set([...cases.flatMap((each) => [...formsOfBytes(Buffer.from(each))]), ...percents, wide]);
}

/** As they are, in hexadecimal, in base64, and in base64 of base64: a token is base64, and a header may wrap it again. */
function formsOfBytes(bytes: Buffer): ReadonlySet<string> {
  const once = base64Forms(bytes);
  const twice = once.flatMap((form) => base64Forms(Buffer.from(form)));
  const hex = bytes.toString('hex');
  return new Set([bytes.toString('latin1'), ...once, ...twice, hex, hex.toUpperCase()]);
}

/** In base64 a text looks another way at each of three places; what hangs together with its neighbours is cut off. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = Math.floor(shifted.length / 3) * 3;
    const start = shift === 0 ? 0 : 4;
    return (['base64', 'base64url'] as const).map((form) =>
      shifted.subarray(0, whole).toString(form).slice(start),
    );
  });
}

function escaped(form: string): string {
  return form.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}
