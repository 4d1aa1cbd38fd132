/** Why the verdict could not tell: a gap for each needed signal that is not fresh. The other signals only inform. */
import type { Gap } from '../finding.js';
import { formatCount } from '../quantity.js';
import { isHardlyRead, lowShare } from '../queue/held-accounts.js';
import type { QueueThresholds } from '../queue/thresholds.js';
import type { Evidence } from './evidence.js';
import type { TraceSight } from './sightings.js';
import type { Signal } from './signal.js';

export function gapsOf(evidence: Evidence): readonly Gap[] {
  const { trace, health } = evidence.sightings;
  const needed = [...gapOf('the message trace', trace), ...gapOf('service health', health)];
  if (needed.length > 0) return needed;
  const { held, failed } = unreadOf(evidence);
  return [held, failed].filter((gap) => gap !== null);
}

/** Reasons that decide and were not read; null where they do not, or were. */
export interface Unread {
  readonly held: Gap | null;
  readonly failed: Gap | null;
}

export function unreadOf({ sight, thresholds }: Evidence): Unread {
  return sight === null ? { held: null, failed: null } : unreadGaps(sight, thresholds.queue);
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
function unreadGaps({ survey, held }: TraceSight, { waiting, failed: limits }: QueueThresholds): Unread {
  const { failed, deliveries, reasons, gaps } = survey;
  const waitsUnread =
    isHardlyRead(held) && held.waiting.held >= waiting.warningHeld && held.waiting.domains >= waiting.domains;
  const failsUnread =
    reasons.failed.examined === 0 &&
    deliveries >= limits.floor &&
    lowShare(failed, deliveries) >= limits.warningShare;
  const gapOn = (what: string): Gap => ({ ...(gaps[0] ?? UNREAD), what });
  return {
    held: waitsUnread ? gapOn(`why ${formatCount(held.waiting.held)} deliveries wait`) : null,
    failed: failsUnread ? gapOn(`why ${formatCount(failed)} deliveries failed`) : null,
  };
}

const UNREAD = {
  reason: 'unread',
  remedy: 'Read some of their reasons: `mailcheck trace --sample 60`.',
  retryAfterSeconds: null,
};
