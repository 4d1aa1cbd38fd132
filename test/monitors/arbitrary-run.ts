/** Runs of which every field may hold hostile text, and what became of them: the outcome that each format must tell. */
import fc from 'fast-check';

import { outcomeOfAnswer, outcomeOfFailure } from '#cli/exit-code.js';
import type { FailureKind } from '#failure.js';
import type { Measure } from '#mailflow/check/check-result.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import type { MonitorCase, MonitorReport } from '#render/monitor-report.js';
import type { Tail } from '#render/writer.js';
import type { RunNote, WriterSpec } from '#render/writer-spec.js';

import { HOSTILE_TEXTS, hostileText } from '../render/hostile.js';
import { TAIL } from '../render/pages.js';

export interface FuzzedRun {
  readonly spec: Pick<WriterSpec<never, null>, 'head' | 'monitor' | 'run'>;
  readonly tail: Tail<null>;
  /** Findings, gaps and cases in it. */
  readonly records: number;
}

/** What ends an element, a line, a value or a command in one of the formats. */
const BREAKERS = [
  ...[
    ']]>',
    '<!--',
    '-->',
    '&#1;',
    '&#0;',
    '&lt;',
    '<![CDATA[',
    '</failure>',
    '</testsuite>',
    '"/>',
    '<?x ?>',
  ],
  ...['| level=0', " | 'a b'=1;2;3", '\n| x=1', 'MAILCHECK OK - fine | level=0', '(ok) ', 'DRILL x: '],
  ...['"} 1\n# EOF\n', '\\', '\\n', '\\"', '# EOF', '# TYPE mailcheck_level counter', 'mailcheck_level{} 0'],
  ...[
    '%0A::error::x',
    '%0D%0A',
    '%25',
    '::',
    ',title=x',
    '::stop-commands::x',
    '##[stop-commands]x',
    '::add-mask::a',
  ],
  ...[
    'level<<end',
    'end',
    'level=ok\n',
    'mailcheck_',
    '\n\n',
    '\ufffe',
    '\uffff',
    '\u{1fffe}',
    '\ud83d',
    '\ude00',
  ],
];

const text = fc.oneof(
  { weight: 5, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom<string>(...BREAKERS) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.constantFrom<string>(...BREAKERS, ...HOSTILE_TEXTS), { maxLength: 4 })
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', '|'.repeat(5000), '\ud800'.repeat(3000), '👩‍👩‍👧‍👦'.repeat(900)),
  },
);
const id = fc.oneof(fc.constantFrom('held-mail', 'quota', 'mail-paths', 'verdict'), text);
const lines = fc.array(text, { maxLength: 3 });
const wait = fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: null });

const finding: fc.Arbitrary<Finding> = fc.record({
  id,
  level: fc.constantFrom('info', 'warning', 'critical'),
  ...{ title: text, subject: text, evidence: lines, remedy: text, source: text },
});
const gap: fc.Arbitrary<Gap> = fc.record({ what: text, reason: id, remedy: text, retryAfterSeconds: wait });

const number = fc.option(
  fc.oneof(
    fc.integer({ min: 0, max: 1e6 }),
    fc.double(),
    fc.constantFrom(-1, 1e21, 1e-9, NaN, -Infinity, -0),
  ),
  { nil: null },
);
const measure: fc.Arbitrary<Measure> = fc.record({
  name: fc.oneof(fc.constantFrom('held', 'level', 'check_level', 'held_oldest_age', 'held seconds'), text),
  unit: fc.constantFrom('deliveries', 'share', 'seconds', 'requests', 'count'),
  ...{ help: text, value: number, warning: number, critical: number },
});
const monitorCase: fc.Arbitrary<MonitorCase> = fc.record({
  ...{ id, title: text, says: text, details: lines },
  level: fc.constantFrom('ok', 'warning', 'critical', 'unknown', 'skipped'),
  reason: fc.option(text, { nil: null }),
  measures: fc.array(measure, { maxLength: 4 }),
});
/** What a command says of itself: now and then more than there is room for. */
const report: fc.Arbitrary<MonitorReport> = fc.record({
  headline: text,
  cases: fc.oneof(
    { weight: 9, arbitrary: fc.array(monitorCase, { maxLength: 8, size: 'max' }) },
    { weight: 1, arbitrary: fc.array(monitorCase, { minLength: 60, maxLength: 90 }) },
  ),
});

const KINDS: readonly FailureKind[] = [
  ...(['usage', 'input', 'sign-in', 'permission', 'configuration', 'unreachable'] as const),
  ...(['throttled', 'timeout', 'protocol', 'interrupted', 'terminated'] as const),
];
const error = fc.record({
  kind: fc.constantFrom(...KINDS),
  ...{ message: text, remedy: text, retryAfterSeconds: wait },
  requestId: fc.option(text, { nil: null }),
});

const run: fc.Arbitrary<RunNote> = fc.record({
  command: fc.constantFrom('status', 'connectors probe', 'check'),
  failOn: fc.constantFrom('warning', 'critical', 'never'),
  tenantAsked: fc.option(fc.oneof(fc.constant('contoso.example'), text), { nil: null }),
  unguessable: fc.constant((given: string) => `${given.length.toString(16)}c0ffee`),
});

/** Null otherwise; of ten. */
function nowAndThen<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | null> {
  return fc.oneof({ weight, arbitrary }, { weight: 10 - weight, arbitrary: fc.constant(null) });
}

export const fuzzedRun: fc.Arbitrary<FuzzedRun> = fc
  .record({
    run,
    drill: nowAndThen(text, 2),
    failure: nowAndThen(error, 1),
    findings: fc.array(finding, { maxLength: 6, size: 'max' }),
    gaps: fc.array(gap, { maxLength: 3, size: 'max' }),
    own: nowAndThen(report, 6),
  })
  .map(({ run: note, drill, failure, findings, gaps, own }) => {
    const isFailed = failure !== null;
    const judged = isFailed ? outcomeOfFailure(failure.kind) : outcomeOfAnswer(findings, gaps, note.failOn);
    const tail: Tail<null> = {
      ...{ ...TAIL, error: failure },
      ...{ findings: isFailed ? [] : findings, incomplete: isFailed ? [] : gaps },
      outcome: drill === null ? judged : { ...judged, exitCode: 0 },
    };
    return {
      spec: {
        head: { schema: 'mailcheck.status/1', drill },
        run: note,
        ...(own === null ? {} : { monitor: () => own }),
      },
      tail,
      records: isFailed ? 1 : (own?.cases.length ?? findings.length + gaps.length),
    };
  });
