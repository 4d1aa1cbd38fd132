import * as checkFlags from '#cli/check-flags.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import { Failure } from '#failure.js';
import type { CheckPolicy } from '#mailflow/check/check-policy.js';
import { quotaRules, SERVICE_QUOTA } from '#mailflow/quota/rolling-window.js';
import type { TimeWindow } from '#mailflow/time-window.js';

import type { StatusOptions } from '../status/status-options.js';
import { readOwnDomains, readTerms, readTraceQuery, readTraceRequest } from '../trace/trace-options.js';
import { type PolicyQuestioned, readPolicyQuestion } from './policy-question.js';

/** What was given; what was not is the policy's to say. */
export interface CheckOptions extends StatusOptions, PolicyQuestioned {
  /** Null: that of the policy, which `query` does not have yet. */
  readonly window: TimeWindow | null;
  readonly now: Date;
  readonly notices: boolean;
}

/** By cron nobody waits; but the next run should not come while this one asks. */
const TIMEOUT_SECONDS = 60;
const ANY_HOURS = 4;

export function parseCheck(raw: RawArguments, context: ParseContext): CheckOptions {
  const notices = readFlag(raw, checkFlags.noticesFlag, context);
  if (notices) refuseDataFormat(readFlag(raw, flags.formatFlag, context));
  return {
    policyPath: readFlag(raw, checkFlags.checkPolicyFlag, context),
    policyQuestion: readPolicyQuestion(raw, context),
    request: { ...readTraceRequest(raw, context), timeoutSeconds: TIMEOUT_SECONDS },
    query: { ...readTraceQuery(raw, context, ANY_HOURS), window: null },
    window: flags.readWindow(raw, context),
    now: context.now,
    sample: readFlag(raw, checkFlags.checkSampleFlag, context),
    ownDomains: readOwnDomains(raw, context),
    terms: readTerms(raw, context),
    timeoutSeconds: readFlag(raw, flags.timeoutFlag, context) ?? TIMEOUT_SECONDS,
    plan: readFlag(raw, flags.planFlag, context),
    verbose: readFlag(raw, flags.verboseFlag, context),
    notices,
  };
}

/** A file of data that is empty reads as a program that broke. */
function refuseDataFormat(format: string | null): void {
  if (format === null || format === 'table' || format === 'markdown') return;
  throw new Failure('usage', `--notices prints nothing on most runs, and --format ${format} always must.`, {
    remedy: 'Leave one of them out; with --format json the notices are in summary.notices.',
  });
}

/** What is asked, when the policy is known. */
export interface SettledOptions extends CheckOptions {
  /** To the minute, so that runs are alike. */
  readonly windowSeconds: number;
  /** Of trace and connectors together; each takes its part of it. */
  readonly cap: number;
  /** Null: the trace needs it all. */
  readonly connectorCap: number | null;
}

/** What is said on the command line goes before the policy. */
export function settle(options: CheckOptions, policy: CheckPolicy): SettledOptions {
  const { request, query, now, ownDomains } = options;
  const window = options.window ?? lastSeconds(policy.windowSeconds, now);
  const cap = request.maxRequests ?? policy.maxRequests ?? usualCap(request.quota);
  const connectorCap = asksConnectors(policy) && cap >= LEAST_FOR_BOTH ? CONNECTOR_REQUESTS : null;
  return {
    ...options,
    request: { ...request, maxRequests: cap - (connectorCap ?? 0) },
    query: { ...query, window },
    windowSeconds: Math.round((window.to.getTime() - window.from.getTime()) / 60_000) * 60,
    ownDomains: ownDomains ?? (policy.ownDomains.length === 0 ? null : policy.ownDomains),
    ...{ cap, connectorCap },
  };
}

/** Connectors, accepted domains and mail flow rules take six; two more for a second try. */
const CONNECTOR_REQUESTS = 8;
/** With fewer the mail itself could not be seen. */
const LEAST_FOR_BOTH = 16;

/**
 * Two thirds of what mailcheck takes of the quota, 60 of 90. While checks run each five minutes that leaves 30 to the admin
 * who looks for the same trouble at a terminal, beside the tenth that no run of mailcheck touches.
 */
function usualCap(quota: number | null): number {
  return Math.max(1, Math.floor((quotaRules(quota ?? SERVICE_QUOTA).limit * 2) / 3));
}

function asksConnectors({ checks }: CheckPolicy): boolean {
  return ['connectors' as const, 'mail-paths' as const, 'certificates' as const].some(
    (id) => checks[id].isEnabled,
  );
}

/** Ends with the last whole second, so that the span is what was asked for. */
function lastSeconds(seconds: number, now: Date): TimeWindow {
  const to = Math.floor(now.getTime() / 1000) * 1000;
  return { from: new Date(to - seconds * 1000), to: new Date(to) };
}
