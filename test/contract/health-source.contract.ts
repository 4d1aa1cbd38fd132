/** What every health source promises, whoever it asks. One suite, run on each adapter and on the fake. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Failure } from '#failure.js';
import type { HealthAnswer, HealthQuery, HealthSource } from '#mailflow/health/health-source.js';
import type { CentreMessage, HealthOverview, ServiceIssue } from '#mailflow/health/service-issue.js';

/** What each source is made to hold. */
export interface HealthFacts {
  readonly services: readonly HealthOverview[];
  readonly issues: readonly ServiceIssue[];
  readonly messages: readonly CentreMessage[];
}

export interface OpenedHealth {
  readonly source: HealthSource;
  readonly close: () => Promise<void>;
}

export type HealthPart = 'services' | 'issues';

export interface HealthUnderTest {
  readonly kind: HealthSource['kind'];
  readonly open: (facts: HealthFacts, now: Date) => Promise<OpenedHealth>;
  /** The same, where these parts cannot be had. */
  readonly openWithout: (
    missing: readonly HealthPart[],
    facts: HealthFacts,
    now: Date,
  ) => Promise<OpenedHealth>;
}

const NOW = new Date('2026-06-02T17:30:00Z');
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

function issue(id: string, facts: Partial<ServiceIssue> = {}): ServiceIssue {
  return {
    id,
    title: `Trouble ${id}`,
    service: 'Exchange Online',
    feature: 'Delayed delivery',
    featureGroup: 'Timely delivery',
    classification: 'incident',
    origin: 'microsoft',
    status: 'serviceDegradation',
    isResolved: false,
    startedAt: minutesAgo(120),
    endedAt: null,
    modifiedAt: minutesAgo(10),
    impact: 'Some mail is late.',
    highImpact: null,
    posts: [
      {
        at: minutesAgo(30),
        kind: 'regular',
        contentType: 'html',
        content: '<b>Title:</b> Größe & "more"\nline',
      },
      { at: minutesAgo(10), kind: 'quick', contentType: 'text', content: 'Next update by: soon' },
    ],
    ...facts,
  };
}

const over = (endedAt: Date, modifiedAt: Date = endedAt): Partial<ServiceIssue> => ({
  ...{ isResolved: true, status: 'serviceRestored', endedAt, modifiedAt },
});

const DAY = 24 * 60;

export const FACTS: HealthFacts = {
  services: [
    { id: 'Exchange', service: 'Exchange Online', status: 'serviceDegradation' },
    { id: 'OSDPPlatform', service: 'Microsoft 365 suite', status: 'ServiceOperational' },
    { id: 'Tomorrow', service: 'Service of tomorrow', status: 'slightlyUnwell' },
  ],
  issues: [
    issue('EX1000001'),
    issue('MO1000002', {
      service: 'Microsoft 365 suite',
      classification: 'Incident',
      status: 'Investigating',
    }),
    issue('TM1000003', { classification: 'rumour', status: 'slightlyUnwell', origin: null, posts: [] }),
    issue('EX1000004', {
      ...{ feature: null, featureGroup: null, impact: null, highImpact: true },
      modifiedAt: minutesAgo(90 * DAY),
    }),
    issue('EX1000005', over(minutesAgo(60))),
    issue('EX1000006', over(minutesAgo(5 * DAY))),
    issue('EX1000007', over(minutesAgo(5 * DAY), minutesAgo(30))),
    issue('EX1000008', { status: 'serviceRestored' }),
  ],
  messages: [message('MC100001', minutesAgo(60)), message('MC100002', minutesAgo(9 * DAY))],
};

function message(id: string, modifiedAt: Date): CentreMessage {
  return {
    id,
    title: `Change ${id}`,
    services: ['Exchange Online', 'Microsoft 365 suite'],
    tags: ['Admin impact'],
    category: 'planForChange',
    severity: 'high',
    isMajorChange: true,
    startedAt: minutesAgo(20 * DAY),
    endedAt: null,
    modifiedAt,
    actionRequiredBy: null,
    contentType: 'html',
    body: '<p>Soon.</p>',
  };
}

const OPEN_IDS = ['EX1000001', 'EX1000004', 'EX1000008', 'MO1000002', 'TM1000003'];

const QUESTIONS: readonly (readonly [why: string, HealthQuery, readonly string[]])[] = [
  ['open ones alone, by isResolved and not by the word', { resolvedToo: false, since: null }, OPEN_IDS],
  ['all of them', { resolvedToo: true, since: null }, [...OPEN_IDS, 'EX1000005', 'EX1000006', 'EX1000007']],
  [
    'those that ended or changed since then, and open ones of any age',
    { resolvedToo: true, since: minutesAgo(DAY) },
    [...OPEN_IDS, 'EX1000005', 'EX1000007'],
  ],
  ['open ones whatever the time', { resolvedToo: false, since: minutesAgo(1) }, OPEN_IDS],
];

const { signal } = new AbortController();
const EVERYTHING: HealthQuery = { resolvedToo: true, since: null };
const idsOf = ({ issues }: Pick<HealthAnswer, 'issues'>): readonly string[] =>
  issues.map(({ id }) => id).toSorted();

export function promisesOfHealthSource(name: string, subject: HealthUnderTest): void {
  describe(`${name} as a health source`, () => {
    let opened: OpenedHealth;
    let source: HealthSource;
    beforeEach(async () => {
      opened = await subject.open(FACTS, NOW);
      source = opened.source;
    });
    afterEach(() => opened.close());

    test.each(QUESTIONS)('issues: %s, each once', async (_why, query, ids) => {
      const answer = await source.health(query, signal);
      expect(idsOf(answer)).toEqual([...ids].toSorted());
      expect(answer.gaps).toEqual([]);
    });

    test('services and issues come as they are, words in any case and of any time', async () => {
      const { services, issues } = await source.health(EVERYTHING, signal);
      expect(services.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(FACTS.services);
      for (const fact of FACTS.issues) expect(issues.find(({ id }) => id === fact.id)).toEqual(fact);
    });

    test('one issue is had by its id, open or not', async () => {
      for (const fact of FACTS.issues) expect(await source.issue(fact.id, signal)).toEqual(fact);
    });

    test('an issue that nobody knows is null', async () => {
      expect(await source.issue('EX9999999', signal)).toBeNull();
    });

    test.each<[string, Date | null, readonly string[]]>([
      ['all', null, ['MC100001', 'MC100002']],
      ['those that changed since then', minutesAgo(DAY), ['MC100001']],
      ['none, where none changed', minutesAgo(1), []],
    ])('posts of the message centre: %s', async (_why, since, ids) => {
      const { messages, gaps } = await source.messages(since, signal);
      expect(messages.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
        FACTS.messages.filter(({ id }) => ids.includes(id)),
      );
      expect(gaps).toEqual([]);
    });

    test('it names its kind, counts its requests, and knows the clock of the other side once it answered', async () => {
      expect(source.kind).toBe(subject.kind);
      expect(source.asOf()).toBeNull();
      const before = source.requestCount();
      const { asOf, clockAheadMs } = await source.health(EVERYTHING, signal);
      expect(source.requestCount()).toBeGreaterThan(before);
      expect([asOf, source.asOf(), clockAheadMs]).toEqual([NOW, NOW, 0]);
    });

    test.each<[string, (from: HealthSource, stop: AbortSignal) => Promise<unknown>]>([
      ['health', (from, stop) => from.health(EVERYTHING, stop)],
      ['an issue', (from, stop) => from.issue('EX1000001', stop)],
      ['messages', (from, stop) => from.messages(null, stop)],
    ])('%s: a stop before the start is told with its own reason', async (_what, ask) => {
      const reason = new Failure('interrupted', 'Interrupted.', { remedy: 'x' });
      const outcome = await ask(source, AbortSignal.abort(reason)).catch((error: unknown) => error);
      expect(outcome).toBe(reason);
    });
  });

  describe(`${name}, where not all can be had`, () => {
    const opened: OpenedHealth[] = [];
    const openWithout = async (...missing: readonly HealthPart[]): Promise<HealthSource> => {
      const one = await subject.openWithout(missing, FACTS, NOW);
      opened.push(one);
      return one.source;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
    });

    test('services without issues are an answer with a gap', async () => {
      const answer = await (await openWithout('issues')).health(EVERYTHING, signal);
      expect([answer.services.length, answer.issues, answer.gaps.length]).toEqual([3, [], 1]);
    });

    test('and so are issues without services', async () => {
      const answer = await (await openWithout('services')).health(EVERYTHING, signal);
      expect([answer.services, answer.issues.length, answer.gaps.length]).toEqual([[], 8, 1]);
    });

    test('neither is a failure that says what to do', async () => {
      const source = await openWithout('services', 'issues');
      const outcome = await source.health(EVERYTHING, signal).catch((error: unknown) => error);
      expect(outcome).toBeInstanceOf(Failure);
      expect(outcome).toMatchObject({ remedy: expect.stringMatching(/./) as string });
    });
  });

  test(`${name}: a tenant without anything is an answer, and no gap`, async () => {
    const { source, close } = await subject.open({ services: [], issues: [], messages: [] }, NOW);
    try {
      expect(await source.health(EVERYTHING, signal)).toMatchObject({ services: [], issues: [], gaps: [] });
      expect(await source.messages(null, signal)).toEqual({ messages: [], gaps: [] });
    } finally {
      await close();
    }
  });
}
