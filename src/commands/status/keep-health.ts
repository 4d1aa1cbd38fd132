import type { Ports } from '#cli/ports.js';

import type { Asked } from './ask-sightings.js';
import { attempt } from './attempt.js';

/** For the day on which it cannot be asked. What cannot be kept is no reason to withhold the answer. */
export async function keepHealth(
  { sightings, kept, wholeHealth }: Asked,
  ports: Pick<Ports, 'now'>,
): Promise<void> {
  if (wholeHealth === null || sightings.health.quality !== 'fresh') return;
  const { services, issues } = wholeHealth;
  const seenAt = sightings.health.sourceTime ?? sightings.health.observedAt;
  await attempt(async () => kept.health?.keep({ answer: { services, issues }, seenAt }), ports);
}
