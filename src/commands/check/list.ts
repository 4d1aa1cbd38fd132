import type { Answer } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';

import { type CheckEntryRow, checkEntryRow } from './check-entry-row.js';
import { type CheckList, listViews } from './list.view.js';
import type { PolicyQuestioned } from './policy-question.js';
import { readPolicy } from './read-policy.js';

/** `check --list`: all checks with their limits, in place of checking. */
export const listVariant = defineVariant<PolicyQuestioned, CheckEntryRow, CheckList>({
  isAsked: ({ policyQuestion }) => policyQuestion.kind === 'list',
  schema: 'mailcheck.check-list/1',
  habits: { screenRows: CHECK_IDS.length, asksNoTenant: true },
  run: listChecks,
  views: listViews,
});

async function* listChecks({ policyPath }: PolicyQuestioned, ports: Ports): Answer<CheckEntryRow, CheckList> {
  const named = await readPolicy(policyPath, ports);
  const rows = CHECK_IDS.map((id) => checkEntryRow(id, named));
  yield rows;
  const { windowSeconds, maxRequests, ownDomains, for: rule } = named.policy;
  const counts = {
    checks: rows.length,
    enabled: rows.filter(({ enabled }) => enabled).length,
    required: rows.filter(({ enabled, required }) => enabled && required).length,
  };
  return {
    result: { policyPath, ...counts, for: rule },
    summary: { policy: policyPath, ...counts, for: rule, windowSeconds, maxRequests, ownDomains },
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
