/** The promises of `RequestLedger`, kept by the count of one process, by the shared store, and by both together. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Failure } from '#failure.js';
import { fallbackLedger } from '#history/quota/fallback-ledger.js';
import { openQuotaStore } from '#history/quota/quota-store.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';

import { DRIVERS } from '../history/driver/drivers.js';
import type { OpenLedger } from './request-ledger.contract.js';
import { promisesOfRequestLedger } from './request-ledger.contract.js';

const alone: OpenLedger = ({ clock, rules, isAttended }) => ({
  ledger: processLedger({ rules, isAttended, monotonicMs: clock.monotonicMs }),
  close: () => undefined,
});

promisesOfRequestLedger('one process', alone);

for (const [name, driver] of DRIVERS) {
  const shared: OpenLedger = async ({ clock, rules, isAttended }) => {
    const folder = await mkdtemp(join(tmpdir(), 'mailcheck-test-'));
    const onNote = (text: string): never => {
      throw new Error(text);
    };
    const store = await openQuotaStore({ path: join(folder, 'home', 'quota.db'), clock, driver, onNote });
    const user = { run: 'a', processId: 4711, command: 'trace', attended: isAttended };
    const scope = { origin: 'https://graph.microsoft.com', tenant: 'contoso.example' };
    return {
      ledger: store.ledger({ scope, user, serviceQuota: 100, rules }),
      close: async () => {
        store.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };

  promisesOfRequestLedger(`the store, by ${name}`, shared);

  promisesOfRequestLedger(`the store beside the process, by ${name}`, async (asked) => {
    const { ledger, close } = await shared(asked);
    const own = processLedger({ ...asked, monotonicMs: asked.clock.monotonicMs });
    const onTrouble = (failure: Error): never => {
      throw failure;
    };
    return { ledger: fallbackLedger({ own, openShared: () => Promise.resolve(ledger), onTrouble }), close };
  });
}

promisesOfRequestLedger('a store that cannot be had', (asked) => {
  const own = processLedger({ ...asked, monotonicMs: asked.clock.monotonicMs });
  const openShared = (): Promise<never> =>
    Promise.reject(new Failure('configuration', 'No store.', { remedy: 'Make one.' }));
  return { ledger: fallbackLedger({ own, openShared, onTrouble: () => undefined }), close: () => undefined };
});
