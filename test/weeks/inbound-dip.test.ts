/**
 * Why: of mail that the edge refuses the trace shows nothing but a dip. How many minutes pass from the first refusal until
 * it is found, by the size of the tenant; and that no ordinary hour of any week is called one.
 */
import { describe, expect, test } from 'vitest';

import { status } from '#commands/status/status.js';
import { directionOf } from '#mailflow/address/direction.js';
import {
  comparedSpan,
  compareInbound,
  type InboundVolume,
  weeksBefore,
} from '#mailflow/queue/inbound-volume.js';
import { ARRIVAL_STEP_MS, type Arrivals, openArrivalTally } from '#mailflow/trace/arrivals.js';
import type { Span } from '#mailflow/trace/span.js';
import { populate } from '#simulator/scenario/populate.js';
import { findScenario } from '#simulator/scenario/scenarios.js';

import { virtualTenant } from './virtual-tenant.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const IS_WHOLE = process.env['MAILCHECK_WEEKS'] === 'whole';
const TIMEOUT_MS = 900_000;
/** Between two looks. */
const STEP_MINUTES = 5;
const KEPT_HOURS = 28 * 24 + 4;
const OWN_DOMAINS = new Set(['contoso.example']);

interface Scene {
  readonly scenario: string;
  /** Rows in two days. */
  readonly rows: number;
  readonly seed: number;
  readonly hoursAfter: number;
}

/** What a look finds at any minute of the scenario, beside all that arrived in four weeks. */
function looker({ scenario: name, rows, seed, hoursAfter }: Scene): (minute: number) => InboundVolume {
  const scenario = findScenario(name) ?? expect.fail(`no scenario ${name}`);
  const start = scenario.began;
  const weeks = { hoursBefore: KEPT_HOURS + 4, hoursAfter };
  const { deliveries } = populate(scenario, { seed, minute: 0, now: start, rows, weeks });
  const tally = openArrivalTally();
  for (const delivery of deliveries) {
    const { direction } = directionOf({ ...delivery, directionHint: null }, OWN_DOMAINS);
    tally.add(delivery.id, { receivedAt: delivery.receivedAt, direction });
  }
  const byStep = new Map(tally.counts().map((step) => [step.fromMs, step]));
  const arrivals = ({ fromMs, endMs }: Span): readonly Arrivals[] =>
    Array.from({ length: (endMs - fromMs) / ARRIVAL_STEP_MS }, (_, index) =>
      byStep.get(fromMs + index * ARRIVAL_STEP_MS),
    ).filter((step) => step !== undefined);
  const keptFromMs = start.getTime() - KEPT_HOURS * HOUR_MS;
  return (minute) => {
    const asOf = new Date(start.getTime() + minute * MINUTE_MS);
    const window = { from: new Date(asOf.getTime() - 4 * HOUR_MS), to: asOf };
    const compared =
      comparedSpan({ window, asOf, newestAt: null, latenessMs: null }) ?? expect.fail('too short a window');
    const kept = weeksBefore(compared.span).filter(({ fromMs }) => fromMs >= keptFromMs);
    const weeksOf = { span: compared.span, now: arrivals(compared.span), weeks: kept.map(arrivals) };
    return compareInbound(weeksOf) ?? expect.fail('too few weeks');
  };
}

/** At once: a run of all of it takes long, and may be ended. */
function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

interface Limit {
  readonly scenario: string;
  readonly rows: number;
  /** Until half of the seeds, and until nine of ten, show the dip. */
  readonly median: number;
  readonly most: number;
}

const LIMITS: readonly Limit[] = [
  { scenario: 'june-2026', rows: 6_000, median: 120, most: 180 },
  ...(IS_WHOLE
    ? [
        { scenario: 'june-2026', rows: 1_500, median: 300, most: 420 },
        { scenario: 'june-2026', rows: 20_000, median: 80, most: 100 },
        { scenario: 'june-2026', rows: 60_000, median: 70, most: 80 },
        { scenario: 'january-2026', rows: 6_000, median: 120, most: 180 },
        { scenario: 'january-2026', rows: 20_000, median: 80, most: 110 },
      ]
    : []),
];
/** Four weeks of a large tenant take a while to make up. */
const seedsFor = (rows: number): number =>
  IS_WHOLE ? Math.max(3, Math.min(20, Math.floor(120_000 / rows))) : 2;
/** Refusals go on for so long. */
const OUTAGE_MINUTES = 420;

test.each(LIMITS)(
  '$scenario, $rows rows: minutes from the first refusal until the dip is found',
  ({ scenario, rows, median, most }) => {
    const minutes = Array.from({ length: seedsFor(rows) }, (_, index) => {
      const look = looker({ scenario, rows, seed: index + 1, hoursAfter: 8 });
      for (let minute = 0; minute <= OUTAGE_MINUTES; minute += STEP_MINUTES)
        if (look(minute).kind === 'dip') return minute;
      return Infinity;
    }).toSorted((one, other) => one - other);
    const at = (share: number): number => minutes[Math.ceil(share * minutes.length) - 1] ?? Infinity;
    tell(
      `${scenario} ${rows} rows, ${minutes.length} seeds: first ${minutes[0]}, median ${at(0.5)}, nine of ten ${at(0.9)}, last ${at(1)} min`,
    );
    expect(at(0.5)).toBeLessThanOrEqual(median);
    expect(at(0.9)).toBeLessThanOrEqual(most);
  },
  TIMEOUT_MS,
);

const CALM_ROWS = IS_WHOLE ? [1_500, 6_000, 20_000] : [1_500];
const CALM_SEEDS = IS_WHOLE ? 4 : 1;

describe('a calm month, looked at every quarter of an hour', () => {
  test.each(CALM_ROWS)(
    '%i rows: no hour is called a dip, night, weekend and newsletter included',
    (rows) => {
      const kinds = new Map<string, number>();
      for (let seed = 1; seed <= CALM_SEEDS; seed += 1) {
        const look = looker({ scenario: 'calm', rows, seed, hoursAfter: 28 * 24 });
        for (let minute = 0; minute < 28 * 1_440; minute += 15) {
          const { kind } = look(minute);
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
      }
      tell(`calm ${rows} rows, ${CALM_SEEDS} months: ${JSON.stringify(Object.fromEntries(kinds))}`);
      expect(kinds.get('dip') ?? 0).toBe(0);
      expect(kinds.get('usual') ?? 0).toBeGreaterThan(CALM_SEEDS * 1_000);
    },
    TIMEOUT_MS,
  );
});

test(
  'status finds it with the real client, beside four weeks that are kept',
  async () => {
    const weeks = { hoursBefore: 50, hoursAfter: 6 };
    const tenant = await virtualTenant({
      ...{ scenario: 'june-2026', at: '+30m', seed: 1, rows: 6_000, weeks, keptWeeks: 4 },
    });
    try {
      let minute = 30;
      let judged = await tenant.judge(status);
      expect(judged.inbound).toBe('usual');
      while (judged.inbound !== 'dip' && minute < 150) {
        tenant.clock.advance(15 * MINUTE_MS);
        minute += 15;
        judged = await tenant.judge(status);
      }
      tell(`june-2026 6000 rows over sockets: ${minute} min`);
      const finding = judged.findings.find(({ id }) => id === 'inbound-dip');
      // The greeting of its mail hosts tells the same.
      expect(finding).toMatchObject({ level: 'critical', subject: 'inbound mail' });
      expect(minute).toBeLessThanOrEqual(150);
    } finally {
      await tenant.close();
    }
  },
  TIMEOUT_MS,
);
