import { describe, expect, test } from 'vitest';

import { outcomeOfFailure } from '#cli/exit-code.js';
import { Failure, FAILURE_KINDS, type FailureKind, type FailureOptions } from '#failure.js';

import { failureOfBoth, fallBackNote } from '../../src/world/fall-back.js';

function failed(kind: FailureKind, who: string, options: Partial<FailureOptions> = {}): Failure {
  return new Failure(kind, `${who} is ${kind}.`, { remedy: `Cure ${who}.`, ...options });
}

describe('whether Exchange is asked in the place of Graph', () => {
  test.each<[FailureKind, boolean, string]>([
    ['usage', false, 'a wrong question is wrong for both'],
    ['input', false, 'a file is no service'],
    ['sign-in', false, 'the credentials are those of both'],
    ['permission', true, 'Exchange has a permission and a role of its own'],
    ['configuration', false, 'a wrong setting is to be put right, not gone round'],
    ['unreachable', true, 'Exchange has servers of its own'],
    ['throttled', false, 'the quota may be that of both, and would be used up twice'],
    ['timeout', true, 'time is left for Exchange'],
    ['protocol', true, 'Exchange speaks another protocol'],
    ['interrupted', false, 'a stop is a stop'],
    ['terminated', false, 'a stop is a stop'],
  ])('%s: %s, %s', (kind, isAsked, why) => {
    expect(fallBackNote(failed(kind, 'Graph')) !== null, why).toBe(isAsked);
    expect(fallBackNote(failed(kind, 'Graph', { meetsEveryService: true })), 'both meet it').toBeNull();
  });

  test('it is told with the reason; a bug is none', () => {
    expect(fallBackNote(failed('unreachable', 'graph.microsoft.com'))).toBe(
      'Graph gave no trace (graph.microsoft.com is unreachable); asked Exchange instead.',
    );
    expect(fallBackNote(new TypeError('no such thing'))).toBeNull();
  });

  test('what stays until somebody grants it is told with its cure', () => {
    expect(fallBackNote(failed('permission', 'Graph'))).toBe(
      'Graph gave no trace (Graph is permission); asked Exchange instead. So that Graph answers as well: Cure Graph.',
    );
  });
});

describe('where neither answers', () => {
  const LEAVES: readonly FailureKind[] = ['permission', 'unreachable', 'timeout', 'protocol'];
  const STOPS: readonly FailureKind[] = ['interrupted', 'terminated'];
  const codeOf = (failure: unknown): number =>
    failure instanceof Failure ? outcomeOfFailure(failure.kind).exitCode : 70;

  test.each(LEAVES.flatMap((graph) => FAILURE_KINDS.map((exchange) => [graph, exchange] as const)))(
    'Graph %s, Exchange %s: refused only where both refused, and never what a wrong word or a file would be',
    (graph, exchange) => {
      const both = failureOfBoth(failed(graph, 'Graph'), failed(exchange, 'Exchange'));
      if (STOPS.includes(exchange)) {
        expect(both).toMatchObject({ kind: exchange, message: `Exchange is ${exchange}.` });
        return;
      }
      const areRefused = [graph, exchange].every((kind) => outcomeOfFailure(kind).level === 'refused');
      expect(codeOf(both)).toBe(areRefused ? 4 : 3);
      expect(both).toMatchObject({
        message: `Graph is ${graph}. Exchange did not answer either: Exchange is ${exchange}.`,
        remedy: 'Cure Graph. Or, for Exchange: Cure Exchange.',
      });
    },
  );

  test("the request id is Graph's, the pause the shorter one, and a cure of both is told once", () => {
    const graph = failed('unreachable', 'Graph', { remedy: 'Wait.', requestId: 'g', retryAfterSeconds: 90 });
    const options = { remedy: 'Wait.', requestId: 'e', retryAfterSeconds: 30 };
    expect(failureOfBoth(graph, failed('throttled', 'Exchange', options))).toMatchObject({
      kind: 'unreachable',
      remedy: 'Wait.',
      requestId: 'g',
      retryAfterSeconds: 30,
      cause: graph,
    });
    expect(failureOfBoth(failed('timeout', 'Graph'), failed('timeout', 'Exchange'))).toMatchObject({
      retryAfterSeconds: undefined,
    });
  });

  test('a bug on the way to Exchange stays a bug', () => {
    const bug = new TypeError('no such thing');
    expect(failureOfBoth(failed('timeout', 'Graph'), bug)).toBe(bug);
  });
});
