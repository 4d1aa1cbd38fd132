/** Trace ids as different exports write them. */

const BARE_GUID = /^[0-9a-f]{32}$/i;

/** A GUID without hyphens gets them; anything else stays as it is. Null for nothing. */
export function canonicalTraceId(text: string): string | null {
  if (text === '') return null;
  if (text.length !== 32 || !BARE_GUID.test(text)) return text;
  const groups = [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ];
  return groups.join('-');
}

/** The form in which ids of different exports are equal: without case and hyphens. */
export function comparableTraceId(id: string): string {
  return id.toLowerCase().replaceAll('-', '');
}
