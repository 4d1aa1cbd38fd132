/** What `relay` asks, counts, judges and shows. */
import { describe, expect, test } from 'vitest';

import type { RelayRequest } from '#cli/ports.js';
import { relay } from '#commands/relay/relay.js';
import { widthOf } from '#render/layout.js';
import { readPolicyText } from '#sources/policy/read-policy-text.js';

import type { MemoryRelay } from '../../fakes/memory-relay-source.js';
import { memoryRelaySource } from '../../fakes/memory-relay-source.js';
import {
  FOREST,
  GREYLISTED,
  mail,
  mails,
  minutesAgo,
  MX,
  TEMPORARY,
  TIMED_OUT,
} from '../../mailflow/relay/mails.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, NOW, runCommand } from '../run-command.js';
import { STEADY } from '../trace/outage.js';

type Run = CommandRun & { readonly request: RelayRequest | null };

const POLICY = '{"version": 1, "checks": {"held-mail": {"warningHeld": 1, "criticalHeld": 2}}}';

async function relayed(
  memory: MemoryRelay,
  args: readonly string[] = ['--file', 'queue.json'],
): Promise<Run> {
  const asked: { request: RelayRequest | null } = { request: null };
  const run = await runCommand(relay, args, {
    random: STEADY,
    relays: (request) => {
      asked.request = request;
      return Promise.resolve(memoryRelaySource(memory));
    },
    policyFile: (path) =>
      path === 'policy.json'
        ? Promise.resolve(readPolicyText(Buffer.from(POLICY)))
        : Promise.reject(new Error(`no file ${path}`)),
  });
  return { ...run, request: asked.request };
}

function aged(count: number, reply: string, prefix: string): ReturnType<typeof mails> {
  return mails(count, { reply }, prefix).map((each, index) => ({
    ...each,
    arrivedAt: minutesAgo(3 + index * 2),
  }));
}

/** Mail for the tenant in an outage, and what any relay has beside it. */
const OUTAGE: MemoryRelay = {
  mails: [
    ...aged(300, FOREST, 'f'),
    ...aged(40, TEMPORARY, 't'),
    ...aged(6, TIMED_OUT, 'n'),
    mail({
      queueId: 'g1',
      recipient: 'bob@fabrikam.example',
      nextHop: 'mx.fabrikam.example',
      reply: GREYLISTED,
      arrivedAt: minutesAgo(4),
    }),
    mail({ queueId: 'h1', state: 'on-hold', reply: null }),
    mail({
      queueId: 'b1',
      state: 'bounced',
      reply: `host ${MX}[203.0.113.41] said: 550 5.4.1 Recipient address rejected: Access denied.`,
    }),
    mail({ queueId: 'd1', state: 'delivered', reply: '250 2.0.0 Ok' }),
  ],
  formats: ['postfix-json'],
  asOf: NOW,
};
const NOTHING: MemoryRelay = { mails: [], asOf: NOW };

describe('what is asked', () => {
  test('files, programs and how to read them', async () => {
    const args = [
      ...['--file', 'a.json', '--file', '-', '--run', `ssh mx1 'postqueue -j'`],
      ...['--file-time-zone', 'Europe/Berlin', '--date-order', 'dmy', '--relay-format', 'postfix-json'],
    ];
    expect((await relayed(NOTHING, args)).request).toEqual({
      files: ['a.json', '-'],
      programs: [['ssh', 'mx1', 'postqueue -j']],
      ...{ fileTimeZone: 'Europe/Berlin', dateOrder: 'dmy', format: 'postfix-json' },
    });
  });

  test('nothing: the environment may name a file', async () => {
    expect((await relayed(NOTHING, [])).request).toMatchObject({ files: [], programs: [], format: null });
  });
});

describe('the summary', () => {
  test('counts what is held, by whom, and what waits for Microsoft', async () => {
    const { conclusion, rows } = await relayed(OUTAGE);
    expect(conclusion.summary).toMatchObject({
      ...{ total: 348, pastExpiry: 0, expiringWithin4h: 0, expiration: { hours: null, basis: null } },
      oldest: { queueId: 'f299', receivedAt: minutesAgo(601) },
      heldBy: { microsoft: 340, network: 6, intent: 2, 'other-server': 0, relay: 0, untold: 0 },
      atMicrosoft: {
        ...{ held: 347, oldest: { queueId: 'f299' }, heldBy: { microsoft: 340, network: 6, intent: 1 } },
        byReason: [
          { reason: 'service-error', party: 'service', count: 340 },
          { reason: 'connection-failed', party: 'network', count: 6 },
          { reason: 'policy', party: 'sender-policy', count: 1 },
        ],
        replies: [
          { reply: '421 4.3.2', count: 300 },
          { reply: '451 4.3.2', count: 40 },
        ],
      },
      left: { delivered: 1, bounced: 1, expired: 0 },
      failedBy: [{ reason: 'recipient-unknown', party: 'recipient', count: 1 }],
      ...{ formats: ['postfix-json'], arrivalUnseen: 0, queues: [] },
    });
    expect(conclusion.source).toEqual({ kind: 'relay', asOf: NOW, requests: 0 });
    expect(rows).toHaveLength(349);
    expect(rows.filter((row) => (row as { held: boolean }).held)).toHaveLength(348);
  });

  test.each<[string, readonly (readonly [string | null, number])[]]>([
    [
      'domain',
      [
        ['contoso.example', 347],
        ['fabrikam.example', 1],
      ],
    ],
    [
      'next-hop',
      [
        [MX, 347],
        ['mx.fabrikam.example', 1],
      ],
    ],
    [
      'reason',
      [
        ['service-error', 340],
        ['connection-failed', 6],
        ['policy', 1],
        ['throttled', 1],
      ],
    ],
  ])('by %s, all counted', async (by, expected) => {
    const { conclusion } = await relayed(OUTAGE, ['--file', 'q', '--by', by]);
    const { by: table } = conclusion.summary as {
      by: { rows: { key: string; held: { estimate: number; low: number } }[] };
    };
    expect(table.rows.map(({ key, held }) => [key, held.low])).toEqual(expected);
    expect(table.rows.every(({ held }) => held.low === held.estimate)).toBe(true);
  });

  test('mail whose reply is not told is counted for itself, not guessed', async () => {
    const memory = { ...OUTAGE, mails: [...mails(10, { reply: null }), ...mails(10, {}, 'r')] };
    const { conclusion } = await relayed(memory, ['--file', 'q', '--by', 'reason']);
    expect(conclusion.summary).toMatchObject({
      by: { rows: [{ held: { low: 10, high: 10 } }, { held: { low: 10, high: 10 } }] },
    });
  });

  test('older mail alone is shown, and all is judged', async () => {
    const { conclusion, rows, text } = await relayed(OUTAGE, ['--file', 'q', '--older', '9h']);
    expect(conclusion.summary).toMatchObject({
      total: 31,
      atMicrosoft: { held: 31 },
      olderThanSeconds: 32_400,
    });
    expect(rows.filter((row) => (row as { held: boolean }).held)).toHaveLength(31);
    expect(conclusion.findings[0]).toMatchObject({ level: 'critical' });
    expect(text('table', pageOf(200)).split('\n')[0]).toContain('31 held deliveries wait for 9 h or longer');
  });

  test.each([
    [23, { expiringWithin4h: 1, pastExpiry: 0, total: 1 }, 'an hour left'],
    [25, { expiringWithin4h: 0, pastExpiry: 1, total: 1 }, 'past it the relay has it until it tries again'],
    [10, { expiringWithin4h: 0, pastExpiry: 0, total: 1 }, 'enough time'],
  ])('held for %i h of 24: %j, %s', async (hours, expected) => {
    const memory = { mails: [mail({ arrivedAt: minutesAgo(hours * 60) })], asOf: NOW };
    const { conclusion } = await relayed(memory, ['--file', 'q', '--queue-lifetime', '24h']);
    expect(conclusion.summary).toMatchObject(expected);
    expect(conclusion.summary).toMatchObject({ expiration: { hours: 24, basis: 'relay-setting' } });
  });

  test('when mail expires is told where the relay tells it', async () => {
    const memory = { mails: [mail({ expiresAt: minutesAgo(-60) })], asOf: NOW };
    const answer = await relayed(memory, ['--file', 'q']);
    expect(answer.conclusion.summary).toMatchObject({
      ...{ expiringWithin4h: 1, expiration: { hours: null, basis: 'relay-setting' } },
    });
    expect(answer.text('table', pageOf(200))).toContain('1 expires within 4 h');
    expect(answer.text('table', pageOf(200))).toContain('(as the relay tells).');
  });

  test('of a log ages are as of its end, which is known last', async () => {
    const asOf = minutesAgo(60 * 24 * 30);
    const arrivedAt = new Date(asOf.getTime() - 600_000);
    const memory = {
      mails: [mail({ arrivedAt }), mail({ queueId: 'b', state: 'bounced' })],
      asOf,
      asOfAtEnd: true,
    };
    const run = await relayed(memory);
    expect(run.conclusion.source).toMatchObject({ asOf });
    const text = run.text('table', pageOf(80)).replace(/\s+/gu, ' ');
    expect(text).toContain('the oldest for 10 min');
    expect(text).toContain('All of this is as of 2026-05-03 17:30 UTC, 30 d ago.');
  });
});

describe('the verdict', () => {
  test.each<[string, MemoryRelay, readonly string[], readonly string[]]>([
    ['an outage', OUTAGE, [], ['critical', 'info']],
    ['nothing', NOTHING, [], []],
    ['one straggler', { mails: [mail()], asOf: NOW }, [], []],
    ['twenty', { mails: mails(20), asOf: NOW }, [], ['warning']],
    ['one, by a policy of theirs', { mails: mails(1), asOf: NOW }, ['--policy', 'policy.json'], ['warning']],
    ['two, by that policy', { mails: mails(2), asOf: NOW }, ['--policy', 'policy.json'], ['critical']],
  ])('%s', async (_why, memory, args, levels) => {
    const { conclusion } = await relayed(memory, ['--file', 'q', ...args]);
    expect(conclusion.findings.map(({ level }) => level)).toEqual(levels);
  });

  test('what could not be read is a gap, and no proof that nothing is held', async () => {
    const gap = { what: 'one queue', reason: 'refused', remedy: 'Look.', retryAfterSeconds: null };
    const run = await relayed({ ...NOTHING, gaps: [gap] });
    expect(run.conclusion.incomplete).toEqual([gap]);
    expect(run.text('table', pageOf(80))).toContain('UNKNOWN: no mail held was found in what could be read.');
  });

  test('mail of ours is told by its domain where a listing tells no way', async () => {
    const memory = { mails: mails(30, { nextHop: null, reply: null }), asOf: NOW, formats: ['exim-queue'] };
    expect((await relayed(memory)).text('table', pageOf(200))).toContain('name your domains with --domain');
    const known = await relayed(memory, ['--file', 'q', '--domain', 'contoso.example']);
    expect(known.text('table', pageOf(200))).toContain('30 held deliveries wait for Microsoft 365');
  });
});

describe('the screen', () => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const text = (await relayed(OUTAGE)).text('table', pageOf(width), { limit: 5 });
    await expect(`${text}\n`).toMatchFileSnapshot(`../golden/relay-outage-${width}.txt`);
    expect(text.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
  });

  test('with its colours as marks', async () => {
    const text = withVisibleMarks(
      (await relayed(OUTAGE)).text('table', pageOf(80, COLOUR_STYLE), { limit: 5 }),
    );
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/relay-outage-marks.txt');
  });

  test('of nothing', async () => {
    expect((await relayed(NOTHING)).text('table', pageOf(80))).toBe('OK: nothing is held at this relay.');
  });

  test('of queues that are only counted', async () => {
    const queues = [
      {
        queueId: 'MBX01\\3',
        nextHop: MX,
        waiting: 512,
        state: 'deferred',
        reply: FOREST,
        lastAttemptAt: null,
      },
    ] as const;
    const text = (await relayed({ ...NOTHING, queues, formats: ['exchange-queue'] })).text(
      'table',
      pageOf(80),
    );
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/relay-counted.txt');
  });

  test('in Markdown without a person in it', async () => {
    const text = (await relayed(OUTAGE)).text('markdown', pageOf(80), { redact: true, limit: 5 });
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/relay-outage.md.txt');
    expect(text).not.toMatch(/\bann\d|\bben\d|\bbob\b/u);
  });

  test('nothing that a relay writes leaves its cell', async () => {
    const evil = '\u001b[2J|`\n::error::\u202e';
    const memory = {
      mails: mails(30, { nextHop: evil, reply: `421 4.3.2 ${evil} ${MX}`, sender: evil }),
      asOf: NOW,
    };
    const run = await relayed(memory, ['--file', 'q', '--by', 'next-hop']);
    for (const format of ['table', 'markdown'] as const) {
      const text = run.text(format, pageOf(120));
      expect(text).not.toMatch(/[\u001b\u202e]/u);
      expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
    }
  });
});

test.each([
  [['--run', 'postqueue -j | head'], '--run cannot be "postqueue -j | head".'],
  [['--run', ''], '--run cannot be "".'],
  [['--file', 'q', '--queue-lifetime', '5'], '--queue-lifetime cannot be "5".'],
  [['--file', 'q', '--by', 'host'], '--by cannot be "host".'],
  [['--file', 'q', '--older', 'x'], '--older cannot be "x".'],
  [['--file', 'q', '--domain', 'x y'], '--domain cannot be "x y".'],
  [['--file', 'q', '--drill'], '--file and --run read a relay of yours; --drill has a simulated one.'],
])('%j is refused: %s', async (args, message) => {
  await expect(runCommand(relay, args)).rejects.toMatchObject({ kind: 'usage', message });
});

test('monitors are told what is held, in all and for Microsoft', async () => {
  const run = await relayed(OUTAGE);
  expect(run.report.headline).toMatch(/^\d+ of \d+ held deliveries wait for Microsoft 365/u);
  const { heldBy, oldest, atMicrosoft } = run.conclusion.summary as {
    readonly heldBy: Readonly<Record<string, number>>;
    readonly oldest: { readonly receivedAt: Date };
    readonly atMicrosoft: { readonly held: number; readonly heldBy: { readonly microsoft: number } };
  };
  expect(measuresOf(run)).toMatchObject({
    held_deliveries: Object.values(heldBy).reduce((sum, count) => sum + count, 0),
    ...{
      held_oldest_age: (NOW.getTime() - oldest.receivedAt.getTime()) / 1000,
      microsoft_held: atMicrosoft.held,
    },
    ...{ microsoft_deferred: atMicrosoft.heldBy.microsoft, relay_bounced: 1, relay_expired: 0 },
  });
});

test('monitors are told that an empty relay holds nothing', async () => {
  const run = await relayed(NOTHING);
  expect(run.report.headline).toBe('nothing is held at this relay.');
  expect(measuresOf(run)).toMatchObject({ held_deliveries: 0, microsoft_held: 0, microsoft_oldest_age: 0 });
});
