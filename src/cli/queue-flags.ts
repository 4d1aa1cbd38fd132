/** The flags of `queue`: how to lay out what is held, and by which limits to judge it. */
import { QUEUE_GROUPINGS, type QueueGrouping } from '#mailflow/queue/age-table.js';

import { choiceFlag, countFlag, type Flag, textFlag } from './flag.js';
import { durationFlag } from './flags.js';

export const queueByFlag: Flag<QueueGrouping> = {
  ...choiceFlag(
    'by',
    QUEUE_GROUPINGS,
    'domain',
    `Lay out held mail by ${QUEUE_GROUPINGS.join(', ')}; default domain, which is that of the recipient.`,
  ),
  value: 'WORD',
};
export const topFlag = countFlag('top', 'Lines of the table by age; default 8. JSON has all of them.', 1);
export const olderFlag = durationFlag(
  'older',
  'Show only what is held at least so long; the verdict judges all of it.',
  '30m',
);
export const policyFlag = textFlag(
  'policy',
  'FILE',
  'Limits of your own for warning and critical, as JSON; its "queue" is read.',
);
