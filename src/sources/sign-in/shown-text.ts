/** With a full stop where it ends without one. */
export function finished(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}

const SHOWN_CHARACTERS = 200;

/** Text of a service as it may stand in a message: one line, at most 200 characters, no secret that we know. */
export function shownText(said: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret !== '');
  const clean = known.reduce((rest, secret) => rest.replaceAll(secret, '***'), said);
  const line = clean.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= SHOWN_CHARACTERS
    ? line
    : `${characters.slice(0, SHOWN_CHARACTERS - 1).join('')}…`;
}
