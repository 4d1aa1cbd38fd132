/** The flags of `check` alone, and what shared ones mean there. */
import { type Flag, lastOf, switchFlag, textFlag } from './flag.js';
import * as flags from './flags.js';

export const checkPolicyFlag = textFlag(
  'policy',
  'FILE',
  'Which checks, by which limits: YAML or JSON; without it the usual ones. `mailcheck check init` writes one.',
);
export const checkSinceFlag: Flag<number | null> = {
  ...flags.sinceFlag,
  help: 'Begin so long ago; default the window of the policy, 4h.',
};

/**
 * 30 missed the deferrals of one in three runs on both outages of 2026, 45 and 60 in none of twenty. With the list and
 * the connectors 45 stay within what a run may ask.
 */
const USUAL_DETAILS = '45';
export const checkSampleFlag: typeof flags.sampleFlag = {
  ...flags.sampleFlag,
  help: `Details to read for the reasons of held and failed mail; default ${USUAL_DETAILS}.`,
  read: (values, context, flag) => flags.sampleFlag.read([lastOf(values) ?? USUAL_DETAILS], context, flag),
};
export const checkMaxRequestsFlag: typeof flags.maxRequestsFlag = {
  ...flags.maxRequestsFlag,
  help: 'Requests of trace and connectors at most; default that of the policy, else two thirds of what mailcheck uses of the quota: 60.',
};
export const noticesFlag = switchFlag(
  'notices',
  'Print only what somebody is to be told now, else nothing, as for the mail of cron; a refusal once, where runs are kept. Exit code as ever.',
);

const checkTimeoutFlag: typeof flags.timeoutFlag = {
  ...flags.timeoutFlag,
  help: 'Give up asking after this time, and name what did not answer; default 60s.',
};
export const CHECK_COMMON_FLAGS: readonly Flag<unknown>[] = flags.COMMON_FLAGS.map((flag) =>
  flag === flags.timeoutFlag ? checkTimeoutFlag : flag,
);
