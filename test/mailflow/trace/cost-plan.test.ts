import { describe, expect, test } from 'vitest';

import { type CostPlan, planCost, waitSecondsOf } from '#mailflow/trace/cost-plan.js';
import { GRAPH_TERMS, type TraceQuestion, withQuota } from '#mailflow/trace/question.js';

import { ANYTHING, NOON } from './rows.js';

const LIST: TraceQuestion = { ...ANYTHING, window: { from: NOON, to: NOON } };
const BY_ID: TraceQuestion = { ...LIST, messageTraceIds: ['t1'] };
const SIXTY = { atLeast: 0, atMost: 60 };
const NO_DETAILS = { atLeast: 0, atMost: 0 };
const UNKNOWN = { atLeast: 0, atMost: null };

interface Facts {
  readonly lists: number;
  readonly details?: CostPlan['detailRequests'];
  readonly cap?: number;
  readonly left?: number;
}

function planned({ lists, details = SIXTY, cap, left }: Facts, question = LIST): CostPlan {
  return planCost({
    questions: Array.from({ length: lists }, () => question),
    details,
    detailsOf: 'failed deliveries',
    terms: GRAPH_TERMS,
    quotaForRun: left === undefined ? null : { most: 90, left },
    maxRequests: cap ?? null,
  });
}

describe('how many requests', () => {
  test.each<[Facts, TraceQuestion, CostPlan['requests'], string]>([
    [{ lists: 1 }, LIST, { atLeast: 1, atMost: null }, 'a list has as many pages as it has'],
    [{ lists: 1 }, BY_ID, { atLeast: 1, atMost: 61 }, 'one message is a page'],
    [{ lists: 3, details: NO_DETAILS }, BY_ID, { atLeast: 3, atMost: 3 }, 'no details'],
    [{ lists: 1, details: UNKNOWN }, BY_ID, { atLeast: 1, atMost: null }, 'a detail for whatever failed'],
    [{ lists: 1, cap: 7 }, LIST, { atLeast: 1, atMost: 7 }, 'the cap closes the open end'],
    [{ lists: 5, cap: 3 }, LIST, { atLeast: 3, atMost: 3 }, 'and lowers the other'],
    [{ lists: 0, details: NO_DETAILS }, LIST, { atLeast: 0, atMost: 0 }, 'nothing to ask'],
  ])('%j: %#: %s', (facts, question, requests) => {
    expect(planned(facts, question).requests).toEqual(requests);
  });
});

describe('how long the quota makes it', () => {
  test.each<[number, number | null, number, string]>([
    [0, null, 0, 'nothing'],
    [90, null, 0, 'all that is free at once'],
    [91, null, 300, 'one more waits for the next span'],
    [180, null, 300, 'which takes as many again'],
    [181, null, 600, 'and the one after it'],
    [10, 10, 0, 'what the ledger has left'],
    [11, 10, 300, 'one more than that'],
    [100, 0, 600, 'nothing left'],
    [91, 500, 300, 'a ledger cannot have more than the quota'],
  ])('%i requests, %j left: %i s: %s', (requests, left, seconds) => {
    expect(waitSecondsOf(requests, GRAPH_TERMS.quota, left)).toBe(seconds);
  });

  test('both ends', () => {
    expect(planned({ lists: 40, left: 30 }, BY_ID).waitSeconds).toEqual({ atLeast: 300, atMost: 300 });
    expect(planned({ lists: 40 }, BY_ID).waitSeconds).toEqual({ atLeast: 0, atMost: 300 });
    expect(planned({ lists: 1 }).waitSeconds).toEqual({ atLeast: 0, atMost: null });
  });
});

test('a run that nobody watches has a part of the quota in each span', () => {
  const plan = planCost({
    questions: Array.from({ length: 165 }, () => BY_ID),
    ...{ details: NO_DETAILS, detailsOf: '', terms: GRAPH_TERMS, maxRequests: null },
    quotaForRun: { most: 75, left: 75 },
  });
  expect(plan).toMatchObject({
    waitSeconds: { atLeast: 600, atMost: 600 },
    quota: { requests: 90, forThisRun: 75, left: 75 },
  });
});

test('a tenant that may ask more', () => {
  expect(withQuota(GRAPH_TERMS, 500).quota).toEqual({ requests: 450, seconds: 300 });
  expect(withQuota(GRAPH_TERMS, null)).toEqual(GRAPH_TERMS);
});

describe('what the cap cuts', () => {
  test.each<[Facts, readonly string[], readonly string[], string]>([
    [{ lists: 1 }, ['all', 'all'], [], 'no cap'],
    [{ lists: 1, cap: 61 }, ['all', 'all'], [], 'a cap that is just high enough'],
    [
      { lists: 1, cap: 60 },
      ['all', 'part'],
      ['up to 1 of 60 details, behind the cap of 60 requests'],
      'one detail too many',
    ],
    [
      { lists: 1, cap: 3 },
      ['all', 'part'],
      ['up to 58 of 60 details, behind the cap of 3 requests'],
      'most of the details',
    ],
    [
      { lists: 3, cap: 3 },
      ['all', 'all', 'all', 'none'],
      ['all details, behind the cap of 3 requests'],
      'lists first',
    ],
    [
      { lists: 4, cap: 3 },
      ['all', 'all', 'all', 'none', 'none'],
      ['1 of 4 listings, behind the cap of 3 requests', 'all details, behind the cap of 3 requests'],
      'a list is left out',
    ],
    [
      { lists: 1, details: UNKNOWN, cap: 3 },
      ['all', 'all'],
      [],
      'nobody knows how many details there are; perhaps they are few',
    ],
    [
      { lists: 2, details: NO_DETAILS, cap: 1 },
      ['all', 'none'],
      ['1 of 2 listings, behind the cap of 1 requests'],
      'no details',
    ],
  ])('%j: %j %j: %s', (facts, within, gaps) => {
    const plan = planned(facts);
    expect(plan.steps.map(({ withinCap }) => withinCap)).toEqual(within);
    expect(plan.gaps.map(({ what }) => what)).toEqual(gaps);
    for (const gap of plan.gaps) expect(gap).toMatchObject({ reason: 'quota', retryAfterSeconds: null });
  });

  test('steps are numbered in the order in which they are asked', () => {
    expect(planned({ lists: 2 }).steps.map(({ step, kind }) => `${step} ${kind}`)).toEqual([
      '1 list',
      '2 list',
      '3 details',
    ]);
  });
});
