/** `check` on fakes: from flags and policy to what is asked, and from runs to what is told. */
import { describe, expect, test } from 'vitest';

import type { Ports } from '#cli/ports.js';
import { check } from '#commands/check/check.js';
import { parseCheck, settle } from '#commands/check/check-options.js';
import { Failure } from '#failure.js';
import { type CheckPolicy, DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import type { CheckResult } from '#mailflow/check/check-result.js';
import type { CheckId } from '#mailflow/check/check-settings.js';
import { setUpToKeep } from '#mailflow/connector/kept-set-up.js';

import { memoryCheckRunHistory } from '../../fakes/memory-check-run-history.js';
import { memoryConnectorSource } from '../../fakes/memory-connector-source.js';
import { memoryHealthSource } from '../../fakes/memory-health-source.js';
import { memorySetUpHistory } from '../../fakes/memory-set-up-history.js';
import { pageOf } from '../../render/pages.js';
import { IN_ORDER } from '../connectors/set-ups.js';
import { CONTEXT, NOW, runCommand } from '../run-command.js';
import { CALM_SURROUNDINGS } from '../status/drilled.js';
import { minutesAgo } from '../trace/outage.js';

function rawOf(given: Readonly<Record<string, string>>): Parameters<typeof parseCheck>[0] {
  return {
    positionals: [],
    valuesByFlag: new Map(Object.entries(given).map(([name, value]) => [name, [value]])),
  };
}

function policyOf(over: Partial<CheckPolicy> = {}, off: readonly CheckId[] = []): CheckPolicy {
  const { checks } = DEFAULT_CHECK_POLICY;
  const disabled = Object.fromEntries(off.map((id) => [id, { ...checks[id], isEnabled: false }]));
  return { ...DEFAULT_CHECK_POLICY, ...over, checks: { ...checks, ...disabled } };
}

describe('how much may be asked', () => {
  test.each<[Readonly<Record<string, string>>, CheckPolicy, readonly [number | null, number | null], string]>(
    [
      [{}, policyOf(), [52, 8], 'two thirds of ninety, of which connectors have their part'],
      [{}, policyOf({}, ['connectors']), [60, null], 'all for the trace where nobody looks at connectors'],
      [{}, policyOf({ maxRequests: 40 }), [32, 8], 'what the policy says'],
      [{ 'max-requests': '20' }, policyOf({ maxRequests: 40 }), [12, 8], 'the command line goes first'],
      [{ 'max-requests': '10' }, policyOf(), [10, null], 'too few to share'],
      [{ quota: '500' }, policyOf(), [292, 8], 'a tenant that may ask more'],
    ],
  )('%j: %s', (given, policy, [trace, connectors]) => {
    const settled = settle(parseCheck(rawOf(given), CONTEXT), policy);
    expect([settled.request.maxRequests, settled.connectorCap]).toEqual([trace, connectors]);
  });
});

describe('where it looks', () => {
  test.each<[Readonly<Record<string, string>>, CheckPolicy, number, string]>([
    [{}, policyOf(), 14_400, 'four hours'],
    [{}, policyOf({ windowSeconds: 7200 }), 7200, 'the window of the policy'],
    [{ since: '1h' }, policyOf({ windowSeconds: 7200 }), 3600, 'the command line goes first'],
  ])('%j: %s', (given, policy, seconds) => {
    const { query, windowSeconds } = settle(parseCheck(rawOf(given), CONTEXT), policy);
    expect(windowSeconds).toBe(seconds);
    expect((query.window?.to.getTime() ?? 0) - (query.window?.from.getTime() ?? 0)).toBe(seconds * 1000);
    expect(query.window?.to).toEqual(CONTEXT.now);
  });

  test.each<[Readonly<Record<string, string>>, readonly string[], readonly string[] | null]>([
    [{}, [], null],
    [{}, ['contoso.example'], ['contoso.example']],
    [{ domain: 'fabrikam.example' }, ['contoso.example'], ['fabrikam.example']],
  ])('%j and %j: own domains %j', (given, ownDomains, expected) => {
    expect(settle(parseCheck(rawOf(given), CONTEXT), policyOf({ ownDomains })).ownDomains).toEqual(expected);
  });
});

function unreachable(): Promise<never> {
  return Promise.reject(
    new Failure('unreachable', 'The service cannot be reached.', { remedy: 'See to the network.' }),
  );
}

/** A policy of a file, with these checks enabled and no other. */
function only(...ids: readonly CheckId[]): Pick<Ports, 'policyFile'> {
  const checks = Object.fromEntries(
    Object.keys(DEFAULT_CHECK_POLICY.checks).map((id) => [id, { enabled: ids.some((each) => each === id) }]),
  );
  const document = { value: { version: 1, checks }, placeOf: () => null };
  return { policyFile: () => Promise.resolve({ ok: true, document }) };
}

const FINE = { id: 'Exchange', service: 'Exchange Online', status: 'serviceOperational' };
const QUIET: Partial<Ports> = { note: () => undefined };

describe('what is asked', () => {
  // A port that is not declared throws: whatever is asked beside these would show.
  test.each<[CheckId, Partial<Ports>, string]>([
    ['service-health', { health: unreachable }, 'unknown'],
    ['sign-in', { reach: CALM_SURROUNDINGS.reach }, 'ok'],
    ['connectors', { connectors: CALM_SURROUNDINGS.connectors, traces: unreachable }, 'ok'],
    ['quota', { quotaUses: () => Promise.resolve([]) }, 'ok'],
    ['held-mail', { traces: unreachable }, 'unknown'],
  ])('%s alone needs its own', async (id, ports, level) => {
    const { healthHistory, looks } = CALM_SURROUNDINGS;
    const run = await runCommand(check, ['--policy', 'policy.yaml'], {
      ...QUIET,
      ...{ healthHistory, looks },
      ...only(id),
      ...ports,
    });
    const rows = run.rows as readonly CheckResult[];
    expect(rows.map((row) => [row.id, row.level])).toEqual([[id, level]]);
    expect(run.conclusion.summary).toMatchObject({ policy: 'policy.yaml' });
  });

  test('with nothing kept the quota is not told', async () => {
    const { healthHistory, looks } = CALM_SURROUNDINGS;
    const run = await runCommand(check, ['--policy', 'p', '--no-history'], {
      ...QUIET,
      ...{ healthHistory, looks },
      ...only('quota'),
    });
    expect(run.rows).toMatchObject([{ id: 'quota', level: 'skipped', reason: 'not-asked' }]);
    expect(run.conclusion.incomplete).toMatchObject([{ reason: 'not-asked' }]);
  });
});

describe('connectors as they were told to an earlier run', () => {
  test.each([
    [2, 0, 'The lint of the set-up, as it was 2 min ago, says 0 critical'],
    [20, 3, 'The lint of the set-up says 0 critical'],
  ])('%i min ago: %i questions', async (minutes, requests, says) => {
    const { healthHistory, looks } = CALM_SURROUNDINGS;
    const source = memoryConnectorSource({ inventory: IN_ORDER });
    const kept = setUpToKeep(IN_ORDER, IN_ORDER.asOf) ?? expect.fail();
    const history = memorySetUpHistory({ ...kept, seenAt: minutesAgo(minutes) });
    const run = await runCommand(check, ['--policy', 'p'], {
      ...{ ...QUIET, healthHistory, looks, ...only('connectors') },
      connectors: () => Promise.resolve(source),
      traces: unreachable,
      setUpHistory: () => Promise.resolve(history),
    });
    expect(run.rows).toMatchObject([{ level: 'ok', says: expect.stringContaining(says) as string }]);
    expect(source.requestCount()).toBe(requests);
  });
});

describe('--notices, and nobody may ask', () => {
  const refused = (kind: 'sign-in' | 'timeout') => () =>
    Promise.reject(new Failure(kind, 'No.', { remedy: 'See to it.' }));
  const { healthHistory, looks } = CALM_SURROUNDINGS;

  test('is told once, and after a run that could tell; each time it is a refusal', async () => {
    const kept = memoryCheckRunHistory();
    let minutes = 0;
    const told = async (
      health: Ports['health'],
      args: readonly string[] = ['--notices'],
    ): Promise<string> => {
      minutes += 5;
      const now = (): Date => new Date(NOW.getTime() + minutes * 60_000);
      const ports = { ...QUIET, ...only('service-health'), healthHistory, looks, health, now };
      try {
        const run = await runCommand(check, ['--policy', 'p', ...args], {
          ...ports,
          checkRuns: (_keeps, key) => Promise.resolve(kept(key)),
        });
        return `${run.conclusion.isRefused === true ? 'refused' : 'asked'}: ${run.text('table', pageOf(80))}`;
      } catch (error) {
        return error instanceof Failure ? `failed: ${error.kind}` : String(error);
      }
    };
    const health: Ports['health'] = () =>
      Promise.resolve(
        memoryHealthSource({ asOf: new Date(NOW.getTime() + minutes * 60_000), services: [FINE] }),
      );
    expect(await told(refused('sign-in'))).toBe('failed: sign-in');
    expect(await told(refused('sign-in'))).toBe('refused: ');
    expect(await told(refused('sign-in'), [])).toBe('failed: sign-in');
    expect(await told(refused('sign-in'))).toBe('refused: ');
    expect(await told(health)).toBe('asked: ');
    expect(await told(refused('sign-in'))).toBe('failed: sign-in');
  });

  test('is told each time where nothing is kept', async () => {
    const run = runCommand(check, ['--policy', 'p', '--notices'], {
      ...{ ...QUIET, ...only('service-health'), healthHistory, looks, health: refused('sign-in') },
    });
    await expect(run).rejects.toMatchObject({ kind: 'sign-in' });
  });
});

describe('over several runs', () => {
  test('runs are kept by policy, and what cannot be kept withholds nothing', async () => {
    const kept = memoryCheckRunHistory();
    const { healthHistory, looks } = CALM_SURROUNDINGS;
    const ports: Partial<Ports> = {
      ...{ ...QUIET, healthHistory, looks, health: unreachable, ...only('service-health') },
      checkRuns: (_keeps, key) => Promise.resolve(kept(key)),
    };
    const memory = async (args: readonly string[], more: Partial<Ports> = {}): Promise<unknown> => {
      const run = await runCommand(check, ['--policy', 'p', ...args], { ...ports, ...more });
      return (run.conclusion.summary as { readonly memory: string }).memory;
    };
    expect([await memory([]), await memory([]), await memory(['--since', '1h'])]).toEqual([
      expect.stringContaining('No earlier run under this policy'),
      expect.stringContaining('with 1 earlier run'),
      expect.stringContaining('No earlier run under this policy'),
    ]);
    const broken = { since: unreachable, keep: unreachable };
    expect(await memory([], { checkRuns: () => Promise.resolve(broken) })).toContain('No runs are kept');
  });
});
