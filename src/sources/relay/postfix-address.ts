/** Addresses as Postfix prints them. */

/** The sender of a DSN is empty in the envelope; queues print the name of the mail system in its place. */
export function postfixSender(printed: string): string {
  return printed === 'MAILER-DAEMON' || printed === '<>' ? '' : printed;
}
