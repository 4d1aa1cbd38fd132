import { expect, test } from 'vitest';

import { list, text } from '#sources/decode.js';
import type { GraphClient } from '#sources/graph/graph-client.js';
import { pagesOf, PAGING_LIMITS } from '#sources/graph/pages.js';

const FIRST = { kind: 'question', path: '/x', filter: null, top: null, pageSize: null } as const;

/** A service whose pages never end. */
function endless(): GraphClient & { asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    get: () => {
      asked += 1;
      const body = { value: [`row ${asked}`], '@odata.nextLink': `https://graph.microsoft.com/${asked}` };
      return Promise.resolve({ kind: 'page', body, requestId: null, date: null });
    },
  };
}

test('a listing that never ends is left after 10,000 pages', async () => {
  const client = endless();
  const listing = {
    first: FIRST,
    decodeItems: list(text),
    keyOf: (item: string) => item,
    atOf: () => new Date(0),
    document: 'a page',
    whenBrokenOff: 'Wait.',
  };
  const kinds: string[] = [];
  for await (const step of pagesOf(client, listing, new AbortController().signal)) {
    kinds.push(step.kind === 'stopped' ? step.trouble.reason : step.kind);
  }
  expect(PAGING_LIMITS.pages).toBe(10_000);
  expect(client.asked()).toBe(10_000);
  expect([kinds.length, kinds.at(-1)]).toEqual([10_001, 'link-loop']);
});

test('a reader that has enough asks no further page', async () => {
  const client = endless();
  const listing = {
    first: FIRST,
    decodeItems: list(text),
    keyOf: (item: string) => item,
    atOf: () => new Date(0),
    document: 'a page',
    whenBrokenOff: 'Wait.',
  };
  for await (const step of pagesOf(client, listing, new AbortController().signal)) {
    if (step.kind === 'page' && step.items.includes('row 3')) break;
  }
  expect(client.asked()).toBe(3);
});
