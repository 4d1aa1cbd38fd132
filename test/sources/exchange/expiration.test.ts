/** The limit of a tenant over the wire: one small question, and a Failure for whatever keeps it from an answer. */
import { afterEach, expect, test } from 'vitest';

import { startTenant, type Tenant } from '#simulator/tenant.js';
import type { TenantOptions } from '#simulator/tenant-options.js';

import type { Reply, ScriptedServer } from '../../fakes/scripted-server.js';
import { startScriptedServer } from '../../fakes/scripted-server.js';
import { virtualClock } from '../../fakes/virtual-clock.js';
import { NOW } from '../graph/opened.js';
import { answer, askedBy, openExpirationAt } from './opened.js';

const servers: Pick<ScriptedServer, 'close'>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function asked(reply: Reply, changes?: Parameters<typeof openExpirationAt>[1]) {
  const server = await startScriptedServer(() => reply);
  servers.push(server);
  const source = openExpirationAt({ exchangeUrl: server.origin }, changes);
  const outcome: unknown = await source.hours(new AbortController().signal).catch((error: unknown) => error);
  return {
    outcome,
    requests: source.requestCount(),
    cmdlets: server.requests.map((each) => askedBy(each).cmdlet),
  };
}

test.each<[unknown, number | null, string]>([
  ['0.18:00:00', 18, 'as a tenant may set it'],
  ['1.00:00:00', 24, 'as it comes'],
  ['12:30:00', 12.5, 'without days'],
  ['00:00:00', null, 'none at all'],
  [null, null, 'not told'],
  [86_400, null, 'a number, which it never was'],
])('%j is %s hours: %s', async (MessageExpiration, hours) => {
  const { outcome, requests, cmdlets } = await asked({ body: answer([{ MessageExpiration, New: {} }]) });
  expect([outcome, requests, cmdlets]).toEqual([hours, 1, ['Get-TransportConfig']]);
});

test('an answer without an object tells none', async () => {
  expect((await asked({ body: answer([]) })).outcome).toBeNull();
});

test('who does not answer in time is a timeout', async () => {
  const clock = virtualClock(NOW);
  const { outcome } = await asked(
    { status: 503, body: 'busy' },
    { clock, deadlineMs: clock.monotonicMs() + 5_000, patienceMs: 0 },
  );
  expect(outcome).toMatchObject({ name: 'Failure' });
});

test.each<[TenantOptions['exchangeOnboarding'], string, string]>([
  ['permission-missing', 'sign-in', 'no right to run cmdlets: the token admits nobody'],
  ['role-missing', 'permission', 'no role'],
  [{ lacks: ['Get-TransportConfig'] }, 'permission', 'a role without this cmdlet'],
])('%j is a failure of kind %s: %s', async (exchangeOnboarding, kind) => {
  const tenant: Tenant = await startTenant({
    population: [],
    clock: () => new Date(NOW),
    tokenChecks: 'any',
    exchangeOnboarding: exchangeOnboarding ?? 'complete',
  });
  servers.push(tenant);
  const failed = openExpirationAt(tenant).hours(new AbortController().signal);
  await expect(failed).rejects.toMatchObject({ kind });
});
