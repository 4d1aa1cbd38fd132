/** The four formats of a verdict, word by word; that any text is harmless in them is shown under test/monitors. */
import { describe, expect, test } from 'vitest';

import type { Measure } from '#mailflow/check/check-result.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import { createGithubWriter, createStepOutputsWriter, createStepSummaryWriter } from '#render/github.js';
import { createJunitWriter } from '#render/junit.js';
import type { MonitorCase } from '#render/monitor-report.js';
import { fitBytes, monitorName, monitorText, plainNumber } from '#render/monitor-text.js';
import { createNagiosWriter, nagiosFailure } from '#render/nagios.js';
import { createOpenMetricsWriter } from '#render/openmetrics.js';
import { answerReport, toMonitorReport } from '#render/to-monitor-report.js';
import type { OutcomeLevel, Tail } from '#render/writer.js';
import type { WriterSpec } from '#render/writer-spec.js';

import { DRILL_HEAD, FAILED_TAIL, HEAD, RUN, TAIL } from './pages.js';

type Spec = Pick<WriterSpec<never, null>, 'head' | 'monitor' | 'run'>;

const SPEC: Spec = { head: HEAD, run: RUN };
const WAITING: Finding = {
  ...{ id: 'held-mail-waiting', level: 'critical', title: 'Mail waits', subject: 'fabrikam.example' },
  ...{
    evidence: ['144 are held | 113 of them by the service.'],
    remedy: 'Do not resend it.',
    source: 'graph',
  },
};
const ADVISORY: Finding = {
  ...WAITING,
  id: 'health-advisory',
  level: 'info',
  title: 'Advisory',
  evidence: [],
};
const THROTTLED: Gap = {
  what: 'connectors',
  reason: 'throttled',
  remedy: 'Ask again.',
  retryAfterSeconds: 315,
};
const BAD: Tail<null> = {
  ...TAIL,
  findings: [WAITING, ADVISORY, { ...WAITING, subject: 'litware.example' }],
  incomplete: [THROTTLED, THROTTLED],
  outcome: { level: 'critical', exitCode: 2 },
};

function measureOf(part: Partial<Measure>): Measure {
  return {
    name: 'held',
    help: 'Mail.',
    unit: 'deliveries',
    value: 12,
    warning: null,
    critical: null,
    ...part,
  };
}

function caseOf(part: Partial<MonitorCase>): MonitorCase {
  const bare = {
    id: 'held-mail',
    title: 'Held mail',
    says: '12 held',
    details: [],
    reason: null,
    measures: [],
  };
  return { ...bare, level: 'ok', ...part };
}

function specOf(...cases: readonly MonitorCase[]): Spec {
  return { ...SPEC, monitor: () => ({ headline: 'all in all', cases }) };
}

function outcome(level: OutcomeLevel, exitCode: number): Tail<null> {
  return { ...TAIL, outcome: { level, exitCode } };
}

describe('the report of an answer', () => {
  test('has the verdict, a case for each kind of finding, worst first within it, and one for each gap', () => {
    const { headline, cases } = toMonitorReport<null>({}, BAD);
    expect(headline).toBe('2 critical, 2 things not seen: Mail waits (fabrikam.example)');
    expect(cases.map(({ id, level, says }) => [id, level, says])).toEqual([
      ['verdict', 'critical', headline],
      ['held-mail-waiting', 'critical', 'Mail waits (fabrikam.example, litware.example)'],
      ['health-advisory', 'ok', 'Advisory (fabrikam.example)'],
      ['not-seen-throttled', 'unknown', 'Not seen: connectors'],
      ['not-seen-throttled-2', 'unknown', 'Not seen: connectors'],
    ]);
    expect(cases[1]?.details).toEqual([...WAITING.evidence, ...WAITING.evidence, WAITING.remedy]);
    expect(cases[3]?.details).toEqual(['Ask again.', 'Again in 315 s.']);
  });

  test.each([
    ['CRITICAL: mail waits.', 'mail waits.', 'the level is said by each format'],
    ['OK, of what was asked for: no issue.', 'no issue.', 'with what stands behind it'],
    ['UNKNOWN: could\nnot tell', 'could not tell', 'in one line'],
    ['WARNINGS: two', 'WARNINGS: two', 'another word'],
    ['mail waits: OK: x', 'mail waits: OK: x', 'not in the midst'],
  ])('%j is told as %j: %s', (headline, expected) => {
    const spec = { monitor: () => ({ headline, cases: [] }) };
    expect(toMonitorReport<null>(spec, TAIL).headline).toBe(expected);
    expect(answerReport(TAIL, { headline }).cases[0]?.says).toBe(expected);
  });

  test('of one that found nothing is one case', () => {
    expect(toMonitorReport<null>({}, TAIL)).toMatchObject({
      headline: 'nothing to object to',
      cases: [{ level: 'ok' }],
    });
  });

  test('of a command that failed tells the cause and the cure, whatever the command would say of itself', () => {
    const { headline, cases } = toMonitorReport<null>(specOf(caseOf({})), FAILED_TAIL);
    expect(headline).toBe('nobody answers');
    expect(cases).toEqual([
      expect.objectContaining({ level: 'unknown', reason: 'unreachable', details: ['Check the network.'] }),
    ]);
  });
});

describe('nagios', () => {
  const write = (tail: Tail<null>, spec = SPEC): string => createNagiosWriter<never, null>(spec).end(tail);

  test('is one line, then the reasons, worst first', () => {
    expect(write(BAD)).toBe(
      [
        'MAILCHECK CRITICAL - 2 critical, 2 things not seen: Mail waits (fabrikam.example) | level=2;;;0;3',
        '[critical] held-mail-waiting: Mail waits (fabrikam.example, litware.example)',
        ...Array.from({ length: 2 }, () => String.raw`  144 are held \u{7c} 113 of them by the service.`),
        '  Do not resend it.',
        '[unknown] not-seen-throttled: Not seen: connectors',
        '  Ask again.',
        '  Again in 315 s.',
        '[unknown] not-seen-throttled-2: Not seen: connectors',
        '  Ask again.',
        '  Again in 315 s.',
        '[ok] health-advisory: Advisory (fabrikam.example)',
        '',
      ].join('\n'),
    );
  });

  test.each<[OutcomeLevel, number, string, string]>([
    ['ok', 0, 'OK - all', 'level=0'],
    ['warning', 1, 'WARNING - all', 'level=1'],
    ['critical', 2, 'CRITICAL - all', 'level=2'],
    ['unknown', 3, 'UNKNOWN - all', 'level=3'],
    ['refused', 4, 'UNKNOWN - all', 'level=3'],
    ['warning', 0, 'OK - (warning) all', 'level=1'],
    ['critical', 3, 'UNKNOWN - (critical) all', 'level=2'],
    ['unknown', 130, 'UNKNOWN - all', 'level=3'],
  ])('%s with exit code %i reads %s: the word is that of the code', (level, code, word, perfdata) => {
    const text = write(outcome(level, code), specOf());
    expect(text.startsWith(`MAILCHECK ${word} in all | ${perfdata};;;0;3`)).toBe(true);
  });

  test('says DRILL before anything else', () => {
    expect(write(outcome('critical', 0), { ...specOf(), head: DRILL_HEAD })).toBe(
      'MAILCHECK OK - DRILL june-2026: (critical) all in all | level=2;;;0;3\n',
    );
  });

  test.each<[Partial<Measure>, string, string]>([
    [{ warning: 20, critical: 200 }, 'held=12;20;200;0;', 'more is worse'],
    [{ name: 'days_left', warning: 30, critical: 7 }, 'days_left=12;30:;7:;0;', 'less is worse'],
    [{ unit: 'seconds', value: 90.5 }, 'held=90.5s;;;0;', 'seconds have a sign'],
    [{ unit: 'share', value: 0.025, warning: 0.1 }, 'held=2.5%;10;;0;100', 'a share is percent'],
    [{ unit: 'share', value: 1 / 3 }, 'held=33.33%;;;0;100', 'to the hundredth'],
    [{ value: -3 }, 'held=-3;;;;', 'what is below nothing has no least'],
    [{ value: null }, '', 'what nobody could count is left out'],
    [{ value: NaN }, '', 'as is what is no number'],
    [{ value: 1e21 }, '', 'and one that needs an exponent'],
    [{ value: 1e-9 }, 'held=0;;;0;', 'the least there is'],
    [{ name: "it's = |x" }, 'it_s_x=12;;;0;', 'names are ours'],
  ])('%j is %s: %s', (part, item) => {
    const [first = ''] = write(TAIL, specOf(caseOf({ measures: [measureOf(part)] }))).split('\n');
    expect(first.split(' | ')[1]).toBe(['level=0;;;0;3', item].filter((text) => text !== '').join(' '));
  });

  test('where two checks have one measure, each says which it is', () => {
    const measures = [measureOf({})];
    const text = write(TAIL, specOf(caseOf({ measures }), caseOf({ id: 'quota', measures })));
    expect(text).toContain(" held=12;;;0; 'quota held'=12;;;0;\n");
  });

  test('holds 4 KiB and says how much is left out', () => {
    const cases = Array.from({ length: 300 }, (_, index) =>
      caseOf({ id: `case-${index}`, level: 'warning' }),
    );
    const text = write(TAIL, specOf(...cases));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    expect(text).toMatch(/\nand \d+ more lines: use another format to see them\n$/u);
  });

  test('a failure without a command has its line and its cure', () => {
    expect(nagiosFailure('Unknown option.', 'See --help.')).toBe(
      'MAILCHECK UNKNOWN - Unknown option. | level=3;;;0;3\nSee --help.\n',
    );
  });
});

describe('junit', () => {
  const write = (tail: Tail<null>, spec = SPEC): string => createJunitWriter<never, null>(spec).end(tail);
  const endings = (text: string): (string | undefined)[] =>
    [...text.matchAll(/<testcase [^>]*name="([^"]*)">\n<([a-z-]+)/gu)].map(
      ([, name, ending]) => `${name} ${ending}`,
    );

  test('is one suite with its counts, its level and a case for each', () => {
    expect(write({ ...BAD, incomplete: [THROTTLED] })).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="mailcheck" tests="4" failures="2" errors="1" skipped="0">',
        '<testsuite name="mailcheck status" tests="4" failures="2" errors="1" skipped="0" timestamp="2026-06-02T17:30:00.000Z">',
        '<properties>',
        '<property name="level" value="critical"/>',
        '<property name="exitCode" value="2"/>',
        '</properties>',
        '<testcase classname="mailcheck.status" name="verdict">',
        '<failure type="critical" message="2 critical, 1 thing not seen: Mail waits (fabrikam.example)">2 critical, 1 thing not seen: Mail waits (fabrikam.example)</failure>',
        '</testcase>',
        '<testcase classname="mailcheck.status" name="held-mail-waiting">',
        '<failure type="critical" message="Mail waits (fabrikam.example, litware.example)">Mail waits (fabrikam.example, litware.example)',
        '144 are held | 113 of them by the service.',
        '144 are held | 113 of them by the service.',
        'Do not resend it.</failure>',
        '</testcase>',
        '<testcase classname="mailcheck.status" name="health-advisory">',
        '<system-out>Advisory (fabrikam.example)',
        'Do not resend it.</system-out>',
        '</testcase>',
        '<testcase classname="mailcheck.status" name="not-seen-throttled">',
        '<error type="unknown" message="Not seen: connectors">Not seen: connectors',
        'Ask again.',
        'Again in 315 s.',
        'Reason: throttled</error>',
        '</testcase>',
        '</testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  test.each<['warning' | 'critical' | 'never', readonly string[]]>([
    ['warning', ['a system-out', 'b failure', 'c failure', 'd error', 'e skipped']],
    ['critical', ['a system-out', 'b system-out', 'c failure', 'd error', 'e skipped']],
    ['never', ['a system-out', 'b system-out', 'c system-out', 'd error', 'e skipped']],
  ])('--fail-on %s ends as %j', (failOn, expected) => {
    const levels = ['ok', 'warning', 'critical', 'unknown', 'skipped'] as const;
    const cases = levels.map((level, index) => caseOf({ id: 'abcde'.charAt(index), level, reason: 'quota' }));
    expect(endings(write(TAIL, { ...specOf(...cases), run: { ...RUN, failOn } }))).toEqual(expected);
  });

  test('a run that failed has one case, an error', () => {
    const text = write(FAILED_TAIL);
    expect(endings(text)).toEqual(['verdict error']);
    expect(text).toContain('tests="1" failures="0" errors="1"');
  });

  test('what XML cannot hold is shown, and nothing ends an element before its time', () => {
    const text = write(
      TAIL,
      specOf(caseOf({ level: 'critical', says: 'a\u001b]]>\ufffe</failure>"\ud800' })),
    );
    expect(text).toContain(String.raw`>a\u{1b}]]&gt;\u{fffe}&lt;/failure&gt;&quot;\u{d800}</failure>`);
  });
});

describe('openmetrics', () => {
  const write = (tail: Tail<null>, spec = SPEC): string =>
    createOpenMetricsWriter<never, null>(spec).end(tail);

  test('is gauges with the command as a label', () => {
    const measures = [measureOf({}), measureOf({ name: 'age', unit: 'seconds', value: 1.5 })];
    const cases = [caseOf({ measures }), caseOf({ id: 'paths', level: 'skipped' })];
    expect(write(outcome('warning', 1), specOf(...cases))).toBe(
      [
        '# TYPE mailcheck_level gauge',
        '# HELP mailcheck_level Verdict of the run: 0 ok, 1 warning, 2 critical, 3 unknown.',
        'mailcheck_level{command="status"} 1',
        '# TYPE mailcheck_drill gauge',
        '# HELP mailcheck_drill 1 when all of this was said of a simulated tenant.',
        'mailcheck_drill{command="status"} 0',
        '# TYPE mailcheck_checks_left_out gauge',
        '# HELP mailcheck_checks_left_out Checks that there was no room for.',
        'mailcheck_checks_left_out{command="status"} 0',
        '# TYPE mailcheck_last_success_timestamp_seconds gauge',
        '# UNIT mailcheck_last_success_timestamp_seconds seconds',
        '# HELP mailcheck_last_success_timestamp_seconds When a run last gave an answer, good or bad.',
        'mailcheck_last_success_timestamp_seconds{command="status"} 1780421400',
        '# TYPE mailcheck_check_level gauge',
        '# HELP mailcheck_check_level Verdict of each check: 0 ok, 1 warning, 2 critical, 3 unknown.',
        'mailcheck_check_level{command="status",check="held-mail"} 0',
        '# TYPE mailcheck_check_skipped gauge',
        '# HELP mailcheck_check_skipped 1 for a check that was not asked and counts for nothing.',
        'mailcheck_check_skipped{command="status",check="paths"} 1',
        'mailcheck_check_skipped{command="status",check="held-mail"} 0',
        '# TYPE mailcheck_held_deliveries gauge',
        '# UNIT mailcheck_held_deliveries deliveries',
        '# HELP mailcheck_held_deliveries Number of deliveries: held.',
        'mailcheck_held_deliveries{command="status",check="held-mail"} 12',
        '# TYPE mailcheck_age_seconds gauge',
        '# UNIT mailcheck_age_seconds seconds',
        '# HELP mailcheck_age_seconds Number of seconds: age.',
        'mailcheck_age_seconds{command="status",check="held-mail"} 1.5',
        '# EOF',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, Measure['unit'], string]>([
    ['held', 'deliveries', 'held_deliveries'],
    ['held_deliveries', 'deliveries', 'held_deliveries'],
    ['deferral_share', 'share', 'deferral_ratio'],
    ['market_share', 'count', 'market_share'],
    ['age', 'seconds', 'age_seconds'],
    ['used', 'requests', 'used_requests'],
    ['deliveries', 'deliveries', 'deliveries'],
  ])('%s in %s is mailcheck_%s', (name, unit, expected) => {
    const text = write(TAIL, specOf(caseOf({ measures: [measureOf({ name, unit })] })));
    expect(text).toContain(`\n# TYPE mailcheck_${expected} gauge\n`);
  });

  test.each<[string, Measure['unit'], string]>([
    ['held_deliveries', 'deliveries', 'mailcheck_held_deliveries Number of deliveries: held.'],
    ['held_oldest_age', 'seconds', 'mailcheck_held_oldest_age_seconds Number of seconds: held oldest age.'],
    ['deferral_share', 'share', 'mailcheck_deferral_ratio Share, from 0 to 1: deferral.'],
    ['quota_used', 'requests', 'mailcheck_quota_used_requests Number of requests: quota used.'],
    ['open_issues', 'count', 'mailcheck_open_issues Number: open issues.'],
    ['deliveries', 'deliveries', 'mailcheck_deliveries Number of deliveries.'],
  ])('%s in %s is told as %s', (name, unit, expected) => {
    const texts = ['held-mail', 'queue'].map((id) =>
      write(TAIL, specOf(caseOf({ id, measures: [measureOf({ name, unit, help: `Of ${id}.` })] }))),
    );
    // One name has one text, whatever stands behind it: the collector drops what disagrees.
    for (const text of texts) expect(text).toContain(`\n# HELP ${expected}\n`);
  });

  test('a run that failed is unknown and no success', () => {
    const text = write(FAILED_TAIL);
    expect(text).toContain('mailcheck_level{command="status"} 3\n');
    expect(text).not.toContain('last_success');
  });

  test('bears the tenant where the command line names it, and nothing else that it names', () => {
    const tenant = (tenantAsked: string): string => write(TAIL, { ...SPEC, run: { ...RUN, tenantAsked } });
    expect(tenant('Contoso.example')).toContain(
      'mailcheck_level{command="status",tenant="contoso.example"} 0',
    );
    expect(tenant('ann@contoso.example')).toContain('tenant="other"');
  });

  test('of two cases of one name the graver one speaks', () => {
    const cases = [caseOf({ level: 'ok' }), caseOf({ level: 'critical' })];
    expect(write(TAIL, specOf(...cases))).toContain('check="held-mail"} 2\n# TYPE mailcheck_check_skipped');
  });

  test('keeps to 200 series however much there is, the worst first, and says how much is left out', () => {
    const measures = Array.from({ length: 20 }, (_, index) => measureOf({ name: `m${index}` }));
    const cases = Array.from({ length: 100 }, (_, index) =>
      caseOf({ id: `c${index}`, level: index === 99 ? 'critical' : 'ok', measures }),
    );
    const text = write(TAIL, specOf(...cases));
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(series.length).toBeLessThanOrEqual(200);
    expect(text).toContain('mailcheck_check_level{command="status",check="c99"} 2');
    expect(text).toContain('mailcheck_checks_left_out{command="status"} 40');
  });
});

describe('github', () => {
  const write = (tail: Tail<null>, spec = SPEC): string => createGithubWriter<never, null>(spec).end(tail);

  test('annotates the verdict, then what is not well, encoded as the runner decodes it', () => {
    expect(
      write({ ...BAD, findings: [{ ...WAITING, evidence: ['19 % of it:\nmuch'] }], incomplete: [THROTTLED] }),
    ).toBe(
      [
        '::error title=mailcheck status%3A CRITICAL::1 critical, 1 thing not seen: Mail waits (fabrikam.example)',
        '::error title=mailcheck status%3A critical held-mail-waiting::Mail waits (fabrikam.example)%0A19 %25 of it:\\u{a}much%0ADo not resend it.',
        '::warning title=mailcheck status%3A unknown not-seen-throttled::Not seen: connectors%0AAsk again.%0AAgain in 315 s.',
        '',
      ].join('\n'),
    );
  });

  test('is a notice when all is well', () => {
    expect(write(TAIL)).toBe('::notice title=mailcheck status%3A OK::nothing to object to\n');
  });

  test('gives ten of a kind, the worst first', () => {
    const cases = Array.from({ length: 30 }, (_, index) =>
      caseOf({ id: `c${index}`, level: index % 2 === 0 ? 'warning' : 'critical' }),
    );
    const lines = write(outcome('critical', 2), specOf(...cases)).split('\n');
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10);
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(10);
    expect(lines[1]).toContain('critical c1::');
  });

  test('the summary is a table with what is not well below it', () => {
    const hostile = { ...WAITING, title: 'Mail to @team', evidence: ['see https://evil.example'] };
    expect(
      createStepSummaryWriter<never, null>(SPEC).end({ ...BAD, findings: [hostile], incomplete: [] }),
    ).toBe(
      [
        '### mailcheck status: CRITICAL',
        '',
        '1 critical: Mail to `@team` `(fabrikam.example)`',
        '',
        '| Check | Level | What it says |',
        '| --- | --- | --- |',
        '| held-mail-waiting | critical | Mail to `@team` `(fabrikam.example)` |',
        '',
        'held-mail-waiting:',
        '',
        '- see `https://evil.example`',
        '- Do not resend it.',
        '',
        '',
      ].join('\n'),
    );
  });

  test('outputs end at a word that is not in them', () => {
    const words = ['mailcheck_a', 'mailcheck_b'];
    const unguessable = (text: string): string => (text === 'end' ? 'a' : 'b');
    const spec = {
      ...SPEC,
      run: { ...RUN, unguessable },
      monitor: () => ({ headline: `x ${words[0] ?? ''}`, cases: [] }),
    };
    expect(createStepOutputsWriter<never, null>(spec).end(outcome('refused', 4))).toBe(
      [
        ...['level<<mailcheck_a', 'refused', 'mailcheck_a', 'exit-code<<mailcheck_a', '4', 'mailcheck_a'],
        ...['sentence<<mailcheck_b', 'x mailcheck_a', 'mailcheck_b', ''],
      ].join('\n'),
    );
  });
});

describe('what is said once, of all cases', () => {
  const spec: Spec = {
    ...SPEC,
    monitor: () => ({ headline: 'all in all', notes: ['By 4 runs | <of 5>.'], cases: [caseOf({})] }),
  };

  test.each<[string, string, string]>([
    [
      createNagiosWriter<never, null>(spec).end(TAIL),
      'level=0;;;0;3\nBy 4 runs \\u{7c} <of 5>.\n[ok] held-mail',
      'before the cases, of which the last are cut off',
    ],
    [
      createJunitWriter<never, null>(spec).end(TAIL),
      '</testcase>\n<system-out>By 4 runs | &lt;of 5&gt;.</system-out>\n</testsuite>',
      'of the suite',
    ],
    [
      createGithubWriter<never, null>(spec).end(TAIL),
      '::all in all%0ABy 4 runs | <of 5>.\n',
      'of the verdict',
    ],
    [createStepSummaryWriter<never, null>(spec).end(TAIL), '\n\nBy 4 runs ', 'below the table'],
  ])('%j holds %j: %s', (text, expected) => {
    expect(text.split(expected)).toHaveLength(2);
  });
});

describe('text for monitors', () => {
  test.each([
    ['abc', 3, 'abc', 'what fits stays'],
    ['abcd', 3, 'ab…', 'what does not ends with a sign'],
    ['  a  ', 3, 'a', 'blanks around it go'],
    ['👍🏽👍🏽', 4, '👍🏽👍🏽', 'points are counted'],
    ['a'.repeat(100), 3, 'aa…', 'a long one is cut before it is looked at'],
    ['\u001b\u001b', 8, String.raw`\u{1b}\…`, 'marks count as they are shown'],
    ['', 3, '', 'nothing'],
  ])('%j in %i points is %j: %s', (text, most, expected) => {
    expect(monitorText(text, most)).toBe(expected);
  });

  test.each([
    ['abc', 3, 'abc'],
    ['ääää', 8, 'ääää'],
    ['ääää', 7, 'ää…'],
    ['👍👍', 7, '👍…'],
  ])('%s in %i bytes is %s', (text, most, expected) => {
    expect(fitBytes(text, most)).toBe(expected);
  });

  test.each([
    ['Held Mail', 'held-mail', 'words'],
    ['a--b', 'a-b', 'one separator'],
    ['…', 'other', 'nothing of a name'],
    ['ü1', '1', 'ASCII only'],
  ])('%j names %s: %s', (id, expected) => {
    expect(monitorName(id, '-')).toBe(expected);
  });

  test.each([
    [12, '12'],
    [0.5, '0.5'],
    [100, '100'],
    [-0, '0'],
    [1 / 3, '0.333333'],
    [-1e-9, '0'],
    [1e15, null],
    [Infinity, null],
  ])('%d is %s', (value, expected) => {
    expect(plainNumber(value)).toBe(expected);
  });
});
