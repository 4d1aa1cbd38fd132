import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { chooseSample } from '#mailflow/sampling/choose-sample.js';
import { createRandom } from '#mailflow/sampling/random.js';
import { splitSample } from '#mailflow/sampling/split-sample.js';
import { type Candidate, stratify } from '#mailflow/sampling/stratify.js';

/** As many deliveries of one message as asked for. */
function message(
  id: string,
  recipients: number,
  domain = 'fabrikam.example',
  status = 'Pending',
): Candidate[] {
  return Array.from({ length: recipients }, (_, index) => ({
    messageTraceId: id,
    recipient: `r${index}@${domain}`,
    status,
  }));
}

function singles(count: number, domain: string, status = 'Pending'): Candidate[] {
  return Array.from({ length: count }, (_, index) =>
    message(`${domain}-${status}-${index}`, 1, domain, status),
  ).flat();
}

const candidate = fc.record({
  messageTraceId: fc.integer({ min: 0, max: 40 }).map((id) => `message-${id}`),
  recipient: fc
    .tuple(fc.nat(500), fc.integer({ min: 0, max: 12 }))
    .map(([who, where]) => `r${who}@d${where}.example`),
  status: fc.constantFrom('Pending', 'pending', 'GettingStatus'),
});

describe('chooseSample', () => {
  test('as many as asked for, none twice, weights that add up to each stratum, at most size/5 strata', () => {
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 300 }),
        fc.nat(120),
        fc.nat(),
        (population, size, seed) => {
          const sample = chooseSample({ population, size, random: createRandom(seed) });
          expect(sample.drawn).toHaveLength(Math.min(size, population.length));
          expect(new Set(sample.drawn.map(({ unit }) => unit)).size).toBe(sample.drawn.length);
          expect(sample.stratumSizes.reduce((sum, each) => sum + each, 0)).toBe(population.length);
          expect(sample.stratumSizes.length).toBeLessThanOrEqual(Math.max(1, Math.floor(size / 5)));
          if (sample.drawn.length === 0) return;
          for (const [stratum, stratumSize] of sample.stratumSizes.entries()) {
            const own = sample.drawn.filter((drawn) => drawn.stratum === stratum);
            expect(own.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(stratumSize, 6);
            if (size >= 10) expect(own.length).toBeGreaterThanOrEqual(Math.min(2, stratumSize));
          }
        },
      ),
    );
  });

  test('no message is looked up twice while another one has not been looked up at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        (sizes, size, seed) => {
          const population = sizes.flatMap((recipients, index) => message(`m${index}`, recipients));
          const { drawn } = chooseSample({ population, size, random: createRandom(seed) });
          const ids = drawn.map(({ unit }) => unit.messageTraceId);
          expect(new Set(ids).size).toBe(Math.min(ids.length, sizes.length));
        },
      ),
    );
  });

  test('with details to spare every message is read, and the one with most recipients most often', () => {
    const population = [...message('large', 50), ...message('small', 10), ...message('single', 1)];
    const { drawn } = chooseSample({ population, size: 9, random: createRandom(1) });
    const times = (id: string): number => drawn.filter(({ unit }) => unit.messageTraceId === id).length;
    expect([times('large'), times('small'), times('single')]).toEqual([7, 1, 1]);
  });

  test('the same seed chooses the same, another seed others', () => {
    const population = singles(500, 'fabrikam.example');
    const choose = (seed: number): string[] =>
      chooseSample({ population, size: 20, random: createRandom(seed) }).drawn.map(
        ({ unit }) => unit.messageTraceId,
      );
    expect(choose(7)).toEqual(choose(7));
    expect(choose(7)).not.toEqual(choose(8));
  });

  test.each([
    ['more than there are', Infinity, 10],
    ['none', 0, 0],
    ['less than none', -3, 0],
  ])('%s', (_why, size, expected) => {
    const { drawn } = chooseSample({
      population: singles(10, 'fabrikam.example'),
      size,
      random: createRandom(1),
    });
    expect(drawn).toHaveLength(expected);
  });
});

describe('stratify', () => {
  const population = [
    ...singles(50, 'large.example'),
    ...singles(30, 'middle.example'),
    ...singles(5, 'a.example'),
    ...singles(4, 'b.example'),
    ...singles(20, 'large.example', 'GettingStatus'),
  ];
  const rows: [string, number, number[]][] = [
    ['enough strata: one for each status and domain', 12, [50, 30, 20, 5, 4]],
    ['large domains first, the rest of each status merged', 4, [50, 30, 20, 9]],
    ['only as many as statuses: domains are merged', 2, [89, 20]],
    ['one for all', 1, [109]],
  ];
  test.each(rows)('%s', (_why, max, sizes) => {
    expect(
      stratify(population, max)
        .map((units) => units.length)
        .sort((left, right) => right - left),
    ).toEqual(sizes);
  });

  test('case tells neither statuses nor domains apart', () => {
    const twice = [...singles(3, 'large.example', 'pending'), ...singles(3, 'LARGE.example', 'Pending')];
    expect(stratify(twice, 5)).toHaveLength(1);
  });
});

describe('splitSample', () => {
  test.each([
    ['alike: half each', 60, 1000, 1000, { held: 30, failed: 30 }],
    ['only held', 60, 1000, 0, { held: 60, failed: 0 }],
    ['only failed', 60, 0, 1000, { held: 0, failed: 60 }],
    ['lopsided: a quarter stays for the smaller', 60, 100_000, 100, { held: 45, failed: 15 }],
    ['lopsided the other way', 60, 100, 100_000, { held: 15, failed: 45 }],
    ['by the square root between', 60, 4000, 1000, { held: 40, failed: 20 }],
    ['what one cannot use goes to the other', 60, 3, 1000, { held: 3, failed: 57 }],
    ['and back', 60, 1000, 3, { held: 57, failed: 3 }],
    ['fewer than the sample: all', 60, 20, 20, { held: 20, failed: 20 }],
    ['a single detail goes somewhere', 1, 10, 10, { held: 1, failed: 0 }],
    ['nothing there', 60, 0, 0, { held: 0, failed: 0 }],
    ['all', Infinity, 5, 7, { held: 5, failed: 7 }],
  ])('%s', (_why, size, held, failed, expected) => {
    expect(splitSample(size, held, failed)).toEqual(expected);
  });

  test('uses the whole sample and never more than there is', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(100_000), fc.nat(100_000), (size, held, failed) => {
        const split = splitSample(size, held, failed);
        expect(split.held + split.failed).toBe(Math.min(size, held + failed));
        expect(split.held).toBeLessThanOrEqual(held);
        expect(split.failed).toBeLessThanOrEqual(failed);
        expect(Math.min(split.held, split.failed)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
