/**
 * Why: a step of a runbook is pasted into a chat by whoever is awake: it must fit there, name nobody, and say the same as
 * long as the tenant is the same, or people argue over the figures. Tenants: each moment that is told of, whose clock
 * stands still, as the program's does; and mail whose addresses and subjects are marked. Requests: not counted here.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { type Drill, startDrill } from '#simulator/drill.js';
import type { SimulatedDelivery } from '#simulator/population/delivery.js';
import type { Tenant } from '#simulator/tenant.js';

import { type Run, runMailcheck } from './run-mailcheck.js';
import { rowsBetween, serveTenant, thisSecond } from './serve-tenant.js';

const STEP = ['status', '--format', 'markdown', '--redact'];
const MOST_LINES = 25;
const TIMES = 10;

const FOLDER = mkdtempSync(join(tmpdir(), 'mailcheck-runbook-'));
const open: Tenant[] = [];
afterAll(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  await rm(FOLDER, { recursive: true, force: true, maxRetries: 3 });
});

function file(name: string, text: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
}

type Environment = Readonly<Record<string, string>>;
type DrillChanges = Partial<Parameters<typeof startDrill>[0]>;

/** The clock of the program stands still as well: then only chance and the time that it took could make a difference. */
function stoppedClock(now: Date): string {
  return file(
    `clock-${now.getTime()}.cjs`,
    `const RealDate = Date;
     const now = ${now.getTime()};
     globalThis.Date = class extends RealDate {
       constructor(...given) { super(...(given.length === 0 ? [now] : given)); }
       static now() { return now; }
     };`,
  );
}

async function playedAt(
  scenario: string,
  at: string | null,
  changes: DrillChanges = {},
): Promise<{ readonly drill: Drill; readonly env: Environment }> {
  const now = thisSecond();
  const drill = await startDrill({
    ...{ scenario, at, seed: 1, clock: () => now, log: null },
    ...changes,
  });
  open.push(drill);
  const env = {
    ...drill.environment(file(`${open.length}.pem`, drill.caPem)),
    MAILCHECK_SOURCE_LABEL: `drill:${scenario}`,
    NODE_OPTIONS: `--require=${stoppedClock(now)}`,
  };
  return { drill, env };
}

const MOMENTS: readonly (readonly [
  name: string,
  scenario: string,
  at: string | null,
  changes: DrillChanges,
])[] = [
  ['January at 14:50, the worst of it', 'january-2026', '14:50', {}],
  ['June at 17:30, half of it over', 'june-2026', '17:30', {}],
  ['an ordinary day', 'calm', null, {}],
  [
    'blind: the trace is refused',
    'january-2026',
    '14:50',
    { onboarding: 'permission-missing', exchangeOnboarding: 'permission-missing' },
  ],
  ['blind: service health is refused', 'june-2026', null, { announcementOnboarding: 'health-missing' }],
];

describe.each(MOMENTS)('%s', (_name, scenario, at, changes) => {
  test(`is the same ${TIMES} times in a row, fits ${MOST_LINES} lines and names nobody`, async () => {
    const { drill, env } = await playedAt(scenario, at, changes);
    const home = join(FOLDER, `home-${open.length}`);
    const runs: Run[] = [];
    for (let time = 0; time < TIMES; time += 1)
      runs.push(await whole(STEP, { ...env, MAILCHECK_HOME: home }));
    const texts = runs.map(({ stdout }) => withoutChance(stdout));
    const [text = ''] = texts;
    for (const other of texts) expect(other).toBe(text);
    expect(new Set(runs.map(({ exitCode }) => exitCode)).size).toBe(1);
    expect(text).toMatch(/\*\*(?:CRITICAL|WARNING|OK|UNKNOWN)\*\*: /u);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
    expectNobodyIn(
      text,
      drill.oracle(thisSecond()).map(({ delivery }) => delivery),
    );
  }, 240_000);
});

const MOST_TRIES = 4;

/**
 * Connectors are asked a question a second and have ten: a run of a machine that was too busy for that says so of itself,
 * and is another moment, not another word for this one.
 */
async function whole(args: readonly string[], env: Environment = {}): Promise<Run> {
  let run = await runMailcheck(args, { env });
  for (let tries = 1; tries < MOST_TRIES && run.stdout.includes('(timeout)'); tries += 1)
    run = await runMailcheck(args, { env });
  return run;
}

/** Hosts are addresses in a drill alone, and get another name in each run. */
function withoutChance(text: string): string {
  return text.replace(/\bip-[0-9a-f]{8}:\d+/gu, 'HOST');
}

/** No address, no local part that could be told from a word of ours, and no subject. */
function expectNobodyIn(text: string, mail: readonly SimulatedDelivery[]): void {
  expect(text).not.toContain('@');
  const addresses = mail.flatMap(({ sender, recipient }) => [sender, recipient]);
  const names = new Set(addresses.map((address) => address.split('@')[0] ?? ''));
  const words = new Set(text.toLowerCase().match(/[\w.+-]+/gu));
  expect([...names].filter((name) => words.has(name.toLowerCase()))).toEqual([]);
  const subjects = new Set(mail.map(({ subject }) => subject).filter((subject) => subject !== ''));
  expect([...subjects].filter((subject) => text.includes(subject))).toEqual([]);
}

test('one moment of a drill is the same moment each time it is rehearsed, whatever the machine does meanwhile', async () => {
  const rehearse = (): Promise<Run> => whole([...STEP, '--drill=january-2026', '--at', '14:50']);
  const runs = [await rehearse(), await rehearse(), await rehearse()];
  for (const { stdout } of runs) expect(stdout).toBe(runs[0]?.stdout);
  const lines = runs[0]?.stdout.trimEnd().split('\n') ?? [];
  expect(lines[0]).toBe('DRILL january-2026: simulated tenant');
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
}, 120_000);

test('marked addresses and subjects do not come through, held or failed, whatever the replies quote', async () => {
  const now = thisSecond();
  const canary = (index: number): Partial<SimulatedDelivery> & { readonly status: string } => ({
    sender: `canary-sender-${index}@fabrikam.example`,
    recipient: `canary-recipient-${index}@contoso.example`,
    subject: `canary subject ${index}`,
    status: ['pending', 'failed', 'delivered'][index % 3] ?? '',
  });
  const tenant = await serveTenant(now, rowsBetween(now, [40, 200], 300, canary));
  open.push(tenant);
  const run = await runMailcheck(STEP, { env: { ...tenant.env, ...tenant.exchangeEnv } });
  expect(run.stdout).toMatch(/100 held \(4\.x\), 100 failed \(5\.x\) of 300 deliveries/u);
  expect(run.stdout + run.stderr).not.toMatch(/canary/iu);
});
