/** The flags of `relay` alone, and what shared ones mean there. */
import { badValue, type Flag, textFlag } from './flag.js';
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
/** By name, for shells; which there are is known to whoever reads them. */
const RELAY_FORMAT_NAMES = [
  ...['postfix-json', 'postfix-mailq', 'opensmtpd-queue', 'exim-queue', 'postfix-log', 'exim-log'],
  ...['opensmtpd-log', 'exchange-messages', 'exchange-queues', 'exchange-tracking-log'],
] as const;

export const relayFormatFlag: Flag<string | null> = {
  ...textFlag(
    'relay-format',
    'NAME',
    'What the input is, as postfix-json, where it cannot be told by itself.',
  ),
  choices: RELAY_FORMAT_NAMES,
};
export const queueLifetimeFlag = flags.durationFlag(
  'queue-lifetime',
  'How long the relay keeps mail before it gives up; else only `Get-Message` tells when mail expires.',
  '5d',
);
