import { withoutSecrets } from './without-secrets.js';

/** With a full stop where it ends without one. */
export function finished(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}

/** Without its full stop, for who goes on behind it, as with a bracket. */
export function unfinished(text: string): string {
  return text.replace(/\.$/, '');
}

const SHOWN_CHARACTERS = 200;
/** No sentence of a service is longer, and nobody waits for the search through a page of the web. */
const READ_CHARACTERS = 20_000;

/** Text of a service as it may stand in a message: one line, at most 200 characters, no secret. */
export function shownText(said: string, secrets: readonly string[]): string {
  const clean = withoutSecrets(said.slice(0, READ_CHARACTERS), secrets);
  const line = clean.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= SHOWN_CHARACTERS
    ? line
    : `${characters.slice(0, SHOWN_CHARACTERS - 1).join('')}…`;
}

/** The id that a service gives a request, or null where it is none: services give GUIDs, others may repeat what we sent. */
export function shownId(said: string | null | undefined): string | null {
  return said !== null && said !== undefined && /^[A-Za-z0-9-]{1,36}$/.test(said) ? said : null;
}
