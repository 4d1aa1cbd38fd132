/** Held mail by its age, the oldest of it, and the end of its retries. */
import type { TraceSight } from '#mailflow/incident/sightings.js';
import type { AgeBucket } from '#mailflow/queue/held-tally.js';
import { EXPIRY_NEAR_HOURS } from '#mailflow/trace/held-clock.js';
import type { Survey } from '#mailflow/trace/survey.js';
import { formatAge, formatCount, formatInstant } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';

import { bucketName } from '../queue/bucket-name.js';

const LABEL_COLUMNS = 12;

/** By the clock by which its buckets were counted. */
export function queueLines({ survey, held }: TraceSight, sheet: Sheet): readonly string[] {
  const { oldestHeld } = survey;
  if (oldestHeld === null) return ['Nothing received in this window is held.'];
  const age = formatAge((held.asOf.getTime() - oldestHeld.receivedAt.getTime()) / 1000);
  return [
    withHint(bucketsText(held.buckets), sheet),
    `Oldest ${age}; ${expiryText(survey, held.asOf, sheet)}`,
  ];
}

/** Where there is room in its line: the window is young, and the queue may be old. */
function withHint(buckets: string, { page }: Sheet): string {
  const text = `${buckets}; older: mailcheck queue`;
  return text.length > page.widthColumns - LABEL_COLUMNS ? buckets : text;
}

/** Ages that no held mail has stand only between others. */
export function bucketsText(buckets: readonly AgeBucket[]): string {
  const last = buckets.findLastIndex(({ held }) => held > 0);
  const first = buckets.findIndex(({ held }) => held > 0);
  return buckets
    .slice(Math.max(0, first), last + 1)
    .map((bucket) => `${bucketName(bucket)}: ${formatCount(bucket.held)}`)
    .join(', ');
}

function expiryText(
  { oldestHeld, expiringWithin4h, pastExpiry }: Survey,
  now: Date,
  { page, tellsClock }: Sheet,
): string {
  const past = pastExpiry === 0 ? '' : `${formatCount(pastExpiry)} past their expiry (stale?); `;
  if (expiringWithin4h > 0)
    return `${past}${formatCount(expiringWithin4h)} expire within ${EXPIRY_NEAR_HOURS} h.`;
  const expiresAt = oldestHeld?.expiresAt ?? null;
  if (expiresAt === null || expiresAt < now) return `${past}none else expires within ${EXPIRY_NEAR_HOURS} h.`;
  const basis = oldestHeld?.expiresAtBasis === 'assumed-24h' ? ' (24 h assumed)' : '';
  const when = tellsClock
    ? formatInstant(expiresAt, page.timeZone)
    : `in ${formatAge((expiresAt.getTime() - now.getTime()) / 1000)}`;
  return `${past}expires ${when}${basis}`;
}
