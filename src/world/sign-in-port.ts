/** Signing in on purpose: what `login` and `logout` do to the files of this machine and ask of the sign-in service. */
import { resolve } from 'node:path';

import type { CommonOptions } from '#cli/common-options.js';
import type { SignedIn, SignIn, SignInPort } from '#cli/sign-in-port.js';
import { Failure } from '#failure.js';
import { wrap } from '#render/layout.js';
import { safeText } from '#render/safe-text.js';
import type { Profile } from '#settings/profile.js';
import {
  type Environment,
  resolveServiceSettings,
  type ServiceSettings,
  textOf,
} from '#settings/service-settings.js';
import { environmentWithProfile, signInKindOf } from '#settings/with-profile.js';
import { environmentTokens } from '#sources/sign-in/environment-tokens.js';
import { memoryTokens } from '#sources/sign-in/outlasting-tokens.js';
import { type KeptToken, passingState } from '#sources/sign-in/sign-in-memory.js';
import { tokenFacts } from '#sources/sign-in/token-facts.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';
import { confirm } from '#terminal/confirm.js';
import { pageWidth } from '#terminal/width.js';

import { changeProfiles, profilesPath, readProfiles } from './profiles.js';
import { CLOCK, readCertificates, signInAgain } from './road.js';
import { forgetSignIn, signInFileOf, signInNames } from './sign-in-files.js';
import { readStandardInput } from './standard-input.js';

interface PortOptions {
  readonly options: CommonOptions;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly talk: (text: string) => void;
}

export function openSignInPort({ options, environment, signal, talk }: PortOptions): SignInPort {
  const path = profilesPath(environment);
  const fileOf = (name: string) => signInFileOf(name, environment, talk);
  return {
    profilesPath: path,
    profiles: () => readProfiles(path),
    saveProfile: (name, profile, isDefault) =>
      changeProfiles(path, ({ defaultName, byName }) => ({
        defaultName: isDefault ? name : (defaultName ?? name),
        byName: new Map([...byName, [name, profile]]),
      })),
    removeProfile: async (name) => {
      if (!(await readProfiles(path)).byName.has(name)) return false;
      await changeProfiles(path, ({ defaultName, byName }) => ({
        defaultName: defaultName === name ? null : defaultName,
        byName: new Map([...byName].filter(([each]) => each !== name)),
      }));
      return true;
    },
    signIn: (name, profile) => signIn({ name, profile, options, environment, signal, talk }),
    kept: async () => {
      const names = await signInNames(environment);
      return Promise.all(
        names.map(async (name) => {
          const file = fileOf(name);
          const contents = await file.contents();
          const tokens = [...(contents?.tokenByKey.values() ?? [])];
          return {
            name,
            path: file.path,
            tokens: tokens.filter(({ expiresAt }) => expiresAt > CLOCK.now()).length,
            hasPerson: (contents?.person ?? null) !== null,
          };
        }),
      );
    },
    forget: (name) => forgetSignIn(fileOf(name).path),
    confirm: (question) =>
      process.stdin.isTTY && isPersonHere(environment)
        ? confirm(question, { input: process.stdin, output: process.stderr, signal })
        : Promise.resolve(null),
    usual: {
      tenant: textOf(environment, 'AZURE_TENANT_ID'),
      clientId: textOf(environment, 'AZURE_CLIENT_ID'),
    },
    absolutePath: (given) => resolve(given),
  };
}

/** Whether somebody reads what to do. Build servers have terminals that nobody watches. */
function isPersonHere(environment: Environment): boolean {
  return process.stderr.isTTY && environment['CI'] === undefined;
}

/** A code is good for a quarter of an hour. */
const USUAL_SECONDS = { person: 900, app: 60 } as const;

interface SigningIn extends PortOptions {
  readonly name: string;
  readonly profile: Profile;
}

async function signIn(asked: SigningIn): Promise<SignIn> {
  const { name, profile, options, environment: outside, signal } = asked;
  const environment = environmentWithProfile(outside, { name, profile, isNamed: true });
  const kind = signInKindOf(environment);
  const isPerson = kind === 'device-code' || kind === 'browser';
  if (isPerson && !isPersonHere(environment)) throw nobodyHere(kind);
  const file = signInFileOf(name, environment, asked.talk);
  const state = passingState();
  const fetched = new Map<string, KeptToken>();
  const memory = memoryTokens();
  const { graph, exchange } = servicesOf(options, profile, environment);
  const caPem = graph.caFile === null ? null : await readCertificates(graph.caFile);
  const tokens = environmentTokens({
    ...{ env: graph.signInEnvironment, kind, authorityHost: graph.authorityHost, caPem, clock: CLOCK },
    ...{
      state,
      again: signInAgain(environment),
      beginning: BEGINNING,
      readInput: () => readStandardInput(signal),
      onNotice: asked.talk,
    },
    // Not talk that --quiet takes away: without it nobody could go on.
    prompt: (text) => void process.stderr.write(`${wrap(safeText(text), promptWidth()).join('\n')}\n`),
    kept: {
      read: memory.read,
      write: (key, token) => {
        fetched.set(key, token);
        return memory.write(key, token);
      },
    },
  });
  const limitMs = (options.timeoutSeconds ?? USUAL_SECONDS[isPerson ? 'person' : 'app']) * 1000;
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const attempting = { tokens, fetched, signal: bounded };
  const first = await attempt('graph', graph, attempting);
  const isForAll = !first.ok && first.failure.meetsEveryService;
  const asksExchange = profile.via !== 'graph' && !isForAll;
  const services = [first, ...(asksExchange ? [await attempt('exchange', exchange, attempting)] : [])];
  const person = await state.read();
  return {
    services,
    hasRefreshState: person !== null,
    path: file.path,
    keep: async (withPerson) => {
      if (person !== null && withPerson) await file.state.write(person);
      if (!profile.keepToken || kind === 'azure-cli') return;
      for (const [key, token] of fetched) await file.tokens.write(key, token);
    },
  };
}

function promptWidth(): number {
  const { isTTY, columns } = process.stderr;
  return pageWidth({ asked: null, isTty: isTTY, columns, env: process.env });
}

/** For who has nothing yet. */
const BEGINNING =
  'Name tenant, app and a way to sign in: mailcheck login --tenant contoso.example --client-id 22222222-2222-4222-8222-222222222222 --certificate app.pem, or --secret-file FILE; as yourself --kind device-code. The app is made by the script of mailcheck help permissions.';

function nobodyHere(kind: string): Failure {
  return new Failure('sign-in', `${kind} needs a person at a terminal, and nobody is at one here.`, {
    remedy:
      'Run mailcheck login at a terminal; a build or a scheduled run signs in with --kind client-secret, certificate, managed-identity, github or azure-pipelines.',
  });
}

function servicesOf(
  options: CommonOptions,
  profile: Profile,
  environment: Environment,
): Readonly<Record<'graph' | 'exchange', ServiceSettings>> {
  const flags = { ...options, tenant: null, cloud: profile.cloud ?? 'worldwide' } as const;
  return {
    graph: resolveServiceSettings({ ...flags, via: 'graph' }, environment),
    exchange: resolveServiceSettings({ ...flags, via: 'exchange' }, environment),
  };
}

interface Attempting {
  readonly tokens: TokenSource;
  /** All that came, by what it is for. */
  readonly fetched: ReadonlyMap<string, KeptToken>;
  readonly signal: AbortSignal;
}

async function attempt(
  service: 'graph' | 'exchange',
  { url }: ServiceSettings,
  { tokens, fetched, signal }: Attempting,
): Promise<SignedIn> {
  const scope = `${URL.canParse(url) ? new URL(url).origin : url}/.default`;
  try {
    const token = await tokens.token(scope, { refresh: true }, signal);
    const kept = [...fetched.values()].find((each) => each.token === token);
    return { ok: true, service, ...tokenFacts(token), expiresAt: kept?.expiresAt ?? CLOCK.now() };
  } catch (failure) {
    if (failure instanceof Failure && !isStop(failure)) return { ok: false, service, failure };
    throw failure;
  }
}

function isStop({ kind }: Failure): boolean {
  return kind === 'interrupted' || kind === 'terminated';
}
