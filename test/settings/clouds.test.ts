import { describe, expect, test } from 'vitest';

import type { CloudName, Via } from '#settings/clouds.js';
import { CLOUD_NAMES, CLOUDS, mayFallBack, resolveVia } from '#settings/clouds.js';

describe('which service is asked', () => {
  test.each(CLOUD_NAMES)('in %s there is a second one only by auto, and only behind Graph', (cloud) => {
    expect(mayFallBack('auto', cloud)).toBe(resolveVia('auto', cloud) === 'graph');
    for (const strict of ['graph', 'exchange'] as const) expect(mayFallBack(strict, cloud)).toBe(false);
  });

  test.each<[Parameters<typeof resolveVia>[0], CloudName, Via, string]>([
    ['auto', 'worldwide', 'graph', 'Graph has message trace there'],
    ['graph', 'worldwide', 'graph', 'as asked'],
    ['exchange', 'worldwide', 'exchange', 'as asked'],
    ['auto', 'gcc-high', 'exchange', 'Graph has none there'],
    ['auto', 'dod', 'exchange', 'Graph has none there'],
    ['auto', 'china', 'exchange', 'Graph has none there'],
    ['exchange', 'china', 'exchange', 'as asked'],
  ])('--via %s --cloud %s: %s, for %s', (asked, cloud, via) => {
    expect(resolveVia(asked, cloud)).toBe(via);
  });

  test.each(['gcc-high', 'dod', 'china'] as const)(
    '--via graph --cloud %s is refused, with the command',
    (cloud) => {
      expect(() => resolveVia('graph', cloud)).toThrow(
        expect.objectContaining({
          kind: 'usage',
          remedy: expect.stringContaining(`--cloud ${cloud} --via exchange`) as string,
        }),
      );
    },
  );
});

describe('the clouds', () => {
  test.each(CLOUD_NAMES)('%s: bases over https, without a path', (name) => {
    const { authorityHost, graphUrl, exchangeUrl } = CLOUDS[name];
    for (const base of [authorityHost, graphUrl, exchangeUrl]) {
      expect(new URL(base).origin).toBe(base);
      expect(base).toMatch(/^https:/u);
    }
  });

  test('no host serves two clouds, but for the sign-in of the government', () => {
    const hosts = CLOUD_NAMES.flatMap((name) => [CLOUDS[name].graphUrl, CLOUDS[name].exchangeUrl]);
    expect(new Set(hosts).size).toBe(hosts.length);
    expect(CLOUDS['gcc-high'].authorityHost).toBe(CLOUDS.dod.authorityHost);
    expect(new Set(CLOUD_NAMES.map((name) => CLOUDS[name].authorityHost)).size).toBe(3);
  });
});
