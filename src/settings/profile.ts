/**
 * Profiles: which tenant to ask, as whom, and what is usual there. Data in one file of the user; never code, never a secret,
 * never looked for in the working directory. Pure: the file is read and written by `main`.
 */
import { Failure } from '#failure.js';

import { CLOUD_NAMES, type CloudName, VIA_WORDS } from './clouds.js';

/** How to sign in. */
export const SIGN_IN_KINDS = [
  'client-secret',
  'certificate',
  'managed-identity',
  'federated-token',
  'github',
  'azure-pipelines',
  'device-code',
  'browser',
  'azure-cli',
] as const;
export type SignInKind = (typeof SIGN_IN_KINDS)[number];

/** Null is left to the environment, else to what is usual. */
export interface Profile {
  /** GUID or domain. */
  readonly tenant: string | null;
  readonly clientId: string | null;
  readonly cloud: CloudName | null;
  readonly via: (typeof VIA_WORDS)[number] | null;
  readonly signIn: SignInKind | null;
  /** Of a managed identity that a user assigned, in the place of `clientId`; one of them at most. */
  readonly objectId: string | null;
  /** The same in Azure Resource Manager, as `/subscriptions/…/userAssignedIdentities/NAME`. */
  readonly resourceId: string | null;
  /** PEM with certificate and private key; absolute. */
  readonly certificate: string | null;
  readonly certificatePasswordFile: string | null;
  readonly sendChain: boolean;
  /** Absolute. */
  readonly secretFile: string | null;
  readonly tokenFile: string | null;
  /** Of Azure Pipelines. */
  readonly serviceConnection: string | null;
  /** Our own. */
  readonly domains: readonly string[];
  readonly probeRecipient: string | null;
  /** Requests in five minutes. */
  readonly quota: number | null;
  /** Whether access tokens are kept between runs. */
  readonly keepToken: boolean;
}

export interface Profiles {
  /** The one that is used when none is named. */
  readonly defaultName: string | null;
  readonly byName: ReadonlyMap<string, Profile>;
}

export interface NamedProfile {
  readonly name: string;
  readonly profile: Profile;
  /** Named on the command line: then it goes before the environment. */
  readonly isNamed: boolean;
}

export const EMPTY_PROFILE: Profile = {
  ...{ tenant: null, clientId: null, cloud: null, via: null, signIn: null },
  ...{ objectId: null, resourceId: null },
  ...{ certificate: null, certificatePasswordFile: null, sendChain: false },
  ...{ secretFile: null, tokenFile: null, serviceConnection: null },
  ...{ domains: [], probeRecipient: null, quota: null, keepToken: false },
};

export const NO_PROFILES: Profiles = { defaultName: null, byName: new Map() };

/** A name is also that of a file. */
const PROFILE_NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** Throws a usage failure for what cannot be the name of a profile. */
export function parseProfileName(given: string): string {
  const name = given.toLowerCase();
  if (PROFILE_NAME.test(name)) return name;
  throw new Failure('usage', `--profile cannot be "${given}".`, {
    remedy: 'Give letters, digits, - and _, 40 at most, as --profile contoso',
  });
}

export function profileNamed(profiles: Profiles, name: string, path: string): Profile {
  const found = profiles.byName.get(name);
  if (found !== undefined) return found;
  const known = [...profiles.byName.keys()];
  const others = known.length === 0 ? 'There is none yet' : `There is ${known.join(', ')}`;
  throw new Failure('configuration', `There is no profile "${name}" in ${path}.`, {
    remedy: `${others}; make it with mailcheck login --profile ${name}.`,
  });
}

/** Throws a Failure that names what is wrong and where; a value is never shown, for it could be a secret. */
export function parseProfiles(text: string, path: string): Profiles {
  const root = members(jsonOf(text, path), { path, at: '' });
  refuseUnknown(root, ['version', 'default', 'profiles'], { path, at: '' });
  if (root.get('version') !== 1) throw wrong({ path, at: 'version' }, '1');
  const listed = members(root.get('profiles'), { path, at: 'profiles' });
  const byName = new Map(
    [...listed].map(([name, value]) => {
      const place = { path, at: `profiles.${name}` };
      if (!PROFILE_NAME.test(name)) throw wrong(place, 'a name of small letters, digits, - and _');
      return [name, readProfile(value, place)] as const;
    }),
  );
  const chosen = root.get('default') ?? null;
  if (chosen !== null && (typeof chosen !== 'string' || !byName.has(chosen)))
    throw wrong({ path, at: 'default' }, 'the name of a profile in this file');
  return { defaultName: chosen, byName };
}

/** Only what is set, in the order of the type, so that the file reads well and equal profiles make equal files. */
export function writeProfiles({ defaultName, byName }: Profiles): string {
  const profiles = Object.fromEntries([...byName].map(([name, profile]) => [name, writtenProfile(profile)]));
  return `${JSON.stringify({ version: 1, default: defaultName, profiles }, null, 2)}\n`;
}

export function writtenProfile(profile: Profile): object {
  const isSet = (value: unknown): boolean =>
    value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => isSet(value)));
}

interface Place {
  readonly path: string;
  /** As `profiles.contoso.tenant`; empty for the file. */
  readonly at: string;
}

function readProfile(value: unknown, place: Place): Profile {
  const found = members(value, place);
  refuseUnknown(found, Object.keys(EMPTY_PROFILE), place);
  const inside = (key: string): Place => ({ ...place, at: `${place.at}.${key}` });
  const text = (key: string): string | null => readText(found.get(key), inside(key));
  const truth = (key: string): boolean => readTruth(found.get(key), inside(key));
  const file = (key: string): string | null => readPath(found.get(key), inside(key));
  return {
    tenant: text('tenant'),
    clientId: text('clientId'),
    cloud: readChoice(found.get('cloud'), CLOUD_NAMES, inside('cloud')),
    via: readChoice(found.get('via'), VIA_WORDS, inside('via')),
    signIn: readChoice(found.get('signIn'), SIGN_IN_KINDS, inside('signIn')),
    objectId: text('objectId'),
    resourceId: text('resourceId'),
    certificate: file('certificate'),
    certificatePasswordFile: file('certificatePasswordFile'),
    sendChain: truth('sendChain'),
    secretFile: file('secretFile'),
    tokenFile: file('tokenFile'),
    serviceConnection: text('serviceConnection'),
    domains: readTexts(found.get('domains'), inside('domains')),
    probeRecipient: text('probeRecipient'),
    quota: readCount(found.get('quota'), inside('quota')),
    keepToken: truth('keepToken'),
  };
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Failure('configuration', `The profiles in ${path} are not JSON.`, {
      remedy: 'Mend the file, or move it away and run mailcheck login again.',
      cause,
    });
  }
}

function members(value: unknown, place: Place): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return new Map(Object.entries(value));
  throw wrong(place, 'an object');
}

function refuseUnknown(found: ReadonlyMap<string, unknown>, known: readonly string[], place: Place): void {
  const odd = [...found.keys()].find((key) => !known.includes(key));
  if (odd === undefined) return;
  const at = place.at === '' ? odd : `${place.at}.${odd}`;
  const isSecret = /secret|password|token|key/i.test(odd);
  throw new Failure('configuration', `${place.path} has a member that nobody knows: ${at}.`, {
    remedy: isSecret
      ? 'Take it out: no secret belongs into a profile; name a file with secretFile or certificate, or set AZURE_CLIENT_SECRET.'
      : `Take it out; known are ${known.join(', ')}.`,
  });
}

function readText(value: unknown, place: Place): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && /^[^\s\p{Cc}][^\p{Cc}]{0,319}$/u.test(value)) return value;
  throw wrong(place, 'a line of text');
}

function readPath(value: unknown, place: Place): string | null {
  const path = readText(value, place);
  if (path === null || /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return path;
  throw wrong(place, 'an absolute path');
}

function readTexts(value: unknown, place: Place): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(place, 'a list of texts');
  return value.map((each: unknown, index) => {
    const text = readText(each, { ...place, at: `${place.at}[${index}]` });
    if (text === null) throw wrong(place, 'a list of texts');
    return text;
  });
}

function readTruth(value: unknown, place: Place): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw wrong(place, 'true or false');
}

function readCount(value: unknown, place: Place): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value < 1e9) return value;
  throw wrong(place, 'a whole number from 1');
}

function readChoice<T extends string>(value: unknown, choices: readonly T[], place: Place): T | null {
  if (value === undefined || value === null) return null;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw wrong(place, `one of ${choices.join(', ')}`);
}

function wrong({ path, at }: Place, accepted: string): Failure {
  return new Failure('configuration', `${at === '' ? 'The whole' : at} in ${path} is not as it should be.`, {
    remedy: `Give ${accepted} there, or make the profile again with mailcheck login.`,
  });
}
