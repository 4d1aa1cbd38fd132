/** All words of the program as data, for the shells that complete them: it knows no shell. */
export interface ShellWords {
  readonly commands: readonly ShellCommand[];
}

export interface ShellCommand {
  /** As `trace show`. */
  readonly path: string;
  readonly summary: string;
  readonly flags: readonly ShellFlag[];
  /** What may stand behind the command; empty where it cannot be listed. */
  readonly positionals: readonly string[];
}

export interface ShellFlag {
  /** Long name without dashes. */
  readonly name: string;
  readonly short: string | null;
  readonly help: string;
  readonly takes: Taken;
}

/**
 * What follows a flag. `bound`: only behind `=`, and it may be left out. `written`: one of the choices, `=`, and the name of
 * a file. `profile`: a name that `login` wrote down.
 */
export type Taken =
  | { readonly kind: 'nothing' | 'text' | 'file' | 'profile' }
  | { readonly kind: 'choice' | 'bound' | 'written'; readonly choices: readonly string[] };
