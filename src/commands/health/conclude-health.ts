import type { Conclusion } from '#cli/command.js';
import { isRefusal } from '#cli/exit-code.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import type { DescribedIssue } from '#mailflow/health/describe-issue.js';
import type { HealthAnswer, HealthSource } from '#mailflow/health/health-source.js';
import { isOpen } from '#mailflow/health/is-open.js';
import { gapsOfHealth, isClockWrong, isFiledUnder, judgeHealth } from '#mailflow/health/judge-health.js';
import { compareServices } from '#mailflow/health/known-service.js';
import type { HealthOverview, ServiceIssue } from '#mailflow/health/service-issue.js';
import { classOf, meaningOfStatus } from '#mailflow/health/status-words.js';
import type { SourceNote } from '#render/writer.js';

import type { AskedHealth } from './ask-health.js';
import { gapOfFailure } from './ask-health.js';
import type { HealthOptions } from './health-options.js';
import { chosen } from './health-options.js';
import type { HealthResult, IssueCounts, ServiceLine } from './health-result.js';

export function concludeTold(
  { answer: whole, source }: Extract<AskedHealth, { kind: 'told' }>,
  rows: readonly DescribedIssue[],
  options: HealthOptions,
  now: Date,
): Conclusion<HealthResult> {
  const answer = chosen(whole, options);
  const services = serviceLines(answer.services, answer.issues);
  const counts = countsOf(rows);
  return {
    result: {
      ...{ kind: 'told', services, counts },
      isClockWrong: isClockWrong(whole),
      isNarrowed: options.services.length > 0 || options.minClass !== 'advisory',
    },
    summary: {
      ...counts,
      services,
      servicesNotFine: services.filter(({ isFine }) => isFine !== true).length,
    },
    tenant: source.tenant,
    source: sourceNote(source),
    window: null,
    findings: findingsOf(whole, answer, options, now),
    incomplete: gapsOf(whole, answer, options),
  };
}

/** Judged as a whole, for an advisory that is not shown explains all the same why a service is not fine. */
function findingsOf(
  whole: HealthAnswer,
  answer: HealthAnswer,
  { services }: HealthOptions,
  now: Date,
): readonly Finding[] {
  const shown = new Set([
    ...answer.issues.map(({ id }) => id),
    ...answer.services.map(({ service }) => service),
  ]);
  const isAll = services.length === 0;
  return judgeHealth(whole, now).filter(
    ({ id, subject }) => shown.has(subject) || (isAll && id === 'health-exchange-not-listed'),
  );
}

function gapsOf(whole: HealthAnswer, answer: HealthAnswer, { services }: HealthOptions): readonly Gap[] {
  if (services.length === 0) return gapsOfHealth(whole);
  const gaps = gapsOfHealth(whole).filter(({ reason }) => reason !== 'not-listed');
  if (answer.services.length > 0 || whole.gaps.length > 0) return gaps;
  return [...gaps, notListed(services, whole.services)];
}

const NAMES_SHOWN = 8;

function notListed(asked: readonly string[], services: readonly HealthOverview[]): Gap {
  const names = [...services].sort(compareServices).map(({ service }) => service);
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
  return {
    what: `the services named ${asked.join(', ')}: none is listed for this tenant`,
    reason: 'not-listed',
    remedy: `Give part of a name, as --service exchange; listed are ${names.slice(0, NAMES_SHOWN).join(', ')}${more}.`,
    retryAfterSeconds: null,
  };
}

/** `kept`: what the kept answer proves, where its rows are shown; else null. */
export function concludeUntold(
  { failure, beside }: Extract<AskedHealth, { kind: 'untold' }>,
  rows: readonly DescribedIssue[],
  kept: readonly Finding[] | null,
): Conclusion<HealthResult> {
  const counts = countsOf(rows);
  const { kind, message, remedy } = failure;
  const { lastKnown, statusPage, reach, readings } = beside;
  return {
    result: { kind: 'untold', failure: { kind, message, remedy }, beside, counts, showsKept: kept !== null },
    summary: {
      ...counts,
      services: [],
      statusPage,
      reach: { ...reach, readings },
      lastKnown:
        lastKnown === null
          ? null
          : { seenAt: lastKnown.seenAt, openIssues: lastKnown.answer.issues.map(({ id }) => id) },
    },
    ...{ tenant: null, source: null, window: null },
    findings: kept ?? [],
    incomplete: [gapOfFailure('service health', failure)],
    // A refusal is not mended by asking again, and its code says so.
    ...(isRefusal(failure) ? { failure } : {}),
  };
}

/** What was broken may be well by now: it warns at most, and says of when it is. */
export function staleFindings(kept: HealthAnswer, options: HealthOptions, seenAt: Date): readonly Finding[] {
  return findingsOf(kept, chosen(kept, options), options, seenAt).map((finding) => ({
    ...finding,
    level: finding.level === 'critical' ? 'warning' : finding.level,
    title: `Stale: ${finding.title}`,
    evidence: [`Seen ${seenAt.toISOString()}; the service cannot be asked now.`, ...finding.evidence],
  }));
}

export function sourceNote(source: HealthSource): SourceNote {
  return { kind: source.kind, asOf: source.asOf(), requests: source.requestCount() };
}

function serviceLines(
  services: readonly HealthOverview[],
  issues: readonly ServiceIssue[],
): readonly ServiceLine[] {
  const open = issues.filter(isOpen);
  return [...services].sort(compareServices).map(({ id, service, status }) => ({
    ...{ id, service, status },
    isFine: isFine(status),
    openIssues: open.filter((issue) => isFiledUnder(issue, { id, service, status })).length,
  }));
}

function isFine(status: string): boolean | null {
  const meaning = meaningOfStatus(status);
  return meaning === 'unknown' ? null : meaning === 'fine';
}

function countsOf(rows: readonly DescribedIssue[]): IssueCounts {
  const open = rows.filter((row) => row.isOpen);
  const count = (isMeant: (row: DescribedIssue) => boolean): number => open.filter(isMeant).length;
  return {
    open: open.length,
    incidents: count(({ classification }) => classOf(classification) === 'incident'),
    advisories: count(({ classification }) => classOf(classification) === 'advisory'),
    unknownClass: count(({ classification }) => classOf(classification) === 'unknown'),
    mailFlow: count(({ touches }) => touches === 'mail-flow'),
    signIn: count(({ touches }) => touches === 'sign-in'),
    overdue: count(({ isOverdue }) => isOverdue === true),
    resolved: rows.length - open.length,
  };
}
