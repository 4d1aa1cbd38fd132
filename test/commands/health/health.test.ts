/** Flags to options, options and fakes to the outcome that scripts lean on. */
import { describe, expect, test } from 'vitest';

import { outcomeOfAnswer, outcomeOfFailure } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import { health } from '#commands/health/health.js';
import type { FailureKind } from '#failure.js';
import { Failure } from '#failure.js';
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import type { HealthQuery, HealthSource, KeptHealth } from '#mailflow/health/health-source.js';

import type { MemoryHealth } from '../../fakes/memory-health-source.js';
import { memoryHealthHistory, memoryHealthSource } from '../../fakes/memory-health-source.js';
import { issue, WELL, withStatus } from '../../mailflow/health/issues.js';
import type { CommandRun } from '../run-command.js';
import { measuresOf, runCommand } from '../run-command.js';
import {
  CALM,
  LATE_MAIL,
  minutesAgo,
  OUTAGE,
  PAGE_AVAILABLE,
  reached,
  RESOLVED,
  unreached,
} from './outage.js';

const DOWN = new Failure('unreachable', 'graph.example does not answer.', { remedy: 'Try again.' });

function portsOf(state: MemoryHealth, changes: Partial<Ports> = {}): Partial<Ports> {
  return {
    health: () => Promise.resolve(memoryHealthSource(state)),
    healthHistory: () => Promise.resolve(null),
    statusPage: () => Promise.resolve({ read: () => Promise.resolve(PAGE_AVAILABLE) }),
    reach: () =>
      Promise.resolve({
        probe: () => Promise.resolve([reached('control'), reached('sign-in'), unreached('graph')]),
        signIn: () => Promise.resolve({ kind: 'not-attempted' as const }),
      }),
    ...changes,
  };
}

const running = (
  args: readonly string[],
  state: MemoryHealth,
  changes: Partial<Ports> = {},
): Promise<CommandRun> => runCommand(health, args, portsOf(state, changes));

const codeOf = ({ conclusion }: CommandRun): number =>
  conclusion.failure === undefined
    ? outcomeOfAnswer(conclusion.findings, conclusion.incomplete, 'warning').exitCode
    : outcomeOfFailure(conclusion.failure.kind).exitCode;

const idsOf = ({ rows }: CommandRun): readonly string[] => rows.map((row) => (row as DescribedIssue).id);

describe('flags', () => {
  test.each<[string[], HealthQuery]>([
    [[], { resolvedToo: false, since: null }],
    [['--all'], { resolvedToo: true, since: null }],
    [['--since', '7d'], { resolvedToo: true, since: minutesAgo(7 * 1440) }],
    [['--all', '--since', '2h'], { resolvedToo: true, since: minutesAgo(120) }],
  ])('%j asks for %j', async (args, expected) => {
    const asked: HealthQuery[] = [];
    const source = memoryHealthSource(CALM);
    const spy: HealthSource = {
      ...source,
      health: (query, signal) => {
        asked.push(query);
        return source.health(query, signal);
      },
    };
    await running(args, CALM, { health: () => Promise.resolve(spy) });
    expect(asked).toEqual([expected]);
  });

  test.each<[string[], string, string]>([
    [
      ['--min-class', 'outage'],
      '--min-class cannot be "outage".',
      'Give advisory, incident, as --min-class advisory',
    ],
    [
      ['--service', ' '],
      '--service cannot be " ".',
      'Give part of the name or id of a service, as --service exchange',
    ],
    [
      ['--since', 'monday'],
      '--since cannot be "monday".',
      'Give a number with s, m, h, d or w, as --since 4h',
    ],
    [
      ['EX1331830'],
      'health takes no word; "EX1331830" was given.',
      'There is also mailcheck health show, mailcheck health messages. See mailcheck health --help.',
    ],
  ])('%j is refused', async (args, text, remedy) => {
    await expect(running(args, CALM)).rejects.toMatchObject({ kind: 'usage', message: text, remedy });
  });
});

const SUITE_MAIL: MemoryHealth = {
  ...CALM,
  issues: [issue({ id: 'MO1000001', service: 'Microsoft 365 suite', title: 'Email delivery is late' })],
};

describe('the exit code', () => {
  const advisory = issue({ feature: 'Calendar', classification: 'advisory' });
  const gap = { what: 'pages', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 30 };
  test.each<[string, string[], MemoryHealth, number]>([
    ['calm', [], CALM, 0],
    ['an advisory that touches no mail', [], { ...CALM, issues: [advisory] }, 0],
    [
      'an incident of Teams',
      [],
      { ...CALM, issues: [issue({ id: 'TM1000001', service: 'Microsoft Teams' })] },
      0,
    ],
    [
      'an incident on mail that is over',
      ['--all'],
      { ...CALM, issues: [{ ...LATE_MAIL, isResolved: true }] },
      0,
    ],
    ['another incident of Exchange', [], { ...CALM, issues: [issue({ feature: 'Calendar' })] }, 1],
    [
      'an advisory on mail delivery',
      [],
      { ...CALM, issues: [{ ...LATE_MAIL, classification: 'advisory' }] },
      1,
    ],
    ['a status of tomorrow', [], { ...CALM, services: withStatus('Exchange Online', 'quantumFlux') }, 1],
    ['a class of tomorrow', [], { ...CALM, issues: [issue({ classification: 'x' })] }, 1],
    ['an outage of mail', [], OUTAGE, 2],
    ['an outage of mail under the suite', [], SUITE_MAIL, 2],
    ['an outage, and pages missing', [], { ...OUTAGE, gaps: [gap] }, 2],
    ['calm, and pages missing', [], { ...CALM, gaps: [gap] }, 3],
    ['calm, without Exchange', [], { ...CALM, services: WELL.slice(0, 2) }, 3],
    ['calm, by a clock that is wrong', [], { ...CALM, clockAheadMs: -600_000 }, 3],
    ['a service that nobody lists', ['--service', 'gopher'], CALM, 3],
    ['an outage elsewhere than asked', ['--service', 'teams'], OUTAGE, 0],
    ['Exchange by its short name', ['--service', 'EXCH'], OUTAGE, 2],
    ['Exchange, and its mail is late by an issue of the suite', ['--service', 'exchange'], SUITE_MAIL, 2],
    [
      'Exchange, and its mail is late by an issue of the suite, and the services are not listed',
      ['--service', 'exchange'],
      { ...SUITE_MAIL, services: [], gaps: [gap] },
      2,
    ],
    [
      'sign-in, and it fails by an issue of the suite',
      ['--service', 'entra'],
      {
        ...CALM,
        issues: [issue({ id: 'MO1000001', service: 'Microsoft 365 suite', title: 'Users cannot sign in' })],
      },
      2,
    ],
    [
      'Exchange, and an issue of the suite touches no mail',
      ['--service', 'exchange'],
      {
        ...CALM,
        issues: [issue({ id: 'MO1000001', service: 'Microsoft 365 suite', title: 'Pages are slow' })],
      },
      0,
    ],
    ['Teams, and mail is late by an issue of the suite', ['--service', 'teams'], SUITE_MAIL, 0],
    ['incidents only', ['--min-class', 'incident'], { ...CALM, issues: [advisory] }, 0],
    [
      'a class of tomorrow is no smaller one',
      ['--min-class', 'incident'],
      { ...CALM, issues: [issue({ classification: 'x' })] },
      1,
    ],
    [
      'an advisory that is not shown explains the state of its service',
      ['--min-class', 'incident'],
      { services: withStatus('Exchange Online', 'serviceDegradation'), issues: [advisory] },
      0,
    ],
  ])('%s', async (_why, args, state, code) => {
    expect(codeOf(await running(args, state))).toBe(code);
  });

  test.each<[FailureKind, number, string]>([
    ['unreachable', 3, 'unreachable'],
    ['timeout', 3, 'timeout'],
    ['throttled', 3, 'throttled'],
    ['protocol', 3, 'protocol'],
    ['sign-in', 4, 'refused'],
    ['permission', 4, 'refused'],
    ['configuration', 4, 'refused'],
  ])('%s is %i', async (kind, code, reason) => {
    const failure = new Failure(kind, 'No.', { remedy: 'Mend it.', retryAfterSeconds: 7 });
    for (const args of [[], ['--cache-ok']]) {
      const run = await running(args, { ...OUTAGE, failure }, { healthHistory: () => Promise.resolve(KEPT) });
      expect(codeOf(run)).toBe(code);
      expect(run.conclusion.incomplete).toEqual([
        { what: 'service health: No', reason, remedy: 'Mend it.', retryAfterSeconds: 7 },
      ]);
    }
  });

  test('an interruption is none of these', async () => {
    const failure = new Failure('interrupted', 'Stopped.', { remedy: '' });
    await expect(running([], { ...OUTAGE, failure })).rejects.toBe(failure);
  });

  test('nor is a bug', async () => {
    const ports = { health: () => Promise.reject(new TypeError('a bug')) };
    await expect(running([], OUTAGE, ports)).rejects.toThrow(TypeError);
  });
});

const SEEN: KeptHealth = {
  answer: { services: OUTAGE.services ?? [], issues: [LATE_MAIL] },
  seenAt: minutesAgo(130),
};
const KEPT = memoryHealthHistory(SEEN);

test('worst first, then ours, then the newest; resolved ones last', async () => {
  expect(idsOf(await running(['--all'], OUTAGE))).toEqual([
    'EX1331830',
    'MO1330777',
    'EX1331002',
    'TM1331555',
    'EX1329001',
  ]);
});

test('a row says what scripts ask', async () => {
  const { rows, conclusion } = await running(['--posts'], OUTAGE);
  expect(rows[0]).toMatchObject({
    id: 'EX1331830',
    level: 'critical',
    touches: 'mail-flow',
    isOpen: true,
    isStale: false,
    postCount: 3,
    firstPostLagSeconds: 5400,
    newestPostAt: minutesAgo(40),
    nextUpdateAt: minutesAgo(30),
    isOverdue: true,
    newestPost: { kind: 'regular', at: minutesAgo(40) },
  });
  expect(conclusion.summary).toMatchObject({
    ...{ open: 4, incidents: 3, advisories: 1, mailFlow: 1, signIn: 0, overdue: 1, resolved: 0 },
    servicesNotFine: 4,
  });
  expect(conclusion.source).toEqual({ kind: 'graph', asOf: minutesAgo(1), requests: 1 });
});

test('a clock that is wrong withholds what time would tell', async () => {
  const { rows, conclusion } = await running([], { ...OUTAGE, clockAheadMs: 600_000 });
  expect(rows[0]).toMatchObject({ isOverdue: null, nextUpdateAt: minutesAgo(30) });
  expect(conclusion.incomplete).toMatchObject([{ reason: 'clock' }]);
});

describe('what is kept', () => {
  const gap = { what: 'pages', reason: 'throttled', remedy: 'Wait.', retryAfterSeconds: 30 };

  test('is the whole answer, open issues only', async () => {
    const history = memoryHealthHistory();
    const ports = { healthHistory: () => Promise.resolve(history) };
    await running(['--all', '--service', 'teams'], { ...CALM, issues: [LATE_MAIL, RESOLVED] }, ports);
    expect(history.kept()).toEqual({
      answer: { services: WELL, issues: [LATE_MAIL] },
      seenAt: minutesAgo(1),
    });
  });

  test.each<[string, string[], MemoryHealth]>([
    ['when not all came', [], { ...OUTAGE, gaps: [gap] }],
    ['with --no-history', ['--no-history'], OUTAGE],
  ])('nothing %s', async (_why, args, state) => {
    const history = memoryHealthHistory();
    await running(args, state, { healthHistory: () => Promise.resolve(history) });
    expect(history.kept()).toBeNull();
  });

  test('and an answer stands when it cannot be kept', async () => {
    const full = new Failure('configuration', 'The disk is full.', { remedy: 'Make room.' });
    const run = await running([], OUTAGE, { healthHistory: () => Promise.reject(full) });
    expect([codeOf(run), run.notes]).toEqual([
      2,
      ['What service health says is not kept: The disk is full.'],
    ]);
  });
});

describe('when the service cannot be asked', () => {
  const state = { ...OUTAGE, failure: DOWN };
  const withKept = { healthHistory: () => Promise.resolve(KEPT) };

  test('the rest is told, and no row of the past', async () => {
    const { rows, conclusion } = await running([], state, withKept);
    expect(rows).toEqual([]);
    expect(conclusion.findings).toEqual([]);
    expect(conclusion.summary).toMatchObject({
      statusPage: { portal: 'reachable' },
      reach: { kind: 'mixed' },
      lastKnown: { seenAt: SEEN.seenAt, openIssues: ['EX1331830'] },
    });
  });

  test('--cache-ok shows it, stale, and never critical', async () => {
    const { rows, conclusion } = await running(['--cache-ok'], state, withKept);
    expect(rows).toMatchObject([{ id: 'EX1331830', isStale: true, isOverdue: null }]);
    expect(conclusion.findings.map(({ level }) => level)).not.toContain('critical');
    expect(conclusion.findings[0]).toMatchObject({ level: 'warning', subject: 'EX1331830' });
    expect(conclusion.findings[0]?.title).toMatch(/^Stale: /u);
  });

  test('the worst that is known comes first', async () => {
    const kept = { answer: { services: WELL, issues: OUTAGE.issues ?? [] }, seenAt: minutesAgo(9) };
    const run = await running([], state, { healthHistory: () => Promise.resolve(memoryHealthHistory(kept)) });
    expect(run.conclusion.summary).toMatchObject({
      lastKnown: { openIssues: ['EX1331830', 'MO1330777', 'EX1331002', 'TM1331555', 'EX1329001'] },
    });
  });

  test('--cache-ok heeds the other flags', async () => {
    const run = await running(['--cache-ok', '--service', 'teams'], state, withKept);
    expect([idsOf(run), run.conclusion.findings.map(({ subject }) => subject)]).toEqual([
      [],
      ['Microsoft Teams'],
    ]);
  });

  test('a calm past is not fine now', async () => {
    const calm = memoryHealthHistory({ answer: { services: WELL, issues: [] }, seenAt: minutesAgo(10) });
    const run = await running(['--cache-ok'], state, { healthHistory: () => Promise.resolve(calm) });
    expect(codeOf(run)).toBe(3);
  });

  test('nothing else may answer either', async () => {
    const none = (): Promise<never> => Promise.reject(DOWN);
    const run = await running([], state, { statusPage: none, reach: none, healthHistory: none });
    expect(codeOf(run)).toBe(3);
    expect(run.conclusion.summary).toMatchObject({
      statusPage: { portal: 'unknown' },
      reach: { kind: 'mixed', readings: [] },
      lastKnown: null,
    });
  });

  test('--no-history asks for no past', async () => {
    const asked: boolean[] = [];
    await running(['--no-history'], state, {
      healthHistory: (keeps) => {
        asked.push(keeps);
        return Promise.resolve(null);
      },
    });
    expect(asked).toEqual([false]);
  });
});

describe('what monitors are told', () => {
  test('is the first sentence without its level, and how many issues are open', async () => {
    const run = await running([], SUITE_MAIL);
    expect(run.report.headline).toBe('1 open incident on mail flow (MO1000001).');
    expect(run.report.cases.map(({ id, level }) => `${id} ${level}`)).toEqual([
      'verdict critical',
      'health-incident-mail-flow critical',
    ]);
    expect(measuresOf(run)).toMatchObject({
      ...{ health_issues_open: 1, health_incidents_open: 1, health_advisories_open: 0 },
      ...{ health_issues_mail_flow: 1, health_issues_sign_in: 0, health_services_not_fine: 0 },
    });
  });

  test('where nothing could be asked is no number of another day', async () => {
    const run = await running(
      ['--cache-ok'],
      { ...CALM, failure: DOWN },
      { healthHistory: () => Promise.resolve(KEPT) },
    );
    expect(run.report.headline).toMatch(/^service health could not be asked \(unreachable\)/u);
    expect(measuresOf(run)).toEqual({});
    expect(run.report.cases).toContainEqual(
      expect.objectContaining({ id: 'not-seen-unreachable', level: 'unknown' }),
    );
  });
});
