import type { IssueCourse } from './course.js';

/** Acknowledged 90 minutes after it began; the rest of the rhythm and all words are ours. */
export const JUNE_2026_ISSUES: readonly IssueCourse[] = [
  {
    id: 'EX1331830',
    title: 'Mail from and to outside organisations arrives late',
    service: 'Exchange Online',
    feature: 'Mailflow - delayed delivery from Internet',
    featureGroup: 'E-Mail timely delivery',
    classification: 'incident',
    impact: 'Mail that people exchange with other organisations may be delayed, or come back after a day.',
    highImpact: null,
    markup: 'bold',
    began: 0,
    posts: [
      {
        minute: 90,
        status: 'investigating',
        kind: 'quick',
        says: {
          status:
            'Reports of late mail from outside have reached us, and we are reading the connection figures of our transport servers.',
        },
        nextUpdate: 120,
        ended: null,
      },
      {
        minute: 125,
        status: 'serviceDegradation',
        kind: 'regular',
        says: {
          status:
            'Transport servers turn away new sessions because the number of open ones is taken to be too high. Senders see 421 4.3.2 and try again by themselves. We are comparing the counters with the true load.',
          scope: 'Organisations hosted in North America, Europe and Asia Pacific may see this.',
        },
        nextUpdate: 185,
        ended: null,
      },
      {
        minute: 190,
        status: 'serviceDegradation',
        kind: 'regular',
        says: {
          status:
            "A setting of an older load-balancing part is the likely cause: it doesn't release sessions that have ended. A corrected setting is being tried in one region.",
          scope: 'Organisations hosted in North America, Europe and Asia Pacific may see this.',
          cause: 'A setting of an older load-balancing part lets ended sessions count against the limit.',
        },
        nextUpdate: 260,
        ended: null,
      },
      {
        minute: 275,
        status: 'restoringService',
        kind: 'regular',
        says: {
          status:
            'The corrected setting works in the first region, and its servers take sessions again. We are bringing it to the other regions one after the other.',
          cause: 'A setting of an older load-balancing part lets ended sessions count against the limit.',
        },
        nextUpdate: 335,
        ended: null,
      },
      {
        minute: 340,
        status: 'restoringService',
        kind: 'regular',
        says: {
          status:
            'About two fifths of the servers are corrected. To relieve the others, traffic is balanced anew between regions, which may delay some mail that was not delayed before.',
          cause: 'A setting of an older load-balancing part lets ended sessions count against the limit.',
        },
        nextUpdate: 420,
        ended: null,
      },
      {
        minute: 430,
        status: 'extendedRecovery',
        kind: 'regular',
        says: {
          status:
            'All servers are corrected and take new mail without delay. What was held is being delivered; a backlog of this size takes several hours.',
        },
        nextUpdate: 550,
        ended: null,
      },
      {
        minute: 560,
        status: 'verifyingService',
        kind: 'regular',
        says: {
          status:
            'The backlog is nearly gone. We watch the queues until they are as short as on any other day.',
        },
        nextUpdate: 740,
        ended: null,
      },
      {
        minute: 735,
        status: 'serviceRestored',
        kind: 'regular',
        says: {
          status: 'Queues are back to their usual length, and no more delays were measured for three hours.',
          cause: 'A setting of an older load-balancing part let ended sessions count against the limit.',
        },
        nextUpdate: null,
        ended: 720,
      },
      {
        minute: 5_100,
        status: 'postIncidentReviewPublished',
        kind: 'regular',
        says: { status: 'The review of this incident can be read as a document.' },
        nextUpdate: null,
        ended: 720,
      },
    ],
  },
];
