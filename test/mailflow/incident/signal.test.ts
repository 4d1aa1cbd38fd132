import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Gap } from '#mailflow/finding.js';
import { seenSignal, type SignalQuality, withAge } from '#mailflow/incident/signal.js';
import { traceSignal } from '#mailflow/incident/trace-watch.js';

import { CALM_MAIL, glimpse, minutesBefore, missing, NOON, sightOf } from './views.js';

const gap = (reason: string): Gap => ({ what: 'two pages', reason, remedy: 'Again.', retryAfterSeconds: 60 });
const MINUTE_MS = 60_000;

const rows: [string, Parameters<typeof seenSignal>[2], Date, SignalQuality, string | null][] = [
  ['seen now and whole', { now: NOON }, NOON, 'fresh', null],
  ['15 min old, as much as may be', { now: NOON }, minutesBefore(15), 'fresh', null],
  ['16 min old', { now: NOON }, minutesBefore(16), 'stale', 'stale'],
  ['a part is missing', { now: NOON, gaps: [gap('throttled')] }, NOON, 'partial', 'throttled'],
  ['a gap that is the clock', { now: NOON, gaps: [gap('clock')] }, NOON, 'stale', 'clock'],
  ['our clock is 5 min ahead', { now: NOON, clockAheadMs: 5 * MINUTE_MS }, NOON, 'stale', 'clock'],
  ['our clock is 5 min behind', { now: NOON, clockAheadMs: -5 * MINUTE_MS }, NOON, 'stale', 'clock'],
  [
    'our clock is 4 min ahead: told elsewhere',
    { now: NOON, clockAheadMs: 4 * MINUTE_MS },
    NOON,
    'fresh',
    null,
  ],
  ['a difference that is no number proves nothing', { now: NOON, clockAheadMs: NaN }, NOON, 'stale', 'clock'],
  [
    'the clock goes before missing pages',
    { now: NOON, gaps: [gap('quota')], clockAheadMs: 6 * MINUTE_MS },
    NOON,
    'stale',
    'clock',
  ],
];
test.each(rows)('signal: %s', (_why, condition, sourceTime, quality, reason) => {
  const signal = seenSignal(glimpse('health', sourceTime), 'value', condition);
  expect([signal.quality, signal.reason]).toEqual([quality, reason]);
  expect(signal.value).toBe('value');
  expect(signal.why === null).toBe(quality === 'fresh');
});

test('the longest wait of all gaps is passed on', () => {
  const gaps = [gap('quota'), { ...gap('quota'), retryAfterSeconds: 300 }];
  expect(seenSignal(glimpse('trace'), 1, { now: NOON, gaps }).retryAfterSeconds).toBe(300);
});

test('time makes a signal stale and never fresh again', () => {
  fc.assert(
    fc.property(fc.integer({ min: -600, max: 600 }), fc.integer({ min: 0, max: 600 }), (age, later) => {
      const signal = seenSignal(glimpse('health', minutesBefore(age)), 1, { now: NOON });
      const after = withAge(signal, new Date(NOON.getTime() + later * MINUTE_MS));
      if (signal.quality !== 'fresh') expect(after).toEqual(signal);
      expect(['fresh', 'stale']).toContain(after.quality);
    }),
  );
});

test('what is missing does not grow old', () => {
  expect(withAge(missing('reach'), new Date(NOON.getTime() + 3_600_000)).quality).toBe('missing');
});

const traces: [string, Parameters<typeof sightOf>[1], SignalQuality][] = [
  ['listed whole, all reasons read', {}, 'fresh'],
  ['listed whole, the quota ended the reading of reasons', { gaps: [gap('quota')] }, 'fresh'],
  ['pages are missing', { gaps: [gap('quota')], isListedWhole: false }, 'partial'],
  ['listed whole by a clock that is wrong', { gaps: [gap('quota'), gap('clock')] }, 'stale'],
];
test.each(traces)('trace: %s', (_why, more, quality) => {
  expect(traceSignal(glimpse('trace'), sightOf(CALM_MAIL, more), NOON).quality).toBe(quality);
});
