import type { Answer } from '#cli/command.js';
import { defineVariant } from '#cli/command.js';
import type { Ports } from '#cli/ports.js';
import { CATALOGUE } from '#mailflow/check/catalogue.js';

import { checkEntryRow, placeOf, type SettingRow } from './check-entry-row.js';
import { type ExplainedCheck, explainViews } from './explain.view.js';
import type { PolicyQuestioned } from './policy-question.js';
import { readPolicy } from './read-policy.js';

/** `check --explain ID`: what a check looks at and by which limits, in place of checking. */
export const explainVariant = defineVariant<PolicyQuestioned, SettingRow, ExplainedCheck>({
  isAsked: ({ policyQuestion }) => policyQuestion.kind === 'explain',
  schema: 'mailcheck.check-explain/1',
  habits: { screenRows: 100, asksNoTenant: true },
  run: explainCheck,
  views: explainViews,
});

async function* explainCheck(
  { policyPath, policyQuestion }: PolicyQuestioned,
  ports: Ports,
): Answer<SettingRow, ExplainedCheck> {
  const named = await readPolicy(policyPath, ports);
  const id = policyQuestion.kind === 'explain' ? policyQuestion.id : 'held-mail';
  const { settings, ...entry } = checkEntryRow(id, named);
  const { looksAt, why, unknownWhen, cure } = CATALOGUE[id];
  yield settings;
  const own = (key: string): string | null => placeOf(['checks', id, key], named.file);
  const result: ExplainedCheck = {
    ...entry,
    ...{ looksAt, why, unknownWhen, cure, policyPath },
    from: {
      enabled: own('enabled'),
      required: own('required'),
      for: own('for') ?? placeOf(['for'], named.file),
    },
  };
  return {
    result,
    summary: result,
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
