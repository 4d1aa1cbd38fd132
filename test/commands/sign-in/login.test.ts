import { describe, expect, test } from 'vitest';

import { parseArguments } from '#cli/arguments.js';
import { EMPTY_PROFILE, type Profile } from '#cli/sign-in-port.js';
import { COMMANDS } from '#commands/index.js';
import { draftProfile } from '#commands/sign-in/draft-profile.js';
import { type LoginOptions, parseLogin } from '#commands/sign-in/login-options.js';
import { Failure } from '#failure.js';

import { CONTEXT } from '../run-command.js';

async function optionsOf(...words: readonly string[]): Promise<LoginOptions> {
  const request = await parseArguments(['login', ...words], COMMANDS);
  if (request.kind !== 'command') throw new Error('the arguments ask for help');
  return parseLogin(request.raw, CONTEXT);
}

const APP = '22222222-2222-4222-8222-222222222222';
const OBJECT = '44444444-4444-4444-8444-444444444444';
const RESOURCE = `/subscriptions/${OBJECT}/resourceGroups/mail/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mailcheck`;

describe('what the flags say', () => {
  test.each([
    [['--client-id', 'app'], '--client-id is no GUID.', 'a secret could stand there'],
    [['--object-id', 'app'], '--object-id is no GUID.', 'the name of an identity is no id'],
    [
      ['--resource-id', RESOURCE.replace('userAssignedIdentities', 'vaults')],
      '--resource-id is none of a user-assigned managed identity.',
      'the id of something else',
    ],
    [
      ['--resource-id', OBJECT],
      '--resource-id is none of a user-assigned managed identity.',
      'an object id in its place',
    ],
    [
      ['--object-id', OBJECT, '--client-id', APP],
      '--client-id, --object-id and --resource-id name the same thing.',
      'one of them would be left out in silence',
    ],
    [
      ['--object-id', OBJECT, '--kind', 'certificate'],
      '--object-id and --resource-id do not go with --kind certificate.',
      'an app has no such id',
    ],
    [['--tenant', 'contoso'], '--tenant is neither a GUID nor a domain.', 'no domain'],
    [['--list', '--profile', 'p'], '--list shows all profiles and changes none.', 'idle flags'],
    [
      ['--secret-file', '-', '--no-check'],
      '--secret-file - and --no-check leave a secret that nobody uses.',
      'a pipe for nothing',
    ],
  ])('%j: %s (%s)', async (words, message) => {
    const failure = await optionsOf(...words).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ kind: 'usage', message });
    expect(failure instanceof Failure && failure.remedy).not.toBe('');
  });
});

describe('the profile that is written down', () => {
  const machine: Profile = { ...EMPTY_PROFILE, signIn: 'managed-identity', objectId: OBJECT };
  const app: Profile = { ...EMPTY_PROFILE, signIn: 'certificate', clientId: APP, certificate: '/a.pem' };
  const ids = ({ signIn, clientId, objectId, resourceId }: Profile): object =>
    Object.fromEntries(
      Object.entries({ signIn, clientId, objectId, resourceId }).filter(([, value]) => value !== null),
    );

  test.each<readonly [string, Profile, readonly string[], object]>([
    [
      'an object id implies the kind, and leaves out the app of the environment',
      EMPTY_PROFILE,
      ['--object-id', OBJECT],
      { signIn: 'managed-identity', objectId: OBJECT },
    ],
    [
      'another id goes in its place',
      machine,
      ['--resource-id', RESOURCE],
      { signIn: 'managed-identity', resourceId: RESOURCE },
    ],
    [
      'what is not named again stays',
      machine,
      ['--keep-token'],
      { signIn: 'managed-identity', objectId: OBJECT },
    ],
    [
      'an app is none of this machine: that of the environment is taken',
      app,
      ['--kind', 'managed-identity'],
      { signIn: 'managed-identity', clientId: 'usual' },
    ],
    [
      'and the other way round',
      machine,
      ['--kind', 'device-code'],
      { signIn: 'device-code', clientId: 'usual' },
    ],
    ['the Azure CLI is its own app', app, ['--kind', 'azure-cli'], { signIn: 'azure-cli' }],
    [
      'two kinds of an app have the same',
      app,
      ['--kind', 'device-code'],
      { signIn: 'device-code', clientId: APP },
    ],
  ])('%s', async (_why, before, words, expected) => {
    const profile = draftProfile(before, await optionsOf(...words), {
      absolutePath: (path) => `/work/${path}`,
      usual: { tenant: null, clientId: 'usual' },
    });
    expect(ids(profile)).toEqual(expected);
  });
});
