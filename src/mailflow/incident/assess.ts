/**
 * The verdict over all signals: the worst that is proven; where nothing bad is and a needed signal was not fresh, unknown.
 * Our own trouble makes blind, never red. Never throws: whatever was seen, there is an answer.
 */
import type { Finding, Gap } from '../finding.js';
import { adviseOn } from './advice.js';
import { alertOf } from './alert.js';
import type { AlertState, Assessment } from './assessment.js';
import { causeOf } from './cause.js';
import { type AssessOptions, countsOf, type Evidence, gatherEvidence } from './evidence.js';
import { gapsOf } from './gaps.js';
import { judgedLook } from './judged-look.js';
import { layersOf } from './layers.js';
import type { Look, VerdictLevel } from './look.js';
import { sentenceOf } from './sentence.js';
import type { Sightings } from './sightings.js';
import type { SignalName } from './signal.js';
import { situationOf } from './situation.js';
import { wouldChangeOf } from './would-change.js';

export function assess(sightings: Sightings, options: AssessOptions = {}): Assessment {
  const evidence = gatherEvidence(sightings, options);
  const findings = evidence.findings.map(({ finding }) => finding);
  const gaps = gapsOf(evidence);
  const level = levelOf(findings, gaps);
  const cause = causeOf(evidence);
  const badSignals = badSignalsOf(evidence);
  return {
    level,
    sentence: sentenceOf(level, evidence, cause),
    findings: inOrder(findings),
    gaps,
    layers: layersOf(evidence),
    setUp: evidence.setUp,
    cause,
    advice: adviseOn(situationOf(evidence, cause)),
    wouldChange: wouldChangeOf(level, evidence, cause),
    badSignals,
    alert: alertWith({ level, badSignals }, sightings),
  };
}

/** As exit codes go: critical, then unknown, then warning. */
function levelOf(findings: readonly Finding[], gaps: readonly Gap[]): VerdictLevel {
  if (findings.some(({ level }) => level === 'critical')) return 'critical';
  if (gaps.length > 0) return 'unknown';
  return findings.some(({ level }) => level === 'warning') ? 'warning' : 'ok';
}

const LEVEL_ORDER: readonly Finding['level'][] = ['critical', 'warning', 'info'];

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return LEVEL_ORDER.flatMap((level) => findings.filter((finding) => finding.level === level));
}

function badSignalsOf({ findings }: Evidence): readonly SignalName[] {
  return [...new Set(findings.filter(({ finding }) => finding.level !== 'info').map(({ signal }) => signal))];
}

/** By the looks that were kept and this one. */
function alertWith(
  verdict: Pick<Assessment, 'level' | 'badSignals'>,
  sightings: Sightings,
): AlertState | null {
  const { value } = sightings.looks;
  return value === null ? null : alertOf([...value, lookOf(verdict, sightings)].map(judgedLook));
}

/** What is kept of this run. */
export function lookOf(
  { level, badSignals }: Pick<Assessment, 'level' | 'badSignals'>,
  { now, trace }: Sightings,
): Look {
  return { at: now, level, badSignals, counts: trace.value === null ? null : countsOf(trace.value) };
}
