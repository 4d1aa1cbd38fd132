import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Asked, CheckEvidence } from '#mailflow/check/check-evidence.js';
import { type CheckPolicy, DEFAULT_CHECK_POLICY, type PoliciesById } from '#mailflow/check/check-policy.js';
import type { CheckLevel, CheckResult } from '#mailflow/check/check-result.js';
import { CHECK_IDS, type CheckId } from '#mailflow/check/check-settings.js';
import { judgeChecks } from '#mailflow/check/judge-checks.js';
import { assess } from '#mailflow/incident/assess.js';
import type { VerdictLevel } from '#mailflow/incident/look.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import type { QuotaUse } from '#mailflow/quota/quota-use.js';

import { answer, issue } from '../health/issues.js';
import { anySightings, mostlySound } from '../incident/any-sightings.js';
import {
  CALM,
  CALM_MAIL,
  failed,
  inboundAs,
  MAIL_ISSUE,
  minutesBefore,
  missing,
  POSTED,
  REACHED,
  seen,
  sightingsOf,
  sightOf,
  STOPPED_CONNECTORS,
  trouble,
  UNPOSTED,
} from '../incident/views.js';
import type { Load } from '../queue/mail.js';

const NOT_ASKED: Asked<never> = { kind: 'not-asked', trouble: trouble('not-asked') };

function evidence(sightings: Sightings, more: Partial<CheckEvidence> = {}): CheckEvidence {
  return { sightings, paths: NOT_ASKED, quota: NOT_ASKED, ...more };
}

type Changes = { readonly [Id in CheckId]?: Partial<PoliciesById[Id]> };

/** The usual policy with other values for some checks. */
function policy(changes: Changes): CheckPolicy {
  const checks = Object.fromEntries(
    CHECK_IDS.map((id) => [id, { ...DEFAULT_CHECK_POLICY.checks[id], ...changes[id] }]),
  );
  return { ...DEFAULT_CHECK_POLICY, checks: { ...DEFAULT_CHECK_POLICY.checks, ...checks } };
}

const settings = <Id extends CheckId>(
  id: Id,
  changes: Partial<PoliciesById[Id]['settings']>,
): PoliciesById[Id]['settings'] => ({ ...DEFAULT_CHECK_POLICY.checks[id].settings, ...changes });

function judged(
  given: CheckEvidence,
  by: CheckPolicy = DEFAULT_CHECK_POLICY,
): ReadonlyMap<string, CheckResult> {
  return new Map(judgeChecks(given, by).map((result) => [result.id, result]));
}

function resultOf(id: CheckId, given: CheckEvidence, by?: CheckPolicy): CheckResult {
  const result = judged(given, by).get(id);
  if (result === undefined) throw new Error(`${id} is not among the results`);
  return result;
}

/** As exit codes go; what is skipped counts for nothing. */
function overall(results: Iterable<CheckResult>): VerdictLevel {
  const levels = new Set([...results].map(({ level }) => level));
  const order: readonly VerdictLevel[] = ['critical', 'unknown', 'warning'];
  return order.find((level) => levels.has(level)) ?? 'ok';
}

const withMail = (...loads: readonly Load[]): Sightings =>
  sightingsOf({ ...CALM, trace: sightOf([...CALM_MAIL, ...loads]) });

const LATE: Load = { kind: 'by-service', count: 40, minutes: 200, toMinutes: 100, inboundFrom: 10 };
const DYING: Load = { kind: 'refused', count: 25, minutes: 230, name: 'tailspin', expiryHours: 6 };
const FAILING: Load = { kind: 'failed-by-service', count: 60, minutes: 200, toMinutes: 10, domains: 20 };
const UNREAD: Load = { kind: 'unread', count: 40, minutes: 200, toMinutes: 60, domains: 9 };
const NOTHING_READ = sightingsOf({
  ...CALM,
  trace: sightOf([{ kind: 'delivered', count: 800, minutes: 240, toMinutes: 6, domains: 40 }, UNREAD]),
});
const ADVISORY = issue({ ...MAIL_ISSUE, id: 'EX2', classification: 'advisory' });
const PUTS_OFF = REACHED.map((reading) =>
  reading.target === 'inbound-mail'
    ? {
        ...reading,
        outcome: {
          kind: 'reached' as const,
          firstByteMs: 20,
          greeting:
            '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit per resource forest, closing transmission channel',
        },
      }
    : reading,
);

describe('each check says what status finds of its own', () => {
  const rows: readonly (readonly [string, Sightings, CheckId, CheckLevel])[] = [
    ['a calm day', sightingsOf(CALM), 'held-mail', 'ok'],
    ['new mail that the service defers', sightingsOf(UNPOSTED), 'deferral-rate', 'critical'],
    ['the same mail is old by now', sightingsOf(UNPOSTED), 'held-mail', 'warning'],
    ['and nothing of it expires', sightingsOf(UNPOSTED), 'expiring-mail', 'ok'],
    ['stragglers of the service', withMail(LATE), 'held-mail', 'warning'],
    ['mail at its end at one host', withMail(DYING), 'expiring-mail', 'critical'],
    ['which alone is no held mail of ours', withMail(DYING), 'held-mail', 'ok'],
    ['mail that fails', withMail(FAILING), 'bounce-rate', 'warning'],
    ['an incident on mail flow', sightingsOf(POSTED), 'service-health', 'critical'],
    [
      'less mail than usual',
      sightingsOf({ ...CALM, inbound: inboundAs('dip', 140) }),
      'inbound-volume',
      'warning',
    ],
    ['hosts that put senders off', sightingsOf({ ...CALM, reach: PUTS_OFF }), 'inbound-volume', 'warning'],
    [
      'both at once',
      sightingsOf({ ...CALM, inbound: inboundAs('dip', 140), reach: PUTS_OFF }),
      'inbound-volume',
      'critical',
    ],
    [
      'a default domain that is stopped',
      sightingsOf({ ...CALM, connectors: STOPPED_CONNECTORS }),
      'connectors',
      'critical',
    ],
    ['a sign-in that works', sightingsOf(CALM), 'sign-in', 'ok'],
    ['rows of just now', sightingsOf(CALM), 'freshness', 'ok'],
  ];
  test.each(rows)('%s', (_why, sightings, id, level) => {
    expect(resultOf(id, evidence(sightings))).toMatchObject({ level, seen: level, course: null });
  });
});

describe('what cannot be told', () => {
  const rows: readonly (readonly [string, Partial<Sightings>, CheckId, CheckLevel, CheckLevel, string])[] = [
    ['no trace', { trace: failed('trace', 'throttled') }, 'held-mail', 'unknown', 'unknown', 'throttled'],
    [
      'nor its rates',
      { trace: failed('trace', 'throttled') },
      'bounce-rate',
      'unknown',
      'unknown',
      'throttled',
    ],
    [
      'nor how fresh it is',
      { trace: failed('trace', 'throttled') },
      'freshness',
      'unknown',
      'unknown',
      'throttled',
    ],
    ['and health goes on', { trace: failed('trace', 'throttled') }, 'service-health', 'ok', 'ok', ''],
    ['no health', { health: failed('health', 'timeout') }, 'service-health', 'unknown', 'unknown', 'timeout'],
    ['and the trace goes on', { health: failed('health', 'timeout') }, 'deferral-rate', 'ok', 'ok', ''],
    [
      'nobody requires the comparison',
      { inbound: missing('inbound') },
      'inbound-volume',
      'skipped',
      'skipped',
      'not-asked',
    ],
    [
      'nor that it works',
      { inbound: failed('inbound', 'timeout') },
      'inbound-volume',
      'skipped',
      'unknown',
      'timeout',
    ],
    [
      'a comparison without end',
      { inbound: seen('inbound', inboundAs('too-little', 3)) },
      'inbound-volume',
      'skipped',
      'unknown',
      'too-little',
    ],
    [
      'no connectors',
      { connectors: failed('connectors', 'refused') },
      'connectors',
      'skipped',
      'unknown',
      'refused',
    ],
    [
      'a refused sign-in where all was answered',
      { signIn: failed('sign-in', 'refused') },
      'sign-in',
      'ok',
      'ok',
      '',
    ],
    [
      'a token without the permission',
      { trace: failed('trace', 'refused') },
      ...(['sign-in', 'unknown', 'unknown', 'refused'] as const),
    ],
    [
      'a token, and a trace that is throttled',
      { trace: failed('trace', 'throttled') },
      ...(['sign-in', 'ok', 'ok', ''] as const),
    ],
    [
      'a refused sign-in where nothing was',
      {
        signIn: seen('sign-in', { kind: 'refused', text: 'AADSTS7000222', remedy: 'Renew the secret.' }),
        trace: failed('trace', 'sign-in'),
        health: failed('health', 'sign-in'),
      },
      'sign-in',
      'unknown',
      'unknown',
      'sign-in',
    ],
  ];
  test.each(rows)('%s', (_why, more, id, level, own, reason) => {
    expect(resultOf(id, evidence(sightingsOf(CALM, more)))).toMatchObject({
      ...{ level, seen: own, reason: reason === '' ? null : reason },
    });
  });

  test('a stale trace warns where it shows trouble, and is unknown in the rest', () => {
    const stale = { ...seen('trace', UNPOSTED.trace), quality: 'stale' as const, ...trouble('stale') };
    const results = judged(evidence(sightingsOf(UNPOSTED, { trace: stale })));
    const levels = [...results].map(([id, { level }]) => [id, level]);
    expect(Object.fromEntries(levels)).toMatchObject({
      ...{ 'held-mail': 'warning', 'deferral-rate': 'warning' },
      ...{ 'expiring-mail': 'unknown', 'bounce-rate': 'unknown', freshness: 'unknown' },
    });
  });

  test('reasons that decide and were not read make it unknown, though something is found', () => {
    const result = resultOf('held-mail', evidence(NOTHING_READ));
    expect(result).toMatchObject({ level: 'unknown', reason: 'unread' });
    expect(result.evidence.join(' ')).toContain('hardly any of their reasons could be read');
    expect(resultOf('deferral-rate', evidence(NOTHING_READ)).level).toBe('unknown');
    expect(resultOf('bounce-rate', evidence(NOTHING_READ)).level).toBe('ok');
  });

  test('a required check whose source was not asked is unknown, and says so', () => {
    const strict = policy({ connectors: { isRequired: true } });
    const result = resultOf(
      'connectors',
      evidence(sightingsOf(CALM, { connectors: missing('connectors') })),
      strict,
    );
    expect(result).toMatchObject({ level: 'unknown', seen: 'unknown', reason: 'not-asked' });
    expect(result.says).toMatch(/^Not asked: /u);
  });
});

describe('a policy', () => {
  test('may switch a check off', () => {
    const ids = [
      ...judged(evidence(sightingsOf(POSTED)), policy({ 'service-health': { isEnabled: false } })).keys(),
    ];
    expect(ids).not.toContain('service-health');
    expect(ids).not.toContain('mail-paths');
    expect(ids).toContain('held-mail');
  });

  const ofHealth = (changes: Partial<PoliciesById['service-health']['settings']>): CheckPolicy =>
    policy({ 'service-health': { settings: settings('service-health', changes) } });
  test.each<[string, CheckPolicy, CheckLevel]>([
    ['nothing', DEFAULT_CHECK_POLICY, 'critical'],
    [
      'a part of the name of the service, in other letters',
      ofHealth({ ignoreServices: [' exchange'] }),
      'ok',
    ],
    ['another service', ofHealth({ ignoreServices: ['Teams'] }), 'critical'],
    ['no name at all', ofHealth({ ignoreServices: [''] }), 'critical'],
    ['the issue itself', ofHealth({ ignoreIssues: ['ex1331830'] }), 'ok'],
    ['a part of its id', ofHealth({ ignoreIssues: ['EX133'] }), 'critical'],
  ])('ignores %s', (_what, by, level) => {
    const result = resultOf('service-health', evidence(sightingsOf(POSTED)), by);
    expect(result.level).toBe(level);
    if (level === 'ok') expect(result.evidence.join(' ')).toContain('the policy says to ignore');
  });

  test('may let advisories on mail delivery inform', () => {
    const given = evidence(sightingsOf({ ...CALM, health: answer({ issues: [ADVISORY] }) }));
    expect(resultOf('service-health', given).level).toBe('warning');
    expect(resultOf('service-health', given, ofHealth({ advisoriesWarn: false })).level).toBe('ok');
  });

  test('sets limits, which the measures tell', () => {
    const by = policy({ 'held-mail': { settings: settings('held-mail', { warningHeld: 500 }) } });
    const result = resultOf('held-mail', evidence(withMail(LATE)), by);
    expect(result.level).toBe('ok');
    expect(result.measures.find(({ name }) => name === 'held_late')).toMatchObject({
      warning: 500,
      critical: null,
    });
  });

  test.each([
    [3, 'critical', null, 'on enough sides it is the service'],
    [
      99,
      'ok',
      /at least\. It was read of \d+ domains on the other side, and counts from 99 on/u,
      'else that is said',
    ],
  ] as const)('deferrals count on %i sides: %s', (domains, level, told, why) => {
    const by = policy({ 'deferral-rate': { settings: settings('deferral-rate', { domains }) } });
    const result = resultOf('deferral-rate', evidence(sightingsOf(UNPOSTED)), by);
    expect(result.level, why).toBe(level);
    if (told === null) expect(result.says).not.toContain('other side');
    else expect(result.says).toMatch(told);
  });

  test('below the floor of 50 messages there is no verdict on a rate', () => {
    const few = sightingsOf({
      ...CALM,
      trace: sightOf([{ kind: 'failed-by-service', count: 49, minutes: 10, domains: 9 }]),
    });
    expect(resultOf('bounce-rate', evidence(few))).toMatchObject({ level: 'ok' });
    expect(resultOf('bounce-rate', evidence(few)).says).toContain('fewer than 50 are too few');
    const enough = sightingsOf({
      ...CALM,
      trace: sightOf([{ kind: 'failed-by-service', count: 50, minutes: 10, domains: 9 }]),
    });
    expect(resultOf('bounce-rate', evidence(enough)).level).toBe('critical');
  });

  const ofConnectors = (changes: Partial<PoliciesById['connectors']['settings']>): CheckPolicy =>
    policy({ connectors: { settings: settings('connectors', changes) } });
  test('may ignore findings of the lint and what they are about, or count its warnings', () => {
    const stopped = evidence(sightingsOf({ ...CALM, connectors: STOPPED_CONNECTORS }));
    const found = (by: CheckPolicy): CheckLevel => resultOf('connectors', stopped, by).level;
    expect(found(DEFAULT_CHECK_POLICY)).toBe('critical');
    expect(found(ofConnectors({ ignoreFindings: ['default-domain-stopped'] }))).toBe('ok');
    expect(found(ofConnectors({ ignoreFindings: ['default-domain-stopped'], warningsWarn: true }))).toBe(
      'warning',
    );
  });

  test('says how old an answer may be', () => {
    const given = evidence(
      sightingsOf(CALM, {
        health: {
          ...seen('health', CALM.health),
          observedAt: minutesBefore(8),
          sourceTime: minutesBefore(8),
        },
      }),
    );
    const by = policy({ freshness: { settings: settings('freshness', { sourceMinutes: 5 }) } });
    expect(resultOf('freshness', given).level).toBe('ok');
    expect(resultOf('freshness', given, by)).toMatchObject({ level: 'unknown', reason: 'stale' });
    expect(resultOf('service-health', given, by).level).toBe('unknown');
  });
});

describe('the quota', () => {
  const use = (used: number): QuotaUse => ({
    ...{ origin: 'https://graph.microsoft.com', tenant: 'contoso.example' },
    ...{ limit: 90, used, free: 90 - used, freeUnattended: Math.max(0, 60 - used) },
    ...{ nextFreeAt: null, nextFreeUnattendedAt: null, allFreeAt: null, pausedUntil: null, usedBy: [] },
  });
  const strict = policy({ quota: { settings: settings('quota', { criticalShare: 1 }) } });
  test.each<[readonly QuotaUse[], CheckPolicy | undefined, CheckLevel, number, string]>([
    [[], undefined, 'ok', 0, 'nobody asked anything'],
    [[use(80)], undefined, 'ok', 80 / 90, 'below the limit'],
    [[use(81)], undefined, 'warning', 0.9, 'at it'],
    [[use(90)], undefined, 'warning', 1, 'our own trouble is not critical'],
    [[use(90)], strict, 'critical', 1, 'unless a policy says so'],
    [[use(3), use(85)], undefined, 'warning', 85 / 90, 'the one that is used most counts'],
  ])('%#: %s', (uses, by, level, share, why) => {
    const result = resultOf(
      'quota',
      evidence(sightingsOf(CALM), { quota: { kind: 'seen', value: uses } }),
      by,
    );
    expect(result.level, why).toBe(level);
    expect(result.measures[0], why).toMatchObject({ name: 'quota_used_share', value: share, unit: 'share' });
  });

  test('that could not be read is skipped', () => {
    const quota = { kind: 'failed', trouble: trouble('configuration') } as const;
    expect(resultOf('quota', evidence(sightingsOf(CALM), { quota }))).toMatchObject({
      level: 'skipped',
      seen: 'unknown',
    });
  });
});

describe('status and check', () => {
  test('tell the same level of the same evidence under the usual limits', () => {
    const levels = new Set<VerdictLevel>();
    fc.assert(
      fc.property(fc.oneof(anySightings, mostlySound), (sightings) => {
        const { level } = assess(sightings);
        levels.add(level);
        expect(overall(judgeChecks(evidence(sightings), DEFAULT_CHECK_POLICY))).toBe(level);
      }),
      // One seed, so that each level is among them.
      { numRuns: 150, seed: 20_260_602 },
    );
    expect(levels.size).toBe(4);
  });

  test.each<[string, Sightings]>([
    ['a calm day', sightingsOf(CALM)],
    ['an outage that is not posted', sightingsOf(UNPOSTED)],
    ['one that is', sightingsOf(POSTED)],
    ['mail that expires', withMail(DYING)],
    ['mail that fails', withMail(FAILING)],
    ['reasons that were not read', NOTHING_READ],
    ['an outage without health', sightingsOf(UNPOSTED, { health: failed('health', 'timeout') })],
    ['a calm day without a trace', sightingsOf(CALM, { trace: missing('trace') })],
    ['a domain that is stopped', sightingsOf({ ...CALM, connectors: STOPPED_CONNECTORS })],
    ['less mail than usual', sightingsOf({ ...CALM, inbound: inboundAs('dip', 140) })],
    ['hosts that put senders off', sightingsOf({ ...CALM, reach: PUTS_OFF })],
  ])('on %s', (_what, sightings) => {
    expect(overall(judgeChecks(evidence(sightings), DEFAULT_CHECK_POLICY))).toBe(assess(sightings).level);
  });

  test('no finding of status is lost', () => {
    fc.assert(
      fc.property(anySightings, (sightings) => {
        const told = judgeChecks(evidence(sightings), DEFAULT_CHECK_POLICY).flatMap(
          (result) => result.evidence,
        );
        for (const { level, title } of assess(sightings)
          .findings.filter((found) => found.level !== 'info')
          .slice(0, 4))
          expect(
            told.some((sentence) => sentence.startsWith(title)),
            `${level} ${title}`,
          ).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});

describe('whatever was seen', () => {
  const wide = policy({ 'mail-paths': { isEnabled: true }, certificates: { isEnabled: true } });

  test('each check has one sentence without an address, and the same measures', () => {
    const names = judgeChecks(evidence(sightingsOf(CALM)), wide).map(({ id, measures }) => [
      id,
      measures.map(({ name }) => name),
    ]);
    fc.assert(
      fc.property(anySightings, (sightings) => {
        const results = judgeChecks(evidence(sightings), wide);
        expect(results.map(({ id, measures }) => [id, measures.map(({ name }) => name)])).toEqual(names);
        for (const { says, level, reason, remedy, measures } of results) {
          expect(says).toMatch(/^\S[^@]*$/u);
          expect(says.length).toBeLessThanOrEqual(400);
          expect(reason !== null).toBe(level === 'unknown' || level === 'skipped');
          expect(remedy !== null).toBe(level !== 'ok');
          for (const { value } of measures)
            expect(value === null || (Number.isFinite(value) && value >= 0)).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('each measure has a name of its own, in snake case', () => {
    const names = judgeChecks(evidence(sightingsOf(CALM)), wide).flatMap(({ measures }) =>
      measures.map(({ name }) => name),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/u);
  });

  test('an address in a title goes to no monitor', () => {
    const health = answer({
      issues: [issue({ ...MAIL_ISSUE, title: 'Mail of ann@contoso.example is late' })],
    });
    const { says } = resultOf('service-health', evidence(sightingsOf({ ...CALM, health })));
    expect(says).toBe(
      'Incident on mail flow: Mail of … is late: 1 issue is open, 1 of them on mail flow or sign-in.',
    );
  });

  test('sentences of an outage', () => {
    const results = judged(evidence(sightingsOf(POSTED)));
    expect(Object.fromEntries([...results].map(([id, { says }]) => [id, says]))).toMatchInlineSnapshot(`
      {
        "bounce-rate": "0 of 836 deliveries failed.",
        "connectors": "The lint of the set-up says 0 critical, 0 warnings; mail waits at the hosts of 0 connectors.",
        "deferral-rate": "New mail is being deferred by the service: of 112 new deliveries the service holds up 30 % at least.",
        "expiring-mail": "0 held deliveries expire within 4 h, 0 of them at one next hop.",
        "freshness": "The newest row of the trace is 6 min old, the answer of service health 0 s.",
        "held-mail": "Mail waits longer than 30 min: 236 deliveries are held, 187 longer than 30 min; the oldest waits 3 h 20 min.",
        "inbound-volume": "Inbound mail is 53 % below its usual: of inbound mail 140 came in, 300 are usual at this hour (4 weeks); 53 % (41–63 %) are missing.",
        "quota": "Not asked: it could not be had: not-asked.",
        "service-health": "Incident on mail flow: Delays of mail from outside: 1 issue is open, 1 of them on mail flow or sign-in.",
        "sign-in": "A token was issued.",
      }
    `);
  });
});
