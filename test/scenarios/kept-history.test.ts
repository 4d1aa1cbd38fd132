/**
 * Why: a question that was answered yesterday costs nothing today, the answer stays the same, and whatever happens to
 * the kept past costs nobody an answer. Tenant: two days of mail, the last hours of it young. Requests: from its log.
 */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { faultScript, type ScriptedFault } from '#simulator/faults.js';

import { event } from '../simulator/population.js';
import { type JsonTrace, traceOf } from './read-answer.js';
import { runMailcheck } from './run-mailcheck.js';
import { rowsBetween, type ServedTenant, serveTenant, thisSecond } from './serve-tenant.js';

const TENANT = '11111111-2222-4333-8444-555555555555';

let home = '';
const open: ServedTenant[] = [];
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'mailcheck-test-')), 'home');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((tenant) => tenant.close()));
  await rm(join(home, '..'), { recursive: true, force: true });
});

async function serve(faults: readonly ScriptedFault[] = []): Promise<ServedTenant> {
  const now = thisSecond();
  const tenant = await serveTenant(
    now,
    rowsBetween(now, [20, 2820], 300, (index) => ({
      status: ['delivered', 'delivered', 'failed', 'quarantined'][index % 4] ?? '',
      events: () => [event({ event: 'Receive' }), event({ event: index % 4 === 2 ? 'Fail' : 'Deliver' })],
    })),
    { faults },
  );
  open.push(tenant);
  return tenant;
}

interface Asked {
  readonly trace: JsonTrace;
  readonly stderr: string;
  /** Requests that the tenant saw. */
  readonly requests: number;
}

async function ask(tenant: ServedTenant, ...args: readonly string[]): Promise<Asked> {
  const before = tenant.lines.length;
  const env = { ...tenant.env, MAILCHECK_HOME: home, AZURE_TENANT_ID: TENANT };
  const run = await runMailcheck(['trace', '--format', 'json', ...args], { env });
  return { trace: traceOf(run), stderr: run.stderr, requests: tenant.lines.length - before };
}

function rowsOf({ data }: JsonTrace): readonly string[] {
  return data
    .map(({ messageTraceId, recipient, status, receivedAt }) =>
      [messageTraceId, recipient, status, receivedAt].join(),
    )
    .toSorted();
}

/** A window of the tenant's past, by hours ago. */
function window(tenant: ServedTenant, from: number, to: number): readonly string[] {
  const ago = (hours: number): string => new Date(tenant.now.getTime() - hours * 3_600_000).toISOString();
  return ['--from', ago(from), '--to', ago(to)];
}

describe('what was asked before', () => {
  test('a settled window is asked for once; the second answer is the same and names the history', async () => {
    const tenant = await serve();
    const question = [...window(tenant, 46, 25), '--sample', 'none'];
    const first = await ask(tenant, ...question);
    const second = await ask(tenant, ...question);
    expect([first.requests, second.requests]).toEqual([1, 0]);
    expect(first.trace.data.length).toBeGreaterThan(100);
    expect(rowsOf(second.trace)).toEqual(rowsOf(first.trace));
    expect(second.trace.summary).toEqual(first.trace.summary);
    expect(second.trace.window).toEqual(first.trace.window);
    expect([first.trace.source, second.trace.source]).toMatchObject([
      { kind: 'graph', requests: 1 },
      { kind: 'history', requests: 0 },
    ]);
    const [asOf, keptAsOf] = [first, second].map(({ trace }) => Date.parse(trace.source.asOf));
    expect(keptAsOf).toBeLessThanOrEqual(asOf ?? 0);
    expect(keptAsOf).toBeGreaterThan(Date.parse(second.trace.window.to));
    expect(second.stderr).toContain('deliveries come from the kept history');
    const part = await ask(tenant, ...window(tenant, 40, 30), '--status', 'failed', '--sample', 'none');
    expect([part.requests, part.trace.data.length > 0]).toEqual([0, true]);
  });

  test('a window that reaches to now is asked for again, and nothing is doubled', async () => {
    const tenant = await serve();
    const question = ['--since', '48h', '--sample', 'none'];
    const answers = [await ask(tenant, ...question), await ask(tenant, ...question)];
    const anew = await ask(tenant, ...question, '--no-history');
    for (const { trace, requests } of answers) {
      expect(requests).toBe(1);
      expect(rowsOf(trace)).toEqual(rowsOf(anew.trace));
      expect(trace.source.kind).toBe('graph');
    }
  });

  test('details are read once', async () => {
    const tenant = await serve();
    const question = [...window(tenant, 46, 40), '--sample', 'all'];
    const first = await ask(tenant, ...question);
    const second = await ask(tenant, ...question);
    const failed = first.trace.data.filter(({ state }) => state === 'bounced').length;
    expect([first.requests, second.requests]).toEqual([1 + failed, 0]);
    expect(second.trace.summary.reasons.failed).toEqual(first.trace.summary.reasons.failed);
    expect(first.trace.summary.reasons.failed.examined).toBe(failed);
  });

  test('a reading of all details goes on where the quota ended it', async () => {
    const tenant = await serve(faultScript({ 6: '429:900' }));
    const question = [...window(tenant, 46, 40), '--sample', 'all'];
    const first = await ask(tenant, ...question);
    const { examined, population } = first.trace.summary.reasons.failed;
    expect(examined).toBeLessThan(population);
    expect(first.trace.outcome.exitCode).toBe(3);
    // The service has asked for silence, and every process keeps it; a home without the ledger does not know.
    await rm(join(home, 'quota.db'), { force: true });
    for (const end of ['-wal', '-shm']) await rm(join(home, `quota.db${end}`), { force: true });
    const second = await ask(tenant, ...question);
    expect(second.requests).toBe(population - examined);
    expect(second.trace.summary.reasons.failed.examined).toBe(population);
  });
});

describe('what costs nobody an answer', () => {
  test('without a history nothing is kept', async () => {
    const tenant = await serve();
    await ask(tenant, ...window(tenant, 46, 25), '--no-history', '--sample', 'none');
    const again = await ask(tenant, ...window(tenant, 46, 25), '--no-history', '--sample', 'none');
    expect([again.requests, again.trace.source.kind]).toEqual([1, 'graph']);
    expect(await readdir(home).catch(() => [])).not.toContain('traces.db');
  });

  test('a tenant that is not known is not remembered: its rows could be another one’s', async () => {
    const tenant = await serve();
    const run = await runMailcheck(['trace', '--format', 'json', '--sample', 'none'], {
      env: { ...tenant.env, MAILCHECK_HOME: home },
    });
    expect(run.exitCode).toBe(0);
    expect(await readdir(home)).not.toContain('traces.db');
  });

  test('a damaged file is set aside, a foreign one is left alone; the service answers', async () => {
    const tenant = await serve();
    const question = [...window(tenant, 46, 25), '--sample', 'none'];
    const first = await ask(tenant, ...question);
    await rm(join(home, 'traces.db-wal'), { force: true });
    await writeFile(join(home, 'traces.db'), `SQLite format 3\0${'x'.repeat(8000)}`);
    const second = await ask(tenant, ...question);
    expect(rowsOf(second.trace)).toEqual(rowsOf(first.trace));
    expect(second.stderr).toContain('damaged');
    expect(await readdir(home)).toContain('traces.db.damaged');
    expect((await ask(tenant, ...question)).trace.source.kind).toBe('history');
  });

  test('when the service cannot go on, the kept past answers in part and says so', async () => {
    const tenant = await serve(faultScript({ 2: '429:900' }));
    await ask(tenant, ...window(tenant, 46, 25), '--sample', 'none');
    const cut = await ask(tenant, '--since', '46h', '--sample', 'none');
    expect(cut.trace.data.length).toBeGreaterThan(100);
    expect(cut.trace.incomplete).toMatchObject([{ reason: 'throttled', retryAfterSeconds: 900 }]);
    expect([cut.trace.outcome.exitCode, cut.trace.window.complete]).toEqual([3, false]);
  });

  test('the files are ours alone', async () => {
    const tenant = await serve();
    await ask(tenant, ...window(tenant, 46, 25), '--sample', 'none');
    for (const name of await readdir(home)) {
      if (!name.startsWith('traces.db')) continue;
      expect([name, ((await stat(join(home, name))).mode & 0o777).toString(8)]).toEqual([name, '600']);
    }
  });
});
