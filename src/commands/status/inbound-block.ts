/** How much mail comes in, against the usual of this hour of the week. */
import type { Signal } from '#mailflow/incident/signal.js';
import type { InboundVolume } from '#mailflow/queue/inbound-volume.js';
import { EDGE_IS_UNSEEN, missingText } from '#mailflow/queue/judge-inbound.js';
import { formatCount, formatInstant } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';

/** For rows and notes; a time of its own would be in no one's zone. */
export function inboundText(volume: InboundVolume): string {
  const { inbound, weeks } = volume;
  const counts = `${formatCount(inbound.seen)} came in, ${formatCount(inbound.usual)} are usual at this hour (${weeks} weeks)`;
  switch (volume.kind) {
    case 'usual':
      return `As usual: ${counts}.`;
    case 'too-little':
      return `Too little mail at this hour to tell: ${counts}.`;
    case 'dip':
      return `Below its usual: ${missingText(volume)}`;
    case 'all-down':
      return `Below its usual, and so is all other mail: the trace is late, or few people work. ${missingText(volume)}`;
    case 'untold':
      return `Below its usual, and other mail does not tell why. ${missingText(volume)}`;
  }
}

/** Only where there is something to say. What the edge does is told where there is room, else by the advice. */
export function inboundLines(
  { value, quality }: Signal<InboundVolume>,
  { page, mark }: Sheet,
  isWide: boolean,
): readonly string[] {
  if (value === null || quality !== 'fresh' || value.kind === 'usual' || value.kind === 'too-little')
    return [];
  const since = `since about ${formatInstant(value.from, page.timeZone)}`;
  if (value.kind !== 'dip') return [`${inboundText(value)} So it is ${since}.`];
  const line = `${mark('warn', 'Below its usual')} ${since}: ${missingText(value)}`;
  return isWide ? [line, EDGE_IS_UNSEEN] : [line];
}
