import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { Driver } from '#history/driver/database.js';
import type { LedgerUser, QuotaStore } from '#history/quota/quota-store.js';
import { openQuotaStore } from '#history/quota/quota-store.js';
import type { QuotaScope, RequestLedger } from '#mailflow/quota/request-ledger.js';

import { wallClock } from '../../fakes/wall-clock.js';
import { DRIVERS } from '../driver/drivers.js';

const GRAPH: QuotaScope = { origin: 'https://graph.microsoft.com', tenant: 'contoso.example' };
const RULES = { limit: 6, reserve: 2, windowMs: 300_000, wayMs: 0 };
const HOUR_MS = 3600_000;

describe.each(DRIVERS)('the quota store by %s', (_name, driver) => {
  let clock = wallClock('2026-06-02T17:30:00Z');
  let folder = '';
  let stores: QuotaStore[] = [];

  /** As each process does. */
  const openStore = async (using: Driver = driver): Promise<QuotaStore> => {
    const path = join(folder, 'home', 'quota.db');
    const store = await openQuotaStore({ path, clock, driver: using, onNote: () => undefined });
    stores.push(store);
    return store;
  };
  const user = (changes: Partial<LedgerUser> = {}): LedgerUser => ({
    ...{ run: 'a', processId: 4711, command: 'trace', attended: true },
    ...changes,
  });
  const openLedger = async (changes: Partial<LedgerUser> = {}, scope = GRAPH): Promise<RequestLedger> =>
    (await openStore()).ledger({ scope, user: user(changes), serviceQuota: 100, rules: RULES });
  const takeMany = async (ledger: RequestLedger, count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) expect(await ledger.take()).toEqual({ granted: true });
  };
  const close = (): void => {
    for (const store of stores.splice(0)) store.close();
  };

  beforeEach(async () => {
    clock = wallClock('2026-06-02T17:30:00Z');
    folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    stores = [];
  });
  afterEach(async () => {
    close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('several processes', () => {
    test('draw on one budget, also one that comes later', async () => {
      await takeMany(await openLedger(), 4);
      close();
      clock.pass(10_000);
      const later = await openLedger({ run: 'b' });
      await takeMany(later, 2);
      expect(await later.take()).toEqual({ granted: false, waitMs: 290_001, because: 'budget' });
    });

    test('leave the last ones to people', async () => {
      const [nobody, person] = [await openLedger({ attended: false }), await openLedger({ run: 'b' })];
      await takeMany(nobody, 4);
      expect(await nobody.take()).toMatchObject({ granted: false, because: 'budget' });
      await takeMany(person, 2);
      expect(await person.take()).toMatchObject({ granted: false, because: 'budget' });
    });

    test('keep silent together when the service asks one of them', async () => {
      const [one, other] = [await openLedger(), await openLedger({ run: 'b' })];
      await one.pauseFor(41_000);
      expect(await other.take()).toEqual({ granted: false, waitMs: 41_000, because: 'pause' });
      clock.pass(41_000);
      expect(await other.take()).toEqual({ granted: true });
    });

    test('of another tenant or endpoint have a budget of their own', async () => {
      const ledgers = [
        await openLedger(),
        await openLedger({}, { ...GRAPH, tenant: 'fabrikam.example' }),
        await openLedger({}, { ...GRAPH, origin: 'http://127.0.0.1:8080' }),
      ];
      await ledgers[0]?.pauseFor(9000);
      expect(await Promise.all(ledgers.map((ledger) => ledger.take()))).toEqual([
        { granted: false, waitMs: 9000, because: 'pause' },
        { granted: true },
        { granted: true },
      ]);
    });
  });

  describe('a clock that is put', () => {
    test('back: stamps of the future block no longer than the window', async () => {
      await takeMany(await openLedger(), 6);
      clock.putForward(-24 * HOUR_MS);
      const other = await openLedger({ run: 'b' });
      expect(await other.take()).toEqual({ granted: false, waitMs: 300_001, because: 'budget' });
      clock.pass(300_001);
      await takeMany(other, 6);
    });

    test('forward by mistake and back again: nothing is forgotten', async () => {
      const ledger = await openLedger();
      await takeMany(ledger, 5);
      clock.putForward(HOUR_MS / 2);
      await takeMany(await openLedger({ run: 'b' }), 1);
      clock.putForward(-HOUR_MS / 2);
      expect(await (await openLedger({ run: 'c' })).take()).toEqual({
        granted: false,
        waitMs: 300_001,
        because: 'budget',
      });
    });

    test('back: a pause is no longer than asked for those who come later', async () => {
      await (await openLedger()).pauseFor(41_000);
      clock.putForward(-24 * HOUR_MS);
      const other = await openLedger({ run: 'b' });
      expect(await other.take()).toEqual({ granted: false, waitMs: 41_000, because: 'pause' });
      clock.pass(20_000);
      const third = await openLedger({ run: 'c' });
      expect(await third.take()).toEqual({ granted: false, waitMs: 21_000, because: 'pause' });
      clock.pass(21_000);
      expect([await other.take(), await third.take()]).toEqual([{ granted: true }, { granted: true }]);
    });

    test.each([
      ['forward', HOUR_MS],
      ['back', -HOUR_MS],
    ])(
      '%s: whoever knows of a pause keeps it as long as asked, not less and not more',
      async (_where, jumpMs) => {
        const [setter, witness] = [await openLedger(), await openLedger({ run: 'b' })];
        await setter.pauseFor(41_000);
        expect(await witness.take()).toMatchObject({ waitMs: 41_000 });
        clock.pass(10_000);
        clock.putForward(jumpMs);
        for (const ledger of [setter, witness])
          expect(await ledger.take()).toEqual({ granted: false, waitMs: 31_000, because: 'pause' });
        clock.pass(31_000);
        for (const ledger of [setter, witness]) expect(await ledger.take()).toEqual({ granted: true });
      },
    );
  });

  describe('the account', () => {
    test('names who used what, each quota for itself', async () => {
      await takeMany(
        await openLedger({ run: 'b', processId: 815, command: 'trace show', attended: false }),
        1,
      );
      clock.pass(5000);
      await takeMany(await openLedger(), 2);
      await (await openLedger({}, { ...GRAPH, tenant: 'fabrikam.example' })).pauseFor(41_000);
      const uses = (await openStore()).uses(null);
      expect(uses).toMatchObject([
        {
          ...{ ...GRAPH, limit: 90, used: 3, free: 87, freeUnattended: 72, pausedUntil: null },
          usedBy: [
            { command: 'trace', processId: 4711, attended: true, requests: 2 },
            { command: 'trace show', processId: 815, attended: false, requests: 1 },
          ],
        },
        {
          tenant: 'fabrikam.example',
          used: 0,
          free: 0,
          pausedUntil: new Date('2026-06-02T17:30:46Z'),
          usedBy: [],
        },
      ]);
    });

    test('has nothing of what is long over, and keeps only the last hour', async () => {
      await takeMany(await openLedger(), 3);
      clock.pass(HOUR_MS + 1);
      expect((await openStore()).uses(null)).toEqual([]);
      await takeMany(await openLedger({ run: 'b' }), 1);
      close();
      const database = driver(join(folder, 'home', 'quota.db'));
      const runs = database.prepare('SELECT run FROM slot').all();
      database.close();
      expect(runs).toEqual([{ run: 'b' }]);
    });

    test('writes nothing when it is asked', async () => {
      await takeMany(await openLedger(), 1);
      clock.putForward(-HOUR_MS);
      const store = await openStore();
      expect([store.uses(null), store.uses(null)]).toMatchObject([[{ used: 1 }], [{ used: 1 }]]);
      expect(await readdir(join(folder, 'home'))).not.toContain('quota.db.damaged');
    });
  });

  test.each([
    ['a disk that is full', 'PRAGMA max_page_count = 1', 'its disk is full', 'Make room on the disk'],
    [
      'a right that was taken away',
      'PRAGMA query_only = ON',
      'it may not be written',
      'See that you may write',
    ],
  ])('%s is a failure that says what to do', async (_what, sabotage, word, remedy) => {
    let breakIt: () => void = () => undefined;
    const sabotaged: Driver = (path) => {
      const database = driver(path);
      if (path.endsWith('.db')) breakIt = () => database.exec(sabotage);
      return database;
    };
    const store = await openStore(sabotaged);
    const ledger = store.ledger({
      scope: GRAPH,
      user: user({ command: 'x'.repeat(9999) }),
      serviceQuota: 100,
    });
    breakIt();
    const failure = await ledger.take().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      kind: 'configuration',
      message: expect.stringContaining(word) as string,
    });
    expect((failure as Failure).remedy).toContain(remedy);
  });
});
