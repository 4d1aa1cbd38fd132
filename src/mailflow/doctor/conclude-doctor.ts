/** The verdict over all checks: can a first answer be had, and if not, what stands nearest in the way. */
import type { Finding, Gap } from '../finding.js';
import { counted } from '../quantity.js';
import { CLOCK, type DoctorCheck } from './doctor-check.js';
import type { DoctorEvidence } from './doctor-evidence.js';

export interface DoctorVerdict {
  /** `refused`: no trace can be asked, and asking again will not help. */
  readonly level: 'ok' | 'warning' | 'critical' | 'unknown' | 'refused';
  /** The first cause and its cure. May hold remote text. */
  readonly sentence: string;
  /** What stands nearest in the way; null where nothing does. */
  readonly cause: DoctorCheck | null;
  readonly canTrace: boolean;
}

/** One that is broken before one that could not be told before one that warns; of each the nearest. */
export function concludeDoctor(checks: readonly DoctorCheck[], evidence: DoctorEvidence): DoctorVerdict {
  const cause =
    checks.find(({ state }) => state === 'broken') ??
    checks.find(({ state }) => state === 'unknown') ??
    checks.find(({ state }) => state === 'warning') ??
    null;
  const canTrace = canAskTraces(evidence);
  if (cause === null) return { level: 'ok', sentence: 'All is ready for a first answer.', cause, canTrace };
  const others = checks.filter((check) => check !== cause && isTrouble(check)).length;
  const more = others === 0 ? '' : ` ${counted(others, 'more stands', 'more stand')} below.`;
  const cure = cause.cure === null ? '' : ` Cure: ${finished(cause.cure)}`;
  return {
    level: levelOf(checks, evidence),
    sentence: `${opening(cause, evidence)}: ${finished(continued(cause.says))}${cure}${more}`,
    cause,
    canTrace,
  };
}

function isTrouble({ state }: DoctorCheck): boolean {
  return state === 'broken' || state === 'unknown' || state === 'warning';
}

export function canAskTraces({ calls }: Pick<DoctorEvidence, 'calls'>): boolean {
  return calls.trace?.kind === 'answered' || calls['exchange-trace']?.kind === 'answered';
}

function opening({ state, id }: DoctorCheck, { calls, setUp }: DoctorEvidence): string {
  if (!canAskTraces({ calls })) return 'Cannot ask yet';
  if (id === CLOCK && state === 'broken') return 'Traces can be asked, and will be read wrongly';
  if (state === 'warning') return 'Ready, with a warning';
  const isGraphSilent = setUp.traces === 'either' && calls.trace?.kind !== 'answered';
  return isGraphSilent
    ? 'Traces can be asked through Exchange alone'
    : 'Traces can be asked, and not all else';
}

/** Behind a colon a sentence goes on small. */
function continued(says: string): string {
  return /^(?:The|A|An|No|Others|Another|Nothing|It) /u.test(says)
    ? says.charAt(0).toLowerCase() + says.slice(1)
    : says;
}

function finished(sentence: string): string {
  return /[.!?]$/u.test(sentence) ? sentence : `${sentence}.`;
}

/** Whatever may pass can be asked again; whatever refuses us will do it again. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'timeout', 'throttled', 'protocol']);

/** What stands on one of the two ways to a trace; everything else stands before both. */
const OF_GRAPH: ReadonlySet<string> = new Set([
  ...['reach-graph', 'token-graph', 'service-principal', 'permission-trace', 'permission-health'],
]);
const OF_EXCHANGE: ReadonlySet<string> = new Set([
  ...['reach-exchange', 'token-exchange', 'permission-exchange', 'role-exchange', 'role-trace'],
]);

function levelOf(checks: readonly DoctorCheck[], { calls, setUp }: DoctorEvidence): DoctorVerdict['level'] {
  const broken = checks.filter(({ state }) => state === 'broken' || state === 'unknown');
  const lasting = broken.filter(({ reason }) => !PASSING.has(reason ?? ''));
  if (!canAskTraces({ calls }) && isShutForGood(lasting, setUp.traces)) return 'refused';
  if (lasting.length > 0) return 'critical';
  return broken.length > 0 ? 'unknown' : 'warning';
}

/** Whether asking again cannot help: something stands before both ways, or something on each that there is. */
function isShutForGood(lasting: readonly DoctorCheck[], traces: DoctorEvidence['setUp']['traces']): boolean {
  const isOn = (way: ReadonlySet<string>): boolean => lasting.some(({ id }) => way.has(id));
  const isBefore = lasting.some(({ id }) => id !== CLOCK && !OF_GRAPH.has(id) && !OF_EXCHANGE.has(id));
  return isBefore || ((traces === 'exchange' || isOn(OF_GRAPH)) && (traces === 'graph' || isOn(OF_EXCHANGE)));
}

/** What refuses us is a finding; what may pass is a gap, for nothing is proven by it. */
export function findingsOf(checks: readonly DoctorCheck[]): readonly Finding[] {
  return checks.flatMap((check) => {
    const { id, title, state, says, evidence, cure } = check;
    const isLasting = state === 'broken' && !PASSING.has(check.reason ?? '');
    if (!isLasting && state !== 'warning') return [];
    return [
      {
        id: `doctor-${id}`,
        level: state === 'broken' ? ('critical' as const) : ('warning' as const),
        title: `${title}: ${says}`,
        subject: title,
        evidence,
        remedy: cure ?? '',
        source: 'doctor',
      },
    ];
  });
}

export function gapsOf(checks: readonly DoctorCheck[]): readonly Gap[] {
  return checks
    .filter(({ state, reason }) => (state === 'broken' || state === 'unknown') && PASSING.has(reason ?? ''))
    .map(({ title, says, reason, cure, retryAfterSeconds }) => ({
      what: `${title}: ${says}`,
      reason: reason ?? 'unreachable',
      remedy: cure ?? '',
      retryAfterSeconds,
    }));
}
