import { describe, expect, test } from 'vitest';

import { estimateReasons } from '#mailflow/sampling/estimate-reasons.js';
import { headlineOf, headlineSentences } from '#mailflow/trace/headline.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { toDelivery } from '#mailflow/trace/to-delivery.js';

import { NOON, row } from './rows.js';

const words = { reason: 'connection-failed', party: 'network', class: 'transient' } as const;
const other = { reason: 'throttled', party: 'recipient', class: 'transient' } as const;
const NONE = estimateReasons([]);

function surveyOf(facts: Partial<Survey>): Survey {
  return {
    counts: {
      delivered: 0,
      pending: 0,
      bounced: 0,
      expanded: 0,
      quarantined: 0,
      filtered: 0,
      recalled: 0,
      unknown: 0,
    },
    deliveries: 51_000,
    messages: 40_000,
    held: 0,
    failed: 0,
    reasons: { held: NONE, failed: NONE },
    window: null,
    newestReceivedAt: null,
    oldestHeld: null,
    expiringWithin4h: 0,
    pastExpiry: 0,
    statusWordsUnknown: [],
    mismatchedRows: 0,
    isListedWhole: true,
    gaps: [],
    notes: [],
    ...facts,
  };
}

const said = (facts: Partial<Survey>): string[] => headlineSentences(headlineOf(surveyOf(facts), NOON));

describe('the headline', () => {
  test('nothing wrong is said in one sentence', () => {
    expect(said({})).toEqual(['Nothing is held and nothing failed of 51,000 deliveries.']);
  });

  test('a sampled reason comes with its interval, an exact one without', () => {
    const held = estimateReasons([
      {
        size: 1200,
        examined: [
          { ...words, weight: 20, count: 39 },
          { ...other, weight: 20, count: 21 },
        ],
      },
    ]);
    const failed = estimateReasons([{ size: 4, examined: [{ ...other, weight: 1, count: 4 }] }]);
    expect(said({ held: 1200, failed: 4, reasons: { held, failed } })).toEqual([
      '1,200 held (still being retried) and 4 failed (final) of 51,000 deliveries.',
      'Main reason of held mail: connection-failed (network), about 65 % (51 to 77 %, 60 details read).',
      'Main reason of failed mail: throttled (recipient), 100 %.',
    ]);
  });

  test('reasons that were not looked up are not guessed', () => {
    const held = estimateReasons([{ size: 10, examined: [] }]);
    expect(said({ held: 10, reasons: { held, failed: NONE } })).toEqual([
      '10 held (still being retried) and 0 failed (final) of 51,000 deliveries.',
      'Why mail is held was not looked up.',
    ]);
  });

  test.each([
    [59 * 60, 'The oldest held one has waited 59 min.'],
    [3 * 3600 + 12 * 60, 'The oldest held one has waited 3 h 12 min.'],
    [50 * 3600, 'The oldest held one has waited 2 d 2 h.'],
    [-5, 'The oldest held one has waited 0 min.'],
  ])('%d seconds of waiting', (seconds, sentence) => {
    const entry = row({ status: 'Pending', receivedAt: new Date(NOON.getTime() - seconds * 1000) });
    const oldestHeld = toDelivery(entry, null, { ownDomains: null, expirationHours: null });
    expect(said({ held: 1, oldestHeld })).toContain(sentence);
  });

  test('what is about to expire and what should have', () => {
    expect(said({ held: 9, expiringWithin4h: 3, pastExpiry: 2 })).toEqual(
      expect.arrayContaining([
        '3 expire within 4 hours.',
        '2 are past their expiry and still shown as held.',
      ]),
    );
  });
});
