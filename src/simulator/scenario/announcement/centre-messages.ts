/** Posts of the message centre, as data: news for administrators, told days before and after the telling moment. */
import type { SimulatedMessage } from '../../announcement/announcement.js';
import type { Scenario } from '../scenario.js';
import type { ScenarioClock } from '../scenario-clock.js';

interface CentrePost extends Pick<
  SimulatedMessage,
  'id' | 'title' | 'services' | 'tags' | 'category' | 'severity' | 'isMajorChange'
> {
  /** Days from the telling moment; most have been told before it. */
  readonly day: number;
  /** Days from its publication until which the administrator must have acted; null when there is nothing to do. */
  readonly actWithinDays: number | null;
  readonly body: string;
}

const CENTRE_POSTS: readonly CentrePost[] = [
  {
    id: 'MC1198204',
    title: 'Basic authentication for client submission (SMTP AUTH) ends',
    services: ['Exchange Online'],
    tags: ['Admin impact', 'Retirement', 'User impact'],
    category: 'planForChange',
    severity: 'high',
    isMajorChange: true,
    day: -38,
    actWithinDays: 90,
    body: '<p>Devices and programs that send mail with a name and a password will be refused with <b>550 5.7.30</b>.</p>\n<p>Move them to OAuth, or to a relay of your own.</p>',
  },
  {
    id: 'MC1203377',
    title: 'Message trace keeps its new page for good',
    services: ['Exchange Online'],
    tags: ['Admin impact', 'Updated message'],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    day: -21,
    actWithinDays: null,
    body: '<p>The former page of message trace is taken away. Nothing has to be done.</p>',
  },
  {
    id: 'MC1205519',
    title: 'A limit on recipients outside the organisation comes for each tenant',
    services: ['Exchange Online', 'Microsoft Defender XDR'],
    tags: ['Admin impact', 'User impact'],
    category: 'planForChange',
    severity: 'normal',
    isMajorChange: true,
    day: -16,
    actWithinDays: 45,
    body: '<p>Mail beyond the limit of the day is refused with <b>550 5.7.233</b>. The report of outgoing mail tells how near you are.</p>',
  },
  {
    id: 'MC1206101',
    title: 'New layout for meeting details',
    services: ['Microsoft Teams'],
    tags: ['New feature', 'User impact'],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    day: -12,
    actWithinDays: null,
    body: '<p>The details of a meeting are shown beside the calendar.</p>',
  },
  {
    id: 'MC1206998',
    title: 'Old links to shared files stop working',
    services: ['SharePoint Online', 'OneDrive for Business'],
    tags: ['Admin impact', 'User impact'],
    category: 'planForChange',
    severity: 'normal',
    isMajorChange: true,
    day: -9,
    actWithinDays: 30,
    body: '<p>Links that were made before 2019 have to be made anew.</p>',
  },
  {
    id: 'MC1207450',
    title: 'Check the connectors that use a certificate of last year',
    services: ['Exchange Online'],
    tags: ['Admin impact'],
    category: 'preventOrFixIssue',
    severity: 'critical',
    isMajorChange: false,
    day: -5,
    actWithinDays: 12,
    body: '<p>An inbound connector of yours names a certificate that ends soon. Mail through it will be refused afterwards.<br />Renew it, and test the connector.</p>',
  },
  {
    id: 'MC1208003',
    title: 'Sign-in pages get a new look',
    services: ['Microsoft Entra'],
    tags: ['User impact'],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    day: -3,
    actWithinDays: null,
    body: '<p>Colours and pictures that you have chosen are kept.</p>',
  },
  {
    id: 'MC1208667',
    title: 'Quarantine notices come from another address',
    services: ['Microsoft Defender XDR', 'Exchange Online'],
    tags: ['Admin impact', 'User impact'],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    day: 4,
    actWithinDays: null,
    body: '<p>Rules that look at the sender of a notice have to be changed.</p>',
  },
  {
    id: 'MC1209921',
    title: 'Dynamic groups are computed less often at night',
    services: ['Microsoft Entra', 'Exchange Online'],
    tags: ['Admin impact'],
    category: 'stayInformed',
    severity: 'normal',
    isMajorChange: false,
    day: 15,
    actWithinDays: null,
    body: '<p>A change may take until the morning.</p>',
  },
];

const DAY = 1_440;
const SHOWN_DAYS = 120;

export function centreMessages(scenario: Scenario, clock: ScenarioClock): readonly SimulatedMessage[] {
  return CENTRE_POSTS.map(({ day, actWithinDays, ...rest }) => {
    const minute = scenario.tellingMinute + day * DAY;
    return {
      ...rest,
      publishedAt: clock(minute),
      endsAt: clock(minute + SHOWN_DAYS * DAY),
      actionRequiredBy: actWithinDays === null ? null : clock(minute + actWithinDays * DAY),
      hasAttachments: false,
    };
  });
}
