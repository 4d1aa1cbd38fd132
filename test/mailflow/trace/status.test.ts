import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DELIVERY_STATES, type DeliveryState } from '#mailflow/trace/delivery.js';
import { isStatusAsked, stateOfStatus } from '#mailflow/trace/status.js';

describe('stateOfStatus', () => {
  const rows: [string, DeliveryState, string][] = [
    ['gettingStatus', 'pending', 'Graph: known within minutes'],
    ['pending', 'pending', 'Graph'],
    ['failed', 'bounced', 'Graph'],
    ['delivered', 'delivered', 'Graph'],
    ['expanded', 'expanded', 'Graph'],
    ['quarantined', 'quarantined', 'Graph'],
    ['filteredAsSpam', 'filtered', 'Graph'],
    ['recalled', 'recalled', 'Graph, with the Prefer header'],
    ['unknownFutureValue', 'unknown', 'Graph: its own word for a word it does not tell'],
    ['Delivered', 'delivered', 'PowerShell'],
    ['FilteredAsSpam', 'filtered', 'PowerShell'],
    ['Resolved', 'expanded', 'PowerShell, undocumented'],
    ['Filtered as spam', 'filtered', 'admin center'],
    ['Getting status', 'pending', 'admin center'],
    ['None', 'unknown', 'classic trace'],
    ['DELIVER', 'delivered', 'event'],
    ['SEND', 'delivered', 'event: handed over'],
    ['SENDEXTERNAL', 'delivered', 'event: handed over'],
    ['Send external', 'delivered', 'event of a detail'],
    ['DEFER', 'pending', 'event'],
    ['SUBMITDEFER', 'pending', 'event'],
    ['FAIL', 'bounced', 'event'],
    ['BADMAIL', 'bounced', 'event'],
    ['DROP', 'bounced', 'event: a loss by its word alone'],
    ['HAREDIRECTFAIL', 'unknown', 'a shadow copy only'],
    ['EXPAND', 'expanded', 'event'],
    ['Expand DL', 'expanded', 'event of a detail'],
    ['REDIRECT', 'expanded', 'event: the new address has its own row'],
    ['RECEIVE', 'unknown', 'event without an outcome'],
    ['', 'unknown', 'nothing'],
    ['Sideways', 'unknown', 'nonsense'],
    ['__proto__', 'unknown', 'nonsense that is a property of every object'],
    ['constructor', 'unknown', 'likewise'],
  ];
  test.each(rows)('%s is %s (%s)', (status, state) => {
    expect(stateOfStatus(status)).toBe(state);
  });

  test('any text has a state', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => DELIVERY_STATES.includes(stateOfStatus(text))),
    );
  });
});

describe('isStatusAsked', () => {
  test.each([
    ['the same word in another case', 'failed', 'Failed', true],
    ['another word', 'failed', 'Pending', false],
    ['an event word leads to the status', 'failed', 'FAIL', true],
    ['another event word does not', 'failed', 'DEFER', false],
    ['one pending word is not the other', 'pending', 'GettingStatus', false],
    ['a deferral is pending', 'pending', 'DEFER', true],
    ['an event word asked for by itself', 'SEND', 'send', true],
    ['nonsense is not other nonsense', 'sideways', 'upward', false],
    ['nonsense asked for by itself', 'sideways', 'Sideways', true],
  ])('%s', (_why, asked, status, expected) => {
    expect(isStatusAsked(asked, status)).toBe(expected);
  });
});
