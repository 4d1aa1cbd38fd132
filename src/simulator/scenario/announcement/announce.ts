/** All that Microsoft tells the tenant of a scenario, at its instants. */
import type { Announcements } from '../../announcement/announcement.js';
import { SERVICES } from '../../announcement/services.js';
import type { Scenario } from '../scenario.js';
import type { ScenarioClock } from '../scenario-clock.js';
import { archivedCourses } from './archive.js';
import { centreMessages } from './centre-messages.js';
import { issueOf } from './course.js';
import { everydayCourses } from './everyday.js';

export function announcementsOf(scenario: Scenario, clock: ScenarioClock): Announcements {
  const courses = [...scenario.issues, ...everydayCourses(scenario), ...archivedCourses(scenario)];
  return {
    services: SERVICES,
    issues: courses.map((course) => issueOf(course, clock)),
    messages: centreMessages(scenario, clock),
    notices: scenario.notices.map(({ minute, ...rest }) => ({ ...rest, at: clock(minute) })),
  };
}
