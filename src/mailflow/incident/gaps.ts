/** Why the verdict could not tell: a gap for each needed signal that is not fresh. The other signals only inform. */
import type { Gap } from '../finding.js';
import type { Evidence } from './evidence.js';
import type { Signal } from './signal.js';

export function gapsOf({ sightings, sight, thresholds }: Evidence): readonly Gap[] {
  const needed = [
    gapOf('the message trace', sightings.trace),
    gapOf('service health', sightings.health),
  ].flat();
  return needed.length > 0 || sight === null
    ? needed
    : unreadGap(sight.held, sight.survey.gaps, thresholds.queue.waiting);
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

/** So much waits that its reasons decide, and none could be read. */
function unreadGap(
  held: { readonly waiting: { readonly held: number }; readonly read: readonly unknown[] },
  gaps: readonly Gap[],
  { warningHeld }: { readonly warningHeld: number },
): readonly Gap[] {
  const [first] = gaps;
  if (first === undefined || held.read.length > 0 || held.waiting.held < warningHeld) return [];
  return [{ ...first, what: `why ${held.waiting.held} deliveries wait: ${first.what}` }];
}
