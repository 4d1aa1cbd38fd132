/** Spans of time as admins write them: `90s`, `30m`, `4h`, `2d`, `1w`, and sums as `1h30m`. */

export type ParsedDuration =
  { readonly ok: true; readonly seconds: number } | { readonly ok: false; readonly expected: string };

const SECONDS_BY_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const EXPECTED = 'a number with s, m, h, d or w';

export function parseDuration(text: string): ParsedDuration {
  const compact = text.trim().toLowerCase();
  if (!/^(?:\d{1,6}[smhdw]){1,5}$/.test(compact)) return { ok: false, expected: EXPECTED };
  let seconds = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+)([smhdw])/g)) {
    seconds += Number(amount) * (SECONDS_BY_UNIT[unit ?? ''] ?? 0);
  }
  return seconds > 0 ? { ok: true, seconds } : { ok: false, expected: EXPECTED };
}
