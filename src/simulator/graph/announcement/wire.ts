/** Services, issues and posts of the message centre in the words of the wire. */
import type {
  IssueSighting,
  SimulatedMessage,
  SimulatedPost,
  SimulatedService,
} from '../../announcement/announcement.js';
import type { Quirks } from '../../quirks.js';

export type WireEntity = Readonly<Record<string, unknown>>;

type Wording = Pick<Quirks, 'announcementCase' | 'statusOfTomorrow' | 'undocumentedHealthKeys'>;

/** A word that no documentation knows. */
const STATUS_OF_TOMORROW = 'serviceStabilizing';

/** Shape of `microsoft.graph.serviceHealth`. */
export function serviceEntity(
  { id, service }: SimulatedService,
  status: string,
  quirks: Wording,
  index: number,
): WireEntity {
  const isOpen = status !== 'serviceOperational';
  return { service, status: cased(shownStatus(status, isOpen, quirks), quirks, index), id };
}

/** Shape of `microsoft.graph.serviceHealthIssue`; `index` is its place on the page. */
export function issueEntity(sighting: IssueSighting, quirks: Wording, index: number): WireEntity {
  const { issue, isResolved } = sighting;
  const word = (text: string): string => cased(text, quirks, index);
  return {
    startDateTime: wholeSeconds(issue.startedAt),
    endDateTime: sighting.endedAt === null ? null : wholeSeconds(sighting.endedAt),
    lastModifiedDateTime: milliseconds(sighting.modifiedAt),
    title: issue.title,
    id: issue.id,
    impactDescription: issue.impact,
    classification: word(issue.classification),
    origin: word('microsoft'),
    status: word(shownStatus(sighting.status, !isResolved, quirks)),
    service: issue.service,
    feature: issue.feature,
    featureGroup: issue.featureGroup,
    isResolved,
    ...(quirks.undocumentedHealthKeys ? { highImpact: issue.highImpact } : {}),
    details: [{ name: 'NotifyInApp', value: issue.classification === 'incident' ? 'True' : 'False' }],
    posts: sighting.posts.map((post) => postEntity(post, word)),
  };
}

function postEntity(post: SimulatedPost, word: (text: string) => string): WireEntity {
  return {
    createdDateTime: milliseconds(post.at),
    postType: word(post.kind),
    description: { contentType: word(post.contentType), content: post.content },
  };
}

/** Shape of `microsoft.graph.serviceUpdateMessage`. */
export function messageEntity(message: SimulatedMessage, quirks: Wording, index: number): WireEntity {
  const word = (text: string): string => cased(text, quirks, index);
  const { publishedAt, endsAt, actionRequiredBy } = message;
  return {
    startDateTime: wholeSeconds(publishedAt),
    endDateTime: wholeSeconds(endsAt),
    lastModifiedDateTime: milliseconds(publishedAt),
    title: message.title,
    id: message.id,
    category: word(message.category),
    severity: word(message.severity),
    tags: message.tags,
    isMajorChange: message.isMajorChange,
    actionRequiredByDateTime: actionRequiredBy === null ? null : wholeSeconds(actionRequiredBy),
    services: message.services,
    hasAttachments: message.hasAttachments,
    attachmentsArchive: null,
    // Without a person there is nobody who has read it.
    viewPoint: null,
    details: [{ name: 'RoadmapIds', value: '' }],
    body: { contentType: word('html'), content: message.body },
  };
}

function shownStatus(status: string, isOpen: boolean, quirks: Wording): string {
  return isOpen && quirks.statusOfTomorrow ? STATUS_OF_TOMORROW : status;
}

function cased(word: string, { announcementCase }: Wording, index: number): string {
  const isPascal = announcementCase === 'pascal' || (announcementCase === 'mixed' && index % 2 === 1);
  return isPascal ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

function wholeSeconds(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

function milliseconds(instant: Date): string {
  return instant.toISOString();
}
