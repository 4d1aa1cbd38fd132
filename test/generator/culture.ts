/** Dates as .NET writes them in the cultures of admins' machines; written apart from the reader, on purpose. */

export const CULTURES = {
  'en-US': (wall: Wall) =>
    `${wall.month}/${wall.day}/${wall.year} ${twelve(wall)}:${two(wall.minute)}:${two(wall.second)} ${half(wall)}`,
  'en-GB': (wall: Wall) => `${two(wall.day)}/${two(wall.month)}/${wall.year} ${clock(wall)}`,
  'de-DE': (wall: Wall) => `${two(wall.day)}.${two(wall.month)}.${wall.year} ${clock(wall)}`,
  'nl-NL': (wall: Wall) => `${wall.day}-${wall.month}-${wall.year} ${clock(wall)}`,
  'en-AU': (wall: Wall) =>
    `${wall.day}/${two(wall.month)}/${wall.year} ${twelve(wall)}:${two(wall.minute)}:${two(wall.second)}\u202f${half(wall).toLowerCase()}`,
  'da-DK': (wall: Wall) => `${two(wall.day)}-${two(wall.month)}-${wall.year} ${clock(wall, '.')}`,
  'ja-JP': (wall: Wall) =>
    `${wall.year}/${two(wall.month)}/${two(wall.day)} ${wall.hour}:${two(wall.minute)}:${two(wall.second)}`,
  'ko-KR': (wall: Wall) =>
    `${wall.year}-${two(wall.month)}-${two(wall.day)} ${wall.hour < 12 ? '오전' : '오후'} ${twelve(wall)}:${two(wall.minute)}:${two(wall.second)}`,
  'hu-HU': (wall: Wall) =>
    `${wall.year}. ${two(wall.month)}. ${two(wall.day)}. ${wall.hour}:${two(wall.minute)}:${two(wall.second)}`,
  iso: (wall: Wall) => `${wall.year}-${two(wall.month)}-${two(wall.day)}T${clock(wall)}Z`,
  'iso-ticks': (wall: Wall) => `${wall.year}-${two(wall.month)}-${two(wall.day)}T${clock(wall)}.1234567Z`,
} as const;

export type Culture = keyof typeof CULTURES;

/** Cultures whose dates need a look at the whole file. */
export const CULTURES_WITHOUT_A_SIGN: ReadonlySet<Culture> = new Set([
  'en-US',
  'en-GB',
  'nl-NL',
  'en-AU',
  'da-DK',
]);

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function formatDate(instant: Date, culture: Culture, timeZone = 'UTC'): string {
  return CULTURES[culture](timeZone === 'UTC' ? utcWall(instant) : wallIn(instant, timeZone));
}

function utcWall(instant: Date): Wall {
  return {
    year: instant.getUTCFullYear(),
    month: instant.getUTCMonth() + 1,
    day: instant.getUTCDate(),
    hour: instant.getUTCHours(),
    minute: instant.getUTCMinutes(),
    second: instant.getUTCSeconds(),
  };
}

function wallIn(instant: Date, timeZone: string): Wall {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
    instant,
  );
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D+/).map(Number);
  return { year, month, day, hour, minute, second };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function twelve(wall: Wall): number {
  return wall.hour % 12 === 0 ? 12 : wall.hour % 12;
}

function half(wall: Wall): string {
  return wall.hour < 12 ? 'AM' : 'PM';
}

function clock(wall: Wall, separator = ':'): string {
  return [wall.hour, wall.minute, wall.second].map(two).join(separator);
}
