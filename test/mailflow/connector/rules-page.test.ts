/** The lint as a page to read: RULES.md beside the rules is made from them. */
import { expect, test } from 'vitest';

import type { LintRule } from '#mailflow/connector/lint/lint-rule.js';
import { LINT_NEEDS } from '#mailflow/connector/lint/lint-rule.js';
import { LINT_RULES } from '#mailflow/connector/lint/lint-rules.js';

const HEAD = `# The lint of connectors

Made from the rules by \`npm run write:rules\`: do not edit. \`mailcheck connectors\` judges by them. Critical is only what
surely breaks mail; a warning deserves a look; a remark (info) is good to know in an outage.

`;

const COLUMNS: readonly (readonly [string, (rule: LintRule) => string])[] = [
  ['Rule', ({ id }) => `\`${id}\``],
  ['Level', ({ level }) => level],
  ['What', ({ title }) => title],
  ['What it does to mail', ({ why }) => why],
  ['Advice', ({ remedy }) => remedy],
  ['Must have seen', ({ needs }) => LINT_NEEDS.filter((need) => needs[need] !== undefined).join(', ')],
  ['Source', ({ reference }) => reference],
];

const ORDER = { critical: 0, warning: 1, info: 2 } as const;

function page(): string {
  const rows = LINT_RULES.toSorted((a, b) => ORDER[a.level] - ORDER[b.level]).map((rule) =>
    COLUMNS.map(([, cell]) => cell(rule).replaceAll('|', '\\|')),
  );
  const lines = [COLUMNS.map(([title]) => title), COLUMNS.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

test('RULES.md is the lint as it is', async () => {
  await expect(`${HEAD}${page()}\n`).toMatchFileSnapshot('../../../src/mailflow/connector/lint/RULES.md');
});
