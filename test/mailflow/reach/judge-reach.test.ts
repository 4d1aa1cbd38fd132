/** Whose side it is when something cannot be reached, row by row. */
import { expect, test } from 'vitest';

import type { ReachJudgement } from '#mailflow/reach/judge-reach.js';
import { judgeReach } from '#mailflow/reach/judge-reach.js';
import type { ReachOutcome, ReachReading, ReachTarget } from '#mailflow/reach/reach-source.js';

type Failed = Extract<ReachOutcome, { kind: 'failed' }>;

const yes = (target: ReachTarget, greeting: string | null = null): ReachReading => ({
  target,
  host: `${target}.contoso.example`,
  port: target === 'inbound-mail' ? 25 : 443,
  outcome: { kind: 'reached', firstByteMs: 80, greeting },
});
const no = (target: ReachTarget, reason: Failed['reason'] = 'timeout'): ReachReading => ({
  ...yes(target),
  outcome: { kind: 'failed', step: 'connect', reason, text: 'ETIMEDOUT' },
});

test.each<[string, readonly ReachReading[], ReachJudgement['kind'], RegExp]>([
  ['all answer', [yes('control'), yes('sign-in'), yes('graph')], 'reached', /sign-in, Graph/u],
  ['the control host alone is down', [no('control'), yes('sign-in'), yes('graph')], 'reached', /Graph/u],
  ['nothing answers', [no('control'), no('sign-in'), no('graph')], 'own-network-down', /Our own network/u],
  [
    'only the control host answers',
    [yes('control'), no('sign-in'), no('graph')],
    'their-side',
    /their side/u,
  ],
  [
    'one of them answers',
    [yes('control'), yes('sign-in'), no('graph', 'refused')],
    'mixed',
    /Graph refused/u,
  ],
  ['one answers, and no control', [no('control'), yes('sign-in'), no('graph')], 'mixed', /Graph timed out/u],
  ['no control was tried', [no('sign-in'), no('graph')], 'mixed', /was not tried/u],
  [
    'a proxy signs for others',
    [yes('control'), no('sign-in', 'certificate'), no('graph', 'certificate')],
    'mixed',
    /on our side/u,
  ],
  [
    'our name server is silent for one',
    [yes('control'), no('graph', 'name-server-silent')],
    'mixed',
    /on our side/u,
  ],
  ['nothing was tried', [], 'mixed', /Nothing of Microsoft was tried/u],
  ['nothing but mail was tried', [yes('control'), no('inbound-mail')], 'mixed', /port 25/u],
  ['port 25 is shut', [yes('control'), yes('graph'), no('inbound-mail')], 'reached', /nothing proven/u],
  [
    'a mail host puts off',
    [yes('control'), yes('graph'), yes('inbound-mail', '421 4.3.2 Busy'), yes('inbound-mail', '220 Ready')],
    'reached',
    /Inbound mail hosts: 1 of 2 greets, 1 puts senders off \(421\)\.$/u,
  ],
  [
    'mail hosts that put off and refuse: no one of them is well',
    [yes('graph'), ...['451 4.3.2 Busy', '421 Busy', '554 No'].map((text) => yes('inbound-mail', text))],
    'reached',
    /Inbound mail hosts: 0 of 3 greet, 2 put senders off \(421, 451\), 1 refuses us \(554\)\.$/u,
  ],
  [
    'what is no reply of a mail server',
    [yes('graph'), yes('inbound-mail', 'SSH-2.0-x')],
    'reached',
    /0 of 1 greet, 1 says something else\.$/u,
  ],
])('%s', (_why, readings, kind, says) => {
  const judgement = judgeReach(readings);
  expect(judgement.kind).toBe(kind);
  expect(judgement.says).toMatch(says);
  expect(judgeReach(readings.toReversed()).kind).toBe(kind);
});

test('what a server says is not repeated', () => {
  const hostile = { ...yes('inbound-mail', '220 \u001b[2J'), host: '\u001b[2J' };
  expect(judgeReach([yes('graph'), hostile]).says).not.toContain('\u001b');
});
