import type { Answer } from '#cli/command.js';
import { defineVariant, type Views } from '#cli/command.js';
import { policySchema } from '#mailflow/check/policy-schema.js';
import type { SchemaPart } from '#mailflow/check/shape.js';

import type { PolicyQuestioned } from './policy-question.js';

/** Whole, whatever the width: an editor reads it. */
const views: Views<never, SchemaPart> = {
  columns: [],
  table: (_rows, { result }) => JSON.stringify(result, null, 2),
  markdown: (_rows, { result }) => `\`\`\`json\n${JSON.stringify(result, null, 2)}\n\`\`\``,
};

/** `check --schema`: the schema alone, so that it can be sent into a file. */
export const schemaVariant = defineVariant<PolicyQuestioned, never, SchemaPart>({
  isAsked: ({ policyQuestion }) => policyQuestion.kind === 'schema',
  schema: 'mailcheck.check-schema/1',
  habits: { asksNoTenant: true },
  run: printSchema,
  views,
});

// eslint-disable-next-line require-yield, @typescript-eslint/require-await -- An answer without rows.
async function* printSchema(): Answer<never, SchemaPart> {
  const result = policySchema();
  return {
    result,
    summary: result,
    ...{ tenant: null, source: null, window: null, findings: [], incomplete: [] },
  };
}
