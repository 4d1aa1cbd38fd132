import { expect, test } from 'vitest';

import { openJudge } from '#mailflow/bounce/notice/judge.js';
import { RULES } from '#mailflow/bounce/rules.js';

test('what many recipients have in common is judged once, in the same situation only', () => {
  const { judge } = openJudge(RULES);
  const text = '550 5.1.1 User unknown';
  expect(judge({ text, event: 'fail' })).toBe(judge({ text, event: 'fail' }));
  expect(judge({ text, event: 'fail' }).class).toBe('permanent');
  expect(judge({ text, event: 'defer' }).class).toBe('transient');
  expect(judge({ text: '451 4.3.0 Temporary local problem', fromExternalServer: true }).party).toBe(
    'recipient',
  );
  expect(judge({ text: '451 4.3.0 Temporary local problem', fromExternalServer: false }).party).toBe(
    'service',
  );
});

test('the rule that a verdict names', () => {
  const { judge, ruleOf } = openJudge(RULES);
  expect(ruleOf(judge({ text: '550 5.1.1 User unknown' }))?.id).toBe('recipient-unknown');
  expect(ruleOf(judge({ text: 'nothing of the kind' }))).toBeNull();
});
