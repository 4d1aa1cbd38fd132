/** Posts of the message centre: serviceUpdateMessage of Graph v1.0. Nothing is ever marked as read. */
import type { CentreMessage } from '#mailflow/health/service-issue.js';

import { type Decoder, field, knownInstant, list, nonEmptyText, orNull, record, text } from '../decode.js';
import { body, booleanOrNull, textOrNull } from './announcement.js';

export const MESSAGES_PATH = '/admin/serviceAnnouncement/messages';

export function changedSince(since: Date): string {
  return `lastModifiedDateTime ge ${since.toISOString()}`;
}

const textsOrNull = orNull(list(text));

export const decodeMessage: Decoder<CentreMessage> = (value, place) => {
  const row = record(value, place);
  const { contentType, content } = field(row, 'body', body, place);
  return {
    id: field(row, 'id', nonEmptyText, place),
    title: field(row, 'title', textOrNull, place) ?? '',
    services: field(row, 'services', textsOrNull, place) ?? [],
    tags: field(row, 'tags', textsOrNull, place) ?? [],
    category: field(row, 'category', textOrNull, place) ?? '',
    severity: field(row, 'severity', textOrNull, place) ?? '',
    isMajorChange: field(row, 'isMajorChange', booleanOrNull, place) ?? false,
    startedAt: field(row, 'startDateTime', knownInstant, place),
    endedAt: field(row, 'endDateTime', knownInstant, place),
    modifiedAt: field(row, 'lastModifiedDateTime', knownInstant, place),
    actionRequiredBy: field(row, 'actionRequiredByDateTime', knownInstant, place),
    contentType,
    body: content,
  };
};
