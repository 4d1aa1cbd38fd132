/** Each mail of test/corpus/mail and the expected answer beside it. Synthetic, in the documented forms of each program. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { readNotice } from '#mailflow/bounce/notice/read-notice.js';

const FOLDER = fileURLToPath(new URL('../../../corpus/mail/', import.meta.url));

interface Expected {
  readonly why: string;
  readonly kind: string;
  readonly verdict: Record<string, unknown>;
  readonly recipients?: readonly Record<string, unknown>[];
  readonly notes?: readonly string[];
}

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => name.slice(0, -4));

const items = names.map((name): [name: string, why: string, expected: Expected] => {
  const expected = JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Expected;
  return [name, expected.why, expected];
});

test.each(items)('%s: %s', (name, _why, expected) => {
  const { kind, verdict, recipients, notes } = readNotice(readFileSync(`${FOLDER}${name}.eml`));
  expect({ kind, verdict, notes }).toMatchObject({
    kind: expected.kind,
    verdict: expected.verdict,
    notes: expected.notes ?? [],
  });
  if (expected.recipients !== undefined) {
    const said = recipients.map((one) => ({ ...one.verdict, recipient: one.recipient, action: one.action }));
    expect(said).toMatchObject(expected.recipients);
  }
});

test('the folder holds what it is said to hold', () => {
  expect(names.length).toBeGreaterThanOrEqual(160);
  expect(new Set(items.map(([, , { kind }]) => kind)).size).toBe(6);
});
