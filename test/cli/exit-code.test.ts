import { expect, test } from 'vitest';

import type { FailOn } from '#cli/exit-code.js';
import { outcomeOfAnswer, outcomeOfFailure } from '#cli/exit-code.js';
import { FAILURE_KINDS } from '#failure.js';
import type { Finding, FindingLevel, Gap } from '#mailflow/finding.js';

const finding = (level: FindingLevel): Finding => ({
  id: 'held-mail',
  level,
  title: 'Mail is held',
  subject: 'contoso.example',
  evidence: [],
  remedy: 'Wait.',
  source: 'graph',
});
const gap: Gap = { what: 'page 3', reason: 'throttled', remedy: 'Ask again.', retryAfterSeconds: 60 };

test.each<[FindingLevel[], boolean, FailOn, string, number, string]>([
  [[], false, 'warning', 'ok', 0, 'nothing found, all seen'],
  [['info'], false, 'warning', 'ok', 0, 'information is no alarm'],
  [['warning'], false, 'warning', 'warning', 1, 'a warning counts by default'],
  [['warning'], false, 'critical', 'warning', 0, 'a warning below --fail-on is quiet'],
  [['critical', 'warning'], false, 'warning', 'critical', 2, 'the worst decides'],
  [['critical'], false, 'critical', 'critical', 2, 'critical at --fail-on critical'],
  [['critical'], false, 'never', 'critical', 0, 'never means never'],
  [[], true, 'warning', 'unknown', 3, 'what was not seen is unknown'],
  [[], true, 'never', 'unknown', 3, '3 stays under every --fail-on'],
  [['warning'], true, 'warning', 'unknown', 3, 'unknown is above warning'],
  [['critical'], true, 'warning', 'critical', 2, 'what is proven stays proven'],
  [['critical'], true, 'never', 'critical', 3, 'silenced, but still incomplete'],
])('%j, incomplete %s, --fail-on %s: %s, %i: %s', (levels, isIncomplete, failOn, level, exitCode) => {
  expect(outcomeOfAnswer(levels.map(finding), isIncomplete ? [gap] : [], failOn)).toEqual({
    level,
    exitCode,
  });
});

test('every kind of failure has its code, and none has 0, 1 or 2', () => {
  const codes = Object.fromEntries(FAILURE_KINDS.map((kind) => [kind, outcomeOfFailure(kind).exitCode]));
  expect(codes).toEqual({
    usage: 64,
    input: 65,
    'sign-in': 4,
    permission: 4,
    configuration: 4,
    unreachable: 3,
    throttled: 3,
    timeout: 3,
    protocol: 3,
    interrupted: 130,
    terminated: 143,
  });
});
