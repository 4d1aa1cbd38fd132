/** What counts as mail flow or sign-in: each sign with its sample, then whole issues as they are filed. */
import { describe, expect, test } from 'vitest';

import { isMailFlow, isSignIn } from '#mailflow/health/issue-topic.js';
import { readPost } from '#mailflow/health/read-post.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import type { TopicSign } from '#mailflow/health/topic-sign.js';
import { FEATURE_SIGNS, TEXT_SIGNS } from '#mailflow/health/topic-sign.js';

import { issue, post } from './issues.js';

const topicsOf = (one: ServiceIssue): string =>
  [isMailFlow(one) ? 'mail-flow' : '', isSignIn(one) ? 'sign-in' : '']
    .filter((text) => text !== '')
    .join(', ');

test.each(FEATURE_SIGNS)('the feature "$sample" is $topic', ({ topic, sample }) => {
  // A title that says all else: the feature decides.
  const title = topic === 'mail-flow' ? 'Users cannot sign in' : 'Email is not delivered';
  expect(topicsOf(issue({ feature: sample, title }))).toBe(topic === 'neither' ? '' : topic);
  expect(topicsOf(issue({ featureGroup: sample, title }))).toBe(topic === 'neither' ? '' : topic);
});

test.each(TEXT_SIGNS)('the title "$sample" is $topic', ({ topic, sample }) => {
  for (const [id, service] of [
    ['EX1000001', 'Exchange Online'],
    ['MO1000001', 'Microsoft 365 suite'],
  ] as const) {
    expect(topicsOf(issue({ id, service, title: sample }))).toBe(topic === 'neither' ? '' : topic);
    expect(topicsOf(issue({ id, service, impact: sample }))).toBe(topic === 'neither' ? '' : topic);
  }
});

/** The same words without what the sign forbids must touch mail or sign-in, else the sign forbids nothing. */
test.each<[string, string]>([
  ['Users receive email with calendar invitations without the link', 'Users receive email without the link'],
  ['Users cannot send email with Outlook on the web', 'Users cannot send email with Outlook'],
  ['Email notifications about tasks are not sent', 'Email about tasks is not sent'],
  ['Message trace does not show email that was sent today', 'Nobody shows email that was sent today'],
  ['Outgoing messages in Teams chats are delayed', 'Outgoing messages are delayed'],
  ["Email delivery isn't affected by this event", 'Email delivery is affected by this event'],
  ['Admins cannot view how much email was received', 'Users cannot tell how much email was received'],
  ['Users cannot search email that was sent this week', 'Users cannot find email that was sent this week'],
])('"%s" is no mail flow, "%s" is', (without, withFlow) => {
  expect(topicsOf(issue({ title: without }))).toBe('');
  expect(topicsOf(issue({ title: withFlow }))).toBe('mail-flow');
});

test.each<[string, Partial<ServiceIssue>, string]>([
  ['late mail under Exchange', { feature: 'E-Mail timely delivery', title: 'Delays' }, 'mail-flow'],
  [
    'a mail outage under the suite, by its title',
    {
      id: 'MO1000001',
      service: 'Microsoft 365 suite',
      feature: 'Access',
      title: 'Users may be unable to send or receive email',
    },
    'mail-flow',
  ],
  [
    'a mail outage under the suite, by its impact',
    {
      id: 'MO1000001',
      service: 'Microsoft 365 suite',
      title: 'Users may see degraded service',
      impact: 'Senders may get "451 4.3.2 Temporary server error. Please try again later ATTR2".',
    },
    'mail-flow',
  ],
  [
    'a mail outage under the suite, by its newest post',
    {
      id: 'MO1000001',
      service: 'Microsoft 365 suite',
      title: 'Users may see degraded service',
      posts: [
        post('2026-06-02T11:00:00Z', ['Current status: We look into it.']),
        post('2026-06-02T11:30:00Z', [
          'User impact: Users may be unable to send and receive email, join Teams meetings, or search for files.',
        ]),
      ],
    },
    'mail-flow',
  ],
  [
    'posts that say that mail goes on',
    {
      id: 'MO1000001',
      service: 'Microsoft 365 suite',
      title: 'The admin center is slow',
      posts: [post('2026-06-02T11:30:00Z', ['More info: Email delivery is not impacted by this event.'])],
    },
    '',
  ],
  [
    'posts that tell what is done, not what is hit',
    {
      id: 'MO1000001',
      service: 'Microsoft 365 suite',
      title: 'The admin center is slow',
      posts: [post('2026-06-02T11:30:00Z', ['Current status: We sent email to affected admins.'])],
    },
    '',
  ],
  ['a calendar', { feature: 'Calendar', title: 'Users see delays in email delivery of invitations' }, ''],
  ['a mailbox', { feature: 'E-Mail and calendar access', title: 'Users cannot open their mailbox' }, ''],
  ['an eDiscovery search', { feature: 'eDiscovery', title: 'Searches of email time out' }, ''],
  ['Outlook on the web', { feature: 'Outlook on the web', title: 'Users cannot send email' }, ''],
  [
    'a feature of tomorrow, by its title',
    { feature: 'Quantum lane', title: 'External email may be delivered late' },
    'mail-flow',
  ],
  [
    'an Exchange under a new name, by the letters of the id',
    { service: 'Contoso Mail Cloud', title: 'Email delivery is late' },
    'mail-flow',
  ],
  [
    'Defender that holds mail back',
    { id: 'DZ1000001', service: 'Microsoft Defender XDR', title: 'Email is stuck in scanning' },
    'mail-flow',
  ],
  [
    'identity',
    { id: 'ID1000001', service: 'Microsoft Entra', feature: 'Sign-In', title: 'Errors' },
    'sign-in',
  ],
  [
    'identity, by its title',
    { id: 'ID1000001', service: 'Identity Service', title: 'Users may be unable to log in' },
    'sign-in',
  ],
  [
    'identity, its lists',
    { id: 'ID1000001', service: 'Microsoft Entra', title: 'Sign-in logs arrive late' },
    '',
  ],
  [
    'a suite that nobody can sign in to',
    { id: 'MO1000001', service: 'Microsoft 365 suite', title: "Users can't sign in to Microsoft 365" },
    'sign-in',
  ],
  [
    'Teams, whatever it says',
    {
      id: 'TM1000001',
      service: 'Microsoft Teams',
      title: 'Users cannot sign in, and email delivery is late',
    },
    '',
  ],
  ['a bare word', { title: 'Email' }, ''],
  ['nothing at all', { title: '' }, ''],
])('%s', (_why, changes, expected) => {
  expect(topicsOf(issue(changes))).toBe(expected);
});

describe('the lists', () => {
  const all: readonly TopicSign[] = [...FEATURE_SIGNS, ...TEXT_SIGNS];

  test('give a reason for each sign', () => {
    for (const { why } of all) expect(why).toMatch(/^[A-Z].*\.$/u);
  });

  test('have no sample twice', () => {
    expect(new Set(all.map(({ sample }) => sample)).size).toBe(all.length);
  });
});

test('a title of a megabyte takes no longer than its beginning', () => {
  const title = `${'email '.repeat(200_000)}delivered`;
  // Cut before the word that would make it one.
  expect(topicsOf(issue({ title }))).toBe('');
  expect(readPost(post('2026-06-02T11:00:00Z', ['<'.repeat(1_000_000)])).sections).toEqual([]);
});
