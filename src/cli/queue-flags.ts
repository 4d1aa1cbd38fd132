/** The flags of `queue`: how to lay out what is held, and by which limits to judge it. */
import { Failure } from '#failure.js';
import { parseDuration } from '#mailflow/duration.js';
import { QUEUE_GROUPINGS, type QueueGrouping } from '#mailflow/queue/age-table.js';

import { badValue, choiceFlag, countFlag, type Flag, lastOf, textFlag } from './flag.js';
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
  'Limits of your own for warning and critical: the policy of mailcheck check, YAML or JSON.',
);
/** `last`: the look before this one; seconds: a look at least so long ago; null: no look. */
export const diffFlag: Flag<'last' | number | null> = {
  name: 'diff',
  value: 'DURATION',
  optionalValue: true,
  help: 'Say what came and what left since the last look, or since one so long ago, and what became of it.',
  read: (values, _context, flag) => {
    const given = lastOf(values);
    if (given === null) return null;
    if (given === '') return 'last';
    const parsed = parseDuration(given);
    if (parsed.ok) return parsed.seconds;
    throw new Failure('usage', `${flag} cannot be "${given}".`, {
      remedy: `Give ${parsed.expected}, as ${flag}=2h, or ${flag} alone`,
    });
  },
};
/** Each look lists pages, and the tenant has a hundred requests in five minutes for all its tools. */
const LEAST_SECONDS = 20;
const everyFlag = durationFlag(
  'watch',
  `Look again and again, so far apart, until Ctrl-C; at least ${LEAST_SECONDS}s.`,
  '60s',
);
export const watchFlag: Flag<number | null> = {
  ...everyFlag,
  read: (values, context, flag) => {
    const seconds = everyFlag.read(values, context, flag);
    if (seconds !== null && seconds < LEAST_SECONDS) {
      throw badValue(flag, values.at(-1) ?? '', `a time of at least ${LEAST_SECONDS}s`, '60s');
    }
    return seconds;
  },
};
