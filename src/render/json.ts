/** One JSON object whose `data` is streamed, a row a line; everything else follows it. */
import { jsonText } from './json-text.js';
import type { Tail, Writer } from './writer.js';
import type { WriterSpec } from './writer-spec.js';

export function createJsonWriter<Row, Result>(
  spec: Pick<WriterSpec<Row, Result>, 'head' | 'member'>,
): Writer<Row, Result> {
  const member = spec.member ?? ((row: Row): unknown => row);
  const opening = `{"schema":${jsonText(spec.head.schema)},"data":[`;
  let isEmpty = true;
  return {
    row: (row) => {
      const before = isEmpty ? `${opening}\n` : ',\n';
      isEmpty = false;
      return before + jsonText(member(row));
    },
    end: (tail) => `${isEmpty ? opening : '\n'}],\n${members(tail)}}\n`,
  };
}

function members<Result>(tail: Tail<Result>): string {
  const { generatedAt, tenant, source, window, summary, findings, incomplete, outcome, error } = tail;
  const known = { generatedAt, tenant, source, window, summary, findings, incomplete, outcome };
  return Object.entries(error === null ? known : { ...known, error })
    .map(([key, value]) => `"${key}":${jsonText(value)}`)
    .join(',\n');
}
