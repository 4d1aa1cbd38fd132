const LISTED = 5;

/** Some words in a sentence, and how many more there are. */
export function listed(words: readonly string[]): string {
  const rest = words.length - LISTED;
  return [...words.slice(0, LISTED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
