/** What is kept of sign-ins between runs: one private file for each profile. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Failure } from '#failure.js';
import { type Environment, textOf } from '#settings/service-settings.js';
import { storeFolder } from '#settings/store-place.js';
import type { KeptSignIn, KeptToken, KeptTokens, RefreshState } from '#sources/sign-in/sign-in-memory.js';

import {
  destroyPrivateFile,
  draftsOf,
  readPrivateFile,
  replacePrivateFile,
  withFileLock,
} from './private-file.js';

/** The profile of a run that names none. */
export const UNNAMED = 'default';

export interface SignInFile {
  readonly path: string;
  readonly state: RefreshState;
  readonly tokens: KeptTokens;
  /** What it holds; null when there is nothing. */
  readonly contents: () => Promise<Contents | null>;
}

export interface Contents {
  readonly person: KeptSignIn | null;
  readonly tokenByKey: ReadonlyMap<string, KeptToken>;
}

function signInFolder(environment: Environment): string {
  return join(storeFolder(environment, { platform: process.platform, homeFolder: homedir() }), 'sign-in');
}

/** That of the profile in use. */
export function openSignInFile(environment: Environment, onNote: (text: string) => void): SignInFile {
  return signInFileOf(textOf(environment, 'MAILCHECK_PROFILE') ?? UNNAMED, environment, onNote);
}

export function signInFileOf(
  name: string,
  environment: Environment,
  onNote: (text: string) => void,
): SignInFile {
  const path = join(signInFolder(environment), `${name}.json`);
  const told = { once: false };
  const note = (text: string): void => {
    if (!told.once) onNote(text);
    told.once = true;
  };
  const contents = (): Promise<Contents | null> => readContents(path, note);
  const change = async (update: (before: Contents) => Contents): Promise<void> => {
    await withFileLock(path, async () => {
      await replacePrivateFile(path, written(update((await contents()) ?? NOTHING)));
    });
  };
  return {
    path,
    contents,
    state: {
      read: async () => (await contents())?.person ?? null,
      write: (person) => change((before) => ({ ...before, person })),
    },
    tokens: {
      read: async (key) => (await contents())?.tokenByKey.get(key) ?? null,
      write: async (key, token) => {
        const add = (before: Contents): Contents => ({
          ...before,
          tokenByKey: new Map([...stillGood(before, token.issuedAt), [key, token]]),
        });
        // The token is good all the same.
        await change(add).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
          note(`${error.message} The token is not kept. ${error.remedy}`);
        });
      },
    },
  };
}

/** Their names are those of their profiles. */
export async function signInNames(environment: Environment): Promise<readonly string[]> {
  const names = await readdir(signInFolder(environment)).catch(() => []);
  return names.flatMap((name) => (/^[a-z0-9_-]+\.json$/.test(name) ? [name.slice(0, -'.json'.length)] : []));
}

/** Under the lock, so that nobody writes it anew from what was read before. */
export async function forgetSignIn(path: string): Promise<boolean> {
  const isThere = (await readPrivateFile(path)).kind !== 'absent' || (await draftsOf(path)).length > 0;
  if (!isThere) return false;
  return withFileLock(path, () => destroyPrivateFile(path));
}

const NOTHING: Contents = { person: null, tokenByKey: new Map() };

function stillGood({ tokenByKey }: Contents, now: Date): readonly (readonly [string, KeptToken])[] {
  return [...tokenByKey].filter(([, { expiresAt }]) => expiresAt > now);
}

async function readContents(path: string, note: (text: string) => void): Promise<Contents | null> {
  const found = await readPrivateFile(path);
  switch (found.kind) {
    case 'absent':
      return null;
    case 'unusable':
      note(
        `What was kept of the sign-in is not used: ${path} ${found.why}. Sign in again with mailcheck login.`,
      );
      return null;
    case 'text': {
      const contents = parsed(found.text);
      if (contents === null)
        note(
          `What was kept of the sign-in is damaged and is not used: ${path}. Sign in again with mailcheck login.`,
        );
      return contents;
    }
  }
}

const SCHEMA = 'mailcheck.kept-sign-in/1';

function written({ person, tokenByKey }: Contents): string {
  const tokens = [...tokenByKey].map(([key, token]) => ({ key, ...token }));
  return JSON.stringify({ schema: SCHEMA, person, tokens });
}

/** Null for anything that this program did not write as it stands. */
function parsed(text: string): Contents | null {
  const root = membersOf(jsonOf(text));
  const tokens = root?.get('tokens');
  if (root?.get('schema') !== SCHEMA || !Array.isArray(tokens)) return null;
  const person = root.get('person') ?? null;
  const read = tokens.map(readToken);
  const whole = read.flatMap((pair) => (pair === null ? [] : [pair]));
  const readPerson = person === null ? null : readKept(person);
  if (whole.length !== read.length || (person !== null && readPerson === null)) return null;
  return { person: readPerson, tokenByKey: new Map(whole) };
}

function readToken(value: unknown): readonly [string, KeptToken] | null {
  const found = membersOf(value);
  const [key, token] = [found?.get('key'), found?.get('token')];
  const [issuedAt, expiresAt] = [dateOf(found?.get('issuedAt')), dateOf(found?.get('expiresAt'))];
  if (typeof key !== 'string' || typeof token !== 'string' || issuedAt === null || expiresAt === null)
    return null;
  return [key, { token, issuedAt, expiresAt }];
}

function readKept(value: unknown): KeptSignIn | null {
  const found = membersOf(value);
  const [cache, record] = [found?.get('cache'), found?.get('record') ?? null];
  if (typeof cache !== 'string' || (record !== null && typeof record !== 'string')) return null;
  return { cache, record };
}

function dateOf(value: unknown): Date | null {
  const instant = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(instant) ? null : new Date(instant);
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
