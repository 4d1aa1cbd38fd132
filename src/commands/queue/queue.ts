import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import { diffFlag, olderFlag, policyFlag, queueByFlag, topFlag, watchFlag } from '#cli/queue-flags.js';
import type { Delivery } from '#mailflow/trace/delivery.js';

import type { ExpectedDetails } from '../trace/plan-trace.js';
import { planVariant } from '../trace/plan-trace.js';
import { TRACE_PERMISSIONS } from '../trace/trace-options.js';
import { lookAtQueue } from './look-at-queue.js';
import { queueViews } from './queue.view.js';
import type { QueueAnswer } from './queue-answer.js';
import type { QueueOptions } from './queue-options.js';
import { parseQueue } from './queue-options.js';
import { watchVariant } from './watch.js';

const SCREEN_ROWS = 5;

export const queue = defineCommand<QueueOptions, Delivery, QueueAnswer>({
  words: ['queue'],
  summary: 'Show what is still held (4.x): how old, where to, why, and when it expires',
  permissions: TRACE_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'queue --drill=june-2026' },
    { does: 'All held mail of the last two days', line: 'queue' },
    {
      does: 'At which hosts it is stuck, if it is for half an hour',
      line: 'queue --by next-hop --older 30m',
    },
    { does: 'Why it waits', line: 'queue --by reason' },
    { does: 'What came and what left since the last look', line: 'queue --diff' },
    { does: 'And since two hours ago', line: 'queue --diff=2h' },
    { does: 'Once a minute, until Ctrl-C', line: 'queue --watch 60s' },
    { does: 'Held mail to one partner', line: 'queue --recipient "*@fabrikam.example"' },
    { does: 'Every held delivery with its ids, as a sheet', line: 'queue --format csv' },
    { does: 'In a script: exit code 1 or 2 when mail is stuck', line: 'queue --format json' },
  ],
  about:
    'Only held mail is listed, so few requests are needed; where five or more are held, one to three pages of all mail tell how much that is. What is refused before the service accepts it is in no trace. Domains and senders are counted, reasons and next hops are estimated from the details that were read, with 95 % ranges. Limits are held against the low end of a range, so that few details show no warning where there may be one; it is then said that perhaps too much waits. The expiry is the MessageExpiration of your tenant, asked of Exchange at most once a day, else 24 h after the receipt are assumed. What is held past it is not counted: its status is late, or it waits for a person. Whether the queue drains is told from two looks where an earlier one of the last two hours is kept, else from the ages of what is held. --watch ends by a signal, so its exit code is 130 or 143 and no verdict. A policy moves the limits of the verdict: of the checks held-mail, deferral-rate and expiring-mail (mailcheck check init writes one).',
  flags: [
    queueByFlag,
    topFlag,
    olderFlag,
    policyFlag,
    diffFlag,
    watchFlag,
    flags.sinceFlag,
    flags.fromFlag,
    flags.toFlag,
    flags.senderFlag,
    flags.recipientFlag,
    flags.domainFlag,
    flags.sampleFlag,
    ...flags.TRACE_SOURCE_FLAGS,
  ],
  judges: true,
  schema: 'mailcheck.queue/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseQueue,
  run: runQueue,
  views: queueViews,
  variants: [planVariant<QueueOptions>(detailsOf), watchVariant],
});

function detailsOf({ sample }: QueueOptions): ExpectedDetails {
  const most = sample === 'none' ? 0 : sample;
  return { detailsOf: 'held deliveries', details: { atLeast: 0, atMost: most === 'all' ? null : most } };
}

async function* runQueue(options: QueueOptions, ports: Ports): Answer<Delivery, QueueAnswer> {
  return yield* lookAtQueue(options, options.diff === null ? 'none' : 'outcomes', ports);
}
