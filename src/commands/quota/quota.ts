import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import { readFlag } from '#cli/flag.js';
import { quotaFlag } from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';

import { quotaViews } from './quota.view.js';

interface QuotaOptions {
  readonly serviceQuota: number | null;
}

export const quota = defineCommand<QuotaOptions, QuotaUse, null>({
  words: ['quota'],
  summary: 'Show who used the request quota in the last 5 minutes, and when more is free',
  permissions: [],
  examples: [
    { does: 'Why does a trace have to wait?', line: 'quota' },
    { does: 'Which runs are asking, for a script', line: "quota --format json | jq '.data[].usedBy[]'" },
    { does: 'For a tenant that may send 500', line: 'quota --quota 500' },
  ],
  about:
    'The service takes 100 requests in 5 minutes from a whole tenant. Every run of mailcheck on this machine enters each of its requests in one ledger before it is sent, together at most nine tenths of that; the last sixth of these is for people at a terminal. This command reads the ledger and asks nobody. What other programs and other machines send is not in it.',
  flags: [quotaFlag],
  judges: false,
  schema: 'mailcheck.quota/1',
  parse: (raw, context) => ({ serviceQuota: readFlag(raw, quotaFlag, context) }),
  run: accountFor,
  views: quotaViews,
});

async function* accountFor({ serviceQuota }: QuotaOptions, ports: Ports): Answer<QuotaUse, null> {
  const uses = await ports.quotaUses(serviceQuota);
  yield* uses;
  return {
    result: null,
    summary: { quotas: uses.length, used: uses.reduce((sum, { used }) => sum + used, 0) },
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
