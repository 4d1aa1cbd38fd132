/** Everyday issues on the time line of a scenario: many that are over, a few that are open at any moment. */
import { randomOf } from '../../population/random.js';
import type { Scenario } from '../scenario.js';
import type { IssueCourse, PostCourse } from './course.js';
import type { EverydayIssue } from './everyday-issues.js';
import { EVERYDAY_ISSUES } from './everyday-issues.js';
import { issueNumber } from './issue-number.js';

const DAY = 1_440;
const DAYS_BEFORE = 170;
const DAYS_AFTER = 62;

export function everydayCourses(scenario: Scenario): readonly IssueCourse[] {
  return EVERYDAY_ISSUES.flatMap((issue, index) => {
    const anchor = scenario.tellingMinute - issue.hoursBefore * 60;
    const [first, last] = [-DAYS_BEFORE, DAYS_AFTER].map((days) => Math.round(days / issue.everyDays));
    const times = Array.from({ length: (last ?? 0) - (first ?? 0) + 1 }, (_, each) => (first ?? 0) + each);
    return times.map((time) => courseOf({ scenario, issue, index, time, anchor }));
  });
}

interface Occurrence {
  readonly scenario: Scenario;
  readonly issue: EverydayIssue;
  readonly index: number;
  /** Nought is the one that is open, or newest, at the telling moment. */
  readonly time: number;
  /** Minute at which that one begins. */
  readonly anchor: number;
}

function courseOf({ scenario, issue, index, time, anchor }: Occurrence): IssueCourse {
  const random = randomOf(1, scenario.name, 'everyday issue', index, time);
  const shift = time === 0 ? 0 : random.between(-600, 600);
  const began = anchor + time * issue.everyDays * DAY + shift;
  const { prefix, lastsHours, cause, title, service, feature, featureGroup } = issue;
  const { classification, impact, markup } = issue;
  const ended = began + Math.round(lastsHours * 60 * (time === 0 ? 1 : 0.7 + 0.6 * random.next()));
  return {
    ...{ title, service, feature, featureGroup, classification, impact, markup },
    id: `${prefix}${issueNumber(scenario, began) + index}`,
    highImpact: null,
    began,
    posts: postsOf({ began, ended, cause }),
  };
}

interface Span {
  readonly began: number;
  readonly ended: number;
  readonly cause: string;
}

/** Noticed after a tenth of its time, told twice more while it lasts, and once when it is over. */
function postsOf({ began, ended, cause }: Span): readonly PostCourse[] {
  const at = (share: number): number => Math.round(began + (ended - began) * share);
  const open = [
    [at(0.1), 'investigating', 'Customers have told us of it, and we are reproducing what they see.'],
    [at(0.3), 'serviceDegradation', 'The cause is known, and a change that takes it away is being tested.'],
    [at(0.65), 'restoringService', 'The change is on its way to all regions.'],
  ] as const;
  const nextUpdates = [at(0.28), at(0.66), at(1)];
  return [
    ...open.map(([minute, status, says], index): PostCourse => ({
      minute,
      status,
      kind: 'regular',
      says: index === 0 ? { status: says } : { status: says, cause },
      nextUpdate: nextUpdates[index] ?? null,
      ended: null,
    })),
    {
      minute: ended + 20,
      status: 'serviceRestored',
      kind: 'regular',
      says: { status: 'The change has reached all regions, and nobody has told us of it since.', cause },
      nextUpdate: null,
      ended,
    },
  ];
}
