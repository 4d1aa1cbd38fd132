/** The tenant's own limit: asked once a day, never missed, never waited for in an error. */
import { describe, expect, test } from 'vitest';

import type { TraceRequest } from '#cli/ports.js';
import { askExpiration, openExpirationDesk, untilLeft } from '#commands/trace/ask-expiration.js';
import { Failure, type FailureKind } from '#failure.js';
import type { ExpirationHistory, KeptExpiration } from '#mailflow/trace/message-expiration.js';

import { memoryExpirationHistory } from '../../fakes/memory-expiration-history.js';
import { NOW } from '../run-command.js';

const REQUEST: TraceRequest = {
  ...{ files: [], fileTimeZone: null, dateOrder: null, maxRequests: null, waitForQuota: false },
  ...{ quota: null, keepsHistory: true },
};

interface Setting {
  readonly request?: Partial<TraceRequest>;
  readonly kept?: KeptExpiration;
  readonly history?: ExpirationHistory | null;
  /** `not-asked`: there is no road to Exchange. */
  readonly service: number | null | 'not-asked' | Failure;
}

async function asked({ request = {}, kept, history, service }: Setting) {
  const store = history === undefined ? memoryExpirationHistory(kept ?? null) : history;
  let questions = 0;
  const answer = await askExpiration(
    { ...REQUEST, ...request },
    {
      now: () => NOW,
      signal: new AbortController().signal,
      expirationHistory: () => Promise.resolve(store),
      expiration: () => {
        if (service === 'not-asked') return Promise.resolve(null);
        const hours = async () => {
          questions += 1;
          await Promise.resolve();
          if (service instanceof Failure) throw service;
          return service;
        };
        return Promise.resolve({ requestCount: () => questions, hours });
      },
    },
    new AbortController().signal,
  );
  return { ...answer, questions, left: (await store?.last()) ?? null };
}

const keptAgo = (hours: number): KeptExpiration => ({
  hours: 20,
  seenAt: new Date(NOW.getTime() - hours * 3_600_000),
});
const failure = (kind: FailureKind) => new Failure(kind, 'No such luck.', { remedy: 'Wait.' });
const FRESH = { hours: 18, seenAt: NOW };

test.each<[string, Setting, object]>([
  ['asked at first, and kept', { service: 18 }, { hours: 18, why: null, requests: 1, left: FRESH }],
  [
    'kept for a day: an incident costs no question',
    { kept: keptAgo(23), service: 18 },
    { hours: 20, questions: 0 },
  ],
  ['asked again after a day', { kept: keptAgo(25), service: 18 }, { hours: 18, left: FRESH }],
  [
    'a kept one from days ahead was kept by a wrong clock',
    { kept: keptAgo(-30), service: 18 },
    { hours: 18 },
  ],
  [
    'an old one is better than none',
    { kept: keptAgo(50), service: failure('timeout') },
    { hours: 20, why: null, left: keptAgo(50) },
  ],
  [
    'no permission is no trouble',
    { service: failure('permission') },
    { hours: null, why: 'No such luck', left: null },
  ],
  ['no network either', { service: failure('unreachable') }, { hours: null, why: 'No such luck' }],
  ['nor a tenant that has no name', { service: failure('usage') }, { hours: null, why: 'No such luck' }],
  [
    'a tenant that tells none',
    { service: null },
    { hours: null, why: 'the tenant tells none', requests: 1, left: null },
  ],
  [
    'no road to Exchange',
    { service: 'not-asked' },
    { hours: null, why: 'Exchange was not asked', requests: 0 },
  ],
  ['exports ask nobody', { request: { files: ['trace.csv'] }, service: 18 }, { hours: null, questions: 0 }],
  ['a cap is for the trace', { request: { maxRequests: 3 }, service: 18 }, { hours: null, questions: 0 }],
  ['nothing may be kept', { history: null, service: 18 }, { hours: 18, left: null }],
  [
    'a store that fails costs nothing',
    {
      history: { last: () => Promise.resolve(null), keep: () => Promise.reject(failure('configuration')) },
      service: 18,
    },
    { hours: 18 },
  ],
])('%s', async (_why, setting, expected) => {
  expect(await asked(setting)).toMatchObject(expected);
});

test('an interruption goes on its way', async () => {
  await expect(asked({ service: failure('interrupted') })).rejects.toThrow('No such luck');
});

describe('a question beside rows', () => {
  async function* rows(): AsyncGenerator<number, string, void> {
    yield await Promise.resolve(1);
    yield 2;
    return 'whole';
  }

  /** Answers only when it is dropped, as a service does that hangs. */
  function hanging() {
    return openExpirationDesk(
      (dropped) =>
        new Promise((_resolve, reject) => {
          dropped.addEventListener('abort', () => reject(new Error('dropped')));
        }),
    );
  }

  test('is dropped where the reader leaves, and that is no fault', async () => {
    const desk = hanging();
    const asked = desk.ask();
    for await (const row of untilLeft(rows(), desk)) if (row === 1) break;
    expect(await asked).toMatchObject({ hours: null, requests: 0 });
  });

  test('goes on behind the last row', async () => {
    const desk = openExpirationDesk((dropped) =>
      Promise.resolve({ hours: dropped.aborted ? null : 18, why: null, requests: 1 }),
    );
    const walk = untilLeft(rows(), desk);
    expect([await walk.next(), await walk.next(), await walk.next()].at(-1)).toEqual({
      done: true,
      value: 'whole',
    });
    expect(await desk.ask()).toMatchObject({ hours: 18 });
  });
});
