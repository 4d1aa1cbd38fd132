/** Each reply of the corpus and the answer to it; and whether the corpus knows every rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { classify } from '#mailflow/bounce/classify.js';
import { readNotice } from '#mailflow/bounce/notice/read-notice.js';
import { RULES } from '#mailflow/bounce/rules.js';
import type { Verdict } from '#mailflow/bounce/verdict.js';

const FOLDER = fileURLToPath(new URL('../../corpus/', import.meta.url));

interface Item {
  readonly text: string;
  readonly event?: string;
  readonly verdict: Partial<Verdict>;
}

const items = readFileSync(`${FOLDER}replies.ndjson`, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Item);

const mails = readdirSync(`${FOLDER}mail/`)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => readFileSync(`${FOLDER}mail/${name}`));

describe.each(items)('$text $event', ({ verdict: expected, ...evidence }) => {
  test(`is ${expected.state}, ${expected.reason}`, () => {
    expect(classify(evidence)).toMatchObject(expected);
  });
});

describe('the corpus', () => {
  test('holds 200 items and more, no two alike', () => {
    expect(items.length + mails.length).toBeGreaterThanOrEqual(350);
    expect(new Set(items.map(({ text, event }) => JSON.stringify([text, event]))).size).toBe(items.length);
  });

  test('has an item for each rule', () => {
    const deciding = new Set([
      ...items.map((item) => classify(item).rule),
      ...mails.flatMap((mail) => readNotice(mail).recipients.map(({ verdict }) => verdict.rule)),
    ]);
    expect(RULES.map(({ id }) => id).filter((id) => !deciding.has(id))).toEqual([]);
  });

  test('is answered as a postmaster would', () => {
    const fields = ['class', 'state', 'reason', 'party'] as const;
    const shares = fields.map((field) => {
      const labelled = items.filter(({ verdict }) => verdict[field] !== undefined);
      const right = labelled.filter((item) => classify(item)[field] === item.verdict[field]);
      return { field, share: right.length / labelled.length, of: labelled.length };
    });
    const lines = shares.map(({ field, share, of }) => `${field} ${(100 * share).toFixed(1)} % of ${of}`);
    process.stdout.write(
      `replies of the corpus: ${lines.join(', ')}; ${RULES.length} rules, ${mails.length} mails\n`,
    );
    expect(shares.filter(({ share }) => share < 1)).toEqual([]);
  });
});
