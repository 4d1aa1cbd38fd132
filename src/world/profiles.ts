/** The file of profiles: read before anything is asked, written by `login` alone. */
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { AskedProfile, FoundProfile } from '#cli/world.js';
import { Failure } from '#failure.js';
import type { NamedProfile } from '#settings/profile.js';
import { NO_PROFILES, parseProfiles, type Profiles, writeProfiles } from '#settings/profile.js';
import { parseProfileName, profileNamed } from '#settings/profile.js';
import { type Environment, labelledDrill, textOf } from '#settings/service-settings.js';
import { configFolder } from '#settings/store-place.js';
import { flagValuesOf } from '#settings/with-profile.js';

import { readPrivateFile, replacePrivateFile, withFileLock } from './private-file.js';

export function profilesPath(environment: Environment): string {
  const machine = { platform: process.platform, homeFolder: homedir() };
  return join(configFolder(environment, machine), 'profiles.json');
}

/** What others can write could send our secrets elsewhere; what they can read holds none. */
export async function readProfiles(path: string): Promise<Profiles> {
  const found = await readPrivateFile(path, 'everybody');
  switch (found.kind) {
    case 'absent':
      return NO_PROFILES;
    case 'text':
      return parseProfiles(found.text, path);
    case 'unusable':
      throw new Failure('configuration', `The profiles in ${path} are not used: the file ${found.why}.`, {
        remedy: `Look whether it is as you left it, then chmod 600 ${path}.`,
      });
  }
}

/** Whoever else writes at the same time is waited for, and what they wrote stays. */
export async function changeProfiles(path: string, change: (profiles: Profiles) => Profiles): Promise<void> {
  await withFileLock(path, async () => {
    await replacePrivateFile(path, writeProfiles(change(await readProfiles(path))));
  });
}

export async function profileInForce(
  asked: AskedProfile,
  environment: Environment,
): Promise<FoundProfile | null> {
  const named = await findProfile(asked.name, environment);
  if (named === null) return null;
  // The tenant of a profile that was named goes before the variable.
  const tenant = asked.tenant ?? (named.isNamed ? null : textOf(environment, 'AZURE_TENANT_ID'));
  return { named, flagValues: flagValuesOf(named, tenant) };
}

/** The one that flags or the environment name, else the default; null where there is none, and in a drill of another shell. */
async function findProfile(given: string | null, environment: Environment): Promise<NamedProfile | null> {
  const asked = given ?? textOf(environment, 'MAILCHECK_PROFILE');
  if (given === null && labelledDrill(environment) !== null) return null;
  const path = profilesPath(environment);
  const profiles = await readProfiles(path);
  const name = asked === null ? profiles.defaultName : parseProfileName(asked);
  if (name === null) return null;
  return { name, profile: profileNamed(profiles, name, path), isNamed: given !== null };
}
