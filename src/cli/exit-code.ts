/** The one table from failures and verdicts to exit codes. The numbers are a contract and are never reused. */
import type { FailureKind } from '#failure.js';
import type { Finding, Gap } from '#mailflow/finding.js';
import type { OutcomeLevel } from '#render/writer.js';
import type { FailOn } from '#render/writer-spec.js';

export type { FailOn } from '#render/writer-spec.js';

const EXIT_CODE_BY_LEVEL: Record<OutcomeLevel, number> = {
  ok: 0,
  warning: 1,
  critical: 2,
  unknown: 3,
  refused: 4,
};

const EXIT_CODE_BY_KIND: Record<FailureKind, number> = {
  usage: 64,
  input: 65,
  'sign-in': 4,
  permission: 4,
  configuration: 4,
  unreachable: 3,
  throttled: 3,
  timeout: 3,
  protocol: 3,
  interrupted: 130,
  terminated: 143,
};

export interface JudgedOutcome {
  readonly level: OutcomeLevel;
  readonly exitCode: number;
}

export function outcomeOfFailure(kind: FailureKind): JudgedOutcome {
  const exitCode = EXIT_CODE_BY_KIND[kind];
  return { level: exitCode === 3 || exitCode > 128 ? 'unknown' : 'refused', exitCode };
}

/** A plugin knows four codes: whatever else happened, nothing is known of the mail. */
export function pluginCode(exitCode: number): number {
  return exitCode > EXIT_CODE_BY_LEVEL.unknown ? EXIT_CODE_BY_LEVEL.unknown : exitCode;
}

/** Asking again will not help. */
export function isRefusal({ kind }: { readonly kind: FailureKind }): boolean {
  return outcomeOfFailure(kind).level === 'refused';
}

/** What is proven bad counts first, then what could not be seen: critical > unknown > warning > ok. */
export function outcomeOfAnswer(
  findings: readonly Finding[],
  incomplete: readonly Gap[],
  failOn: FailOn,
): JudgedOutcome {
  const level = levelOf(findings, incomplete);
  const silenced =
    (level === 'warning' && failOn !== 'warning') || (level === 'critical' && failOn === 'never');
  const silentCode = incomplete.length > 0 ? EXIT_CODE_BY_LEVEL.unknown : EXIT_CODE_BY_LEVEL.ok;
  return { level, exitCode: silenced ? silentCode : EXIT_CODE_BY_LEVEL[level] };
}

function levelOf(findings: readonly Finding[], incomplete: readonly Gap[]): OutcomeLevel {
  if (findings.some((finding) => finding.level === 'critical')) return 'critical';
  if (incomplete.length > 0) return 'unknown';
  return findings.some((finding) => finding.level === 'warning') ? 'warning' : 'ok';
}
