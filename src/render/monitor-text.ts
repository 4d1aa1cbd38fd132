/** Remote text cut to size for monitors, whose readers keep a few kilobytes and drop the rest, often in the middle of a word. */
import { safeText } from './safe-text.js';

/** One printable line of at most so many code points. */
export function monitorText(remote: string, most: number): string {
  // What is hidden needs several characters to be shown, so nothing beyond this can be among the first.
  const safe = safeText(remote.slice(0, 2 * most + 2));
  const points = Array.from(safe.trim());
  const isWhole = points.length <= most && remote.length <= 2 * most + 2;
  return isWhole ? points.join('') : `${points.slice(0, most - 1).join('')}…`;
}

/** The same, measured in bytes of UTF-8. */
export function fitBytes(text: string, most: number): string {
  if (text.length * 3 <= most || bytesOf(text) <= most) return text;
  let kept = '';
  let left = most - bytesOf('…');
  for (const point of text) {
    left -= bytesOf(point);
    if (left < 0) break;
    kept += point;
  }
  return `${kept}…`;
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What may stand in a name of ours, as `held-mail`; whatever else comes in is no part of a name. */
export function monitorName(id: string, separator: '-' | '_'): string {
  const parts =
    id
      .slice(0, LONGEST_NAME)
      .toLowerCase()
      .match(/[a-z0-9]+/gu) ?? [];
  return parts.length === 0 ? 'other' : parts.join(separator);
}

const LONGEST_NAME = 80;

/** Digits as every reader takes them: no exponent, six decimals at most. Null for what is no such number. */
export function plainNumber(value: number): string | null {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return null;
  const digits = value.toFixed(6).replace(/\.?0+$/u, '');
  return digits === '-0' ? '0' : digits;
}
