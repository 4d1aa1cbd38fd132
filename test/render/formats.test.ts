import { expect, test } from 'vitest';

import { FORMATS, isFormat, WRITERS } from '#render/formats.js';

import { HEAD, pageOf, TAIL } from './pages.js';

interface Row {
  readonly subject: string;
}

test('the formats are a contract', () => {
  expect(FORMATS).toEqual(['table', 'json', 'ndjson', 'csv', 'markdown']);
});

test.each([
  ['json', true, 'a format'],
  ['JSON', false, 'words are as they are written'],
  ['toString', false, 'not one of ours'],
  ['__proto__', false, 'not one of ours'],
])('%s: %s, %s', (word, known) => {
  expect(isFormat(word)).toBe(known);
});

test.each(FORMATS)('%s shows one and the same value', async (format) => {
  const createWriter = await WRITERS[format]();
  const writer = createWriter<Row, null>({
    head: HEAD,
    page: pageOf(80),
    columns: [{ key: 'subject', title: 'Subject', value: (row) => row.subject }],
    limit: 10,
    rank: () => 0,
  });
  expect(writer.row({ subject: 'Quarterly figures' }) + writer.end(TAIL)).toContain('Quarterly figures');
});
