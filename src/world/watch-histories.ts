import { homedir } from 'node:os';
import { join } from 'node:path';

import type { CommonOptions } from '#cli/common-options.js';
import type { Failure } from '#failure.js';
import type { Database } from '#history/driver/database.js';
import { guardWatch, type WatchHistory } from '#history/watch/guarded-watch.js';
import { openWatchStore } from '#history/watch/open-watch-store.js';
import { sqliteCheckRunHistory } from '#history/watch/sqlite-check-run-history.js';
import { sqliteExpirationHistory } from '#history/watch/sqlite-expiration-history.js';
import { sqliteHealthHistory } from '#history/watch/sqlite-health-history.js';
import { sqliteLookHistory } from '#history/watch/sqlite-look-history.js';
import { sqliteQueueLookHistory } from '#history/watch/sqlite-queue-look-history.js';
import { sqliteSetUpHistory } from '#history/watch/sqlite-set-up-history.js';
import { type Environment, resolveServiceSettings } from '#settings/service-settings.js';
import { storeFolder } from '#settings/store-place.js';

import { tenantNameOf } from './tenant-name.js';

/** What is kept of earlier looks, for one run. The store is opened with the first question. */
export interface WatchHistories {
  /** Null when the tenant is not known: what is kept could be another one's. */
  readonly ofTenant: WatchHistory | null;
  readonly close: () => Promise<void>;
}

interface WatchOptions {
  readonly options: CommonOptions;
  readonly environment: Environment;
  readonly onNote: (text: string) => void;
}

export function openWatchHistories({ options, environment, onNote }: WatchOptions): WatchHistories {
  const scope = scopeOf(options, environment);
  if (scope === null) return { ofTenant: null, close: () => Promise.resolve() };
  const folder = storeFolder(environment, { platform: process.platform, homeFolder: homedir() });
  const path = join(folder, 'watch.db');
  let opening: Promise<Database> | null = null;
  const open = (): Promise<Database> => (opening ??= openWatchStore({ path, onNote }));
  const kept = {
    health: sqliteHealthHistory(open, scope),
    looks: sqliteLookHistory({ open, scope }),
    expiration: sqliteExpirationHistory(open, scope),
    setUp: sqliteSetUpHistory(open, scope),
    queueLooks: sqliteQueueLookHistory({ open, scope }),
    checkRuns: (policy: string) => sqliteCheckRunHistory({ open, scope, policy }),
  };
  const onTrouble = ({ message, remedy }: Failure): void =>
    onNote(`${message} This run knows no earlier look and keeps none. ${remedy}`);
  return {
    ofTenant: guardWatch(kept, { path, onTrouble }),
    close: async () => {
      // One that could not be opened has said so already.
      const database = await opening?.catch(() => null);
      database?.close();
    },
  };
}

/** A look is one of the tenant, whichever of its two services was asked for traces. Null when nobody names the tenant. */
function scopeOf(options: CommonOptions, environment: Environment): string | null {
  const graph = resolveServiceSettings({ ...options, via: 'graph' }, environment);
  const exchange = resolveServiceSettings({ ...options, via: 'exchange' }, environment);
  const tenant = [graph, exchange].map(tenantNameOf).find((name) => name !== '');
  if (tenant === undefined) return null;
  return JSON.stringify([originOf(graph.url), originOf(exchange.url), tenant]);
}

/** An address that is none is refused by whoever asks there. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
