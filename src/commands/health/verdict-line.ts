/** The answer in one sentence, with numbers. */
import type { Finding } from '#mailflow/finding.js';
import { counted, formatCount } from '#render/human-format.js';
import type { Sheet } from '#render/sheet.js';
import type { OutcomeLevel, Style, Tail } from '#render/writer.js';

import type { HealthResult } from './health-result.js';

const TONES: Readonly<Record<OutcomeLevel, keyof Style>> = {
  ok: 'good',
  warning: 'warn',
  critical: 'bad',
  unknown: 'warn',
  refused: 'bad',
};

/** Coloured after it is wrapped, for marks have no width. */
export function verdictLine(result: HealthResult, tail: Tail<HealthResult>, sheet: Sheet): string {
  const { level } = tail.outcome;
  const word = level.toUpperCase();
  const sentence = result.kind === 'told' ? toldText(result, tail, sheet) : untoldText(result);
  return sheet.prose(`${word}: ${sentence}`).replace(word, () => sheet.page.style[TONES[level]](word));
}

type Told = Extract<HealthResult, { kind: 'told' }>;

function toldText(result: Told, { findings, outcome, incomplete }: Tail<HealthResult>, sheet: Sheet): string {
  const narrowed = result.isNarrowed ? ' (of what was asked for)' : '';
  const [critical, warnings] = (['critical', 'warning'] as const).map((level) =>
    findings.filter((finding) => finding.level === level),
  );
  const worst = worstText(critical ?? [], warnings ?? [], sheet);
  const part = incomplete.length === 0 ? '' : ' Not all could be read.';
  switch (outcome.level) {
    case 'critical':
    case 'warning':
      return `${worst}${narrowed}.${part}`;
    case 'unknown':
    case 'refused':
      return worst === ''
        ? `could not tell; nothing bad is in what could be read${narrowed}.`
        : `${worst}${narrowed}.${part}`;
    case 'ok':
      return `${calmText(result)}${narrowed}.`;
  }
}

const NAMED = 3;

function worstText(critical: readonly Finding[], warnings: readonly Finding[], { remote }: Sheet): string {
  const named = (findings: readonly Finding[]): string => {
    const subjects = findings.slice(0, NAMED).map(({ subject }) => remote(subject));
    const more = findings.length > NAMED ? ` and ${formatCount(findings.length - NAMED)} more` : '';
    return `${subjects.join(', ')}${more}`;
  };
  const parts = [
    critical.length === 0
      ? ''
      : `${counted(critical.length, 'open incident', 'open incidents')} on mail flow or sign-in (${named(critical)})`,
    warnings.length === 0 ? '' : `${counted(warnings.length, 'warning', 'warnings')} (${named(warnings)})`,
  ];
  return parts.filter((text) => text !== '').join('; ');
}

function calmText({ counts }: Told): string {
  const { open } = counts;
  if (open === 0) return 'no issue is open';
  return `no open incident of Exchange, the suite or identity; ${counted(open, 'other issue is', 'other issues are')} open and ${open === 1 ? 'touches' : 'touch'} no mail delivery`;
}

/** Our own network goes first: then nothing of what failed is Microsoft's. */
function untoldText({ beside, failure }: Extract<HealthResult, { kind: 'untold' }>): string {
  if (beside.reach.kind === 'own-network-down') {
    return 'our own network is down, or shut to this machine; nothing is known of the service.';
  }
  return `service health could not be asked (${failure.kind}); this says nothing about mail.`;
}
