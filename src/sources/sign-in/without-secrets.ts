/**
 * Text of others without what is secret in it: who refuses a request may repeat it, in whatever form. What we know is taken
 * out in each form that we can think of; what we do not, by what stands before it or how it begins.
 */

const HIDDEN = '***';

export function withoutSecrets(text: string, known: readonly string[]): string {
  const forms = known.flatMap(formsOf).toSorted((a, b) => b.length - a.length);
  const told = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
  return PATTERNS.reduce((rest, [pattern, shown]) => rest.replace(pattern, shown), told);
}

/** None can take longer than the text is long: no part of one can end in two ways. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,20}-----|$)/g, HIDDEN],
  // A form, a query, a header or JSON, once more written for one of these as it may be.
  [
    /\b((?:client_secret|client_assertion|assertion|refresh_token|access_token|id_token|device_code|code_verifier|password)["'\\]*(?:[=:]|%3D|%253D)["'\\]*)[^\s&"'\\,;}]{16,}/gi,
    `$1${HIDDEN}`,
  ],
  // Of an error a code is a word; one to sign in with is longer than any.
  [/\b(code(?:=|%3D|%253D))[\w.~%-]{40,}/gi, `$1${HIDDEN}`],
  [/\b((?:Bearer|Basic)(?: |\+|%20|%2520))[\w.~+/=%-]{20,}/gi, `$1${HIDDEN}`],
  // Base64 of a JSON object: a token, with or without its signature (RFC 7519).
  [/eyJ[\w-]{12,}(?:\.[\w-]*)*/g, HIDDEN],
  // Secrets of apps as Microsoft makes them.
  [/[\w~.-]{0,8}Q~[\w~.-]{30,}/g, HIDDEN],
  // User and password of an address.
  [/\/\/[^\s/@:"']{0,200}:[^\s/@"']{0,500}@/g, `//${HIDDEN}@`],
];

/** A short one would take half of the sentence with it, in one of its forms. */
const SHORTEST_OF_FORMS = 8;

function formsOf(secret: string): readonly string[] {
  if (secret === '') return [];
  if (secret.length < SHORTEST_OF_FORMS) return [secret];
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  const written = [encodeURIComponent(secret), form, JSON.stringify(secret).slice(1, -1)];
  const again = written.map((each) => encodeURIComponent(each));
  const small = [...written, ...again].map((each) =>
    each.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
  );
  const readAsForm = secret.replaceAll('+', ' ');
  const coded = [secret, ...written].flatMap(base64Forms);
  const hex = Buffer.from(secret).toString('hex');
  return [secret, readAsForm, ...written, ...again, ...small, ...coded, hex, hex.toUpperCase()];
}

/** In base64 a text looks another way at each of three places; what hangs together with its neighbours stays. */
function base64Forms(text: string): readonly string[] {
  return [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
    const whole = bytes.subarray(0, Math.floor(bytes.length / 3) * 3);
    const start = shift === 0 ? 0 : 4;
    return [whole.toString('base64').slice(start), whole.toString('base64url').slice(start)];
  });
}
