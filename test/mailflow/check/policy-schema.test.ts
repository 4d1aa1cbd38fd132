import { expect, test } from 'vitest';

import { DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import { policySchema } from '#mailflow/check/policy-schema.js';
import { readCheckPolicy } from '#mailflow/check/read-check-policy.js';
import { writeUsualPolicy } from '#mailflow/check/write-policy.js';
import { readPolicyText } from '#sources/policy/read-policy-text.js';

test('the schema of the package is that of the reader', async () => {
  await expect(`${JSON.stringify(policySchema(), null, 2)}\n`).toMatchFileSnapshot(
    '../../../policy.schema.json',
  );
});

test('the policy that is written to be changed reads back as the usual one', () => {
  const text = readPolicyText(new TextEncoder().encode(writeUsualPolicy()));
  if (!text.ok) throw new Error(JSON.stringify(text.faults));
  expect(readCheckPolicy(text.document)).toEqual({ ok: true, policy: DEFAULT_CHECK_POLICY });
});

test('it says each setting, so that nothing has to be looked up', () => {
  const lines = writeUsualPolicy().split('\n');
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
  for (const { settings } of Object.values(DEFAULT_CHECK_POLICY.checks)) {
    for (const name of Object.keys(settings))
      expect(lines.some((line) => line.startsWith(`    ${name}:`))).toBe(true);
  }
});
