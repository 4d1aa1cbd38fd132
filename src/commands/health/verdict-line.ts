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
  const narrowed = result.kind === 'told' && result.isNarrowed ? ', of what was asked for' : '';
  return sheet
    .prose(`${word}${narrowed}: ${sentence}`)
    .replace(word, () => sheet.page.style[TONES[level]](word));
}

type Told = Extract<HealthResult, { kind: 'told' }>;

function toldText(result: Told, { findings, outcome, incomplete }: Tail<HealthResult>, sheet: Sheet): string {
  const worst = worstText(findings, sheet);
  switch (outcome.level) {
    case 'critical':
    case 'warning':
      return `${worst}.${incomplete.length === 0 ? '' : ' Not all could be read.'}`;
    case 'unknown':
    case 'refused':
      return worst === ''
        ? 'could not tell; nothing bad is in what could be read.'
        : `${worst}. Not all could be read.`;
    case 'ok':
      return `${calmText(result)}.`;
  }
}

const TOPICS = [
  ['health-incident-mail-flow', 'incident on mail flow', 'incidents on mail flow'],
  ['health-incident-sign-in', 'incident on sign-in', 'incidents on sign-in'],
] as const;

function worstText(findings: readonly Finding[], sheet: Sheet): string {
  const critical = TOPICS.map(([topic, one, many]) => {
    const meant = findings.filter(({ id, level }) => id === topic && level === 'critical');
    return countedText(meant, `open ${one}`, `open ${many}`, sheet);
  });
  const warnings = findings.filter(({ level }) => level === 'warning');
  const parts = [...critical, countedText(warnings, 'warning', 'warnings', sheet)];
  return parts.filter((text) => text !== '').join('; ');
}

const NAMED = 3;

function countedText(findings: readonly Finding[], one: string, many: string, { remote }: Sheet): string {
  if (findings.length === 0) return '';
  const subjects = findings.slice(0, NAMED).map(({ subject }) => remote(subject));
  const more = findings.length > NAMED ? ` and ${formatCount(findings.length - NAMED)} more` : '';
  return `${counted(findings.length, one, many)} (${subjects.join(', ')}${more})`;
}

/** Of services that were not asked for nothing is said. */
function calmText({ counts, isNarrowed }: Told): string {
  const { open } = counts;
  if (open === 0) return 'no issue is open';
  const touching = `open and ${open === 1 ? 'touches' : 'touch'} no mail delivery`;
  if (isNarrowed) return `${counted(open, 'issue is', 'issues are')} ${touching}`;
  return `no open incident of Exchange, the suite or identity; ${counted(open, 'other issue is', 'other issues are')} ${touching}`;
}

/** Our own network goes first: then nothing of what failed is Microsoft's. */
function untoldText({ beside, failure }: Extract<HealthResult, { kind: 'untold' }>): string {
  if (beside.reach.kind === 'own-network-down') {
    return 'our own network is down, or shut to this machine; nothing is known of the service.';
  }
  return `service health could not be asked (${failure.kind}); this says nothing about mail.`;
}
