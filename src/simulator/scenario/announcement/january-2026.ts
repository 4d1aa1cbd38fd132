import type { IssueCourse, PostCourse } from './course.js';

const SCOPE = 'People and organisations served from North America may see this.';
const CAUSE = 'Part of the infrastructure in North America had less capacity than its traffic needed.';

/**
 * Filed under the suite, about an hour late; balancing the load anew took longer than the first repair. What fails
 * besides mail is filed later under its own services. The rhythm and all words are ours.
 */
export const JANUARY_2026_ISSUES: readonly IssueCourse[] = [
  {
    id: 'MO1221364',
    title: 'Mail and several other services fail for some people in North America',
    service: 'Microsoft 365 suite',
    feature: 'Service and web access issues',
    featureGroup: 'Portal and shared infrastructure',
    classification: 'incident',
    impact:
      'People may be unable to send or receive mail; senders outside are told 451 4.3.2 and their servers try again. Search, meetings and admin pages may fail as well.',
    highImpact: true,
    markup: 'bold',
    began: 0,
    posts: [
      {
        minute: 57,
        status: 'investigating',
        kind: 'quick',
        says: {
          status:
            'Several services, mail among them, may fail for some people. We are looking at what they share.',
        },
        nextUpdate: 85,
        ended: null,
      },
      {
        minute: 84,
        status: 'serviceInterruption',
        kind: 'regular',
        says: {
          status:
            'Some infrastructure in North America does not take the traffic that is meant for it. We are finding out how much of it, and since when.',
          scope: SCOPE,
        },
        nextUpdate: 130,
        ended: null,
      },
      {
        minute: 128,
        status: 'serviceInterruption',
        kind: 'regular',
        says: {
          status:
            'Servers that were taken out for upkeep are missing under the load of this hour. They are being brought back, and traffic is steered away from those that are overloaded.',
          scope: SCOPE,
          cause: CAUSE,
        },
        nextUpdate: 180,
        ended: null,
      },
      {
        minute: 185,
        status: 'restoringService',
        kind: 'regular',
        says: {
          status:
            'The servers are back in a healthy state. Part of the mail is accepted again; we put traffic on them in steps, so that they are not overrun.',
          scope: SCOPE,
          cause: CAUSE,
        },
        nextUpdate: 240,
        ended: null,
      },
      {
        minute: 268,
        status: 'restoringService',
        kind: 'regular',
        says: {
          status:
            'Load is still uneven: some paths refuse mail while others have room. Routes are being balanced anew across the region, and people who had no trouble so far may see some for a while.',
          scope: SCOPE,
          cause: CAUSE,
        },
        nextUpdate: 330,
        ended: null,
      },
      {
        minute: 345,
        status: 'serviceDegradation',
        kind: 'regular',
        says: {
          status:
            "One step of the balancing sent too much to a single site and was undone. The next steps are smaller, and we won't hurry them.",
          scope: SCOPE,
          cause: CAUSE,
        },
        nextUpdate: 420,
        ended: null,
      },
      {
        minute: 425,
        status: 'extendedRecovery',
        kind: 'regular',
        says: {
          status:
            'Most mail is accepted and delivered at once. What senders kept comes in now, and the last routes are balanced overnight.',
          scope: SCOPE,
          cause: CAUSE,
        },
        nextUpdate: 540,
        ended: null,
      },
      {
        minute: 552,
        status: 'extendedRecovery',
        kind: 'regular',
        says: {
          status:
            'Nine tenths of the routes carry what they should. The rest may still delay single messages.',
          cause: CAUSE,
        },
        nextUpdate: 660,
        ended: null,
      },
      {
        minute: 662,
        status: 'serviceRestored',
        kind: 'regular',
        says: {
          status: 'All routes are balanced, and the figures of the last hour are those of an ordinary day.',
          cause: CAUSE,
        },
        nextUpdate: null,
        ended: 650,
      },
      {
        minute: 6_450,
        status: 'postIncidentReviewPublished',
        kind: 'regular',
        says: { status: 'The review of this incident can be read as a document.' },
        nextUpdate: null,
        ended: 650,
      },
    ],
  },
  {
    id: 'MO1221377',
    title: 'Administrators may be unable to open the admin center',
    service: 'Microsoft 365 suite',
    feature: 'Administration',
    featureGroup: 'Portal and shared infrastructure',
    classification: 'incident',
    impact: 'The admin center and its health page may load slowly, or not at all.',
    highImpact: null,
    markup: 'paragraphs',
    began: 5,
    posts: spillover({
      acknowledged: 76,
      steps: [
        [
          150,
          'serviceDegradation',
          'Admin pages fail for the same reason as mail does, which is followed as MO1221364.',
        ],
        [290, 'restoringService', 'Half of the tries succeed again. It helps to load the page once more.'],
      ],
      restored: 455,
    }),
  },
  {
    id: 'TM1221402',
    title: 'Some people may be unable to create chats and meetings',
    service: 'Microsoft Teams',
    feature: 'Teams Components',
    featureGroup: 'Teams Components',
    classification: 'incident',
    impact: 'New chats, meetings and teams may fail; calls that are under way go on.',
    highImpact: null,
    markup: 'bold',
    began: 15,
    posts: spillover({
      acknowledged: 118,
      steps: [
        [
          196,
          'serviceDegradation',
          'Requests that need mailbox data time out; the cause is that of MO1221364.',
        ],
        [330, 'restoringService', 'Most requests succeed at the second try.'],
      ],
      restored: 440,
    }),
  },
  {
    id: 'SP1221410',
    title: 'Search results may be missing',
    service: 'SharePoint Online',
    feature: 'Search',
    featureGroup: 'SharePoint Features',
    classification: 'incident',
    impact: 'Searching in sites and in personal files may find nothing.',
    highImpact: null,
    markup: 'bold',
    began: 25,
    posts: spillover({
      acknowledged: 141,
      steps: [
        [240, 'serviceDegradation', 'Searches are sent to other sites, which answer slowly. See MO1221364.'],
      ],
      restored: 450,
    }),
  },
  {
    id: 'DZ1221425',
    title: 'Alerts and mail traces in the security portal may not load',
    service: 'Microsoft Defender XDR',
    feature: 'Microsoft Defender XDR portal',
    featureGroup: 'Microsoft Defender XDR',
    classification: 'incident',
    impact: 'Pages of the security portal may stay empty; protection itself goes on.',
    highImpact: null,
    markup: 'text',
    began: 10,
    posts: spillover({
      acknowledged: 160,
      steps: [[281, 'restoringService', 'Pages load again for about half of the requests.']],
      restored: 470,
    }),
  },
];

interface Spillover {
  /** Minute of the first post. */
  readonly acknowledged: number;
  readonly steps: readonly (readonly [minute: number, status: string, says: string])[];
  readonly restored: number;
}

function spillover({ acknowledged, steps, restored }: Spillover): readonly PostCourse[] {
  const first = [
    acknowledged,
    'investigating',
    'We are checking whether this belongs to the trouble with mail.',
  ] as const;
  const open = [first, ...steps].map(([minute, status, says]): PostCourse => ({
    minute,
    status,
    kind: 'regular',
    says: { status: says, scope: SCOPE },
    nextUpdate: minute + 90,
    ended: null,
  }));
  const says = { status: 'Requests succeed as on any other day.', cause: CAUSE };
  return [
    ...open,
    {
      minute: restored,
      status: 'serviceRestored',
      kind: 'regular',
      says,
      nextUpdate: null,
      ended: restored - 15,
    },
  ];
}
