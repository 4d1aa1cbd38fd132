import type { AgeBucket } from '#mailflow/queue/held-tally.js';
import { formatAge } from '#render/human-format.js';

/** `under 5 min`, `15–60 min`, `1–4 h`, `over 24 h`. */
export function bucketName({ fromMinutes, toMinutes }: Omit<AgeBucket, 'held'>): string {
  if (toMinutes === null) return `over ${formatHours(fromMinutes)}`;
  if (fromMinutes === 0) return `under ${formatHours(toMinutes)}`;
  const isHours = fromMinutes % 60 === 0 && toMinutes % 60 === 0;
  return isHours ? `${fromMinutes / 60}–${toMinutes / 60} h` : `${fromMinutes}–${toMinutes} min`;
}

/** A day is 24 hours here, so that it reads on from the bucket before it. */
function formatHours(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : formatAge(minutes * 60);
}
