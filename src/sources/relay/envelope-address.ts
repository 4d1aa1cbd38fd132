/** Addresses of envelopes as relays print them. All of them are chosen by strangers. */

/** The sender of a DSN is empty in the envelope; Postfix prints the name of the mail system in its place. */
export function postfixSender(printed: string): string {
  return printed === 'MAILER-DAEMON' || printed === '<>' ? '' : printed;
}

/**
 * Index of the `>` that closes the address which begins here, behind its `<`; -1 when none does. A local part in
 * quotation marks may hold anything, a `>` and what looks like the rest of the line as well.
 */
export function endOfAddress(text: string, at: number): number {
  return text.indexOf('>', text.charCodeAt(at) === QUOTE ? endOfQuoted(text, at) : at);
}

/** Index behind the closing quotation mark; that of the opening one when it is never closed. */
export function endOfQuoted(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) return end + 1;
    if (code === BACKSLASH) end += 1;
  }
  return at;
}

const QUOTE = 34;
const BACKSLASH = 92;
