import type { Topic } from '#cli/topic.js';
import { blindTable } from '#mailflow/incident/blind-spots.js';

export const blindSpots: Topic = {
  name: 'blind-spots',
  summary: 'What status says when a source is missing, stale, partial, wrong or refused',
  paragraphs: [
    'Unknown is neither green nor red. status needs two sources: the message trace and service health. What is not fresh or not whole can warn at most, and leaves a gap (exit 3), so that it cannot make OK either. What is proven bad by one source stays critical though another is blind. All other sources explain; they make nothing unknown, none of them alone makes anything critical, and two of them can warn: inbound mail hosts that put senders off, and inbound mail that is surely below its usual. Both at once are critical.',
    blindTable()
      .map((line) => `  ${line}`)
      .join('\n'),
    "Stale: older than 15 minutes, or a trace whose newest row is late. Partial: pages are missing. Wrong clock: five minutes and more from that of the service. Our own trouble (network, name server, credentials, quota, proxy, clock, port 25) is named as ours and never as the tenant's. Where both sources refuse us, status exits 4.",
    'Even with all sources fresh: mail that Microsoft puts off before accepting it is in no trace; its senders hold it. What shows of it is a dip: status compares inbound mail with the same hours of at least 3 weeks that were listed whole and are kept, leaves out what rows may still be late for (15 min at least), and says nothing where outbound and internal mail are down as well, for then the trace is late, or it is a holiday. A dip is a sign and no proof; the relay and the reply that a sender got are the proof. Posts trail the impact, often by an hour. Absence from the trace does not prove loss.',
    'The larger the tenant, the sooner a dip shows. In the drill of June 2026, where a quarter of the mail is refused at first and then over half, a tenant of 1,100 inbound messages a day sees it after about an hour and a half, from 3,800 on after little more than an hour; one of 300 after hours, if at all.',
    'Each cell of the table is tried by a test with answers that tell the opposite of the truth.',
  ],
};
