/** Why the verdict could not tell: a gap for each needed signal that is not fresh. The other signals only inform. */
import type { Gap } from '../finding.js';
import { formatCount } from '../quantity.js';
import { isHardlyRead, lowShare } from '../queue/held-accounts.js';
import type { QueueThresholds } from '../queue/thresholds.js';
import type { Evidence } from './evidence.js';
import type { TraceSight } from './sightings.js';
import type { Signal } from './signal.js';

export function gapsOf({ sightings, sight, thresholds }: Evidence): readonly Gap[] {
  const needed = [
    ...gapOf('the message trace', sightings.trace),
    ...gapOf('service health', sightings.health),
  ];
  return needed.length > 0 || sight === null ? needed : unreadGaps(sight, thresholds.queue);
}

function gapOf(
  what: string,
  { quality, why, reason, remedy, retryAfterSeconds }: Signal<unknown>,
): readonly Gap[] {
  if (quality === 'fresh') return [];
  return [
    {
      what: `${what} (${quality}): ${why ?? 'unknown why'}`,
      reason: reason ?? quality,
      remedy: remedy ?? 'Ask again.',
      retryAfterSeconds,
    },
  ];
}

/** So much waits or failed that its reasons decide, and hardly any could be read. */
function unreadGaps(
  { survey, held }: TraceSight,
  { waiting, failed: limits }: QueueThresholds,
): readonly Gap[] {
  const { failed, deliveries, reasons, gaps } = survey;
  const waitsUnread =
    isHardlyRead(held) && held.waiting.held >= waiting.warningHeld && held.waiting.domains >= waiting.domains;
  const failsUnread =
    reasons.failed.examined === 0 &&
    deliveries >= limits.floor &&
    lowShare(failed, deliveries) >= limits.warningShare;
  const unread = [
    ...(waitsUnread ? [`why ${formatCount(held.waiting.held)} deliveries wait`] : []),
    ...(failsUnread ? [`why ${formatCount(failed)} deliveries failed`] : []),
  ];
  return unread.map((what) => ({ ...(gaps[0] ?? UNREAD), what }));
}

const UNREAD = {
  reason: 'unread',
  remedy: 'Read some of their reasons: `mailcheck trace --sample 60`.',
  retryAfterSeconds: null,
};
