/** Cells that hold several recipients, and what happened to each of them. */

export interface RecipientOutcome {
  readonly recipient: string;
  /** `Receive, Deliver` as the events it lists. */
  readonly events: readonly string[];
}

/** Recipients joined with `;`, without doubles; a `;` inside a quoted local part does not separate. */
export function splitRecipients(cell: string, separators: RegExp = /;/): readonly string[] {
  if (!separators.test(cell) && !cell.includes(';')) return cell.trim() === '' ? [] : [cell.trim()];
  const parts = cell.includes('"') ? splitOutsideQuotes(cell, separators) : cell.split(separators);
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))];
}

/**
 * The texts that belong to `count` recipients. They are joined with `;`, which a text may hold itself: a cut is
 * made where a reply or a record begins, else at every `;` if that gives the right number; else all share the cell.
 */
export function splitStatuses(cell: string, count: number): readonly string[] {
  if (count <= 1 || cell === '') return Array.from({ length: count }, () => cell);
  const parts = cell.split(';');
  const joined = joinUntil(parts, beginsStatus);
  if (joined.length === count) return joined.map((text) => text.trim());
  return parts.length === count
    ? parts.map((text) => text.trim())
    : Array.from({ length: count }, () => cell);
}

/** The cell `a@x##Receive, Deliver;b@y##Receive, Fail` of an Enhanced summary. */
export function splitOutcomes(cell: string): readonly RecipientOutcome[] {
  const parts = joinUntil(cell.split(';'), beginsOutcome);
  return parts.flatMap((part) => {
    const mark = part.indexOf('##');
    const recipient = part.slice(0, mark).trim();
    if (mark === -1 || recipient === '') return [];
    const events = part.slice(mark + 2).split(',');
    return [{ recipient, events: events.map((event) => event.trim()).filter((event) => event !== '') }];
  });
}

/** A reply code and a blank or hyphen, or the bracket of a reason record. */
function beginsStatus(part: string): boolean {
  return /^(?:[245]\d\d[ -]|\[\{)/.test(part.trimStart());
}

/** An address, then `##`. */
function beginsOutcome(part: string): boolean {
  const mark = part.indexOf('##');
  const address = part.slice(0, mark).trim();
  const at = address.lastIndexOf('@');
  return mark > 0 && at > 0 && !/\s/.test(address.slice(at));
}

/** Joins each part that does not begin something with the one before it. */
function joinUntil(parts: readonly string[], begins: (part: string) => boolean): readonly string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last === undefined || begins(part)) joined.push(part);
    else joined[joined.length - 1] = `${last};${part}`;
  }
  return joined;
}

function splitOutsideQuotes(cell: string, separators: RegExp): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < cell.length; at += 1) {
    const character = cell.charAt(at);
    if (character === '"') quoted = !quoted;
    else if (!quoted && separators.test(character)) {
      parts.push(cell.slice(start, at));
      start = at + 1;
    }
  }
  // An odd quote is no quoting: fall back to every separator.
  return quoted ? cell.split(separators) : [...parts, cell.slice(start)];
}
