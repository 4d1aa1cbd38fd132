/** JSON that is safe to print: nothing invisible, well-formed Unicode, and parsed back it is the same value. */
import { HIDDEN } from './safe-text.js';

/** Made for the first text that is written: who writes no JSON need not read Unicode's tables. */
const known: { hidden: RegExp | null } = { hidden: null };

/** One line of JSON. Dates become ISO UTC; a lone surrogate becomes U+FFFD; what JSON cannot hold becomes null. */
export function jsonText(value: unknown): string {
  // Inside an array, JSON.stringify always gives text.
  const text = JSON.stringify([value]).slice(1, -1);
  if (/^[\x20-\x7e]*$/u.test(text) && !text.includes('##') && !text.includes(String.raw`\ud`)) return text;
  return replaceLoneSurrogates(text)
    .replace((known.hidden ??= new RegExp(`[${HIDDEN}]`, 'gu')), escapeUnits)
    .replace(/##/gu, String.raw`#\u0023`);
}

/** JSON.stringify spells out lone surrogates, and no others, as `\ud800`; escapes are read one by one, so `\\ud800` is not one. */
function replaceLoneSurrogates(text: string): string {
  return text.replace(/\\(u[0-9a-f]{4}|.)/gu, (escape: string, body: string) =>
    /^ud[89a-f]/u.test(body) ? '\uFFFD' : escape,
  );
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
