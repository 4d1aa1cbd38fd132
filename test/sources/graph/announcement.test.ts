import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Failure } from '#failure.js';
import { type Decoder, rowByRow } from '#sources/decode.js';
import { decodeIssue, decodeOverview } from '#sources/graph/service-health.js';
import { decodeMessage } from '#sources/graph/service-messages.js';

import { overview, wireIssue, wireMessage } from './opened-health.js';

const PLACE = { document: 'a page', path: 'value', requestId: null };

/** A good row in which any of its values is anything that JSON can hold. */
function damaged(good: object): fc.Arbitrary<unknown> {
  const holes = Object.keys(good).map((name) => [name, fc.jsonValue()] as const);
  return fc
    .record(Object.fromEntries(holes), { requiredKeys: [] })
    .map((changes): unknown => ({ ...good, ...changes }));
}

test.each<[string, Decoder<unknown>, object]>([
  ['a service', decodeOverview, overview()],
  ['an issue', decodeIssue, wireIssue('EX1')],
  ['a post of the message centre', decodeMessage, wireMessage('MC1')],
])('%s of any shape is read, or broken at a place that is named', (_what, decode, good) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(damaged(good), fc.jsonValue()), { maxLength: 4 }), (values) => {
      const rows = rowByRow(decode)(values, PLACE);
      expect(rows).toHaveLength(values.length);
      for (const [index, row] of rows.entries()) {
        if (row.kind === 'read') continue;
        expect(row.failure).toBeInstanceOf(Failure);
        expect(row.failure.message).toContain(`value[${index}]`);
      }
    }),
  );
});
