import type { Answer } from '#cli/command.js';
import { defineCommand } from '#cli/command.js';
import * as flags from '#cli/flags.js';
import type { Ports } from '#cli/ports.js';
import type { DescribedIssue, DescribeOptions } from '#mailflow/health/describe-issue.js';
import { compareIssues, describeIssue } from '#mailflow/health/describe-issue.js';
import type { HealthAnswer, KeptHealth } from '#mailflow/health/health-source.js';
import { isClockWrong } from '#mailflow/health/judge-health.js';

import { askHealth } from './ask-health.js';
import { concludeTold, concludeUntold, staleFindings } from './conclude-health.js';
import { healthViews } from './health.view.js';
import type { HealthOptions } from './health-options.js';
import { chosen, HEALTH_PERMISSIONS, readHealthOptions } from './health-options.js';
import type { HealthResult } from './health-result.js';

export const health = defineCommand<HealthOptions, DescribedIssue, HealthResult>({
  words: ['health'],
  summary:
    'Judge the health that Microsoft tells of your tenant: services, open issues, and how old that news is',
  permissions: HEALTH_PERMISSIONS,
  examples: [
    { does: 'Rehearse on the outage of June 2026', line: 'health --drill=june-2026' },
    { does: 'What does Microsoft say is wrong right now?', line: 'health' },
    { does: 'With the newest post of each issue', line: 'health --posts' },
    { does: 'Incidents of Exchange only', line: 'health --service exchange --min-class incident' },
    { does: 'What was there in the last week', line: 'health --since 7d' },
    { does: 'When the portal is down: what it said last', line: 'health --cache-ok' },
    { does: 'For a script', line: "health --format json | jq '.data[] | select(.touches)'" },
  ],
  about:
    'An open incident that touches mail flow or sign-in is critical, whichever service it is filed under; other open incidents of Exchange, the suite and identity, and advisories on mail delivery, are a warning; the rest informs. Posts trail the impact by an hour and more, so a green answer does not prove that mail flows: ask trace as well. --service exchange tells of late mail wherever it is filed, and entra so of sign-in. When service health cannot be asked, the public status page, the network from here and the last known answer are shown instead; none of them is a verdict.',
  flags: [
    flags.serviceFlag,
    flags.minClassFlag,
    flags.allFlag,
    flags.sinceFlag,
    flags.postsFlag,
    flags.cacheOkFlag,
    flags.noHistoryFlag,
  ],
  commonFlags: flags.GRAPH_FLAGS,
  asksGraphAlways: true,
  judges: true,
  schema: 'mailcheck.health/1',
  parse: readHealthOptions,
  run: runHealth,
  views: healthViews,
});

async function* runHealth(options: HealthOptions, ports: Ports): Answer<DescribedIssue, HealthResult> {
  const asked = await askHealth(options.query, options.keepsHistory, ports);
  if (asked.kind === 'told') {
    const { answer } = asked;
    const now = isClockWrong(answer) ? null : ports.now();
    const rows = rowsOf(chosen(answer, options), options, { now, isStale: false });
    yield rows;
    return concludeTold(asked, rows, options, ports.now());
  }
  const { lastKnown } = asked.beside;
  if (lastKnown === null || !options.cacheOk) return concludeUntold(asked, [], null);
  const kept = keptAnswer(lastKnown);
  const rows = rowsOf(chosen(kept, options), options, { now: null, isStale: true });
  yield rows;
  return concludeUntold(asked, rows, staleFindings(kept, options, lastKnown.seenAt));
}

function rowsOf(
  { issues }: HealthAnswer,
  { showsPosts }: HealthOptions,
  look: Pick<DescribeOptions, 'now' | 'isStale'>,
): readonly DescribedIssue[] {
  return issues.map((issue) => describeIssue(issue, { ...look, withPost: showsPosts })).sort(compareIssues);
}

function keptAnswer({ answer, seenAt }: KeptHealth): HealthAnswer {
  return { ...answer, gaps: [], asOf: seenAt, clockAheadMs: 0 };
}
