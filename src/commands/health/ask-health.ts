/** Asks for service health; where it cannot be had, everything else that tells something, all at once. */
import { isRefusal } from '#cli/exit-code.js';
import type { Ports } from '#cli/ports.js';
import type { FailureKind } from '#failure.js';
import { Failure } from '#failure.js';
import type { Gap } from '#mailflow/finding.js';
import type { HealthAnswer, HealthQuery, HealthSource, KeptHealth } from '#mailflow/health/health-source.js';
import { isOpen } from '#mailflow/health/is-open.js';
import { compareByGravity } from '#mailflow/health/judge-health.js';
import type { StatusPageJudgement } from '#mailflow/health/judge-status-page.js';
import { judgeStatusPage } from '#mailflow/health/judge-status-page.js';
import type { ReachJudgement } from '#mailflow/reach/judge-reach.js';
import { judgeReach } from '#mailflow/reach/judge-reach.js';
import type { ReachReading } from '#mailflow/reach/reach-source.js';

export type AskedHealth =
  | { readonly kind: 'told'; readonly answer: HealthAnswer; readonly source: HealthSource }
  | { readonly kind: 'untold'; readonly failure: Failure; readonly beside: Beside };

/** What is known when service health is not. */
export interface Beside {
  readonly statusPage: StatusPageJudgement;
  readonly reach: ReachJudgement;
  readonly readings: readonly ReachReading[];
  readonly lastKnown: KeptHealth | null;
}

export async function askHealth(
  query: HealthQuery,
  keepsHistory: boolean,
  ports: Ports,
): Promise<AskedHealth> {
  ports.progress('asking for service health');
  try {
    const source = await ports.health({ timeoutSeconds: null });
    const answer = await source.health(query, ports.signal);
    if (keepsHistory && answer.gaps.length === 0) await keep(answer, ports);
    return { kind: 'told', answer, source };
  } catch (error) {
    const failure = failureOf(error);
    return { kind: 'untold', failure, beside: await askBeside(keepsHistory, ports) };
  }
}

/** What is open, for the day on which nobody answers. A past that cannot be kept is no reason to withhold the present. */
async function keep({ services, issues, asOf }: HealthAnswer, ports: Ports): Promise<void> {
  try {
    const history = await ports.healthHistory(true);
    await history?.keep({
      answer: { services, issues: issues.filter(isOpen) },
      seenAt: asOf ?? ports.now(),
    });
  } catch (error) {
    ports.note(`What service health says is not kept: ${failureOf(error).message}`);
  }
}

/** A person waits for these after a first disappointment. */
const BESIDE_SECONDS = 10;

async function askBeside(keepsHistory: boolean, ports: Ports): Promise<Beside> {
  ports.progress('service health does not answer; asking the status page, the network and the kept history');
  const request = { timeoutSeconds: BESIDE_SECONDS };
  const [reading, readings, lastKnown] = await Promise.all([
    unlessFailed(
      async () => (await ports.statusPage(request)).read(ports.signal),
      ({ message }) => ({ kind: 'unreadable' as const, why: message }),
    ),
    unlessFailed(
      async () => (await ports.reach({ ...request, ownDomains: [] })).probe(ports.signal),
      () => [],
    ),
    lastKnownHealth(keepsHistory, ports),
  ]);
  return { statusPage: judgeStatusPage(reading), reach: judgeReach(readings), readings, lastKnown };
}

export function lastKnownHealth(keepsHistory: boolean, ports: Ports): Promise<KeptHealth | null> {
  return unlessFailed(
    async () => {
      const kept = await (await ports.healthHistory(keepsHistory))?.last();
      if (kept === null || kept === undefined) return null;
      const { answer, seenAt } = kept;
      return { answer: { ...answer, issues: answer.issues.toSorted(compareByGravity) }, seenAt };
    },
    () => null,
  );
}

async function unlessFailed<Value>(
  ask: () => Promise<Value>,
  instead: (failure: Failure) => Value,
): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    return instead(failureOf(error));
  }
}

/** A failure of the other side; an interruption and a bug go on their way. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Failure) || LASTING.has(error.kind)) throw error;
  return error;
}

const LASTING: ReadonlySet<FailureKind> = new Set(['usage', 'input', 'interrupted', 'terminated']);
export function gapOfFailure(what: string, failure: Failure): Gap {
  return {
    what: `${what}: ${failure.message.replace(/\.$/u, '')}`,
    reason: isRefusal(failure) ? 'refused' : failure.kind,
    remedy: failure.remedy,
    retryAfterSeconds: failure.retryAfterSeconds ?? null,
  };
}
