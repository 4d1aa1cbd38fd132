/** The course of an issue on a scenario's time line, as data, and how it becomes an issue with instants. */
import type { SimulatedIssue, SimulatedPost } from '../../announcement/announcement.js';
import type { ScenarioClock } from '../scenario-clock.js';
import { momentText } from './moment-text.js';

export interface IssueCourse {
  readonly id: string;
  readonly title: string;
  /** Display name of the service under which it is filed. */
  readonly service: string;
  readonly feature: string;
  readonly featureGroup: string;
  readonly classification: 'advisory' | 'incident';
  readonly impact: string;
  readonly highImpact: boolean | null;
  /** How its posts are marked up; services differ. */
  readonly markup: 'bold' | 'paragraphs' | 'text';
  /** Minute at which the impact began. */
  readonly began: number;
  /** Oldest first. */
  readonly posts: readonly PostCourse[];
}

export interface PostCourse {
  readonly minute: number;
  /** The issue's status from then on. */
  readonly status: string;
  /** A quick post is a few sentences without labels. */
  readonly kind: 'regular' | 'quick' | 'strategic';
  readonly says: PostSays;
  /** Minute by which the next post is promised; null when there is to be none. */
  readonly nextUpdate: number | null;
  /** Minute at which the impact ended, once it is said. */
  readonly ended: number | null;
}

interface PostSays {
  readonly status: string;
  readonly scope?: string;
  readonly cause?: string;
}

export function issueOf(course: IssueCourse, clock: ScenarioClock): SimulatedIssue {
  const { id, title, service, feature, featureGroup, classification, impact, highImpact } = course;
  return {
    ...{ id, title, service, feature, featureGroup, classification, impact, highImpact },
    startedAt: clock(course.began),
    posts: course.posts.map((post) => postOf(course, post, clock)),
  };
}

function postOf(course: IssueCourse, post: PostCourse, clock: ScenarioClock): SimulatedPost {
  return {
    at: clock(post.minute),
    kind: post.kind,
    status: post.status,
    endedAt: post.ended === null ? null : clock(post.ended),
    contentType: course.markup === 'text' ? 'text' : 'html',
    content: post.kind === 'quick' ? quickText(post, clock) : labelledText(course, post, clock),
  };
}

function quickText({ says, nextUpdate }: PostCourse, clock: ScenarioClock): string {
  const next = nextUpdate === null ? '' : `\n\n<b>Next update by:</b> ${momentText(clock(nextUpdate))}`;
  return `${says.status}${next}`;
}

type Line = readonly [label: string, text: string];

function labelledText(course: IssueCourse, post: PostCourse, clock: ScenarioClock): string {
  return linesOf(course, post, clock)
    .map(([label, text]) => marked(label, text, course.markup))
    .join(course.markup === 'paragraphs' ? '\n' : '\n\n');
}

function linesOf(
  course: IssueCourse,
  { says, nextUpdate, ended }: PostCourse,
  clock: ScenarioClock,
): readonly Line[] {
  return [
    ['Title', course.title],
    ['User impact', course.impact],
    [ended === null ? 'Current status' : 'Final status', says.status],
    ...optional('Scope of impact', says.scope),
    ['Start time', momentText(clock(course.began))],
    ...optional('End time', ended === null ? undefined : momentText(clock(ended))),
    ...optional(ended === null ? 'Preliminary root cause' : 'Root cause', says.cause),
    ...optional('Next update by', nextUpdate === null ? undefined : momentText(clock(nextUpdate))),
  ];
}

function optional(label: string, text: string | undefined): readonly Line[] {
  return text === undefined ? [] : [[label, text]];
}

function marked(label: string, text: string, markup: IssueCourse['markup']): string {
  switch (markup) {
    case 'bold':
      return `<b>${label}:</b> ${escaped(text)}`;
    case 'paragraphs':
      return `<p><strong>${label}:</strong> ${escaped(text)}</p>`;
    case 'text':
      return `${label}: ${text}`;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&#39;');
}
