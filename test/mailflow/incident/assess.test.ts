import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Finding, Gap } from '#mailflow/finding.js';
import { ADVICE_RULES, adviseOn } from '#mailflow/incident/advice.js';
import { assess, lookOf } from '#mailflow/incident/assess.js';
import type { Assessment, LayerState } from '#mailflow/incident/assessment.js';
import type { VerdictLevel } from '#mailflow/incident/look.js';
import type { Sightings } from '#mailflow/incident/sightings.js';
import { seenSignal } from '#mailflow/incident/signal.js';
import type { Circumstance } from '#mailflow/incident/situation.js';

import { answer, issue, withStatus } from '../health/issues.js';
import type { Load } from '../queue/mail.js';
import { anyLoad, anySightings, spoilAll, SPOILINGS } from './any-sightings.js';
import {
  CALM,
  CALM_LOOKS,
  CALM_MAIL,
  failed,
  glimpse,
  inboundAs,
  MAIL_ISSUE,
  minutesBefore,
  missing,
  NOON,
  POSTED,
  REACHED,
  seen,
  sightingsOf,
  sightOf,
  trouble,
  UNPOSTED,
  unreached,
  type View,
} from './views.js';

const RULES_GAP: Gap = { what: 'rules', reason: 'refused', remedy: 'Ask.', retryAfterSeconds: null };

const assessed = (view: View, more: Partial<Sightings> = {}): Assessment => assess(sightingsOf(view, more));
const withMail = (...loads: readonly Load[]): View => ({ ...CALM, trace: sightOf([...CALM_MAIL, ...loads]) });

const SIGN_IN_ISSUE = issue({
  id: 'MO1000002',
  service: 'Microsoft Entra',
  title: 'Users cannot sign in',
  feature: 'Sign-in',
});
/** Its text is a sentence of its own. */
const MISSING: Gap = {
  ...{ what: 'the issues (status 503).', reason: 'unreachable', remedy: 'Ask again.' },
  retryAfterSeconds: null,
};
const STALE = { quality: 'stale', ...trouble('unreachable') } as const;
const DYING: Load = { kind: 'refused', count: 25, minutes: 230, name: 'tailspin', expiryHours: 6 };
const CONNECTOR: Load = {
  kind: 'refused',
  count: 60,
  minutes: 200,
  toMinutes: 40,
  domains: 9,
  name: 'by-relay',
  nextHop: 'relay.contoso.example',
};
const FAILING: Load = { kind: 'failed-by-service', count: 160, minutes: 200, toMinutes: 10, domains: 20 };

describe('the verdict in one sentence', () => {
  const rows: [string, () => Assessment, string][] = [
    [
      'a calm day',
      () => assessed(CALM),
      'OK: 11 held, 9 failed of 820 deliveries, as usual; no open incident on mail flow.',
    ],
    [
      'no looks are kept: nothing is called usual',
      () => assessed(CALM, { looks: missing('looks') }),
      'OK: 11 held, 9 failed of 820 deliveries; no open incident on mail flow.',
    ],
    [
      'an outage that is posted',
      () => assessed(POSTED),
      'CRITICAL: mail is being deferred: 236 held (4.x) to 20 domains, the oldest for 3 h 20 min, service side. EX1331830 is open and fits. What is held is not lost: of these 4 h the first expires in 20 h 40 min.',
    ],
    [
      'an outage that is not',
      () => assessed(UNPOSTED),
      'CRITICAL: mail is being deferred: 236 held (4.x) to 20 domains, the oldest for 3 h 20 min, service side. Service health has no open issue on mail flow. What is held is not lost: of these 4 h the first expires in 20 h 40 min.',
    ],
    [
      'an issue without effect',
      () => assessed({ ...CALM, health: POSTED.health }),
      'CRITICAL: EX1331830 on mail flow is open; 11 held, 9 failed of 820 deliveries, as usual. What is held is not lost: of these 4 h the first expires in 20 h 40 min.',
    ],
    [
      'nothing could be seen',
      () => assessed(CALM, { trace: failed('trace', 'timeout'), health: failed('health', 'refused') }),
      'UNKNOWN: cannot tell: the trace is not to be had (timeout): it could not be had: timeout; service health is not to be had (refused): it could not be had: refused. Nothing was seen.',
    ],
    [
      'half could be seen',
      () => assessed(CALM, { health: failed('health', 'refused') }),
      'UNKNOWN: cannot tell: service health is not to be had (refused): it could not be had: refused. Nothing bad was seen in the rest: 11 held, 9 failed of 820 deliveries, as usual.',
    ],
    [
      'one destination near its end',
      () => assessed(withMail(DYING)),
      'CRITICAL: mail is about to be given up: About 25 held deliveries to tailspin0.example have less than 4 h left. Service health has no open issue on mail flow. What is held is not lost: of these 4 h the first expires in 2 h 10 min.',
    ],
    [
      'another issue than one on mail flow: it is named, and held mail is left alone',
      () =>
        assessed({
          ...CALM,
          health: answer({
            issues: [issue({ id: 'EX1000009', title: 'Rooms are missing', feature: 'Calendar' })],
          }),
        }),
      'WARNING: EX1000009, incident: Rooms are missing; 11 held, 9 failed of 820 deliveries, as usual.',
    ],
    [
      'the gravest of several, and of those the newest',
      () =>
        assessed({
          ...CALM,
          health: answer({
            issues: [
              issue({ id: 'EX1000008', feature: 'Calendar', title: 'Old', startedAt: minutesBefore(999) }),
              issue({ id: 'EX1000009', feature: 'Calendar', title: 'New', startedAt: minutesBefore(9) }),
              { ...MAIL_ISSUE, classification: 'advisory', startedAt: minutesBefore(9999) },
            ],
          }),
        }),
      'WARNING: EX1000009, incident: New; 11 held, 9 failed of 820 deliveries, as usual.',
    ],
    [
      'a service that is not well, and the issues are missing',
      () =>
        assessed(CALM, {
          health: seen(
            'health',
            answer({ services: withStatus('Exchange Online', 'serviceDegradation'), gaps: [MISSING] }),
            [MISSING],
          ),
        }),
      'UNKNOWN: cannot tell: service health is not whole (unreachable): a part is missing: the issues (status 503). What was seen: Exchange Online says serviceDegradation; 11 held, 9 failed of 820 deliveries, as usual.',
    ],
    [
      'an issue of an answer that is old: it may be over',
      () => assessed(POSTED, { health: { ...seen('health', POSTED.health), ...STALE } }),
      'CRITICAL: mail is being deferred: 236 held (4.x) to 20 domains, the oldest for 3 h 20 min, service side. EX1331830 was open when service health was seen last, and fits. What is held is not lost: of these 4 h the first expires in 20 h 40 min.',
    ],
    [
      'an issue of an answer that is old, and calm mail',
      () => assessed(CALM, { health: { ...seen('health', POSTED.health), ...STALE } }),
      'UNKNOWN: cannot tell: service health is stale (unreachable): it could not be had: unreachable. What was seen: EX1331830 on mail flow was open when service health was seen last; 11 held, 9 failed of 820 deliveries, as usual.',
    ],
    [
      'a clock that is wrong',
      () =>
        assessed(CALM, {
          health: seenSignal(glimpse('health'), CALM.health, { now: NOON, clockAheadMs: -1_199_900 }),
        }),
      'UNKNOWN: cannot tell: service health is stale (clock): the clock of this machine is 20 min behind the clock of the service. Nothing bad was seen in the rest: 11 held, 9 failed of 820 deliveries, as usual.',
    ],
  ];
  test.each(rows)('%s', (_why, run, expected) => {
    expect(run().sentence).toBe(expected);
  });
});

describe('the most likely cause', () => {
  const rows: [string, () => Assessment, string | null][] = [
    ['none on a calm day', () => assessed(CALM), null],
    [
      'an issue that is open while mail is calm needs none',
      () => assessed({ ...CALM, health: POSTED.health }),
      null,
    ],
    ['the issue whose time fits', () => assessed(POSTED), 'issue EX1331830'],
    ['the service, though no issue says so', () => assessed(UNPOSTED), 'service'],
    [
      'the service, when health cannot be seen',
      () => assessed(UNPOSTED, { health: failed('health', 'refused') }),
      'service',
    ],
    [
      'the service; the issue began later',
      () =>
        assessed({
          ...UNPOSTED,
          health: answer({ issues: [{ ...MAIL_ISSUE, startedAt: minutesBefore(5) }] }),
        }),
      'service',
    ],
    ['one next hop of many domains', () => assessed(withMail(CONNECTOR)), 'connector'],
    ['one destination near its end', () => assessed(withMail(DYING)), 'destination'],
    ['the service fails mail', () => assessed(withMail(FAILING)), 'service'],
    [
      'recipients fail mail',
      () => assessed(withMail({ ...FAILING, kind: 'failed-at-recipient' })),
      'recipient',
    ],
    [
      'another kind of trouble beside an issue',
      () =>
        assessed({
          ...withMail({ kind: 'untold', count: 60, minutes: 90, domains: 9 }),
          health: POSTED.health,
        }),
      'coincidence EX1331830',
    ],
    [
      'our own network',
      () =>
        assessed(CALM, {
          trace: failed('trace', 'unreachable'),
          health: failed('health', 'unreachable'),
          reach: seen('reach', unreached(['control', 'sign-in', 'graph', 'exchange'])),
        }),
      'own-side',
    ],
    ['our own quota', () => assessed(CALM, { trace: failed('trace', 'throttled') }), 'own-side'],
    [
      'unreachable, and nobody knows whose side',
      () => assessed(CALM, { trace: failed('trace', 'unreachable') }),
      null,
    ],
  ];
  test.each(rows)('%s', (_why, run, expected) => {
    const { cause } = run();
    expect(cause === null ? null : `${cause.kind}${cause.issueId === null ? '' : ` ${cause.issueId}`}`).toBe(
      expected,
    );
    if (cause !== null) expect(cause.evidence.length).toBeGreaterThan(0);
  });

  test('the service, and nothing is said of posts that were not seen', () => {
    const blind = assessed(UNPOSTED, { health: failed('health', 'throttled') });
    expect(blind.cause?.says).toBe(
      'The service itself defers mail; whether an issue says so could not be seen.',
    );
    expect(assessed(UNPOSTED).cause?.says).toBe('The service itself defers mail, and no issue says so yet.');
  });

  test('a coincidence stands in the evidence of what is the cause', () => {
    const { cause } = assessed({ ...withMail(CONNECTOR), health: POSTED.health });
    expect(cause?.kind).toBe('connector');
    expect(cause?.evidence.join(' ')).toContain('a coincidence');
  });
});

describe('layers', () => {
  const layersOf = (result: Assessment): Readonly<Record<LayerState['layer'], LayerState['state']>> => {
    const [signIn, mailbox, mailFlow, connector, recipient] = result.layers.map(({ state }) => state);
    return {
      'sign-in': signIn!,
      'mailbox-access': mailbox!,
      'mail-flow': mailFlow!,
      connector: connector!,
      recipient: recipient!,
    };
  };
  const rows: [string, () => Assessment, Partial<ReturnType<typeof layersOf>>][] = [
    [
      'a calm day',
      () => assessed(CALM),
      { 'sign-in': 'ok', 'mailbox-access': 'ok', 'mail-flow': 'ok', connector: 'ok', recipient: 'ok' },
    ],
    [
      'connectors that were not asked for',
      () => assess(sightingsOf(CALM, { connectors: missing('connectors') })),
      { connector: 'unknown' },
    ],
    [
      'connectors that were seen in part',
      () => assess(sightingsOf(CALM, { connectors: seen('connectors', CALM.connectors, [RULES_GAP]) })),
      { connector: 'unknown' },
    ],
    [
      'an outage',
      () => assessed(POSTED),
      { 'sign-in': 'ok', 'mailbox-access': 'ok', 'mail-flow': 'broken', recipient: 'ok' },
    ],
    [
      'an issue without effect',
      () => assessed({ ...CALM, health: POSTED.health }),
      { 'mail-flow': 'degraded' },
    ],
    [
      'a destination that takes no mail',
      () => assessed(withMail({ kind: 'refused', count: 40, minutes: 90, name: 'tailspin' })),
      { 'mail-flow': 'ok', recipient: 'degraded' },
    ],
    [
      'an incident on sign-in',
      () => assessed({ ...CALM, health: answer({ issues: [SIGN_IN_ISSUE] }) }),
      { 'sign-in': 'broken', 'mail-flow': 'ok' },
    ],
    [
      'our credentials are refused: nothing of the others',
      () => assessed(CALM, { signIn: seen('sign-in', { kind: 'refused', text: 'x', remedy: 'y' }) }),
      { 'sign-in': 'unknown' },
    ],
    [
      'sign-in fails at our own attempt',
      () => assessed(CALM, { signIn: seen('sign-in', { kind: 'failed', text: 'x', remedy: 'y' }) }),
      { 'sign-in': 'degraded' },
    ],
    [
      'a ready token was given',
      () => assessed(CALM, { signIn: seen('sign-in', { kind: 'not-attempted' }) }),
      { 'sign-in': 'unknown' },
    ],
    [
      'an attempt of two hours ago',
      () =>
        assessed(CALM, {
          signIn: seenSignal(glimpse('sign-in', minutesBefore(120)), CALM.signIn, { now: NOON }),
        }),
      { 'sign-in': 'unknown' },
    ],
    [
      'another incident of Exchange',
      () =>
        assessed({
          ...CALM,
          health: answer({
            issues: [issue({ feature: 'Client access', title: 'Outlook on the web is slow' })],
          }),
        }),
      { 'mailbox-access': 'degraded', 'mail-flow': 'ok' },
    ],
    [
      'service health is not to be had',
      () => assessed(CALM, { health: failed('health', 'timeout') }),
      { 'mailbox-access': 'unknown', 'mail-flow': 'ok' },
    ],
    [
      'the trace is not to be had',
      () => assessed(CALM, { trace: failed('trace', 'timeout') }),
      { 'mail-flow': 'unknown', recipient: 'unknown' },
    ],
    ['one next hop', () => assessed(withMail(CONNECTOR)), { connector: 'degraded', 'mail-flow': 'degraded' }],
  ];
  test.each(rows)('%s', (_why, run, expected) => {
    expect(layersOf(run())).toMatchObject(expected);
  });

  test('each says on what it rests', () => {
    for (const view of [CALM, UNPOSTED, POSTED]) {
      for (const { says } of assessed(view).layers) expect(says).toMatch(/^\S.*[.\w]$/);
    }
  });
});

describe('advice', () => {
  const texts = (result: Assessment, kind: 'do' | 'do-not'): string =>
    result.advice
      .filter((each) => each.kind === kind)
      .map(({ text }) => text)
      .join('\n');

  test('none on a calm day', () => {
    expect(assessed(CALM).advice).toEqual([]);
  });

  test('in an outage: tell users, wait, keep the MX, the queues and the copies', () => {
    const result = assessed(POSTED);
    expect(texts(result, 'do')).toContain(
      '(EX1331830). It is kept and will arrive; please do not resend it.',
    );
    for (const word of ['resend', 'MX', 'purge', 'absence does not prove loss'])
      expect(texts(result, 'do-not')).toContain(word);
    for (const word of ['connections per resource forest', 'lifetime', 'only after recovery', 'Outbox'])
      expect(texts(result, 'do')).toContain(word);
    expect(texts(result, 'do')).not.toContain('resend-list');
  });

  const rows: [string, () => Assessment, string, boolean][] = [
    [
      'parallel connections only where the reply names the limit',
      () => assessed(withMail({ kind: 'closed-abruptly', count: 100, minutes: 100, domains: 12 })),
      'parallel connections',
      false,
    ],
    [
      'who must resend only where the service bounced mail',
      () => assessed(withMail(FAILING)),
      'resend-list',
      true,
    ],
    ['a case with Microsoft where no issue explains it', () => assessed(UNPOSTED), 'Open a case', true],
    ['no case where one does', () => assessed(POSTED), 'Open a case', false],
    [
      'no case where nobody knows whether one does',
      () => assessed(UNPOSTED, { health: failed('health', 'throttled') }),
      'Open a case',
      false,
    ],
    ['the hop by name', () => assessed(withMail(CONNECTOR)), 'See to relay.contoso.example', true],
    [
      'the owner of a destination near its end',
      () => assessed(withMail(DYING)),
      'reach the owner of mx.tailspin0.example',
      true,
    ],
    [
      'the clock first',
      () =>
        assessed(CALM, {
          trace: seenSignal(glimpse('trace'), CALM.trace, { now: NOON, clockAheadMs: 600_000 }),
        }),
      'Set the clock',
      true,
    ],
    [
      'another way to the trace',
      () => assessed(CALM, { trace: failed('trace', 'timeout') }),
      '--via exchange',
      true,
    ],
    [
      'no other way to it without a network',
      () =>
        assessed(CALM, {
          trace: failed('trace', 'unreachable'),
          reach: seen('reach', unreached(['control', 'sign-in', 'graph', 'exchange'])),
        }),
      '--via exchange',
      false,
    ],
    ['the quota', () => assessed(CALM, { trace: failed('trace', 'quota') }), 'mailcheck quota', true],
    [
      'no quota of traces for service health, which has its own',
      () => assessed(CALM, { health: failed('health', 'throttled') }),
      'mailcheck quota',
      false,
    ],
    [
      'no other place to look where our clock is all that is wrong',
      () =>
        assessed(CALM, {
          health: seenSignal(glimpse('health'), CALM.health, { now: NOON, clockAheadMs: 600_000 }),
        }),
      'status.cloud.microsoft',
      false,
    ],
    ...(
      [
        ['ServiceDegradation', true],
        ['Service degradation', true],
        ['Available', false],
        ['Service restored', false],
        ['Unknown', false],
        ['a word of tomorrow', false],
      ] as const
    ).map(([status, isGiven]): [string, () => Assessment, string, boolean] => [
      `a portal of which its page says ${status}`,
      () =>
        assessed(POSTED, {
          statusPage: seen('status-page', {
            ...{ kind: 'answered', status, title: '', message: '', authoredAt: null },
          }),
        }),
      'admin center',
      isGiven,
    ]),
    [
      'senders outside, for an issue without effect',
      () => assessed({ ...CALM, health: POSTED.health }),
      'mailcheck explain',
      true,
    ],
  ];
  test.each(rows)('%s', (_why, run, words, isGiven) => {
    expect(run().advice.some(({ text }) => text.includes(words))).toBe(isGiven);
  });

  test('each rule is given in just its own circumstances, with its blanks filled', () => {
    for (const { when, unless = [], text } of ADVICE_RULES) {
      const situation = { issueId: 'EX1', hop: 'mx.fabrikam.example', connector: 'To Fabrikam' };
      const circumstances = new Set<Circumstance>(when);
      const filled = text
        .replaceAll('{issue}', 'EX1')
        .replaceAll('{hop}', 'mx.fabrikam.example')
        .replaceAll('{connector}', 'To Fabrikam');
      const given = (held: ReadonlySet<Circumstance>): boolean =>
        adviseOn({ circumstances: held, ...situation }).some((each) => each.text === filled);
      expect(given(circumstances)).toBe(true);
      expect(filled).not.toMatch(/[{}]/);
      for (const each of when) expect(given(new Set(when.filter((other) => other !== each)))).toBe(false);
      for (const each of unless) expect(given(new Set([...when, each]))).toBe(false);
    }
  });

  test('an advice whose blank is not known is not given', () => {
    const circumstances = new Set<Circumstance>(['expiring', 'mail-flow-issue', 'held-at-connector']);
    const given = adviseOn({ circumstances, issueId: null, hop: null, connector: null });
    expect(given.map(({ text }) => text).join()).not.toMatch(/[{}]/);
  });
});

describe('what the other signals tell', () => {
  test('inbound hosts that put senders off are a warning: such mail is in no trace', () => {
    const reach = REACHED.map((reading) =>
      reading.target === 'inbound-mail'
        ? {
            ...reading,
            outcome: {
              kind: 'reached' as const,
              firstByteMs: 20,
              greeting:
                '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit',
            },
          }
        : reading,
    );
    const { level, badSignals, advice } = assessed({ ...CALM, reach });
    expect([level, badSignals]).toEqual(['warning', ['reach']]);
    expect(advice.some(({ text }) => text.includes('in no trace'))).toBe(true);
  });

  test('a host that puts off our own address is not one', () => {
    const reach = REACHED.map((reading) =>
      reading.target === 'inbound-mail'
        ? {
            ...reading,
            outcome: {
              kind: 'reached' as const,
              firstByteMs: 20,
              greeting: '450 4.7.1 Greylisted, please try again later',
            },
          }
        : reading,
    );
    expect(assessed({ ...CALM, reach }).level).toBe('ok');
  });

  const busy: View = {
    ...CALM,
    trace: sightOf([...CALM_MAIL, { kind: 'untold', count: 60, minutes: 25, toMinutes: 2, domains: 9 }]),
  };
  const isUnusual = ({ findings }: Assessment): boolean =>
    findings.some(({ id }) => id === 'held-above-usual');

  test('green health beside far more held mail than usual is told', () => {
    const result = assessed(busy);
    expect(isUnusual(result)).toBe(true);
    expect(result.sentence).toContain('6 × the usual');
  });
  test('not where service health was not seen whole', () => {
    expect(isUnusual(assessed(busy, { health: failed('health', 'timeout') }))).toBe(false);
  });
  test('not where the trace was not listed whole', () => {
    const { survey } = busy.trace;
    expect(
      isUnusual(assessed({ ...busy, trace: { ...busy.trace, survey: { ...survey, isListedWhole: false } } })),
    ).toBe(false);
  });
  test('not where an issue is open', () => {
    expect(isUnusual(assessed({ ...busy, health: POSTED.health }))).toBe(false);
  });

  test('a tenant that is quiet at this hour on other days is OK without mail', () => {
    const looks = CALM_LOOKS.map((look) => ({
      ...look,
      counts: { deliveries: 2, held: 0, failed: 0, windowMinutes: 240 },
    }));
    expect(assessed({ ...CALM, trace: sightOf([]), looks }).level).toBe('ok');
    expect(assessed({ ...CALM, trace: sightOf([]) }).level).toBe('unknown');
  });
});

test('what is not fresh warns at most, and says so', () => {
  const { level, findings } = assessed(UNPOSTED, {
    trace: { ...seen('trace', UNPOSTED.trace), quality: 'partial', ...trouble('protocol') },
  });
  expect(level).toBe('unknown');
  expect(findings.map((finding: Finding) => finding.level)).not.toContain('critical');
  expect(findings[0]?.evidence.at(-1)).toMatch(/^Would be critical, but this was not seen/);
});

describe('a signal that calls itself fresh is believed no further than what it holds', () => {
  const gap = { what: 'two pages', reason: 'protocol', remedy: 'Ask again.', retryAfterSeconds: null };
  const rows: [string, Partial<View>, string][] = [
    ['pages of the trace are missing', { trace: sightOf(CALM_MAIL, { isListedWhole: false }) }, 'protocol'],
    [
      'the clock is wrong by a gap of the trace',
      { trace: sightOf(CALM_MAIL, { gaps: [{ ...gap, reason: 'clock' }] }) },
      'clock',
    ],
    ['pages of the issues are missing', { health: answer({ gaps: [gap] }) }, 'protocol'],
    ['the clock is wrong beside service health', { health: answer({ clockAheadMs: 360_000 }) }, 'clock'],
    ['Exchange is not among the services', { health: answer({ services: [] }) }, 'not-listed'],
    ['the trace lists nothing', { trace: sightOf([]) }, 'no-mail'],
  ];
  test.each(rows)('%s', (_why, changes, reason) => {
    const { level, gaps } = assessed({ ...CALM, ...changes });
    expect([level, gaps[0]?.reason]).toEqual(['unknown', reason]);
  });

  test('reasons that were not read spoil nothing where little is held', () => {
    expect(assessed({ ...CALM, trace: sightOf(CALM_MAIL, { gaps: [gap] }) }).level).toBe('ok');
  });
});

test('the alert opens at once when mail and posts agree, and is shown beside this verdict', () => {
  expect(assessed(POSTED).alert).toMatchObject({ state: 'open', since: NOON });
  expect(assessed(UNPOSTED).alert).toMatchObject({ state: 'closed' });
  expect(assessed(CALM, { looks: missing('looks') }).alert).toBeNull();
});

test('a look keeps numbers, and none of a list that was not whole', () => {
  expect(lookOf(assessed(CALM), sightingsOf(CALM))).toEqual({
    at: NOON,
    level: 'ok',
    badSignals: [],
    counts: { deliveries: 820, held: 11, failed: 9, windowMinutes: 240 },
  });
  const { survey } = CALM.trace;
  const part = sightingsOf({
    ...CALM,
    trace: { ...CALM.trace, survey: { ...survey, isListedWhole: false } },
  });
  expect(lookOf(assess(part), part).counts).toBeNull();
});

/** As exit codes go. */
const codeOf = ({ findings, gaps }: Assessment): VerdictLevel => {
  if (findings.some(({ level }) => level === 'critical')) return 'critical';
  if (gaps.length > 0) return 'unknown';
  return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
};

test('whatever was seen, there is an answer, and it is that of findings and gaps', () => {
  fc.assert(
    fc.property(anySightings, (sightings) => {
      const result = assess(sightings);
      expect(result.level).toBe(codeOf(result));
      expect(result.sentence).toMatch(/^(OK|WARNING|CRITICAL|UNKNOWN): \S/);
      expect(result.layers).toHaveLength(5);
      expect(result.level === 'ok' || result.level === 'unknown' || result.badSignals.length > 0).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('being blind to more never makes the verdict OK', () => {
  fc.assert(
    fc.property(
      anySightings,
      fc.array(fc.constantFrom(...SPOILINGS), { minLength: 7, maxLength: 7 }),
      (sightings, hows) => {
        const before = assess(sightings).level;
        const after = assess(spoilAll(sightings, hows)).level;
        if (before === 'unknown' || before === 'critical') {
          expect(after).not.toBe('ok');
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('what is not fresh never makes it critical', () => {
  fc.assert(
    fc.property(anySightings, (sightings) => {
      const blind = spoilAll(sightings, ['partial', 'stale', 'none', 'none', 'none', 'none']);
      expect(assess(blind).level).toBe('unknown');
    }),
    { numRuns: 80 },
  );
});

// Failed mail is judged by its share, which falls where more mail of any other state is there.
const anyLoadNotFailed = anyLoad.filter(({ kind }) => !kind.startsWith('failed'));

test('more old mail that the service holds never makes it better where none failed', () => {
  const order: readonly VerdictLevel[] = ['ok', 'warning', 'unknown', 'critical'];
  fc.assert(
    fc.property(
      fc.array(anyLoadNotFailed, { maxLength: 4 }),
      fc.integer({ min: 1, max: 300 }),
      (loads, count) => {
        const more: Load = { kind: 'by-service', count, minutes: 90, domains: 6, name: 'more' };
        const before = assessed(withMail(...loads)).level;
        const after = assessed(withMail(...loads, more)).level;
        expect(order.indexOf(after)).toBeGreaterThanOrEqual(order.indexOf(before));
      },
    ),
    { numRuns: 80 },
  );
});

test('a policy can set each number', () => {
  const { level } = assess(sightingsOf(CALM), {
    incident: {
      ...{ leastRead: 3, explainedShare: 0.5, timesUsual: 3 },
      newestRowMinutes: 1,
      missingDeliveries: 1,
    },
  });
  expect(level).toBe('unknown');
});

describe('inbound mail that is missing', () => {
  const dip = { ...CALM, inbound: inboundAs('dip', 140) };
  const putOff = REACHED.map((reading) =>
    reading.target === 'inbound-mail'
      ? {
          ...reading,
          outcome: {
            ...{ kind: 'reached' as const, firstByteMs: 30 },
            greeting:
              '421 4.3.2 The maximum number of concurrent connections per resource forest has exceeded a limit',
          },
        }
      : reading,
  );
  const idsOf = ({ findings }: Assessment): readonly string[] => findings.map(({ id }) => id);

  test('warns alone, with what to do and the layer that suffers', () => {
    const result = assessed(dip);
    expect([result.level, result.badSignals, result.cause]).toEqual(['warning', ['inbound'], null]);
    expect(result.sentence).toMatch(/^WARNING: inbound mail is 53 % below its usual/u);
    expect(result.advice.map(({ text }) => text).join(' ')).toMatch(/mailcheck relay/u);
    expect(result.layers.find(({ layer }) => layer === 'mail-flow')?.state).toBe('degraded');
    expect(result.wouldChange.join(' ')).toContain('as much mail comes in');
  });
  test('is critical where mail hosts put senders off, and then the service is the cause', () => {
    const result = assessed(dip, { reach: seen('reach', putOff) });
    expect([result.level, result.cause?.kind]).toEqual(['critical', 'service']);
    expect(idsOf(result)).toEqual(['inbound-dip', 'edge-puts-senders-off']);
  });
  test('is not told beside a trace that is late: it lacks rows of its own', () => {
    const late = sightOf([{ kind: 'delivered', count: 500, minutes: 240, toMinutes: 121, domains: 30 }]);
    expect(idsOf(assessed({ ...dip, trace: late }))).not.toContain('inbound-dip');
  });
  test('nor when the comparison is old', () => {
    const old = seenSignal(glimpse('inbound', minutesBefore(60)), dip.inbound, { now: NOON });
    expect(idsOf(assessed(CALM, { inbound: old }))).toEqual([]);
  });
  test('informs where all mail is down alike', () => {
    const result = assessed({ ...CALM, inbound: inboundAs('all-down', 140) });
    expect([result.level, idsOf(result)]).toEqual(['ok', ['all-mail-below-usual']]);
  });
});
