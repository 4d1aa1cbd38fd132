import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { fallbackLedger } from '#history/quota/fallback-ledger.js';
import { openQuotaStore, type QuotaStore } from '#history/quota/quota-store.js';
import { processLedger } from '#mailflow/quota/process-ledger.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';
import type { QuotaScope, RequestLedger } from '#mailflow/quota/request-ledger.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import type { Environment } from '#settings/service-settings.js';
import { storeFolder } from '#settings/store-place.js';

const CLOCK = { now: () => new Date(), monotonicMs: () => performance.now() };

export interface LedgerRequest {
  readonly scope: QuotaScope;
  readonly isAttended: boolean;
  /** What the service allows; null for the usual. */
  readonly quota: number | null;
  /** False counts for this process alone and leaves nothing on the disk. */
  readonly keepsHistory: boolean;
}

/** The ledgers of one run. The store is opened when the first request is to be sent, and not at all for a run without. */
export interface QuotaLedgers {
  readonly ledger: (request: LedgerRequest) => RequestLedger;
  readonly uses: (serviceQuota: number | null) => Promise<readonly QuotaUse[]>;
  readonly close: () => Promise<void>;
}

interface QuotaLedgerOptions {
  readonly environment: Environment;
  /** As `trace show`. */
  readonly command: string;
  readonly onNote: (text: string) => void;
}

export function openQuotaLedgers({ environment, command, onNote }: QuotaLedgerOptions): QuotaLedgers {
  const folder = storeFolder(environment, { platform: process.platform, homeFolder: homedir() });
  const path = join(folder, 'quota.db');
  const run = randomUUID();
  let opening: Promise<QuotaStore> | null = null;
  const store = (): Promise<QuotaStore> => (opening ??= openQuotaStore({ path, clock: CLOCK, onNote }));
  const toldAlone = new Set<string>();
  // Each of several ledgers meets the same trouble.
  const alone = (why: string, remedy = ''): void => {
    if (toldAlone.has(why)) return;
    toldAlone.add(why);
    onNote(`${why} The request quota is counted for this process alone. ${remedy}`.trimEnd());
  };

  const ledgerByScope = new Map<string, RequestLedger>();

  function ledger(request: LedgerRequest): RequestLedger {
    const key = JSON.stringify(request.scope);
    const known = ledgerByScope.get(key) ?? newLedger(request);
    ledgerByScope.set(key, known);
    return known;
  }

  function newLedger({ scope, isAttended, quota, keepsHistory }: LedgerRequest): RequestLedger {
    const serviceQuota = quota ?? SERVICE_QUOTA;
    const rules = quotaRules(serviceQuota);
    const own = processLedger({ rules, isAttended, monotonicMs: CLOCK.monotonicMs });
    if (!keepsHistory) {
      alone('Nothing is kept (--no-history).');
      return own;
    }
    const user = { run, processId: process.pid, command, attended: isAttended };
    return fallbackLedger({
      own,
      openShared: async () => (await store()).ledger({ scope, user, serviceQuota }),
      onTrouble: ({ message, remedy }) => alone(message, remedy),
    });
  }

  return {
    ledger,
    // Looking makes no store.
    uses: async (serviceQuota) => ((await isThere(path)) ? (await store()).uses(serviceQuota) : []),
    close: async () => {
      // One that could not be opened has said so already.
      const opened = await opening?.catch(() => null);
      opened?.close();
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    // Whatever else is in the way is told by whoever opens it.
    (error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
  );
}
