/** Issues of the months before a scenario that are more than everyday, and one that nobody closes. */
import type { Scenario } from '../scenario.js';
import type { IssueCourse, PostCourse } from './course.js';
import { issueNumber } from './issue-number.js';

const DAY = 1_440;

export function archivedCourses(scenario: Scenario): readonly IssueCourse[] {
  const daysBefore = (days: number): number => scenario.tellingMinute - days * DAY;
  return [
    {
      id: `EX${issueNumber(scenario, daysBefore(47))}`,
      title: 'Mail from the internet was late for some people in Europe',
      service: 'Exchange Online',
      feature: 'Mailflow - delayed delivery from Internet',
      featureGroup: 'E-Mail timely delivery',
      classification: 'incident',
      impact: 'Mail from outside arrived up to an hour late.',
      highImpact: null,
      markup: 'bold',
      began: daysBefore(47),
      posts: [
        ...past(daysBefore(47), 260, 'A certificate of some front servers was renewed too late.'),
        reviewed(daysBefore(42), daysBefore(47) + 260),
      ],
    },
    {
      id: `MO${issueNumber(scenario, daysBefore(58))}`,
      title: 'Some people could not sign in',
      service: 'Microsoft 365 suite',
      feature: 'Sign-in',
      featureGroup: 'Portal and shared infrastructure',
      classification: 'incident',
      impact: 'Signing in to any service failed for some people at the first try.',
      highImpact: true,
      markup: 'paragraphs',
      began: daysBefore(58),
      posts: past(daysBefore(58), 95, 'A network device dropped part of the traffic.'),
    },
    {
      id: `EX${issueNumber(scenario, daysBefore(66))}`,
      title: 'Mail to some domains seemed to be refused',
      service: 'Exchange Online',
      feature: 'Sending email',
      featureGroup: 'E-Mail and calendar access',
      classification: 'advisory',
      impact: 'Some senders were told that their mail was refused.',
      highImpact: null,
      markup: 'text',
      began: daysBefore(66),
      posts: [
        {
          minute: daysBefore(66) + 120,
          status: 'falsePositive',
          kind: 'regular',
          says: {
            status: 'The refusals came from one receiving organisation. The service works as it should.',
          },
          nextUpdate: null,
          ended: daysBefore(66) + 90,
        },
      ],
    },
    {
      id: `EX${issueNumber(scenario, daysBefore(35))}`,
      title: 'Single reminders may appear twice',
      service: 'Exchange Online',
      feature: 'Calendar',
      featureGroup: 'Access and Features',
      classification: 'advisory',
      impact: 'A reminder that was dismissed may appear once more.',
      highImpact: null,
      markup: 'bold',
      began: daysBefore(35),
      posts: [
        {
          minute: daysBefore(33),
          status: 'investigationSuspended',
          kind: 'strategic',
          says: { status: 'We need traces of affected calendars to go on, and wait for them.' },
          nextUpdate: null,
          ended: null,
        },
      ],
    },
  ];
}

function past(began: number, minutes: number, cause: string): readonly PostCourse[] {
  return [
    {
      minute: began + 45,
      status: 'investigating',
      kind: 'regular',
      says: { status: 'We are reading the figures of the last hours.' },
      nextUpdate: began + 105,
      ended: null,
    },
    {
      minute: began + minutes + 25,
      status: 'serviceRestored',
      kind: 'regular',
      says: { status: 'The trouble is over.', cause },
      nextUpdate: null,
      ended: began + minutes,
    },
  ];
}

function reviewed(minute: number, ended: number): PostCourse {
  const says = { status: 'The review of this incident can be read as a document.' };
  return { minute, status: 'postIncidentReviewPublished', kind: 'regular', says, nextUpdate: null, ended };
}
