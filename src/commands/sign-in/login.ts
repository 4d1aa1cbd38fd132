import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import * as login from '#cli/login-flags.js';
import type { Ports } from '#cli/ports.js';
import * as probeFlags from '#cli/probe-flags.js';
import { EMPTY_PROFILE, type SignIn, type SignInPort } from '#cli/sign-in-port.js';
import type { Gap } from '#mailflow/finding.js';

import { draftProfile } from './draft-profile.js';
import { type LoginResult, loginViews } from './login.view.js';
import { type LoginOptions, parseLogin } from './login-options.js';
import { type LoginRow, serviceRow } from './sign-in-row.js';

export const loginCommand = defineCommand<LoginOptions, LoginRow, LoginResult>({
  words: ['login'],
  summary: 'Sign in, and write down tenant, app and way of signing in as a profile',
  permissions: ['None of its own: it gets tokens and asks nothing with them (mailcheck help permissions).'],
  examples: [
    {
      does: 'With the secret of AZURE_CLIENT_SECRET, as profile contoso',
      line: 'login --profile contoso --tenant contoso.example --kind client-secret',
    },
    {
      does: 'With a certificate, written down now and tried later',
      line: 'login --profile contoso --kind certificate --certificate app.pem --no-check',
    },
    {
      does: 'As yourself by a code; leave out --no-check to sign in at once',
      line: 'login --profile me --kind device-code --no-check',
    },
    { does: 'Which profiles there are', line: 'login --list' },
  ],
  about:
    'Kinds: client-secret, certificate, managed-identity, federated-token (a pod), github and azure-pipelines (their jobs), azure-cli; device-code and browser are for a person at a terminal. Other commands take --profile NAME, else MAILCHECK_PROFILE, else the default profile; flags go before the environment, which goes before the profile; a profile named by flag says who signs in, whatever variables say. No secret is written into a profile, and no flag takes one: name a file, pipe it (--secret-file -), or set AZURE_CLIENT_SECRET. What a person’s sign-in needs later is kept in a private file, after asking; access tokens only with --keep-token. mailcheck logout removes both.',
  flags: [
    login.kindFlag,
    login.clientIdFlag,
    login.objectIdFlag,
    login.resourceIdFlag,
    login.secretFileFlag,
    login.certificateFlag,
    login.certificatePasswordFileFlag,
    login.sendChainFlag,
    login.tokenFileFlag,
    login.serviceConnectionFlag,
    flags.domainFlag,
    probeFlags.probeRecipientFlag,
    flags.quotaFlag,
    login.keepTokenFlag,
    login.defaultFlag,
    login.yesFlag,
    login.noCheckFlag,
    login.listFlag,
  ],
  commonFlags: [
    ...flags.COMMON_FLAGS.filter((flag) => flag !== flags.limitFlag && flag !== flags.failOnFlag),
  ],
  managesProfiles: true,
  exitCodes:
    '0 signed in (or listed), 3 to one service only or try again, 4 refused: nothing was written down',
  judges: false,
  schema: 'mailcheck.login/1',
  parse: parseLogin,
  run: runLogin,
  views: loginViews,
});

async function* runLogin(options: LoginOptions, ports: Ports): Answer<LoginRow, LoginResult> {
  const port = await ports.signIn();
  if (options.isList) return yield* listProfiles(port);
  const { defaultName, byName } = await port.profiles();
  const name = options.name ?? defaultName ?? 'default';
  const profile = draftProfile(byName.get(name) ?? EMPTY_PROFILE, options, port);
  // What comes from standard input is for this time only: the profile that is kept names no file.
  const asked = options.readsInput ? { ...profile, secretFile: '-' } : profile;
  const signedIn = options.isChecked ? await port.signIn(name, asked) : null;
  const services = signedIn?.services ?? [];
  const refusals = services.flatMap((each) => (each.ok ? [] : [each]));
  const [first] = refusals;
  if (first !== undefined && refusals.length === services.length) throw first.failure;
  await port.saveProfile(name, profile, options.isDefault);
  const kept =
    signedIn === null ? null : await keep(signedIn, options, { port, keepsTokens: profile.keepToken });
  yield* services.map((each) => serviceRow(name, each));
  return {
    result: { kind: 'login', name, profile, path: port.profilesPath, kept, isChecked: options.isChecked },
    summary: { profile: name, path: port.profilesPath, kept: kept?.what ?? [] },
    ...{ tenant: profile.tenant, source: null, window: null, findings: [] },
    incomplete: refusals.map(({ service, failure }) => gapOf(service, failure)),
  };
}

function gapOf(
  service: 'graph' | 'exchange',
  {
    kind,
    remedy,
    retryAfterSeconds,
  }: { kind: string; remedy: string; retryAfterSeconds: number | undefined },
): Gap {
  return {
    what: `a token for ${service === 'graph' ? 'Microsoft Graph' : 'Exchange'}`,
    reason: kind === 'sign-in' || kind === 'permission' || kind === 'configuration' ? 'refused' : kind,
    remedy,
    retryAfterSeconds: retryAfterSeconds ?? null,
  };
}

type Kept = NonNullable<Extract<LoginResult, { kind: 'login' }>['kept']>;

/** Access tokens were asked for by flag; what a person needs later is asked for here. */
async function keep(
  signedIn: SignIn,
  { isYes }: LoginOptions,
  { port, keepsTokens }: { readonly port: SignInPort; readonly keepsTokens: boolean },
): Promise<Kept> {
  const { path, hasRefreshState } = signedIn;
  const isWanted =
    hasRefreshState &&
    (isYes || (await port.confirm(`Keep this sign-in in ${path} (only you can read it)?`)) === true);
  const what = [...(isWanted ? ['sign-in'] : []), ...(keepsTokens ? ['access tokens'] : [])];
  if (what.length > 0) await signedIn.keep(isWanted);
  return { what, path, isPerson: hasRefreshState };
}

async function* listProfiles(port: SignInPort): Answer<LoginRow, LoginResult> {
  const [{ defaultName, byName }, kept] = await Promise.all([port.profiles(), port.kept()]);
  yield* [...byName].map(([profile, settings]): LoginRow => {
    const note = kept.find((each) => each.name === profile);
    return {
      kind: 'profile',
      ...{ profile, isDefault: profile === defaultName, settings },
      ...{ keptTokens: note?.tokens ?? 0, keepsPerson: note?.hasPerson ?? false },
    };
  });
  return {
    result: { kind: 'list', path: port.profilesPath },
    summary: { profiles: byName.size, default: defaultName, path: port.profilesPath },
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
