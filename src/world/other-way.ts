const GENERIC = 'the same command with --via exchange';

/** Flags that choose Graph, and those that would be idle beside Exchange. */
const OF_GRAPH = ['--via', '--graph-url'];

/**
 * The command as it was typed, asking Exchange instead, so that a cure can be pasted into a shell. In words only where
 * personal data is withheld, or where something was typed that no shell should get.
 */
export function viaExchange(argv: readonly string[], isRedacted: boolean): string {
  const isClean = argv.every((word) => /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u.test(word));
  if (isRedacted || !isClean) return GENERIC;
  const kept = argv.filter((word, index) => !isOfGraph(word) && !isValueOfGraph(argv[index - 1]));
  return ['mailcheck', ...kept, '--via', 'exchange'].map(quoted).join(' ');
}

function isOfGraph(word: string): boolean {
  return OF_GRAPH.some((flag) => word === flag || word.startsWith(`${flag}=`));
}

function isValueOfGraph(before: string | undefined): boolean {
  return before !== undefined && OF_GRAPH.includes(before);
}

/** For a POSIX shell; PowerShell takes the same quotes. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
