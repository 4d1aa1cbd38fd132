/** For error bodies, of which nothing is promised: what is not there reads as null or as empty. */

export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : null;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
