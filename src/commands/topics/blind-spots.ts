import type { Topic } from '#cli/topic.js';
import { blindTable } from '#mailflow/incident/blind-spots.js';

export const blindSpots: Topic = {
  name: 'blind-spots',
  summary: 'What status says when a source is missing, stale, partial, wrong or refused',
  paragraphs: [
    'Unknown is neither green nor red. status needs two sources: the message trace and service health. What is not fresh or not whole can warn at most, and leaves a gap (exit 3), so that it cannot make OK either. What is proven bad by one source stays critical though another is blind. All other sources explain; they make nothing unknown and nothing critical, and a warning only where inbound mail hosts put senders off.',
    blindTable()
      .map((line) => `  ${line}`)
      .join('\n'),
    "Stale: older than 15 minutes, or a trace whose newest row is late. Partial: pages are missing. Wrong clock: five minutes and more from that of the service. Our own trouble (network, name server, credentials, quota, proxy, clock, port 25) is named as ours and never as the tenant's. Where both sources refuse us, status exits 4.",
    'Even with all sources fresh: mail that Microsoft puts off before accepting it is in no trace; its senders hold it. Posts trail the impact, often by an hour. Absence from the trace does not prove loss.',
    'Each cell of the table is tried by a test with answers that tell the opposite of the truth.',
  ],
};
