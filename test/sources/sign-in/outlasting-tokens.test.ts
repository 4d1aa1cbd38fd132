import { describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { AccessToken } from '#sources/sign-in/credential.js';
import { memoryTokens, outlasting } from '#sources/sign-in/outlasting-tokens.js';

const NOON = Date.parse('2026-06-30T12:00:00Z');
const DOWN = new Failure('unreachable', 'The sign-in service is in trouble.', { remedy: 'Wait.' });

function at(minutes: number): Date {
  return new Date(NOON + minutes * 60_000);
}

interface Scene {
  /** Of the token that is kept since noon, in minutes. */
  readonly life: number;
  /** Minutes after noon. */
  readonly now: number;
  readonly isRefused?: boolean;
  readonly error?: Error;
}

async function play({
  life,
  now,
  isRefused = false,
  error,
}: Scene): Promise<readonly [string, readonly string[]]> {
  const kept = memoryTokens();
  await kept.write('k', { token: 'kept', issuedAt: at(0), expiresAt: at(life) });
  const notices: string[] = [];
  const fetchToken = (): Promise<AccessToken> =>
    error === undefined
      ? Promise.resolve({ token: 'fresh', expiresAt: at(now + 60) })
      : Promise.reject(error);
  const ask = outlasting(fetchToken, {
    ...{ kept, keyOf: () => 'k', now: () => at(now), onNotice: (text: string) => void notices.push(text) },
  });
  const got = await ask('scope', undefined, isRefused).then(
    ({ token }) => token,
    (failure: unknown) => (failure === error ? 'the failure' : 'something else'),
  );
  return [got, notices];
}

describe('which token is used', () => {
  test.each<readonly [string, Scene, string, number]>([
    ['within its life nobody is asked', { life: 60, now: 54, error: DOWN }, 'kept', 0],
    ['a new one five minutes before its end', { life: 60, now: 56 }, 'fresh', 0],
    ['the old one to its end, while signing in fails', { life: 60, now: 56, error: DOWN }, 'kept', 1],
    [
      'also where the secret has expired meanwhile',
      { life: 60, now: 59, error: new Failure('sign-in', 'Expired.', { remedy: 'Renew.' }) },
      'kept',
      1,
    ],
    ['not in its last seconds', { life: 60, now: 59.6, error: DOWN }, 'the failure', 0],
    ['not after its end', { life: 60, now: 61, error: DOWN }, 'the failure', 0],
    [
      'not when the service has refused it',
      { life: 60, now: 10, isRefused: true, error: DOWN },
      'the failure',
      0,
    ],
    ['a new one in the place of one that was refused', { life: 60, now: 10, isRefused: true }, 'fresh', 0],
    [
      'not when a person stops it',
      { life: 60, now: 56, error: new Failure('interrupted', 'Stop.', { remedy: '' }) },
      'the failure',
      0,
    ],
    ['a bug is a bug', { life: 60, now: 56, error: new TypeError('bug') }, 'the failure', 0],
    ['a clock that was set back an hour tells no age', { life: 60, now: -60 }, 'fresh', 0],
    ['half of a short life', { life: 4, now: 3, error: DOWN }, 'kept', 1],
  ])('%s', async (_why, scene, token, remarks) => {
    const [got, notices] = await play(scene);
    expect([got, notices.length]).toEqual([token, remarks]);
  });

  test('the remark says why, and until when it is good', async () => {
    const [, [notice]] = await play({ life: 60, now: 57, error: DOWN });
    expect(notice).toBe(
      'The sign-in service is in trouble. The token of 57 min ago is good until 13:00 UTC, and is used.',
    );
  });
});
