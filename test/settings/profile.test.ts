import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import {
  EMPTY_PROFILE,
  parseProfileName,
  parseProfiles,
  type Profile,
  profileNamed,
  SIGN_IN_KINDS,
  writeProfiles,
} from '#settings/profile.js';
import { environmentWithProfile, flagValuesOf, signInKindOf } from '#settings/with-profile.js';

const PATH = '/home/ann/.config/mailcheck/profiles.json';

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a Failure');
}

const text = fc.stringMatching(/^[a-z0-9][a-z0-9. -]{0,20}[a-z0-9]$/u);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const path = text.map((name) => `/etc/${name}`);
const profile: fc.Arbitrary<Profile> = fc.record({
  ...{ tenant: orNull(text), clientId: orNull(text), serviceConnection: orNull(text) },
  ...{ objectId: orNull(text), resourceId: orNull(path) },
  cloud: fc.constantFrom(null, 'worldwide', 'dod'),
  via: fc.constantFrom(null, 'auto', 'graph', 'exchange'),
  signIn: orNull(fc.constantFrom(...SIGN_IN_KINDS)),
  ...{ certificate: orNull(path), certificatePasswordFile: orNull(path), sendChain: fc.boolean() },
  ...{ secretFile: orNull(path), tokenFile: orNull(path), keepToken: fc.boolean() },
  ...{ domains: fc.array(text, { maxLength: 3 }), probeRecipient: orNull(text) },
  quota: orNull(fc.integer({ min: 1, max: 100_000 })),
});

test('what is written is read again as it was', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,10}$/u);
  const property = fc.property(
    fc.dictionary(name, profile, { maxKeys: 4, noNullPrototype: true }),
    (profiles) => {
      const byName = new Map(Object.entries(profiles));
      const defaultName = [...byName.keys()][0] ?? null;
      const read = parseProfiles(writeProfiles({ defaultName, byName }), PATH);
      expect(read.defaultName).toBe(defaultName);
      expect([...read.byName]).toEqual([...byName]);
    },
  );
  fc.assert(property);
});

test('any text is read or refused, never a crash', () => {
  const odd = fc.oneof(fc.string(), fc.json());
  fc.assert(
    fc.property(odd, (given) => {
      try {
        parseProfiles(given, PATH);
      } catch (error) {
        expect(error).toBeInstanceOf(Failure);
      }
    }),
  );
});

describe('what is wrong is named, and its value is not shown', () => {
  const inProfile = (member: string): string => `{"version":1,"profiles":{"p":{${member}}}}`;
  test.each([
    ['{"version":2,"profiles":{}}', 'version', 'another version'],
    ['{"version":1,"profiles":[]}', 'profiles', 'a list of profiles'],
    ['{"version":1,"profiles":{},"default":"p"}', 'default', 'a default that is none'],
    ['{"version":1,"profiles":{"../p":{}}}', 'profiles.../p', 'a name that leads elsewhere'],
    [inProfile('"certificate":"canary.pem"'), 'profiles.p.certificate', 'a path of no fixed place'],
    [inProfile('"tenant":"canary\\u0007"'), 'profiles.p.tenant', 'a control character'],
    [inProfile('"domains":["a",7]'), 'profiles.p.domains[1]', 'a number among domains'],
    [inProfile('"quota":0'), 'profiles.p.quota', 'a quota of nothing'],
    [inProfile('"clientSecret":"canary"'), 'profiles.p.clientSecret', 'a secret'],
  ])('%s: %s', (given, at) => {
    const failure = failureOf(() => parseProfiles(given, PATH));
    expect([failure.kind, failure.message]).toEqual(['configuration', expect.stringContaining(at)]);
    expect(failure.message + failure.remedy).not.toContain('canary');
  });
});

test.each(['', 'a b', '../x', 'con.txt', 'x'.repeat(41), '-x'])('%j is no name of a profile', (given) => {
  expect(failureOf(() => parseProfileName(given)).kind).toBe('usage');
});

test('a profile that there is not is told with those that there are', () => {
  const profiles = { defaultName: null, byName: new Map([['contoso', EMPTY_PROFILE]]) };
  expect(failureOf(() => profileNamed(profiles, 'fabrikam', PATH)).remedy).toContain('contoso');
});

describe('flags, environment and profile as one', () => {
  const contoso: Profile = {
    ...EMPTY_PROFILE,
    ...{ tenant: 'contoso.example', clientId: 'app-1', signIn: 'certificate', certificate: '/etc/app.pem' },
    ...{ domains: ['contoso.example'], quota: 500, cloud: 'worldwide' },
  };
  const plain = { name: 'contoso', profile: contoso, isNamed: false };
  const named = { ...plain, isNamed: true };

  test.each<readonly [string, typeof plain, Record<string, string>, Record<string, string | undefined>]>([
    [
      'the profile alone',
      plain,
      {},
      { AZURE_TENANT_ID: 'contoso.example', MAILCHECK_SIGN_IN: 'certificate' },
    ],
    [
      'an empty variable hides nothing',
      plain,
      { AZURE_TENANT_ID: ' ' },
      { AZURE_TENANT_ID: 'contoso.example' },
    ],
    [
      'the environment names another tenant, and the app is the same',
      plain,
      { AZURE_TENANT_ID: 'fabrikam.example' },
      { AZURE_TENANT_ID: 'fabrikam.example', AZURE_CLIENT_ID: 'app-1', MAILCHECK_SIGN_IN: 'certificate' },
    ],
    [
      'the environment names another app: how that signs in is not for the profile to say',
      plain,
      { AZURE_CLIENT_ID: 'app-2', AZURE_CLIENT_SECRET: 's' },
      { AZURE_CLIENT_ID: 'app-2', MAILCHECK_SIGN_IN: undefined, AZURE_CLIENT_CERTIFICATE_PATH: undefined },
    ],
    [
      'a profile that is named goes first',
      named,
      { AZURE_CLIENT_ID: 'app-2', AZURE_TENANT_ID: 'fabrikam.example', MAILCHECK_GRAPH_TOKEN: 'x' },
      { AZURE_CLIENT_ID: 'app-1', AZURE_TENANT_ID: 'contoso.example', MAILCHECK_GRAPH_TOKEN: undefined },
    ],
    [
      'an app that some other tool named is none of the identities of this machine',
      { ...named, profile: { ...EMPTY_PROFILE, signIn: 'managed-identity' } },
      { AZURE_CLIENT_ID: 'app-2', MAILCHECK_IDENTITY_OBJECT_ID: 'object-2' },
      { AZURE_CLIENT_ID: undefined, MAILCHECK_IDENTITY_OBJECT_ID: undefined },
    ],
    [
      'an identity of this machine by another of its ids',
      { ...named, profile: { ...EMPTY_PROFILE, signIn: 'managed-identity', objectId: 'object-1' } },
      { AZURE_CLIENT_ID: 'app-2' },
      { AZURE_CLIENT_ID: undefined, MAILCHECK_IDENTITY_OBJECT_ID: 'object-1' },
    ],
    [
      'the password of another certificate is none of this one',
      { ...named, profile: { ...contoso, certificatePasswordFile: '/etc/app.password' } },
      { AZURE_CLIENT_CERTIFICATE_PASSWORD: 'x' },
      {
        AZURE_CLIENT_CERTIFICATE_PASSWORD: undefined,
        MAILCHECK_CERTIFICATE_PASSWORD_FILE: '/etc/app.password',
      },
    ],
  ])('%s', (_why, chosen, environment, expected) => {
    const merged = environmentWithProfile(environment, chosen);
    for (const [name, value] of Object.entries(expected)) expect([name, merged[name]]).toEqual([name, value]);
    expect(merged['MAILCHECK_PROFILE']).toBe('contoso');
  });

  test('nothing is known of another tenant', () => {
    expect(flagValuesOf(named, 'contoso.example').get('quota')).toEqual(['500']);
    expect(flagValuesOf(named, null).get('domain')).toEqual(['contoso.example']);
    expect([...flagValuesOf(named, 'fabrikam.example')]).toEqual([]);
  });

  test('a word that is no way to sign in is refused with those that are', () => {
    expect(failureOf(() => signInKindOf({ MAILCHECK_SIGN_IN: 'password' })).remedy).toContain('device-code');
    expect(signInKindOf({ MAILCHECK_SIGN_IN: ' ' })).toBeNull();
  });
});
