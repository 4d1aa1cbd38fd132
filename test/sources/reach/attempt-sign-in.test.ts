import { describe, expect, test } from 'vitest';

import { Failure, type FailureKind } from '#failure.js';
import { attemptSignIn } from '#sources/reach/attempt-sign-in.js';
import { cachedTokens } from '#sources/sign-in/token-cache.js';
import type { TokenSource } from '#sources/sign-in/token-source.js';

import { virtualClock } from '../../fakes/virtual-clock.js';

const { signal } = new AbortController();
const SCOPE = 'https://graph.contoso.example/.default';

const attempt = (tokens: (() => TokenSource) | null, leftMs = 10_000, stop = signal) =>
  attemptSignIn({ tokens, scope: SCOPE, monotonicMs: () => 0, deadlineMs: leftMs }, stop);

const failing = (kind: FailureKind) => (): TokenSource => ({
  token: () => Promise.reject(new Failure(kind, 'No.', { remedy: 'Do it.' })),
});

describe('our own sign-in', () => {
  test('a token that was issued, and how long it took', async () => {
    const clock = virtualClock('2026-06-02T17:30:00Z');
    const asked: string[] = [];
    const tokens = (): TokenSource => ({
      token: (scope) => {
        asked.push(scope);
        clock.advance(420);
        return Promise.resolve('canary');
      },
    });
    const reading = await attemptSignIn(
      { tokens, scope: SCOPE, monotonicMs: clock.monotonicMs, deadlineMs: 10_000 },
      signal,
    );
    expect([reading, asked]).toEqual([{ kind: 'issued', tookMs: 420 }, [SCOPE]]);
  });

  test('a ready token is no attempt', async () => {
    expect(await attempt(null)).toEqual({ kind: 'not-attempted' });
  });

  test.each<[FailureKind, 'refused' | 'failed', string]>([
    ['sign-in', 'refused', 'credentials, consent, clock'],
    ['configuration', 'refused', 'a setting'],
    ['permission', 'refused', 'a right'],
    ['unreachable', 'failed', 'their side or the way there'],
    ['throttled', 'failed', 'asked too often'],
    ['timeout', 'failed', 'too slow'],
    ['protocol', 'failed', 'no answer of a sign-in service'],
  ])('%s: %s, for %s', async (kind, outcome) => {
    expect(await attempt(failing(kind))).toEqual({ kind: outcome, text: 'No.', remedy: 'Do it.' });
  });

  test('no credentials at all are refused by us', async () => {
    const none = (): TokenSource => {
      throw new Failure('sign-in', 'No credentials.', { remedy: 'Set them.' });
    };
    expect(await attempt(none)).toEqual({ kind: 'refused', text: 'No credentials.', remedy: 'Set them.' });
  });

  test('a sign-in that somebody else began is waited for no longer than our own deadline', async () => {
    const clock = virtualClock('2026-06-02T17:30:00Z');
    const tokens = cachedTokens(clock, () => new Promise(() => undefined));
    void tokens.token(SCOPE);
    expect(await attempt(() => tokens, 40)).toMatchObject({
      kind: 'failed',
      text: expect.stringMatching(/time was up/) as string,
    });
  });

  test('a bug is no reading', async () => {
    const broken = (): TokenSource => ({ token: () => Promise.reject(new TypeError('bug')) });
    await expect(attempt(broken)).rejects.toBeInstanceOf(TypeError);
  });

  test.each(['before', 'during'])('a person who stops it %s is the one reason to reject', async (when) => {
    const controller = new AbortController();
    const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
    if (when === 'before') controller.abort(reason);
    const reading = attempt(() => ({ token: () => new Promise(() => undefined) }), 10_000, controller.signal);
    if (when === 'during') controller.abort(reason);
    expect(await reading.catch((error: unknown) => error)).toBe(reason);
  });
});
