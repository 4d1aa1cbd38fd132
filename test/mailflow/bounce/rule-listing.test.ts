import { expect, test } from 'vitest';

import { rulesPage } from '#commands/topics/rules-page.js';
import { listRules, rulesAsMarkdown } from '#mailflow/bounce/rule-listing.js';
import { RULES } from '#mailflow/bounce/rules.js';

const HEAD = `# The rules

Made from the rule book by \`npm run write:rules\`: do not edit. In order of precedence; \`mailcheck help rules\` says how they
are weighed and how to add your own.

`;

test('RULES.md is the rule book as it is', async () => {
  await expect(`${HEAD}${rulesAsMarkdown(RULES)}\n`).toMatchFileSnapshot(
    '../../../src/mailflow/bounce/RULES.md',
  );
});

test('each row of the table has eight cells', () => {
  for (const row of rulesAsMarkdown(RULES).split('\n')) expect(row.split(/(?<!\\)\|/)).toHaveLength(10);
});

test('the page lists each rule, within 80 columns', () => {
  const lines = rulesPage().join('\n').split('\n');
  const indented = lines.filter((line) => line.startsWith('  '));
  expect(indented.filter((line) => line.length > 80)).toEqual([]);
  for (const { id } of RULES) expect(indented.some((line) => line.startsWith(`  ${id} `))).toBe(true);
});

test('a rule tells what it looks at and who it blames', () => {
  const rule = {
    id: 'own',
    match: [{ phrases: ['moon'], replyCodes: ['4xx'] }, { phrases: ['sun'] }, { enhanced: ['5.7.1'] }],
    reason: 'policy',
    party: 'recipient',
    partyWhen: { microsoft: 'service' },
    retry: 'later',
    remedy: 'Wait.',
    finality: 'transient',
  } as const;
  expect(listRules([rule])).toBe(
    '  own                               policy                    recipient\n' +
      '    transient, words with 4xx, words, 5.7.1, service when Microsoft wrote it',
  );
});
