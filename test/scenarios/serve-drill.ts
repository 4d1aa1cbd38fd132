/** A scenario as a running tenant in this process, for the program in another one. Its clock stands still. */
import { afterEach } from 'vitest';

import type { Drill } from '#simulator/drill.js';
import { startDrill } from '#simulator/drill.js';
import type { RequestLogLine } from '#simulator/request-log.js';

import { READY_TOKEN } from '../secrets/canary.js';
import { thisSecond } from './serve-tenant.js';

export type DrillChanges = Partial<Parameters<typeof startDrill>[0]>;

export interface ServedDrill extends Drill {
  readonly lines: readonly RequestLogLine[];
  readonly env: Readonly<Record<string, string>>;
}

const open: Drill[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((drill) => drill.close()));
});

export async function serveDrill(scenario: string, changes: DrillChanges = {}): Promise<ServedDrill> {
  const now = thisSecond();
  const lines: RequestLogLine[] = [];
  const drill = await startDrill({
    ...{ scenario, at: null, seed: 1, clock: () => now, tokenChecks: 'any' },
    log: (line) => void lines.push(line),
    ...changes,
  });
  open.push(drill);
  const env = {
    MAILCHECK_GRAPH_URL: drill.graphUrl,
    MAILCHECK_GRAPH_TOKEN: READY_TOKEN,
    AZURE_TENANT_ID: drill.tenantId,
    MAILCHECK_STATUS_URL: drill.statusUrl,
    MAILCHECK_CONTROL_URL: drill.controlUrl,
    MAILCHECK_MAIL_HOST: drill.mailHost,
    MAILCHECK_EXCHANGE_URL: drill.exchangeUrl,
  };
  return { ...drill, lines, env };
}
