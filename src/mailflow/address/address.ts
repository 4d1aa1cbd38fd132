/**
 * SMTP addresses as text: how to compare them, where the domain begins, what a flag may hold.
 * Knows nothing of display names, header syntax or whether a mailbox exists.
 */

/** The form in which two addresses are compared. Exchange ignores case on both sides of the `@`. */
export function addressKey(address: string): string {
  return address.trim().toLowerCase();
}

/** The comparable domain of an address; empty when it has none, as the null reverse path of a DSN. */
export function domainOf(address: string): string {
  const split = address.lastIndexOf('@');
  return split === -1 ? '' : normalizeDomain(address.slice(split + 1));
}

/** Lower case, without a leading `@` or the final dot of a fully qualified name. */
export function normalizeDomain(domain: string): string {
  const bare = domain.trim().toLowerCase();
  return bare.slice(bare.startsWith('@') ? 1 : 0, bare.endsWith('.') ? -1 : undefined);
}
