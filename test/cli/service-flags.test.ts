import { expect, test } from 'vitest';

import { parseArguments } from '#cli/arguments.js';
import type { CommonOptions } from '#cli/common-options.js';
import { readCommonOptions } from '#cli/common-options.js';
import { COMMANDS } from '#commands/index.js';
import type { Via } from '#settings/clouds.js';

async function optionsOf(args: readonly string[], words = ['trace']): Promise<CommonOptions> {
  return optionsFor(args, words, null);
}

async function optionsFor(
  args: readonly string[],
  words: readonly string[],
  asksOnly: Via | null,
): Promise<CommonOptions> {
  const request = await parseArguments([...words, ...args], COMMANDS);
  if (request.kind !== 'command') throw new Error('the arguments ask for help');
  const context = { now: new Date('2026-06-02T17:30:00Z'), localTimeZone: 'UTC' };
  return readCommonOptions(request.raw, context, asksOnly === null ? request.command : { asksOnly });
}

test.each<[readonly string[], Partial<CommonOptions>, string]>([
  [
    [],
    { via: 'graph', mayFallBack: true, cloud: 'worldwide', exchangeUrl: null },
    'Graph of the worldwide cloud, and Exchange where it does not answer',
  ],
  [['--via', 'graph'], { via: 'graph', mayFallBack: false }, 'Graph alone'],
  [['--via', 'Exchange'], { via: 'exchange', mayFallBack: false }, 'in any case'],
  [
    ['--graph-url', 'http://127.0.0.1:1', '--exchange-url', 'http://127.0.0.1:2'],
    { via: 'graph', mayFallBack: true, exchangeUrl: 'http://127.0.0.1:2' },
    'both of another tenant',
  ],
  [
    ['--cloud', 'gcc-high'],
    { via: 'exchange', mayFallBack: false, cloud: 'gcc-high' },
    'Exchange where Graph has no message trace',
  ],
  [
    ['--via', 'exchange', '--exchange-url', 'http://127.0.0.1:1'],
    { exchangeUrl: 'http://127.0.0.1:1' },
    'another endpoint',
  ],
  [
    ['--cloud', 'dod', '--exchange-url', 'https://outlook-dod.office365.us'],
    { via: 'exchange' },
    'the other host of the same cloud',
  ],
])('%j: %j: %s', async (args, expected) => {
  expect(await optionsOf(args)).toMatchObject(expected);
});

test.each<[readonly string[], RegExp, RegExp, string]>([
  [['--via', 'smtp'], /--via cannot be "smtp"/u, /auto, graph, exchange/u, 'a word that is none'],
  [['--cloud', 'gcc'], /--cloud cannot be "gcc"/u, /worldwide, gcc-high, dod, china/u, 'GCC is worldwide'],
  [
    ['--via', 'graph', '--cloud', 'china'],
    /no message trace in the cloud china/u,
    /--cloud china --via exchange/u,
    'what cannot be',
  ],
  [
    ['--exchange-url', 'http://127.0.0.1:1'],
    /Graph is to be asked/u,
    /--via exchange/u,
    'an address that nobody would ask',
  ],
  [
    ['--via', 'graph', '--graph-url', 'http://127.0.0.1:1', '--exchange-url', 'http://127.0.0.1:2'],
    /Graph is to be asked/u,
    /--via exchange/u,
    'also beside the one that is asked, when that was chosen',
  ],
  [
    ['--via', 'exchange', '--graph-url', 'http://127.0.0.1:1'],
    /Exchange is to be asked/u,
    /--exchange-url/u,
    'the other one',
  ],
  [
    ['--drill', '--exchange-url', 'http://127.0.0.1:1', '--via', 'exchange'],
    /two different services/u,
    /one of them/u,
    'a drill has its own',
  ],
  [
    ['--drill', '--graph-url', 'http://127.0.0.1:1'],
    /--drill and --graph-url/u,
    /one of them/u,
    'also for Graph',
  ],
])('%j is refused: %s', async (args, says, remedy) => {
  await expect(optionsOf(args)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(says) as string,
    remedy: expect.stringMatching(remedy) as string,
  });
});

test.each<[readonly string[], Via, Partial<CommonOptions>, string]>([
  [[], 'exchange', { via: 'exchange' }, 'whatever the way of traces is'],
  [['--via', 'auto'], 'exchange', { via: 'exchange' }, 'the usual, said aloud'],
  [['--via', 'exchange'], 'exchange', { via: 'exchange' }, 'the only one, said aloud'],
  [
    ['--exchange-url', 'http://127.0.0.1:1'],
    'exchange',
    { exchangeUrl: 'http://127.0.0.1:1' },
    'its address needs no --via',
  ],
  [['--cloud', 'china'], 'graph', { via: 'graph' }, 'traces are not what is asked for'],
])('%j of a command that asks %s only: %j: %s', async (args, only, expected) => {
  expect(await optionsFor(args, ['trace'], only)).toMatchObject(expected);
});

test.each<[readonly string[], Via, RegExp, RegExp]>([
  [['--via', 'graph'], 'exchange', /--via graph cannot be: only Exchange/u, /--via exchange/u],
  [['--via', 'exchange'], 'graph', /--via exchange cannot be: only Microsoft Graph/u, /--via graph/u],
  [['--graph-url', 'http://127.0.0.1:1'], 'exchange', /Exchange is to be asked/u, /--exchange-url/u],
])('%j of a command that asks %s only is refused', async (args, only, message, remedy) => {
  await expect(optionsFor(args, ['trace'], only)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(message) as string,
    remedy: expect.stringMatching(remedy) as string,
  });
});

test.each([[['status']], [['health']], [['health', 'show']], [['health', 'messages']]])(
  '%j asks Graph whatever --via says, so its address may be named',
  async (words) => {
    const graphUrl = 'http://127.0.0.1:1';
    for (const args of [
      ['--via', 'exchange'],
      ['--cloud', 'gcc-high'],
    ])
      expect(await optionsOf([...args, '--graph-url', graphUrl], words)).toMatchObject({
        via: 'exchange',
        graphUrl,
      });
  },
);
