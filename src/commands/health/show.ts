import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import type { RawArguments } from '#cli/flag.js';
import { readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { Ports } from '#cli/ports.js';
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import { describeIssue } from '#mailflow/health/describe-issue.js';
import type { HealthSource } from '#mailflow/health/health-source.js';
import { clockGap, isClockWrong } from '#mailflow/health/judge-health.js';
import type { ServiceIssue } from '#mailflow/health/service-issue.js';
import type { TimelinePost } from '#mailflow/health/timeline.js';
import { timelineOf } from '#mailflow/health/timeline.js';

import { failureOf, gapOfFailure, lastKnownHealth } from './ask-health.js';
import { sourceNote } from './conclude-health.js';
import { HEALTH_PERMISSIONS } from './health-options.js';
import type { ShownIssue } from './show.view.js';
import { showViews } from './show.view.js';

interface ShowOptions {
  readonly id: string;
  readonly cacheOk: boolean;
  readonly keepsHistory: boolean;
}

const SCREEN_POSTS = 10;

export const healthShow = defineCommand<ShowOptions, TimelinePost, ShownIssue>({
  words: ['health', 'show'],
  summary:
    'Show one issue of service health: its posts as a timeline, what each changed, and when the next is due',
  positional: 'ID',
  permissions: HEALTH_PERMISSIONS,
  examples: [
    { does: 'The story of an issue, newest post first', line: 'health show EX1331830' },
    { does: 'Every post, as a sheet', line: 'health show EX1331830 --format csv' },
    { does: 'For a ticket', line: 'health show EX1331830 --format markdown' },
  ],
  about:
    'The newest and the first post are shown whole, of the others what they changed beside the post before; JSON has all of each. Times are in UTC, and in --time-zone beside it.',
  flags: [flags.cacheOkFlag, flags.noHistoryFlag],
  commonFlags: flags.GRAPH_FLAGS,
  asksGraphAlways: true,
  judges: false,
  schema: 'mailcheck.health-show/1',
  habits: () => ({ screenRows: SCREEN_POSTS }),
  parse: parseShow,
  run: showIssue,
  views: showViews,
});

const ID = /^[a-z]{2,3}\d{5,8}$/i;
const EXAMPLE = 'mailcheck health show EX1331830';

function parseShow(raw: RawArguments, context: ParseContext): ShowOptions {
  const [given, ...rest] = raw.positionals;
  if (given === undefined || rest.length > 0) {
    throw new Failure('usage', `health show takes one id; ${raw.positionals.length} were given.`, {
      remedy: `Give the id of an issue, as ${EXAMPLE}; mailcheck health lists them.`,
    });
  }
  const id = given.trim().toUpperCase();
  if (!ID.test(id) || id.startsWith('MC')) throw wrongId(given, id);
  return {
    id,
    cacheOk: readFlag(raw, flags.cacheOkFlag, context),
    keepsHistory: !readFlag(raw, flags.noHistoryFlag, context),
  };
}

function wrongId(given: string, id: string): Failure {
  const remedy = id.startsWith('MC')
    ? 'Ids with MC are posts of the message centre: see mailcheck health messages.'
    : `Give two or three letters and five to eight digits, as ${EXAMPLE}; mailcheck health lists them.`;
  return new Failure('usage', `"${given}" is no id of an issue.`, { remedy });
}

interface Found {
  readonly issue: ServiceIssue;
  readonly source: HealthSource | null;
  /** When the kept answer was seen; null for what the service says now. */
  readonly seenAt: Date | null;
  readonly gaps: readonly Gap[];
}

async function* showIssue(options: ShowOptions, ports: Ports): Answer<TimelinePost, ShownIssue> {
  const { issue, source, seenAt, gaps } = await findIssue(options, ports);
  const asOf = source?.asOf() ?? null;
  const clockAheadMs = asOf === null ? 0 : ports.now().getTime() - asOf.getTime();
  const isWrong = isClockWrong({ clockAheadMs });
  const now = isWrong || seenAt !== null ? null : ports.now();
  const described = describeIssue(issue, { now, isStale: seenAt !== null, withPost: false });
  yield timelineOf(issue).posts.toReversed();
  return {
    result: { issue: described, now, seenAt },
    summary: described,
    tenant: source?.tenant ?? null,
    source: source === null ? null : sourceNote(source),
    window: null,
    findings: [],
    incomplete: isWrong ? [...gaps, clockGap(clockAheadMs)] : gaps,
  };
}

async function findIssue({ id, cacheOk, keepsHistory }: ShowOptions, ports: Ports): Promise<Found> {
  try {
    const source = await ports.health({ timeoutSeconds: null });
    const issue = await source.issue(id, ports.signal);
    if (issue === null) throw noSuchIssue(id);
    return { issue, source, seenAt: null, gaps: [] };
  } catch (error) {
    const failure = failureOf(error);
    const last = cacheOk ? await lastKnownHealth(keepsHistory, ports) : null;
    const kept = last?.answer.issues.find((issue) => issue.id.toUpperCase() === id);
    if (last === null || kept === undefined) throw failure;
    const gap = gapOfFailure(`what service health says of ${id} now`, failure);
    return { issue: kept, source: null, seenAt: last.seenAt, gaps: [gap] };
  }
}

function noSuchIssue(id: string): Failure {
  return new Failure('usage', `Service health knows no issue ${id}, or does not show it to this tenant.`, {
    remedy: 'Look whether the id is right: mailcheck health --all lists those that this tenant is shown.',
  });
}
