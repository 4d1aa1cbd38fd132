import type { RawArguments } from '#cli/flag.js';
import { badValue, readFlag } from '#cli/flag.js';
import * as flags from '#cli/flags.js';
import type { ParseContext } from '#cli/parse-context.js';
import type { HealthAnswer, HealthQuery } from '#mailflow/health/health-source.js';
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

/** The part of an answer that was asked for. A class that nobody knows is never left out. */
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
  { service, classification }: ServiceIssue,
  shown: readonly HealthOverview[],
  { services, minClass }: Pick<HealthOptions, 'services' | 'minClass'>,
): boolean {
  // A service that was chosen by its id has issues that know its name only.
  const names = shown.map((one) => one.service.toLowerCase());
  const isOfService = isNamed(services, [service]) || names.includes(service.toLowerCase());
  return isOfService && (minClass === 'advisory' || classOf(classification) !== 'advisory');
}

function isNamed(parts: readonly string[], names: readonly string[]): boolean {
  return parts.length === 0 || parts.some((part) => names.some((name) => name.toLowerCase().includes(part)));
}
