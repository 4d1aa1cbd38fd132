import { expect, test } from 'vitest';

import { FORMATS, isFormat, isJudging, SHOWING_FORMATS, tellsFailure, WRITERS } from '#render/formats.js';

import { HEAD, pageOf, RUN, TAIL } from './pages.js';

interface Row {
  readonly subject: string;
}

test('the formats are a contract', () => {
  const showing = ['table', 'json', 'ndjson', 'csv', 'markdown'];
  const judging = ['nagios', 'junit', 'openmetrics', 'github'];
  expect(FORMATS).toEqual([...showing, ...judging]);
  expect(SHOWING_FORMATS).toEqual(showing);
  expect(FORMATS.filter(isJudging)).toEqual(judging);
  // Metrics stay as they were, so that their time of success grows old.
  expect(FORMATS.filter(tellsFailure)).toEqual(['nagios', 'junit', 'github']);
});

test.each([
  ['json', true, 'a format'],
  ['JSON', false, 'words are as they are written'],
  ['toString', false, 'not one of ours'],
  ['__proto__', false, 'not one of ours'],
])('%s: %s, %s', (word, known) => {
  expect(isFormat(word)).toBe(known);
});

test.each(SHOWING_FORMATS)('%s shows one and the same value', async (format) => {
  const createWriter = await WRITERS[format]();
  const writer = createWriter<Row, null>({
    head: HEAD,
    page: pageOf(80),
    run: RUN,
    columns: [{ key: 'subject', title: 'Subject', value: (row) => row.subject }],
    limit: 10,
    rank: () => 0,
  });
  expect(writer.row({ subject: 'Quarterly figures' }) + writer.end(TAIL)).toContain('Quarterly figures');
});
