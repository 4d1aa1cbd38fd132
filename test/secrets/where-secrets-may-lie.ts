/** The few places where a secret may be written, each with its reason. Everywhere else it is a leak. */

export interface WrittenFile {
  readonly path: string;
  /** Permission bits of the file, and of the folder that it lies in. */
  readonly mode: number;
  readonly folderMode: number;
  /** Whether somebody has agreed, in this run or an earlier one with the same folder of state. */
  readonly isAgreed: boolean;
}

export const PERMITTED_FILES: readonly {
  readonly what: string;
  readonly why: string;
  readonly permits: (file: WrittenFile) => boolean;
}[] = [
  {
    what: 'sign-in/PROFILE.json below MAILCHECK_HOME, and its next text while a run beside this one writes it',
    why: 'what login keeps after asking: later runs sign in with it; nobody else may read it',
    permits: ({ path, mode, folderMode, isAgreed }) =>
      /[/\\]sign-in[/\\](?:[a-z0-9_-]+\.json|\.[a-z0-9_-]+\.json\.[0-9a-f]{8})$/u.test(path) &&
      mode === 0o600 &&
      folderMode === 0o700 &&
      isAgreed,
  },
];

export const PERMITTED_LINES: readonly {
  readonly what: string;
  readonly why: string;
  readonly words: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: RegExp;
}[] = [
  {
    what: 'the environment lines of drill',
    why: 'the secret and the token are those of the simulated tenant, and another shell needs them',
    words: 'drill',
    stream: 'stdout',
    line: /^(?:export |\$env:)(?:AZURE_CLIENT_SECRET|MAILCHECK_GRAPH_TOKEN)\b[^\n]*$/gmu,
  },
];

/** Whoever says one of these agrees to what is kept. */
export function agrees(args: readonly string[], env: Readonly<Record<string, string | undefined>>): boolean {
  return (
    args.some((word) => word === '--keep-token' || word === '--yes') || env['MAILCHECK_KEEP_TOKEN'] === '1'
  );
}
