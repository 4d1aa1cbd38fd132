/** Ids of messages of Exim: `1qLYaS-0001Bc-2d`, since 4.97 `1qLYaS-000000001Bc-2dEf`. The first part is the second of arrival. */

const BASE = 62;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** No queue is older; a smaller number is of a system that counts otherwise. */
const OLDEST_MS = Date.UTC(1995, 0);
const DAY_MS = 86_400_000;

/** Index behind the id that begins here; -1 when none does. */
export function endOfEximId(line: string, at: number): number {
  if (!isWord(line, at, 6) || line.charCodeAt(at + 6) !== HYPHEN) return -1;
  if (isWord(line, at + 7, 6) && line.charCodeAt(at + 13) === HYPHEN && isWord(line, at + 14, 2)) {
    return at + 16;
  }
  return isWord(line, at + 7, 11) && line.charCodeAt(at + 18) === HYPHEN && isWord(line, at + 19, 4)
    ? at + 23
    : -1;
}

/** Null where the id does not tell it: on systems that have no capitals in names of files it counts in another base. */
export function arrivalOfEximId(queueId: string, asOf: Date): number | null {
  let seconds = 0;
  for (const letter of queueId.slice(0, 6)) seconds = seconds * BASE + DIGITS.indexOf(letter);
  const timeMs = seconds * 1000;
  return timeMs >= OLDEST_MS && timeMs <= asOf.getTime() + DAY_MS ? timeMs : null;
}

function isWord(line: string, from: number, length: number): boolean {
  for (let at = from; at < from + length; at += 1) if (!isAlphanumeric(line.charCodeAt(at))) return false;
  return true;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

const HYPHEN = 45;
