import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import { type RawArguments, readFlag } from '#cli/flag.js';
import { drillFlag, PRINT_FLAGS } from '#cli/flags.js';
import { allProfilesFlag, forgetFlag, profileFlag } from '#cli/login-flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { parseProfileName, type SignInPort } from '#cli/sign-in-port.js';
import { Failure } from '#failure.js';

import { type LogoutRow, logoutViews } from './logout.view.js';

interface LogoutOptions {
  /** Null: the default one. */
  readonly name: string | null;
  readonly isAll: boolean;
  /** Whether profiles go as well. */
  readonly forgets: boolean;
}

export const logoutCommand = defineCommand<LogoutOptions, LogoutRow, null>({
  words: ['logout'],
  summary: 'Remove what is kept of a sign-in from this machine',
  permissions: [],
  examples: [
    { does: 'Of the default profile', line: 'logout' },
    { does: 'Of all of them, and the profiles too', line: 'logout --all --forget' },
  ],
  about:
    'Overwrites and removes the private file with the kept sign-in and tokens of a profile, and says which. Secrets and certificates that a profile names by path stay where they are. A token that was given out stays good until it expires, an hour or so; to end a person’s sign-in everywhere, revoke its sessions in the Entra admin center.',
  flags: [allProfilesFlag, forgetFlag],
  commonFlags: [profileFlag, ...PRINT_FLAGS, drillFlag],
  managesProfiles: true,
  judges: false,
  schema: 'mailcheck.logout/1',
  parse: parseLogout,
  run: runLogout,
  views: logoutViews,
});

function parseLogout(raw: RawArguments, context: ParseContext): LogoutOptions {
  const name = readFlag(raw, profileFlag, context);
  const isAll = readFlag(raw, allProfilesFlag, context);
  if (name !== null && isAll) {
    throw new Failure('usage', '--all and --profile contradict each other.', { remedy: 'Give one of them.' });
  }
  return {
    name: name === null ? null : parseProfileName(name),
    isAll,
    forgets: readFlag(raw, forgetFlag, context),
  };
}

async function* runLogout(options: LogoutOptions, ports: Ports): Answer<LogoutRow, null> {
  const port = await ports.signIn();
  const kept = await port.kept();
  const rows: LogoutRow[] = [];
  for (const profile of await namesOf(options, port)) {
    const note = kept.find((each) => each.name === profile);
    rows.push({
      profile,
      removedSignIn: await port.forget(profile),
      path: note?.path ?? null,
      tokens: note?.tokens ?? 0,
      hadPerson: note?.hasPerson ?? false,
      removedProfile: options.forgets && (await port.removeProfile(profile)),
    });
  }
  yield* rows;
  return {
    result: null,
    summary: {
      removed: rows.filter((row) => row.removedSignIn).length,
      profilesRemoved: rows.filter((row) => row.removedProfile).length,
    },
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}

/** What is kept of a profile that is gone is found all the same. */
async function namesOf({ name, isAll }: LogoutOptions, port: SignInPort): Promise<readonly string[]> {
  if (name !== null) return [name];
  if (isAll) {
    const [{ byName }, kept] = await Promise.all([port.profiles(), port.kept()]);
    return [...new Set([...byName.keys(), ...kept.map((note) => note.name)])];
  }
  return [(await port.profiles()).defaultName ?? 'default'];
}
