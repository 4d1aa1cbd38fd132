import type { RawArguments } from '#cli/flag.js';
import { badValue, readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { HealthAnswer, HealthQuery } from '#mailflow/health/health-source.js';
import { touchesService } from '#mailflow/health/issue-topic.js';
import type { HealthOverview, ServiceIssue } from '#mailflow/health/service-issue.js';
import { classOf } from '#mailflow/health/status-words.js';

export interface HealthOptions {
  readonly query: HealthQuery;
  /** Parts of names or ids in small letters; empty for all services. */
  readonly services: readonly string[];
  readonly minClass: 'advisory' | 'incident';
  readonly showsPosts: boolean;
  readonly cacheOk: boolean;
  readonly keepsHistory: boolean;
}

export const HEALTH_PERMISSIONS = [
  'Microsoft Graph ServiceHealth.Read.All; none for --drill',
  'with delegated access also a role that may see service health, such as Global Reader (mailcheck help permissions)',
] as const;

export function readHealthOptions(raw: RawArguments, context: ParseContext): HealthOptions {
  const since = readSince(raw, context, null);
  return {
    query: { resolvedToo: since !== null || readFlag(raw, flags.allFlag, context), since },
    services: readServices(raw, context),
    minClass: readFlag(raw, flags.minClassFlag, context),
    showsPosts: readFlag(raw, flags.postsFlag, context),
    cacheOk: readFlag(raw, flags.cacheOkFlag, context),
    keepsHistory: !readFlag(raw, flags.noHistoryFlag, context),
  };
}

export function readSince(
  raw: RawArguments,
  context: ParseContext,
  defaultSeconds: number | null,
): Date | null {
  const seconds = readFlag(raw, flags.sinceFlag, context) ?? defaultSeconds;
  return seconds === null ? null : new Date(context.now.getTime() - seconds * 1000);
}

function readServices(raw: RawArguments, context: ParseContext): readonly string[] {
  return readFlag(raw, flags.serviceFlag, context).map((text) => {
    const part = text.trim().toLowerCase();
    if (part === '') throw badValue('--service', text, 'part of the name or id of a service', 'exchange');
    return part;
  });
}

/**
 * The part of an answer that was asked for. A class that nobody knows is never left out, and who asks for Exchange is
 * told of late mail though it is filed under the suite.
 */
export function chosen(
  answer: HealthAnswer,
  { services, minClass }: Pick<HealthOptions, 'services' | 'minClass'>,
): HealthAnswer {
  const shown = answer.services.filter(({ id, service }) => isNamed(services, [id, service]));
  return {
    ...answer,
    services: shown,
    issues: answer.issues.filter((issue) => isChosen(issue, shown, { services, minClass })),
  };
}

function isChosen(
  issue: ServiceIssue,
  shown: readonly HealthOverview[],
  { services, minClass }: Pick<HealthOptions, 'services' | 'minClass'>,
): boolean {
  const isMeant = isNamed(services, [issue.service]) || concerns(issue, shown, services);
  return isMeant && (minClass === 'advisory' || classOf(issue.classification) !== 'advisory');
}

/** Filed under one of the services, or trouble of theirs. The words of the user stand in where no service is listed. */
function concerns(issue: ServiceIssue, shown: readonly HealthOverview[], words: readonly string[]): boolean {
  // A service that was chosen by its id has issues that know its name only.
  const isFiled = shown.some(({ service }) => service.toLowerCase() === issue.service.toLowerCase());
  const meant = [...shown, ...words.map((word) => ({ service: word }))];
  return isFiled || meant.some((service) => touchesService(issue, service));
}

function isNamed(parts: readonly string[], names: readonly string[]): boolean {
  return parts.length === 0 || parts.some((part) => names.some((name) => name.toLowerCase().includes(part)));
}
