/** The members of `data`, a line each, then one line that says how it ended. A stream without that line was cut off. */
import { jsonText } from './json-text.js';
import type { Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

export function createNdjsonWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'member' | 'endLine'>,
): Writer<Row, Result> {
  const member = spec.member ?? ((row: Row): unknown => row);
  return {
    row: (row) => `${jsonText(member(row))}\n`,
    end: ({ outcome, incomplete, error }) => {
      if (spec.endLine === false) return '';
      const end = { schema: 'mailcheck.end/1', outcome, incomplete };
      return `${jsonText(error === null ? end : { ...end, error })}\n`;
    },
  };
}
