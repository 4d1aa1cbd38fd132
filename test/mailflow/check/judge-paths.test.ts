/** From walked paths to what the checks of paths and certificates say. */
import { describe, expect, test } from 'vitest';

import { type CheckDraft, resultOf } from '#mailflow/check/check-draft.js';
import type { Asked } from '#mailflow/check/check-evidence.js';
import { DEFAULT_CHECK_POLICY } from '#mailflow/check/check-policy.js';
import type { CheckLevel, CheckResult } from '#mailflow/check/check-result.js';
import { draftCertificates, draftPaths } from '#mailflow/check/judge-paths.js';
import { judgeRoute } from '#mailflow/connector/path/judge-route.js';
import { lookUpRoutes } from '#mailflow/connector/path/look-up-routes.js';
import type { MailRoute } from '#mailflow/connector/path/mail-route.js';
import { ownNetworkOf, tryControlHost } from '#mailflow/connector/path/own-network.js';
import { probeRoutes } from '#mailflow/connector/path/probe-routes.js';
import type { RouteJudgement } from '#mailflow/connector/path/route-judgement.js';
import type { SmtpProbe } from '#mailflow/connector/probe/smtp-probe.js';

import { memoryPaths, type MemoryWorld, REFUSED } from '../../fakes/memory-paths.js';
import { soundProbe, tlsOf } from '../connector/probe/probe-sample.js';
import { trouble } from '../incident/views.js';

const NOW = new Date('2026-06-02T17:30:00Z');
const HOSTS = { 'a.contoso.example': ['192.0.2.1'], 'b.contoso.example': ['192.0.2.2'] };
const MX = { 'contoso.example': Object.keys(HOSTS) };
const BY_MX: MailRoute = {
  ...{ role: 'mx', name: 'contoso.example', domains: ['contoso.example'], mxOf: 'contoso.example' },
  ...{ isNeeded: true, isMain: true, tls: { kind: 'opportunistic' }, stopAfter: 'tls' },
  ...{ recipient: null, hosts: [] },
};

const validFor = (days: number): SmtpProbe =>
  soundProbe({
    tls: {
      kind: 'established',
      facts: tlsOf({}, { validTo: new Date(NOW.getTime() + days * 86_400_000) }),
    },
  });

async function walked(world: MemoryWorld = {}, web = true): Promise<Asked<readonly RouteJudgement[]>> {
  const tools = memoryPaths({ hosts: HOSTS, mx: MX, ...world });
  const mail = await tryControlHost(tools.control, tools);
  const seen = await probeRoutes(await lookUpRoutes([BY_MX], tools), tools);
  const own = ownNetworkOf({ web, mail }, seen);
  return {
    kind: 'seen',
    value: seen.map((route) => judgeRoute(route, { own, now: NOW, saidByHost: new Map() })),
  };
}

const both = (probe: SmtpProbe): MemoryWorld => ({ probes: { '192.0.2.1': probe, '192.0.2.2': probe } });
const FAR = validFor(300);
const { 'mail-paths': PATHS, certificates: CERTIFICATES } = DEFAULT_CHECK_POLICY.checks;
const pathResult = (draft: CheckDraft): CheckResult => resultOf('mail-paths', draft, false);

describe('mail paths', () => {
  test.each<[string, MemoryWorld, boolean, CheckLevel, string]>([
    ['all works', both(FAR), true, 'ok', '2 of 2 paths work, 0 are broken.'],
    ['no host answers', both(REFUSED), true, 'critical', '0 of 2 paths work, 2 are broken.'],
    ['the domain is gone', { mx: {} }, true, 'critical', ''],
    ['our own network lets nothing out', both(REFUSED), false, 'unknown', 'Cannot tell: '],
    [
      'a certificate ends soon: that has a check of its own',
      both(validFor(3)),
      true,
      'ok',
      '2 of 2 paths work',
    ],
  ])('%s', async (_why, world, web, seen, says) => {
    const result = pathResult(draftPaths(await walked(world, web), PATHS.settings));
    expect(result.seen).toBe(seen);
    expect(result.says).toContain(says);
    expect(result.level).toBe(seen === 'unknown' ? 'skipped' : seen);
  });

  test('what the policy ignores is told and does not count', async () => {
    const asked = await walked(both(REFUSED));
    const of = (changes: Partial<typeof PATHS.settings>): CheckResult =>
      pathResult(draftPaths(asked, { ...PATHS.settings, ...changes }));
    const ids =
      asked.kind === 'seen' ? asked.value.flatMap(({ findings }) => findings.map(({ id }) => id)) : [];
    expect(of({ ignoreFindings: ids })).toMatchObject({ seen: 'ok' });
    expect(of({ ignoreFindings: ids }).evidence.join(' ')).toContain(
      'the policy says to ignore this finding',
    );
    expect(of({ ignoreFindings: ids.map((id) => id.replace(/^path-/u, '')) }).seen).toBe('ok');
    expect(of({ ignoreHosts: ['another.example'] }).seen).toBe('critical');
    expect(of({ ignoreHosts: ['contoso.example'] }).seen).toBe('ok');
  });

  test('that were not walked are skipped, and nothing to walk is not OK', () => {
    const notAsked = { kind: 'not-asked', trouble: trouble('not-asked') } as const;
    expect(pathResult(draftPaths(notAsked, PATHS.settings))).toMatchObject({
      seen: 'skipped',
      level: 'skipped',
    });
    expect(pathResult(draftPaths({ kind: 'seen', value: [] }, PATHS.settings))).toMatchObject({
      ...{ seen: 'unknown', reason: 'nothing-to-try' },
    });
  });
});

describe('certificates', () => {
  const result = (draft: CheckDraft): CheckResult => resultOf('certificates', draft, false);
  test.each<[string, number, CheckLevel, string]>([
    ['months', 300, 'ok', '2 certificates were seen; the first one expires in 300 days.'],
    ['just enough', 21, 'ok', 'expires in 21 days'],
    ['less than three weeks', 20.9, 'warning', 'A certificate expires soon: 2 certificates were seen'],
    ['just a week', 7, 'warning', 'expires in 7 days'],
    ['less', 6.9, 'critical', 'expires in 6 days'],
    [
      'over',
      -1,
      'critical',
      'A certificate has expired: 2 certificates were seen; the first one has expired.',
    ],
  ])('valid for %s', async (_why, days, seen, says) => {
    const found = result(draftCertificates(await walked(both(validFor(days))), NOW, CERTIFICATES.settings));
    expect(found.seen).toBe(seen);
    expect(found.says).toContain(says);
    const [left, ending, atEnd] = found.measures;
    expect(left).toMatchObject({
      name: 'certificate_time_left',
      unit: 'seconds',
      value: Math.round(days * 86_400),
    });
    expect(ending).toMatchObject({ value: days < 21 ? 2 : 0, warning: 1, critical: null });
    expect(atEnd).toMatchObject({ value: days < 7 ? 2 : 0, warning: null, critical: 1 });
  });

  test('the one that ends first counts, and hosts that the policy names do not', async () => {
    const asked = await walked({ probes: { '192.0.2.1': FAR, '192.0.2.2': validFor(3) } });
    const of = (ignoreHosts: readonly string[]): CheckResult =>
      result(draftCertificates(asked, NOW, { ...CERTIFICATES.settings, ignoreHosts }));
    expect(of([])).toMatchObject({ seen: 'critical' });
    expect(of([]).evidence.join(' ')).toContain('b.contoso.example');
    expect(of(['B.contoso.example'])).toMatchObject({ seen: 'ok' });
    expect(of(Object.keys(HOSTS))).toMatchObject({ seen: 'unknown', reason: 'not-seen' });
  });

  test('that nobody showed cannot be told', async () => {
    const found = result(draftCertificates(await walked(both(REFUSED)), NOW, CERTIFICATES.settings));
    expect(found).toMatchObject({ seen: 'unknown', level: 'skipped', reason: 'not-seen' });
    expect(found.measures.map(({ value }) => value)).toEqual([null, null, null]);
  });
});
