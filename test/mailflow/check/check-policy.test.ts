import { describe, expect, test } from 'vitest';

import { CATALOGUE } from '#mailflow/check/catalogue.js';
import { DEFAULT_CHECK_POLICY, limitsOf } from '#mailflow/check/check-policy.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';
import { INCIDENT_THRESHOLDS } from '#mailflow/incident/thresholds.js';
import { INBOUND_RULES } from '#mailflow/queue/inbound-volume.js';
import { QUEUE_THRESHOLDS } from '#mailflow/queue/thresholds.js';

test('the usual policy judges by the limits that all commands go by, so that none of them disagree', () => {
  expect(limitsOf(DEFAULT_CHECK_POLICY)).toEqual({
    queue: QUEUE_THRESHOLDS,
    incident: INCIDENT_THRESHOLDS,
    inbound: INBOUND_RULES,
  });
});

describe.each(CHECK_IDS)('%s', (id) => {
  test('describes each value that can be set, and nothing else', () => {
    const { usual, settings } = CATALOGUE[id];
    expect(Object.keys(settings).toSorted()).toEqual(Object.keys(usual).toSorted());
  });

  test('has no setting of the name of what every check has', () => {
    expect(Object.keys(CATALOGUE[id].settings)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(enabled|required|for)$/u)]),
    );
  });
});
