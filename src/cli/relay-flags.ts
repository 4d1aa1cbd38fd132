/** The flags of `relay` alone, and what shared ones mean there. */
import { parseDuration } from '#mailflow/duration.js';
import { QUEUE_GROUPINGS, type QueueGrouping } from '#mailflow/queue/age-table.js';

import { badValue, choiceFlag, countFlag, type Flag, lastOf, textFlag } from './flag.js';
import * as flags from './flags.js';
import { splitWords } from './split-words.js';

export const relayFileFlag: Flag<readonly string[]> = {
  ...flags.fileFlag,
  help: 'Output of a queue command, or a log, also as .gz; repeat for more; - is stdin.',
};
export const relayFileTimeZoneFlag: Flag<string | null> = {
  ...flags.fileTimeZoneFlag,
  help: 'Zone of times that name none; default that of this machine.',
};
export const relayDateOrderFlag: typeof flags.dateOrderFlag = {
  ...flags.dateOrderFlag,
  help: 'Order of dates of Exchange Server, when the file cannot tell.',
};
export const relayDomainFlag: Flag<readonly string[]> = {
  ...flags.domainFlag,
  help: 'One of your own domains: its mail is for your tenant, whatever the next hop is; repeat.',
};

const RUN_EXAMPLE = "'postqueue -j'";

/** Each value as the words of one program. */
export const runFlag: Flag<readonly (readonly string[])[]> = {
  name: 'run',
  value: 'COMMAND',
  repeatable: true,
  help: `Start this program and read its output, as ${RUN_EXAMPLE}; no shell reads it; repeat for more.`,
  read: (values, _context, flag) =>
    values.map((given) => {
      const split = splitWords(given);
      if (!split.ok) throw badValue(flag, given, split.expected, RUN_EXAMPLE);
      return split.words;
    }),
};
export const relayFormatFlag = textFlag(
  'relay-format',
  'NAME',
  'What the input is, as postfix-json, where it cannot be told by itself.',
);
export const queueLifetimeFlag: Flag<number | null> = {
  name: 'queue-lifetime',
  value: 'DURATION',
  help: 'How long the relay keeps mail before it gives up; without it nothing is said of expiry.',
  example: '5d',
  read: (values, _context, flag) => readDuration(values, flag, '5d'),
};
export const relayByFlag: Flag<QueueGrouping> = {
  ...choiceFlag(
    'by',
    QUEUE_GROUPINGS,
    'domain',
    'What held mail is laid out by beside its age; default domain.',
  ),
  value: 'WORD',
};
export const olderFlag: Flag<number | null> = {
  name: 'older',
  value: 'DURATION',
  help: 'Lay out and list only mail held longer than this.',
  example: '30m',
  read: (values, _context, flag) => readDuration(values, flag, '30m'),
};
export const topFlag = countFlag('top', 'Rows of the table of ages on the screen; default 8.', 1);

function readDuration(values: readonly string[], flag: string, example: string): number | null {
  const given = lastOf(values);
  if (given === null) return null;
  const parsed = parseDuration(given);
  if (!parsed.ok) throw badValue(flag, given, parsed.expected, example);
  return parsed.seconds;
}
