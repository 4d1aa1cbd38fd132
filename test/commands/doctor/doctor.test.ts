/** What is looked at and what is left, against a source that counts; and the screen as files to read. */
import { describe, expect, test } from 'vitest';

import { doctor } from '#commands/doctor/doctor.js';
import type { CallName, DoctorEvidence } from '#mailflow/doctor/doctor-evidence.js';
import type { DoctorSource } from '#mailflow/doctor/doctor-source.js';
import { widthOf } from '#render/layout.js';

import { failed, HEALTHY, hosts, hostsBut, trouble, unreached } from '../../mailflow/doctor/sights.js';
import { COLOUR_STYLE, pageOf, withVisibleMarks } from '../../render/pages.js';
import type { CommandRun } from '../run-command.js';
import { runCommand } from '../run-command.js';

interface Examined extends CommandRun {
  /** In the order in which it was done. */
  readonly asked: readonly string[];
}

/** Gives what the evidence holds, as far as it is asked for. */
async function examined(changes: Partial<DoctorEvidence>, ...flags: readonly string[]): Promise<Examined> {
  const evidence = { ...HEALTHY, ...changes };
  const asked: string[] = [];
  const calls: CallName[] = [];
  const source: DoctorSource = {
    ...{ machine: evidence.machine, setUp: evidence.setUp, credential: evidence.credential },
    files: () => Promise.resolve(evidence.files),
    store: () => Promise.resolve(evidence.store),
    hosts: () => {
      asked.push('hosts');
      return Promise.resolve(evidence.hosts ?? []);
    },
    token: (service) => {
      asked.push(`token ${service}`);
      const token = service === 'graph' ? evidence.graphToken : evidence.exchangeToken;
      if (token === null) throw new Error(`nobody should ask for a token of ${service}`);
      return Promise.resolve(token);
    },
    call: (name) => {
      asked.push(name);
      calls.push(name);
      const call = evidence.calls[name];
      if (call === null) throw new Error(`nobody should ask for ${name}`);
      return Promise.resolve(call);
    },
    quotas: () => Promise.resolve(evidence.quotas),
    requestCount: () => calls.length,
    ...{ tenant: 'contoso.example', isDrill: false },
  };
  const run = await runCommand(doctor, flags, { doctor: () => Promise.resolve(source) });
  return { ...run, asked };
}

const { calls, setUp } = HEALTHY;
const REFUSED = { kind: 'refused', trouble: trouble('sign-in', 'The client secret has expired.') } as const;

describe('nothing behind what is broken is asked', () => {
  test.each<[string, Partial<DoctorEvidence>, readonly string[]]>([
    [
      'all is well',
      {},
      ['hosts', 'token graph', 'token exchange', 'trace', 'settings', 'health', 'messages', 'exchange-trace'],
    ],
    ['the settings are wrong', { setUp: { ...setUp, trouble: trouble('configuration') } }, []],
    ['nothing to sign in with', { credential: { kind: 'missing', trouble: trouble('sign-in') } }, ['hosts']],
    [
      'the sign-in host is shut',
      { hosts: hostsBut('sign-in', unreached('connect', 'refused', 'ECONNREFUSED')) },
      ['hosts'],
    ],
    ['the sign-in is refused', { graphToken: REFUSED }, ['hosts', 'token graph']],
    [
      'Graph is shut',
      { hosts: hostsBut('graph', unreached('connect', 'refused', 'ECONNREFUSED')) },
      ['hosts', 'token exchange', 'settings', 'exchange-trace'],
    ],
    [
      'nobody is let in with the token',
      { calls: { ...calls, trace: failed('sign-in', 'token') } },
      ['hosts', 'token graph', 'token exchange', 'trace', 'settings', 'exchange-trace'],
    ],
    [
      'the principal is missing',
      { calls: { ...calls, trace: failed('permission', 'service-principal') } },
      ['hosts', 'token graph', 'token exchange', 'trace', 'settings', 'health', 'messages', 'exchange-trace'],
    ],
    [
      'Exchange lets nobody in',
      { calls: { ...calls, settings: failed('permission', 'token') } },
      ['hosts', 'token graph', 'token exchange', 'trace', 'settings', 'health', 'messages'],
    ],
    [
      'Exchange is left out',
      { setUp: { ...setUp, traces: 'graph' } },
      ['hosts', 'token graph', 'trace', 'health', 'messages'],
    ],
    [
      'traces are asked of Exchange',
      { setUp: { ...setUp, traces: 'exchange' } },
      ['hosts', 'token graph', 'token exchange', 'health', 'settings', 'messages', 'exchange-trace'],
    ],
  ])('%s', async (_why, changes, expected) => {
    const { asked } = await examined(changes);
    expect(asked.toSorted()).toEqual(expected.toSorted());
    expect(asked.slice(0, 3)).toEqual(expected.slice(0, 3));
  });
});

const SCREENS: Readonly<Record<string, Partial<DoctorEvidence>>> = {
  healthy: {},
  'expired-secret': { graphToken: REFUSED },
  'opened-tls': {
    setUp: { ...setUp, caFile: '/etc/ssl/contoso.pem' },
    hosts: hosts({
      ...unreached('tls', 'certificate', 'SELF_SIGNED_CERT_IN_CHAIN'),
      certificate: { authority: 'Contoso Proxy \u001b[31mCA', isPublic: false, validUntil: null },
      aheadMs: 0,
    }),
  },
  principal: {
    calls: {
      ...calls,
      trace: failed(
        'permission',
        'service-principal',
        'graph.microsoft.com refused: the tenant has no service principal for the message trace service (status 401).',
      ),
      settings: failed(
        'permission',
        'permission',
        'outlook.office365.com lets the app in, and no role of it allows Get-TransportConfig (status 403).',
      ),
      'exchange-trace': failed(
        'permission',
        'permission',
        'outlook.office365.com lets the app in, and no role of it allows Get-MessageTraceV2 (status 403).',
      ),
    },
  },
};

describe.each(Object.entries(SCREENS))('the screen of %s', (name, changes) => {
  test.each([40, 80, 120])('at %i columns', async (width) => {
    const { text } = await examined(changes);
    const screen = text('table', pageOf(width), { limit: 40 });
    await expect(`${screen}\n`).toMatchFileSnapshot(`../golden/doctor-${name}-${width}.txt`);
    expect(screen.split('\n').filter((line) => widthOf(line) > width)).toEqual([]);
    expect(screen).not.toContain('\u001b');
  });

  test('with its colours, and as Markdown', async () => {
    const { text } = await examined(changes);
    const coloured = withVisibleMarks(text('table', pageOf(80, COLOUR_STYLE), { limit: 40 }));
    await expect(`${coloured}\n`).toMatchFileSnapshot(`../golden/doctor-${name}-marks.txt`);
    const markdown = text('markdown', pageOf(80), { limit: 40 });
    await expect(`${markdown}\n`).toMatchFileSnapshot(`../golden/doctor-${name}.md.txt`);
  });
});

test.each([
  [
    'healthy',
    { level: 'ok', cause: null, canTrace: true, ok: 25, broken: 0, skipped: 0, requests: 5 },
    false,
  ],
  ['expired-secret', { level: 'refused', cause: 'sign-in', canTrace: false, broken: 1, requests: 0 }, true],
  ['principal', { level: 'refused', cause: 'service-principal', canTrace: false, requests: 5 }, true],
])('what a script reads of %s', async (name, summary, isRefused) => {
  const { conclusion, rows } = await examined(SCREENS[name] ?? {});
  expect(conclusion.summary).toMatchObject(summary);
  expect(conclusion.isRefused).toBe(isRefused);
  expect(rows).toHaveLength(25);
  expect(conclusion).toMatchObject({ tenant: 'contoso.example', source: { requests: summary.requests } });
});

test('monitors are told of every check', async () => {
  const { conclusion } = await examined(SCREENS['expired-secret'] ?? {});
  expect(conclusion.findings).toMatchObject([
    { id: 'doctor-sign-in', level: 'critical', remedy: 'Do this.' },
  ]);
  expect(conclusion.incomplete).toEqual([]);
});

describe('how much is told of what is well', () => {
  const titles = async (): Promise<readonly string[]> => {
    const { rows } = await examined({});
    return rows.map((row) => (row as { readonly title: string }).title);
  };
  const screenOf = ({ text }: CommandRun): string => text('table', pageOf(200), { limit: 40 });

  test('each check is named, in a line for each place', async () => {
    const screen = screenOf(await examined({}));
    const [, block = ''] = /\n\nok {10}([^]*)\n\n/u.exec(screen) ?? [];
    expect(block.split('\n')).toHaveLength(4);
    const named = block.split('\n').flatMap((line) => line.replace(/^[^:]*: /u, '').split(', '));
    expect(named.toSorted()).toEqual((await titles()).toSorted());
  });

  test('with --verbose each says what was seen', async () => {
    const run = await examined({}, '--verbose');
    const screen = screenOf(run);
    for (const title of await titles()) expect(screen).toContain(`${title}: `);
    expect(screen).toContain('- graph.microsoft.com: by ');
    await expect(`${screen}\n`).toMatchFileSnapshot('../golden/doctor-healthy-verbose.txt');
  });

  test('of what is not well the cause stands first, though a warning is nearer', async () => {
    const { machine } = HEALTHY;
    const terminal = { ...machine.terminal, isUnicode: false };
    const screen = screenOf(await examined({ machine: { ...machine, terminal }, graphToken: REFUSED }));
    const labels = screen.split('\n').flatMap((line) => /^(BROKEN|warning|ok|skipped)\b/u.exec(line) ?? []);
    expect(labels).toEqual(['BROKEN', 'BROKEN', 'warning', 'warning', 'ok', 'ok', 'skipped', 'skipped']);
  });
});
