/** Service health in memory: state in, behaviour out. Counts a request for each question. */
import type { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type {
  HealthAnswer,
  HealthHistory,
  HealthQuery,
  HealthSource,
  KeptHealth,
} from '#mailflow/health/health-source.js';
import { isOpen } from '#mailflow/health/is-open.js';
import type { CentreMessage, HealthOverview, ServiceIssue } from '#mailflow/health/service-issue.js';

export interface MemoryHealth {
  readonly services?: readonly HealthOverview[];
  readonly issues?: readonly ServiceIssue[];
  readonly messages?: readonly CentreMessage[];
  readonly gaps?: readonly Gap[];
  readonly messageGaps?: readonly Gap[];
  readonly asOf?: Date;
  readonly clockAheadMs?: number;
  readonly tenant?: string;
  readonly kind?: HealthSource['kind'];
  /** Each question fails with it. */
  readonly failure?: Failure;
}

export function memoryHealthSource(health: MemoryHealth): HealthSource {
  let requests = 0;
  const { services = [], issues = [], messages = [], gaps = [], asOf = null } = health;
  const ask = async (signal: AbortSignal): Promise<void> => {
    await Promise.resolve();
    signal.throwIfAborted();
    requests += 1;
    if (health.failure !== undefined) throw health.failure;
  };
  return {
    kind: health.kind ?? 'graph',
    tenant: health.tenant ?? 'contoso.example',
    requestCount: () => requests,
    asOf: () => (requests > 0 ? asOf : null),
    health: async (query, signal): Promise<HealthAnswer> => {
      await ask(signal);
      return {
        services,
        issues: issues.filter((issue) => isAsked(issue, query)),
        gaps,
        asOf,
        clockAheadMs: health.clockAheadMs ?? 0,
      };
    },
    issue: async (id, signal) => {
      await ask(signal);
      return issues.find((issue) => issue.id.toUpperCase() === id.toUpperCase()) ?? null;
    },
    messages: async (since, signal) => {
      await ask(signal);
      return {
        messages: messages.filter(
          ({ modifiedAt }) => since === null || modifiedAt === null || modifiedAt >= since,
        ),
        gaps: health.messageGaps ?? [],
      };
    },
  };
}

function isAsked(issue: ServiceIssue, { resolvedToo, since }: HealthQuery): boolean {
  if (isOpen(issue)) return true;
  const lastAt = [issue.endedAt, issue.modifiedAt].filter((at) => at !== null);
  return resolvedToo && (since === null || lastAt.some((at) => at >= since));
}

/** What is kept of health; `kept()` shows it to a test. */
export function memoryHealthHistory(
  first: KeptHealth | null = null,
): HealthHistory & { readonly kept: () => KeptHealth | null } {
  let kept = first;
  return {
    kept: () => kept,
    last: () => Promise.resolve(kept),
    keep: (next) => {
      kept = next;
      return Promise.resolve();
    },
  };
}
