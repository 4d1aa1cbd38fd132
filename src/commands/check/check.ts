import * as checkFlags from '#cli/check-flags.js';
import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import { outcomeOfFailure, REFUSED } from '#cli/exit-code.js';
import * as flags from '#cli/flags.js';
import { explainFlag, POLICY_QUESTION_FLAGS } from '#cli/policy-flags.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { CheckResult } from '#mailflow/check/check-result.js';
import { CHECK_IDS } from '#mailflow/check/check-settings.js';

import { keepHealth } from '../status/keep-health.js';
import { TRACE_PERMISSIONS } from '../trace/trace-options.js';
import { askCheck } from './ask-check.js';
import { checkViews } from './check.view.js';
import type { CheckAnswer } from './check-answer.js';
import { type CheckOptions, parseCheck, settle } from './check-options.js';
import { concludeCheck, concludeRefusal } from './conclude-check.js';
import { explainVariant } from './explain.js';
import { judgeRun, silentRefusal } from './judge-run.js';
import { listVariant } from './list.js';
import { checkPlan } from './plan-check.js';
import { readPolicy } from './read-policy.js';
import { schemaVariant } from './schema.js';

const SCREEN_ROWS = 40;

export const check = defineCommand<CheckOptions, CheckResult, CheckAnswer>({
  words: ['check'],
  summary: 'Judge named checks by a policy, for cron, CI and monitoring',
  permissions: [
    'held-mail, deferral-rate, expiring-mail, bounce-rate, inbound-volume, freshness: as for traces, that is:',
    ...TRACE_PERMISSIONS,
    'service-health: Microsoft Graph ServiceHealth.Read.All',
    'connectors, mail-paths, certificates: Exchange.ManageAsApp and a role with View-Only Configuration',
    'sign-in, quota: none of their own',
  ],
  examples: [
    { does: 'Rehearse on the outage of January 2026', line: 'check --drill=january-2026 --at 14:50' },
    { does: 'All that matters to mail, by the usual limits', line: 'check' },
    { does: 'The same by a policy of your own', line: 'check --policy policy.yaml' },
    { does: 'For cron, which mails what is printed: only news', line: 'check --notices' },
    {
      does: 'For a script; exit code 2 only when something is broken',
      line: 'check --fail-on critical --format json',
    },
    { does: 'On a fresh runner of CI, where nothing is kept', line: 'check --no-history' },
    { does: 'Which checks there are, and by which limits', line: 'check --list' },
    { does: 'All of one: what it looks at, and when it cannot tell', line: 'check --explain held-mail' },
    { does: 'What it would cost', line: 'check --plan' },
  ],
  about:
    'Asks only what the enabled checks need, all at once, within --timeout (60s). By the usual policy bad news counts when 3 of the last 5 runs saw it, or two checks on independent grounds see it in one, and is over after 5 good runs over 10 minutes, so run it every 5 minutes on one machine that keeps its history; where no earlier run is kept, as with --no-history, one is enough, and the answer says so. Runs are kept by tenant and policy, so name the tenant (AZURE_TENANT_ID, --tenant, a profile). A check that cannot tell is unknown at once and never ok: exit code 3 where it is required. A run takes at most 60 requests of trace and connectors, of the 90 that mailcheck uses of the 100 in 5 minutes, so that 30 are left to the admin at a terminal; service health has a quota of its own. Connectors that an earlier run was told of within 15 minutes are not asked for again. mail-paths and certificates connect to mail hosts from this machine and are off until a policy enables them.',
  flags: [
    checkFlags.checkPolicyFlag,
    ...POLICY_QUESTION_FLAGS.map((flag) => (flag === explainFlag ? { ...flag, choices: CHECK_IDS } : flag)),
    checkFlags.noticesFlag,
    checkFlags.checkSinceFlag,
    flags.domainFlag,
    checkFlags.checkSampleFlag,
    flags.planFlag,
    checkFlags.checkMaxRequestsFlag,
    flags.quotaFlag,
    flags.noHistoryFlag,
  ],
  commonFlags: checkFlags.CHECK_COMMON_FLAGS,
  asksGraphAlways: true,
  judges: true,
  schema: 'mailcheck.check/1',
  habits: () => ({ screenRows: SCREEN_ROWS }),
  parse: parseCheck,
  run: runCheck,
  views: checkViews,
  variants: [listVariant, explainVariant, schemaVariant, checkPlan],
});

async function* runCheck(options: CheckOptions, given: Ports): Answer<CheckResult, CheckAnswer> {
  // Cron mails whatever is said.
  const ports = options.notices ? { ...given, note: () => undefined } : given;
  const { policy } = await readPolicy(options.policyPath, ports);
  const settled = settle(options, policy);
  const by = { options: settled, policy };
  const asked = await askCheck(settled, policy, ports).catch((error: unknown) => refusalOf(error, options));
  if (asked instanceof Failure) {
    const told = await silentRefusal(asked, by, ports);
    if (told === null) throw asked;
    yield told.results;
    return concludeRefusal(told);
  }
  const answer = await judgeRun(asked, by, ports);
  await keepHealth(asked.asked, ports);
  yield answer.results;
  return concludeCheck(answer, asked);
}

/** Who reads news alone is not told in each run what asking again does not cure. */
function refusalOf(error: unknown, { notices }: CheckOptions): Failure {
  const isRefused = error instanceof Failure && outcomeOfFailure(error.kind).exitCode === REFUSED.exitCode;
  if (notices && isRefused) return error;
  throw error;
}
