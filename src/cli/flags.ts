/** The flags that commands share. A flag means the same in every command because it is written once, here. */
import { Failure } from '#failure.js';
import { parseDuration } from '#mailflow/duration.js';
import type { TimeWindow } from '#mailflow/time-window.js';
import { wholeSeconds } from '#mailflow/time-window.js';
import { isTimeZone, parseInstant, type TimeZone } from '#mailflow/time-zone.js';
import { type Grouping, GROUPINGS } from '#mailflow/trace/grouping.js';
import { FORMATS, SHOWING_FORMATS } from '#render/formats.js';
import { CLOUD_NAMES, VIA_WORDS } from '#settings/clouds.js';

import type { Flag, RawArguments } from './flag.js';
import {
  badValue,
  choiceFlag,
  countFlag,
  lastOf,
  readFlag,
  switchFlag,
  textFlag,
  textsFlag,
} from './flag.js';
import { profileFlag } from './login-flags.js';
import type { ParseContext } from './parse-context.js';

const EXAMPLE_INSTANT = '2026-06-02T14:00';

export const sinceFlag = durationFlag(
  'since',
  'How far back to look; default 4h, queue 48h, trace show 10d, health messages 30d.',
  '4h',
);
export const fromFlag = textFlag('from', 'TIME', 'Start of the window; without offset in --time-zone.');
export const toFlag = textFlag('to', 'TIME', 'End of the window; default now.');
export const timeZoneFlag: Flag<TimeZone> = {
  name: 'time-zone',
  value: 'ZONE',
  help: 'Zone of times that you type and of times shown; default local.',
  read: (values, context, flag) => readZone(values, flag) ?? context.localTimeZone,
};

/** Null when none is named. */
function readZone(values: readonly string[], flag: string): string | null {
  const zone = lastOf(values);
  if (zone === null || isTimeZone(zone)) return zone;
  throw badValue(flag, zone, 'a zone of the IANA list', 'Europe/Berlin');
}

export const senderFlag = textsFlag('sender', 'ADDRESS', 'Envelope sender, or *@domain; repeat for more.');
export const recipientFlag = textsFlag('recipient', 'ADDRESS', 'Recipient, or *@domain; repeat for more.');
export const subjectFlag = textFlag('subject', 'TEXT', 'Part of the subject, ignoring case.');
export const messageIdFlag = textsFlag(
  'message-id',
  'ID',
  'Message-ID header, with or without <>; repeat for more.',
);
export const statusFlag = textsFlag(
  'status',
  'WORD',
  "The service's own status word, as failed or pending; repeat for more.",
);
export const domainFlag = textsFlag(
  'domain',
  'DOMAIN',
  'One of your own domains, to tell inbound from outbound; repeat.',
);

export const fileFlag = textsFlag(
  'file',
  'FILE',
  'Read trace exports instead of asking the service; repeat; - is stdin.',
);
export const fileTimeZoneFlag: Flag<string | null> = {
  name: 'file-time-zone',
  value: 'ZONE',
  help: 'Zone of times in exports that name none.',
  read: (values, _, flag) => readZone(values, flag),
};
export const dateOrderFlag = choiceFlag(
  'date-order',
  ['dmy', 'mdy', 'ymd'],
  null,
  'Order of dates in exports, when the file cannot tell.',
);

export const sampleFlag: Flag<number | 'all' | 'none'> = {
  name: 'sample',
  value: 'N|all|none',
  help: 'Details to read for the reasons of held and failed mail; default 60.',
  read: (values, _context, flag) => {
    const given = lastOf(values) ?? '60';
    if (given === 'all' || given === 'none') return given;
    if (!/^\d{1,6}$/.test(given)) throw badValue(flag, given, 'a whole number, all or none', '60');
    return given === '0' ? 'none' : Number(given);
  },
};
export const maxRequestsFlag = countFlag('max-requests', 'Never send more requests than this.', 1);
export const waitFlag = switchFlag(
  'wait',
  'Wait for the request quota instead of stopping with part of the answer.',
);
export const planFlag = switchFlag('plan', 'Say which requests it would take and how long, and ask nothing.');
export const byFlag: Flag<Grouping | null> = {
  ...choiceFlag(
    'by',
    GROUPINGS,
    null,
    `Lay out held and failed mail by ${GROUPINGS.join(', ')}; domain is that of the recipient.`,
  ),
  value: 'WORD',
};
export const resendListFlag = switchFlag(
  'resend-list',
  'Who must send again: bounced mail whose reason is on the service side.',
);
export const quotaFlag = countFlag(
  'quota',
  'Requests in 5 minutes that the service allows your tenant; default 100. Nine tenths are used.',
  1,
);
export const noHistoryFlag = switchFlag(
  'no-history',
  'Keep nothing on this machine; the request quota is then counted for this run alone.',
);
export const serviceFlag = textsFlag(
  'service',
  'NAME',
  'Part of the name or id of a service, as exchange; repeat for more.',
);
export const allFlag = switchFlag('all', 'Resolved issues too; with --since those that changed since then.');
export const minClassFlag = choiceFlag(
  'min-class',
  ['advisory', 'incident'],
  'advisory',
  'Smallest class of issue; default advisory, which is all.',
);
export const postsFlag = switchFlag('posts', 'Show the newest post of each issue.');
export const cacheOkFlag = switchFlag(
  'cache-ok',
  'When the service cannot be asked, show what it said last, marked as stale.',
);
export const limitFlag = countFlag(
  'limit',
  'Rows to print; the summary stays whole. Default what a screen holds; else, as in CSV, all.',
  0,
);

const showingFormatFlag = choiceFlag(
  'format',
  SHOWING_FORMATS,
  null,
  'How to print the answer; default table.',
);
/** Of commands that judge, in place of the other. */
const verdictFormatFlag = choiceFlag(
  'format',
  FORMATS,
  null,
  'How to print the answer; default table. The last four tell the verdict alone, redacted (help formats).',
);
/** Reads every format, for whoever looks at it after it was found to be one of the command's. */
export const formatFlag = { ...showingFormatFlag, read: verdictFormatFlag.read };
export const outputFlag = textsFlag(
  'output',
  'FORMAT=FILE',
  'Also write the answer to a file; repeat for more.',
);
export const failOnFlag = choiceFlag(
  'fail-on',
  ['warning', 'critical', 'never'],
  null,
  'Findings from which the exit code is 1 or 2; default never, judging commands warning.',
);
export const redactFlag = switchFlag('redact', 'Replace addresses and subjects, the same one always alike.');
export const noRedactFlag = switchFlag(
  'no-redact',
  'Show addresses and subjects where the format would hide them.',
);
export const timeoutFlag = durationFlag(
  'timeout',
  'Give up asking after this time; default 5m, status 30s.',
  '2m',
);
export const quietFlag = switchFlag('quiet', 'Nothing on stderr but errors.', 'q');
export const verboseFlag = switchFlag('verbose', 'Say on stderr what is asked of whom.', 'v');
export const colorFlag = choiceFlag(
  'color',
  ['auto', 'always', 'never'],
  'auto',
  'Colour; default auto. NO_COLOR is honoured.',
);
/** The outages and the ordinary day that a simulated tenant can show. */
export const DRILL_SCENARIOS = ['calm', 'january-2026', 'june-2026'] as const;

export const drillFlag: Flag<string | null> = {
  name: 'drill',
  value: 'SCENARIO',
  optionalValue: true,
  choices: DRILL_SCENARIOS,
  help: 'Ask a simulated tenant instead of yours: calm, january-2026 or june-2026.',
  read: lastOf,
};
export const atFlag = textFlag(
  'at',
  'TIME',
  'Drill: the moment of the scenario that is now, as 14:50 or +2h30m.',
);
export const drillExitFlag = switchFlag('drill-exit', "Drill: exit with the verdict's code instead of 0.");
export const tenantFlag = textFlag('tenant', 'ID', 'Tenant, as GUID or domain; default AZURE_TENANT_ID.');
export const graphUrlFlag = textFlag(
  'graph-url',
  'URL',
  'Another Graph endpoint, as for a test; base without path.',
);
export const viaFlag = choiceFlag(
  'via',
  VIA_WORDS,
  'auto',
  'Where to ask for traces; default auto: Graph, and Exchange where Graph has none or does not answer.',
);
export const cloudFlag = choiceFlag(
  'cloud',
  CLOUD_NAMES,
  'worldwide',
  'The cloud of your tenant; default worldwide, which GCC is part of.',
);
export const exchangeUrlFlag = textFlag(
  'exchange-url',
  'URL',
  'Another Exchange admin endpoint, as for a test; base without path.',
);
export const caFileFlag = textFlag('ca-file', 'FILE', 'Certificates (PEM) to trust beside the usual ones.');

/** Some formats need a verdict. */
export function formatFlagFor(judges: boolean): typeof formatFlag {
  return judges ? verdictFormatFlag : showingFormatFlag;
}

/** Flags of every command: how to print, whom to ask. */
export const COMMON_FLAGS: readonly Flag<unknown>[] = [
  formatFlag,
  outputFlag,
  limitFlag,
  failOnFlag,
  redactFlag,
  noRedactFlag,
  timeZoneFlag,
  timeoutFlag,
  quietFlag,
  verboseFlag,
  colorFlag,
  drillFlag,
  atFlag,
  drillExitFlag,
  profileFlag,
  tenantFlag,
  cloudFlag,
  viaFlag,
  graphUrlFlag,
  exchangeUrlFlag,
  caFileFlag,
];

/** Common flags that say how to print; all that a command needs which asks no service. */
export const PRINT_FLAGS: readonly Flag<unknown>[] = [
  formatFlag,
  outputFlag,
  limitFlag,
  redactFlag,
  quietFlag,
  colorFlag,
];

/** Common flags of commands that ask Graph and nothing else. */
export const GRAPH_FLAGS: readonly Flag<unknown>[] = COMMON_FLAGS.filter(
  (flag) => flag !== viaFlag && flag !== exchangeUrlFlag,
);

/** Common flags of commands that ask Exchange and nothing else. */
export const EXCHANGE_FLAGS: readonly Flag<unknown>[] = COMMON_FLAGS.filter(
  (flag) => flag !== viaFlag && flag !== graphUrlFlag,
);

/** Flags that choose deliveries, the same for every command that asks a trace. */
export const TRACE_QUERY_FLAGS: readonly Flag<unknown>[] = [
  sinceFlag,
  fromFlag,
  toFlag,
  senderFlag,
  recipientFlag,
  subjectFlag,
  messageIdFlag,
  statusFlag,
  domainFlag,
];

/** Flags that choose where deliveries come from. */
export const TRACE_SOURCE_FLAGS: readonly Flag<unknown>[] = [
  fileFlag,
  fileTimeZoneFlag,
  dateOrderFlag,
  planFlag,
  maxRequestsFlag,
  waitFlag,
  quotaFlag,
  noHistoryFlag,
];

/** The window that was asked for, or null when none of its flags was given. */
export function readWindow(raw: RawArguments, context: ParseContext): TimeWindow | null {
  const seconds = readFlag(raw, sinceFlag, context);
  const from = readInstant(raw, fromFlag, context);
  const to = readInstant(raw, toFlag, context);
  if (seconds !== null && from !== null) {
    throw new Failure('usage', '--since and --from both name the start of the window.', {
      remedy: 'Give one of them.',
    });
  }
  if (seconds === null && from === null && to === null) return null;
  const end = to ?? context.now;
  const start = from ?? new Date(end.getTime() - (seconds ?? 4 * 3600) * 1000);
  if (start >= end)
    throw new Failure(
      'usage',
      `The window would begin at ${start.toISOString()} and end at ${end.toISOString()}.`,
      {
        remedy: 'Give a --from before --to; without --to the window ends now.',
      },
    );
  return wholeSeconds({ from: start, to: end });
}

function readInstant(raw: RawArguments, flag: Flag<string | null>, context: ParseContext): Date | null {
  const given = readFlag(raw, flag, context);
  if (given === null) return null;
  const instant = parseInstant(given, readFlag(raw, timeZoneFlag, context));
  if (instant === null)
    throw badValue(
      `--${flag.name}`,
      given,
      'a date and time, with Z or an offset if wanted',
      EXAMPLE_INSTANT,
    );
  return instant;
}

export function durationFlag(name: string, help: string, example: string): Flag<number | null> {
  return {
    name,
    value: 'DURATION',
    help,
    example,
    read: (values, _context, flag) => {
      const given = lastOf(values);
      if (given === null) return null;
      const parsed = parseDuration(given);
      if (!parsed.ok) throw badValue(flag, given, parsed.expected, example);
      return parsed.seconds;
    },
  };
}
