/** The screen of health as files to read, and what no title or post can do to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { health } from '#commands/health/health.js';
import { Failure } from '#failure.js';
import type { ReachReading } from '#mailflow/reach/reach-source.js';
import { widthOf } from '#render/layout.js';

import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { memoryHealthHistory, memoryHealthSource } from '../../fakes/memory-health-source.js';
import { issue, overview, post, WELL } from '../../mailflow/health/issues.js';
import { buildCommandsIn, hostileText, invisibleIn, strayEmojiParts } from '../../render/hostile.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';
import { CALM, LATE_MAIL, minutesAgo, OUTAGE, PAGE_AVAILABLE, reached, unreached } from './outage.js';

const DOWN = new Failure('unreachable', 'graph.microsoft.example does not answer: connection timed out.', {
  remedy: 'Try again in a minute.',
});
const NETWORK: readonly ReachReading[] = [
  reached('control'),
  reached('sign-in'),
  reached('exchange'),
  unreached('graph'),
];

interface Surroundings {
  readonly network?: readonly ReachReading[];
  readonly keeps?: boolean;
}

function portsOf(state: MemoryHealth, { network = NETWORK, keeps = true }: Surroundings): Partial<Ports> {
  const kept = { answer: { services: WELL, issues: [LATE_MAIL] }, seenAt: minutesAgo(35) };
  return {
    health: () => Promise.resolve(memoryHealthSource(state)),
    healthHistory: () => Promise.resolve(memoryHealthHistory(keeps ? kept : null)),
    statusPage: () => Promise.resolve({ read: () => Promise.resolve(PAGE_AVAILABLE) }),
    reach: () =>
      Promise.resolve({
        probe: () => Promise.resolve(network),
        signIn: () => Promise.resolve({ kind: 'not-attempted' as const }),
      }),
  };
}

const running = (
  args: readonly string[],
  state: MemoryHealth,
  surroundings: Surroundings = {},
): Promise<CommandRun> => runCommand(health, args, portsOf(state, surroundings));

const tooWide = (text: string, width: number): readonly string[] =>
  text.split('\n').filter((line) => widthOf(line) > width);

describe.each<[string, string[], MemoryHealth, Surroundings]>([
  ['outage', ['--all'], OUTAGE, {}],
  ['calm', [], CALM, {}],
  ['unasked', [], { ...OUTAGE, failure: DOWN }, {}],
])('%s', (name, args, state, surroundings) => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await running(args, state, surroundings)).text('table', pageOf(width));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/health-${name}-${width}.txt`);
    expect(tooWide(text, width)).toEqual([]);
  });

  test('with its colours as marks, in another zone', async () => {
    const page = pageOf(80, COLOUR_STYLE, 'Asia/Kathmandu');
    const text = (await running(args, state, surroundings)).text('table', page);
    await expect(`${withVisibleMarks(text)}\n`).toMatchFileSnapshot(`../golden/health-${name}-marks.txt`);
  });

  test('in Markdown', async () => {
    const text = (await running(args, state, surroundings)).text('markdown', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/health-${name}.md.txt`);
  });
});

describe.each<[string, string[], MemoryHealth, Surroundings]>([
  ['posts', ['--posts', '--service', 'exchange'], OUTAGE, {}],
  ['cached', ['--cache-ok'], { ...OUTAGE, failure: DOWN }, {}],
  [
    'blind',
    [],
    { ...OUTAGE, failure: DOWN },
    { network: [unreached('control'), unreached('sign-in'), unreached('graph')], keeps: false },
  ],
  [
    'refused',
    [],
    {
      ...OUTAGE,
      failure: new Failure('permission', 'ServiceHealth.Read.All is missing.', { remedy: 'Grant it.' }),
    },
    {},
  ],
  ['skewed', [], { ...OUTAGE, clockAheadMs: 45 * 60_000 }, {}],
  ['without-exchange', [], { ...CALM, services: WELL.filter(({ id }) => id !== 'Exchange') }, {}],
])('%s', (name, args, state, surroundings) => {
  test('at 80 columns', async () => {
    const text = (await running(args, state, surroundings)).text('table', pageOf(80));
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/health-${name}.txt`);
    expect(tooWide(text, 80)).toEqual([]);
  });
});

test('redacted', async () => {
  const state = {
    ...CALM,
    issues: [
      issue({ title: 'Mail of ann.fuchs@contoso.example from 192.0.2.10 is late', impact: 'Email delivery' }),
    ],
  };
  const text = (await running([], state)).text('table', pageOf(80), { redact: true });
  expect(text).toMatch(/user-[0-9a-f]{8}@contoso\.example from ip-[0-9a-f]{8}/u);
  expect(text).not.toMatch(/ann\.fuchs|192\.0\.2\.10/u);
});

test('a limit says what it leaves out', async () => {
  const text = (await running(['--all'], OUTAGE)).text('table', pageOf(80), { limit: 2 });
  expect(text).toContain('Issues, 2 of 5; worst first. All: --limit 5.');
});

test('no title, word or post moves a cursor, breaks a line or becomes a command', async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, fc.constantFrom(40, 80), async (title, word, width) => {
      const state: MemoryHealth = {
        ...CALM,
        services: [...WELL, overview(title, word, word)],
        issues: [
          issue({
            ...{
              id: word,
              title,
              service: title,
              status: word,
              classification: word,
              feature: title,
              impact: title,
            },
            posts: [post(minutesAgo(5), [title, `Next update by: ${word}`])],
          }),
          issue({ id: 'TM1000001', service: 'Microsoft Teams', title }),
        ],
      };
      const run = await running(['--posts'], state);
      const text = run.text('table', pageOf(width));
      expect(tooWide(text, width)).toEqual([]);
      for (const shown of [text, run.text('markdown', pageOf(80))]) {
        expect([...invisibleIn(shown), ...strayEmojiParts(shown), ...buildCommandsIn(shown)]).toEqual([]);
      }
    }),
  );
});
